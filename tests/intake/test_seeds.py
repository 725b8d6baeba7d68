"""The two real lists, where they are at hand (`../shared`): exact figures, and the bundled releases byte by byte."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from precert import bundled, codes
from precert.facts.condition import Uninterpreted
from precert.facts.model import Facts
from precert.facts.release import Release
from precert.intake.layouts.columns import Role, header
from precert.intake.layouts.profile import Profile, read_profile
from precert.intake.pipeline import IngestReport, ingest, known_from
from precert.intake.repair import Known
from tools import bundle

REPO = Path(__file__).parents[2]
SHARED = REPO.parent / "shared"
pytestmark = pytest.mark.skipif(
    not (SHARED / "seeds").is_dir(), reason=f"the published lists are not at hand: no {SHARED / 'seeds'} (they may not be shipped)"
)
CIGNA, ALLIANCE = "cigna-commercial", "health-alliance-medical"

REPAIRS = {16: "20938", 24: "22515", 96: "63081", 97: "63082", 98: "0095T", 99: "0098T", 100: "0164T", 101: "0165T"}
ASIDE = [16, 24, 96, 97, 98, 99, 100, 101, 104]


@pytest.fixture(scope="module")
def built() -> dict[str, tuple[IngestReport, Release]]:
    return {report.profile.list: (report, release) for report, release in bundle.build(SHARED)}


@pytest.fixture(scope="module")
def cigna(built: dict[str, tuple[IngestReport, Release]]) -> IngestReport:
    return built[CIGNA][0]


@pytest.fixture(scope="module")
def alliance(built: dict[str, tuple[IngestReport, Release]]) -> IngestReport:
    return built[ALLIANCE][0]


def lines(report: IngestReport, code: str) -> list[int | None]:
    return [finding.citation.line for finding in report.sheet.findings if finding.code == code]


# -- rows --------------------------------------------------------------------------------------------------------------


def test_every_row_of_cigna_is_accounted_for(cigna: IngestReport) -> None:
    found = cigna.to_dict()
    assert found["rows"] == {"total": 1757, "headers": 117, "sections": 38, "listed": 1602, "set_aside": 0}
    assert (found["codes"], found["edition"], found["proposals"]) == (1548, "2026", [])
    assert (len(found["programs"]), found["elsewhere"]) == (12, ["Medical Oncology", "Laboratory Management"])


def test_every_row_of_health_alliance_is_accounted_for(alliance: IngestReport) -> None:
    found = alliance.to_dict()
    assert found["rows"] == {"total": 92, "headers": 5, "sections": 0, "listed": 78, "set_aside": 9}
    assert (found["codes"], found["edition"], found["programs"]) == (78, "2025", ["Spine"])
    assert [each["line"] for each in found["set_aside"]] == ASIDE
    assert Counter(each["reason"] for each in found["set_aside"]) == {"blank-code": 6, "malformed-code": 2, "implausible-code": 1}
    assert len(found["elsewhere"]) == 8


def test_findings_stand_on_the_lines_that_the_semantics_name(cigna: IngestReport) -> None:
    assert lines(cigna, "row-contradicts-section") == [935, 936, 937, 938, 939]
    assert lines(cigna, "descriptor-in-notation") == [554, 555, 641]
    assert lines(cigna, "called-unlisted") == [473, 474, 560]
    assert {651, 1429} <= set(lines(cigna, "notation-in-descriptor"))
    assert {1429, 1556} <= set(lines(cigna, "empty-label"))
    assert lines(cigna, "label-alias")[-1] == 296
    assert {finding.code for finding in cigna.sheet.findings} == {
        "row-contradicts-section", "descriptor-in-notation", "called-unlisted", "notation-in-descriptor", "empty-label", "label-alias",
        "unmarked-section",
    }  # fmt: skip


def test_every_notation_is_interpreted(cigna: IngestReport) -> None:
    conditions = Counter(condition.kind for row in cigna.sheet.listed for condition in row.listing.conditions)
    assert Uninterpreted.kind not in conditions
    assert conditions == {
        "managed-with": 34, "refused": 2, "client-specific": 2, "not-required": 6, "register-device": 3, "through-plan": 131,
        "part-of": 17, "purchase-only": 36, "segment-only": 3,
    }  # fmt: skip
    assert sum(row.listing.begins is not None for row in cigna.sheet.listed) == 24
    assert sum(row.listing.changed is not None for row in cigna.sheet.listed) == 8


# -- facts -------------------------------------------------------------------------------------------------------------

FACTS = {
    "L0631": Facts(regions=("lumbar", "sacral")),
    "G0260": Facts(regions=("sacroiliac",)),
    "72141": Facts(regions=("cervical",)),
    "64492": Facts(regions=("cervical", "thoracic"), each_additional=True),
    "64490": Facts(regions=("cervical", "thoracic")),
    "64483": Facts(regions=("lumbar", "sacral")),
    "63088": Facts(regions=("thoracic", "lumbar"), each_additional=True),
    "63081": Facts(regions=("cervical",), approach="anterior"),
    "63056": Facts(regions=("lumbar",)),
    "63048": Facts(regions=("cervical", "thoracic", "lumbar"), each_additional=True),
    "62380": Facts(regions=("lumbar",), approach="endoscopic"),
    "62287": Facts(regions=("lumbar",), approach="percutaneous"),
    "37215": Facts(),
    "27358": Facts(each_additional=True),
    "27280": Facts(regions=("sacroiliac",)),
    "27279": Facts(regions=("sacroiliac",), approach="percutaneous"),
    "22899": Facts(unlisted=True),
    "22867": Facts(regions=("lumbar",)),
    "22858": Facts(regions=("cervical",), approach="anterior", each_additional=True),
    "22856": Facts(regions=("cervical",), approach="anterior"),
    "22854": Facts(each_additional=True),
    "22853": Facts(each_additional=True),
    "22845": Facts(approach="anterior", each_additional=True),
    "22840": Facts(approach="posterior", each_additional=True),
    "22634": Facts(approach="posterior", each_additional=True),
    "22632": Facts(approach="posterior", each_additional=True),
    "22614": Facts(approach="posterior", each_additional=True),
    "22612": Facts(regions=("lumbar",), approach="posterior"),
    "22600": Facts(regions=("cervical",), approach="posterior"),
    "22595": Facts(regions=("cervical",), approach="posterior"),
    "22586": Facts(regions=("lumbar", "sacral")),
    "22585": Facts(approach="anterior", each_additional=True),
    "22558": Facts(regions=("lumbar",), approach="anterior"),
    "22551": Facts(regions=("cervical",), approach="anterior"),
    "22533": Facts(regions=("lumbar",), approach="lateral"),
    "22515": Facts(regions=("thoracic", "lumbar"), approach="percutaneous", each_additional=True),
    "22514": Facts(regions=("lumbar",), approach="percutaneous"),
    "22513": Facts(regions=("thoracic",), approach="percutaneous"),
    "22512": Facts(regions=("cervical", "thoracic", "lumbar", "sacral"), approach="percutaneous", each_additional=True),
    "22510": Facts(regions=("cervical", "thoracic"), approach="percutaneous"),
}


@pytest.mark.parametrize("code", sorted(FACTS))
def test_facts_of_known_codes(code: str, built: dict[str, tuple[IngestReport, Release]]) -> None:
    found = [listing.facts for listing in built[CIGNA][1].listings if listing.code == code]
    assert found
    assert set(found) == {FACTS[code]}


@pytest.mark.parametrize("code", sorted(FACTS))
def test_both_lists_say_the_same(code: str, built: dict[str, tuple[IngestReport, Release]]) -> None:
    assert all(listing.facts == FACTS[code] for listing in built[ALLIANCE][1].listings if listing.code == code)


def test_prohibitions_and_pointers(built: dict[str, tuple[IngestReport, Release]]) -> None:
    release = built[CIGNA][1]
    pairs = Counter((pair.citation.line, pair.exception is not None) for pair in release.not_together)
    assert pairs == {(261, True): 33, (1822, False): 4}
    assert {(each.code, each.use) for each in release.pointers} == {
        ("77776", ("77799",)),
        ("77777", ("77799",)),
        ("L5681", ("L5673", "L5679")),
        ("L5683", ("L5673", "L5679")),
    }


# -- repairs -----------------------------------------------------------------------------------------------------------


def test_repairs_of_health_alliance(alliance: IngestReport) -> None:
    assert {each.citation.line: each.proposed for each in alliance.proposals} == REPAIRS
    assert all(each.evidence and 0.7 <= each.confidence < 1 for each in alliance.proposals)


def test_repairs_do_not_need_the_code_sets(alliance: IngestReport, cigna: IngestReport) -> None:
    report = ingest(alliance.document.name, text(ALLIANCE).encode(), alliance.profile, known=known_from([cigna.release]))
    assert {each.citation.line: each.proposed for each in report.proposals} == REPAIRS
    assert [each.id for each in report.proposals] == [each.id for each in alliance.proposals]


def test_without_anything_known_nothing_wrong_is_proposed(alliance: IngestReport) -> None:
    report = ingest(alliance.document.name, text(ALLIANCE).encode(), alliance.profile, known=Known())
    assert {each.citation.line: each.proposed for each in report.proposals}.items() <= REPAIRS.items()


DOCUMENTS = {CIGNA: "003_db63ac5a01d801bc.txt", ALLIANCE: "000_4ec7730ef9e478f2.txt"}


def text(plan: str) -> str:
    return (SHARED / "seeds" / DOCUMENTS[plan]).read_text("utf-8")


def profile(plan: str) -> Profile:
    return read_profile((bundled.PROFILES / f"{plan}.toml").read_bytes())


MISREAD = {"T": "17", "0": "OQ", "1": "Il", "5": "S", "8": "B", "2": "Z", "6": "G"}
Damage = Callable[[str, random.Random], str]


def blank(_: str, __: random.Random) -> str:
    return ""


def misread(code: str, draw: random.Random) -> str:
    places = [at for at, char in enumerate(code) if char in MISREAD]
    if not places:
        return stray(code, draw)
    at = draw.choice(places)
    return code[:at] + draw.choice(MISREAD[code[at]]) + code[at + 1 :]


def misread_twice(code: str, draw: random.Random) -> str:
    return misread(misread(code, draw), draw)


def stray(code: str, draw: random.Random) -> str:
    at = draw.randrange(1, 5)
    return code[:at] + draw.choice(". ,-:") + code[at:]


def lose(code: str, draw: random.Random) -> str:
    at = draw.randrange(5)
    return code[:at] + code[at + 1 :]


def swap(code: str, draw: random.Random) -> str:
    at = draw.randrange(4)
    return code[:at] + code[at + 1] + code[at] + code[at + 2 :]


def as_number(code: str, _: random.Random) -> str:
    return f"{code}.0"


def garbage(_: str, draw: random.Random) -> str:
    return "".join(draw.choice("abcdefghijklmnop s0123456789") for _ in range(draw.randrange(3, 8))).strip()


DAMAGES: tuple[Damage, ...] = (blank, misread, misread_twice, stray, lose, swap, as_number, garbage)


@dataclass(frozen=True)
class Trial:
    line: int
    true: str
    printed: str
    is_aside: bool
    proposed: str | None


def code_cells(document: str) -> Iterator[tuple[int, int]]:
    """Yield (line, cell) of every sound code, counted from nought; the row printed `00951` is damaged as it stands."""
    found = None
    for number, line in enumerate(document.split("\n")):
        cells = tuple(line.split("\t"))
        found = header(cells) or found
        if found and len(cells) > 1 and codes.parse(cells[found.at[Role.CODE]]) and cells[found.at[Role.CODE]] != "00951":
            yield number, found.at[Role.CODE]


def damaged(plan: str, known: Known, *, rows: int, times: int, seed: int) -> Iterator[Trial]:
    """Damage some rows of a list at a time, read it, and tell what became of each."""
    document, by, draw = text(plan), profile(plan), random.Random(seed)
    places = list(code_cells(document))
    for _ in range(times):
        parts = document.split("\n")
        done: dict[int, tuple[str, str]] = {}
        for number, at in draw.sample(places, rows):
            cells = parts[number].split("\t")
            true, printed = cells[at], draw.choice(DAMAGES)(cells[at], draw)
            cells[at] = printed
            parts[number] = "\t".join(cells)
            if printed != true:
                done[number + 1] = (true, printed)
        report = ingest(DOCUMENTS[plan], "\n".join(parts).encode(), by, known=known)
        aside = {each.row.citation.line for each in report.sheet.set_aside}
        proposed = {each.citation.line: each.proposed for each in report.proposals}
        undamaged = aside - set(done) - (set(ASIDE) if plan == ALLIANCE else set())
        assert not undamaged, "a row that was not damaged is set aside"
        yield from (Trial(line, true, printed, line in aside, proposed.get(line)) for line, (true, printed) in done.items())


def figures(trials: Iterable[Trial]) -> tuple[int, int, list[Trial]]:
    """Return how many damaged rows were set aside, how many first proposals are right, and the wrong ones."""
    aside = [trial for trial in trials if trial.is_aside]
    right = [trial for trial in aside if trial.proposed == trial.true]
    wrong = [trial for trial in aside if trial.proposed not in (None, trial.true)]
    return len(aside), len(right), wrong


def test_damage_done_to_health_alliance_is_repaired_rightly_or_not_at_all(cigna: IngestReport) -> None:
    aside, right, wrong = figures(damaged(ALLIANCE, known_from([cigna.release]), rows=6, times=20, seed=1))
    assert wrong == []
    assert right / aside > 0.85


def test_damage_done_to_cigna_is_repaired_rightly_or_not_at_all(alliance: IngestReport) -> None:
    aside, right, wrong = figures(damaged(CIGNA, known_from([alliance.release]), rows=40, times=3, seed=2))
    assert wrong == []
    assert right / aside > 0.5


@pytest.mark.long
def test_two_thousand_damages_are_repaired_rightly_or_not_at_all(
    built: dict[str, tuple[IngestReport, Release]],
) -> None:
    for plan, other, rows, times, least in ((ALLIANCE, CIGNA, 8, 125, 0.85), (CIGNA, ALLIANCE, 40, 30, 0.5)):
        aside, right, wrong = figures(damaged(plan, known_from([built[other][0].release]), rows=rows, times=times, seed=3))
        assert wrong == []
        assert right / aside > least


# -- the bundled releases ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plan", [CIGNA, ALLIANCE])
def test_the_bundled_release_is_what_the_documents_make(plan: str, built: dict[str, tuple[IngestReport, Release]]) -> None:
    entries = [entry for entry in json.loads(bundled.MANIFEST.read_text("utf-8")) if entry["list"] == plan]
    assert len(entries) == 1
    release = built[plan][1]
    assert (entries[0]["id"], entries[0]["plan"]) == (release.id, release.header.plan)
    assert (bundled.RELEASES / entries[0]["file"]).read_bytes() == release.text().encode()


def test_the_bundled_releases_hold_no_description(cigna: IngestReport, alliance: IngestReport) -> None:
    shipped = "\n".join(path.read_text("utf-8").lower() for path in bundled.RELEASES.glob("*.jsonl"))
    for report in (cigna, alliance):
        for row in report.sheet.listed:
            assert len(row.descriptor.split()) < 5 or row.descriptor.lower() not in shipped
