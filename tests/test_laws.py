"""What holds of every answer, whatever the case: order, irrelevance, sameness, dates, citations, digests, and no way to a false No."""

import copy
import hashlib
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import precert
from precert import bundled
from precert.facts import release as paper
from precert.facts.compile import compile_releases
from precert.intake.layouts.profile import Profile, read_profile
from precert.intake.pipeline import UnknownLayoutError, ingest
from precert.intake.repair import Known as NothingKnown
from precert.requirement.determine import determine
from precert.requirement.terms import FindingCode
from tests.naive.rows import ALLIANCE, CIGNA, SEED_FILES, Row
from tests.naive.sample import EDITION_DAYS, MALFORMED, STRANGERS, Case, Dealer, Deck
from tests.naive.sources import SEEDS, needs_seeds, release_paths, releases

# The everyday suite asks the same questions every day; HYPOTHESIS_PROFILE or --hypothesis-seed play no part in it.
laws = settings(max_examples=300, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])

Answer = dict[str, Any]


@cache
def decks() -> dict[str, Deck]:
    return {plan: Deck(plan, releases()) for plan in (CIGNA, ALLIANCE)}


def generated(count: int, seed: int) -> Iterator[Case]:
    return Dealer(releases(), seed).cases(count)


def ask(case: Case) -> Answer:
    return precert.check(case).to_dict()


# --- strategies ------------------------------------------------------------------------------------------------------------


@st.composite
def codes_together(draw: st.DrawFn, deck: Deck) -> list[str]:
    """A few codes, mostly such as have to do with each other."""
    pools = [deck.codes, STRANGERS, MALFORMED, deck.damaged]
    pools += [deck.torn, deck.add_ons, deck.devices, deck.anchors, deck.weak_anchors, deck.bought, deck.chairs]
    pools += [
        list(deck.dated),
        deck.noted,
        deck.segmented,
        deck.pointed,
        ["J7330", "27412"],
        [code for pair in deck.pairs for code in pair],
    ]
    pool = st.sampled_from([each for each in pools if each]).flatmap(st.sampled_from)
    found = draw(st.lists(pool, min_size=1, max_size=4))
    for code in list(found):
        if code in deck.add_ons and deck.primaries(code) and draw(st.booleans()):
            found.append(draw(st.sampled_from(deck.primaries(code))))
        if code in deck.torn and draw(st.booleans()):
            program = draw(st.sampled_from([row.program for row in deck.by_code[code]]))
            found.append(draw(st.sampled_from(deck.by_program[program])))
    return found


@st.composite
def orders(draw: st.DrawFn) -> Case:
    """A whole case."""
    deck = decks()[draw(st.sampled_from([CIGNA, CIGNA, CIGNA, ALLIANCE]))]
    modifiers = st.sampled_from([[], [], ["NU"], ["RR"], ["59"]])
    lines = [
        {"code": code, "modifiers": draw(modifiers), "units": draw(st.sampled_from([1, 1, 2, 5]))} for code in draw(codes_together(deck))
    ]
    return {
        "plan": deck.plan,
        "date_of_service": draw(st.sampled_from([date(2026, 3, 2), *deck.days(), *EDITION_DAYS])).isoformat(),
        "segment": draw(st.sampled_from([None, "fl-dsnp", "medicaid"])),
        "programs": draw(st.none() | st.lists(st.sampled_from(deck.programs), unique=True)),
        "lines": lines,
    }


# --- R41: the order of the lines ---------------------------------------------------------------------------------------------


def placeless(answer: Answer, name: dict[int, int]) -> dict[str, Any]:
    """An answer with every line number replaced by a name that does not depend on where the line stands."""
    lines = {}
    for line in answer["lines"]:
        rest = {key: value for key, value in line.items() if key not in {"number", "primary_lines"}}
        lines[name[line["number"]]] = rest | {"primary_lines": {name[number] for number in line["primary_lines"]}}
    groups = [({**each, "lines": None}, {name[number] for number in each["lines"]}) for each in answer["cases"]]
    findings = [
        (each["code"], each["severity"], each["exception"], each["citation"], {name[n] for n in each["lines"]})
        for each in answer["findings"]
    ]
    whole = {key: value for key, value in answer.items() if key not in {"lines", "cases", "findings", "digest"}}
    return whole | {"lines": lines, "cases": sorted(groups, key=repr), "findings": sorted(findings, key=repr)}


@laws
@given(case=orders(), data=st.data())
def test_answers_follow_their_lines(case: Case, data: st.DataObject) -> None:
    turn = data.draw(st.permutations(range(len(case["lines"]))))
    before = ask(case)
    after = ask(case | {"lines": [case["lines"][at] for at in turn]})
    assert placeless(after, {new + 1: old for new, old in enumerate(turn)}) == placeless(before, {n + 1: n for n in range(len(turn))})


@laws
@given(case=orders())
def test_groups_and_primaries_stand_in_line_order(case: Case) -> None:
    answer = ask(case)
    lowest = [group["lines"][0] for group in answer["cases"]]
    assert lowest == sorted(lowest)
    for group in answer["cases"]:
        assert group["lines"] == sorted(set(group["lines"]))
    grouped = sorted(number for group in answer["cases"] for number in group["lines"])
    assert grouped == [line["number"] for line in answer["lines"] if line["requirement"] in {"required", "unlisted", "follows-primary"}]
    for line in answer["lines"]:
        codes = [answer["lines"][number - 1]["code"] for number in line["primary_lines"]]
        if line["code"] != "J7330":  # R17: companions first
            assert line["primary_lines"] == sorted(line["primary_lines"])
        else:
            assert codes == sorted(codes, key=lambda code: code != "27412")


# --- R41: lines that have nothing to do with each other ------------------------------------------------------------------------


@cache
def named_with(plan: str) -> dict[str, frozenset[str]]:
    """Code -> the codes that some row or the federal table names together with it."""
    together: dict[str, set[str]] = {}
    known = releases()
    groups = [{code, *primaries} for code, primaries in known.federal.items()]
    groups += [{row.code, *re.findall(r"[0-9]{4}[0-9A-Z]|[A-Z][0-9]{4}", f"{row.notation} {row.descriptor}")} for row in decks()[plan].rows]
    for group in groups:
        for code in group:
            together.setdefault(code, set()).update(group - {code})
    return {code: frozenset(others) for code, others in together.items()}


def shares(plan: str, one: str, other: str) -> bool:
    """Whether two codes share a program, a product, a category, or a row that names both."""
    rows = decks()[plan].by_code
    mine, theirs = rows.get(one, []), rows.get(other, [])
    labels = [
        {(name, value) for row in side for name in ("program", "product", "category") if (value := getattr(row, name))}
        for side in (mine, theirs)
    ]
    return one == other or bool(labels[0] & labels[1]) or other in named_with(plan).get(one, ())


@settings(laws, max_examples=800)
@given(case=orders(), data=st.data())
def test_a_line_that_shares_nothing_changes_nothing(case: Case, data: st.DataObject) -> None:
    plan, lines = case["plan"], case["lines"]
    stranger = data.draw(
        st.sampled_from(STRANGERS + MALFORMED) | st.sampled_from(decks()[plan].codes) | st.sampled_from(decks()[plan].anchors or STRANGERS)
    )
    unrelated = [at for at, line in enumerate(lines) if not shares(plan, line["code"], stranger)]
    assume(unrelated)
    place = data.draw(st.integers(0, len(lines)))
    before = ask(case)["lines"]
    after = ask(case | {"lines": [*lines[:place], {"code": stranger, "units": 3}, *lines[place:]]})["lines"]
    for at in unrelated:
        now = after[at + (at >= place)]
        then = before[at]
        moved = [number + (number > place) for number in then["primary_lines"]]
        assert now == then | {"number": now["number"], "primary_lines": moved}


def test_shares_sees_what_is_shared() -> None:
    assert shares(CIGNA, "64494", "64490")  # the federal table names one for the other
    assert shares(CIGNA, "J7330", "27412")
    assert shares(CIGNA, "43206", "43252")
    assert shares(CIGNA, "S9364", "S9368")
    assert not shares(CIGNA, "22551", "E0601")
    assert not shares(CIGNA, "22551", "99213")


# --- R42: one answer on every machine ------------------------------------------------------------------------------------------

CHILD = """
import hashlib, json, locale, sys, time
try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    pass
import precert
told = hashlib.sha256()
for case in json.loads(sys.stdin.buffer.read()):
    answer = precert.check(case)
    told.update(answer.to_json().encode())
    told.update(json.dumps(answer.to_dict()).encode())
    told.update(str(answer).encode())
print(told.hexdigest(), time.strftime("%z"), locale.setlocale(locale.LC_ALL), hash("precert") % 1000)
"""
HASH_SEEDS = ("0", "1", "2", "3")
ZONES = ("UTC", "Asia/Tokyo", "America/Los_Angeles")
LOCALES = ("C", "C.UTF-8", "de_DE.UTF-8")
# Every two of them meet; a locale that is not present is as C.
MACHINES = [(seed, zone, LOCALES[(at + by) % 3], "") for at, seed in enumerate(HASH_SEEDS) for by, zone in enumerate(ZONES)] + [
    ("random", "Pacific/Kiritimati", "C.UTF-8", "1")
]


def test_one_digest_on_every_machine(tmp_path: Path) -> None:
    cases = json.dumps(list(generated(300, 7))).encode()
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "TZ", "PYTHON"))}
    told, zones, hashes = set(), set(), set()
    for seed, zone, tongue, optimize in MACHINES:
        machine = plain | {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": tongue, "PYTHONOPTIMIZE": optimize}
        child = subprocess.run([sys.executable, "-c", CHILD], input=cases, capture_output=True, check=True, env=machine, cwd=tmp_path)
        digest, at, _, hashed = child.stdout.decode().split()
        told.add(digest)
        zones.add(at)
        hashes.add(hashed)
    assert len(told) == 1
    assert len(zones) == len(ZONES) + 1  # the children did see other zones and other hashes
    assert len(hashes) >= len(HASH_SEEDS)


def test_the_same_question_twice_is_the_same_answer() -> None:
    """What is remembered from other questions changes nothing: forwards, backwards, and on a fresh index."""
    cases = list(generated(400, 11))
    first = [precert.check(case).to_json() for case in cases]
    assert [precert.check(case).to_json() for case in reversed(cases)] == first[::-1]
    for plan, path in release_paths().items():
        published = next(each for each in precert.rulebook(plan).releases)
        for case, told in list(zip(cases, first, strict=True))[:60]:
            if case["plan"] == plan:
                index = compile_releases([(paper.parse(path.read_bytes()), published.known_at)])
                assert precert.Rulebook(index).determine(case).to_json() == told


# --- R10: to the day -------------------------------------------------------------------------------------------------------------


def facts(plan: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in release_paths()[plan].read_text(encoding="utf-8").splitlines()]


def dated_listings(member: str) -> list[Any]:
    found = [(plan, fact) for plan in (CIGNA, ALLIANCE) for fact in facts(plan) if fact["kind"] == "listing" and member in fact]
    return [pytest.param(plan, fact, id=f"{fact['code']}-{fact[member]}") for plan, fact in found]


def candidate(plan: str, code: str, line: int, day: date) -> dict[str, Any] | None:
    """The candidate of one row on a day."""
    answer = ask({"plan": plan, "date_of_service": day.isoformat(), "lines": [{"code": code}]})
    return next((each for each in answer["lines"][0]["candidates"] if each["citation"]["line"] == line), None)


@pytest.mark.parametrize(("plan", "fact"), dated_listings("begins"))
def test_an_addition_holds_from_its_day(plan: str, fact: dict[str, Any]) -> None:
    day = date.fromisoformat(fact["begins"])
    assert candidate(plan, fact["code"], fact["line"], day - timedelta(days=1)) is None
    for later in (day, day + timedelta(days=1), date(9999, 12, 31)):
        assert candidate(plan, fact["code"], fact["line"], later) is not None
    only = [each for each in facts(plan) if each["kind"] == "listing" and each["code"] == fact["code"]]
    if len(only) == 1:
        before = {"plan": plan, "date_of_service": (day - timedelta(days=1)).isoformat(), "lines": [{"code": fact["code"]}]}
        line = ask(before)["lines"][0]
        assert (line["requirement"], line["candidates"]) == ("not-on-list", [])
        assert any(day.isoformat() in each["text"] for each in line["reasons"])


@pytest.mark.parametrize(("plan", "fact"), dated_listings("changed"))
def test_a_change_holds_from_its_day(plan: str, fact: dict[str, Any]) -> None:
    day = date.fromisoformat(fact["changed"])
    before = candidate(plan, fact["code"], fact["line"], day - timedelta(days=1))
    assert before is not None
    assert before["requirement"] == "undetermined"
    for later in (day, day + timedelta(days=1), date(9999, 12, 31)):
        after = candidate(plan, fact["code"], fact["line"], later)
        assert after is not None
        conditions = {each["kind"] for each in fact.get("conditions", ())}
        if "not-required" in conditions:  # R13
            assert after["requirement"] == "not-required"
        elif "managed-with" in conditions:  # R16, alone
            assert after["requirement"] == "ask-plan"
        else:
            assert after["requirement"] == {"Yes": "required", "Out of Scope": "out-of-scope"}[fact["printed"]]


def test_the_lists_have_boundaries() -> None:
    assert len(dated_listings("begins")) >= 20
    assert len(dated_listings("changed")) >= 8


@pytest.mark.parametrize(("plan", "first"), [(CIGNA, date(2026, 1, 1)), (ALLIANCE, date(2025, 1, 1))])
def test_the_edition_to_the_day(plan: str, first: date) -> None:
    """R44."""

    def found(day: date) -> set[str]:
        return {each["code"] for each in ask({"plan": plan, "date_of_service": day.isoformat(), "lines": [{"code": "22551"}]})["findings"]}

    known_at = date.fromisoformat(
        precert.check({"plan": plan, "date_of_service": "2026-03-02", "lines": [{"code": "22551"}]}).to_dict()["releases"][0]["known_at"]
    )
    assert found(first - timedelta(days=1)) == {"dos-before-edition"}
    assert found(first) == set()
    assert found(known_at + timedelta(days=92)) == set()
    assert found(known_at + timedelta(days=93)) == {"list-may-be-stale"}


# --- citations -------------------------------------------------------------------------------------------------------------------


def citations(answer: Answer) -> Iterator[tuple[set[str], dict[str, Any], str]]:
    """Every citation of an answer: the codes it should hold (any of them), the citation, and what cites."""
    for line in answer["lines"]:
        for each in line["candidates"]:
            yield {line["code"]}, each["citation"], "row"
        for each in line["citations"]:
            yield {line["code"]}, each, "damaged" if line["needs"] == ["review"] else "row"
        for each in line["notices"]:
            if each["citation"]:
                yield {line["code"], *each["codes"]}, each["citation"], "text"
    for each in answer["findings"]:
        if each["citation"] and each["code"] in set(FindingCode):  # what stands beside the lists cites the page about anesthesia
            named = {answer["lines"][number - 1]["code"] for number in each["lines"]}
            yield named, each["citation"], "damaged" if each["code"] == "list-has-unread-rows" else "text"


@cache
def released(plan: str) -> dict[tuple[str, int], set[str]]:
    """(what, line) -> the codes that the release has from that line."""
    found: dict[tuple[str, int], set[str]] = {}
    kinds = {"listing": ("row", "text"), "set-aside": ("damaged",), "pointer": ("text",), "not-together": ("text",)}
    for fact in facts(plan):
        for what in kinds.get(fact["kind"], ()):
            named = {fact.get("code", ""), *fact.get("use", ()), fact.get("other", "")} - {""}
            found.setdefault((what, fact["line"]), set()).update(named)
    return found


@pytest.mark.parametrize("seed", [21, 22])
def test_every_citation_is_a_line_of_the_release(seed: int) -> None:
    documents = {plan: {tuple(each) for each in facts(plan)[0]["documents"]} for plan in (CIGNA, ALLIANCE)}
    count = 0
    for case in generated(1500, seed):
        for codes, cited, what in citations(ask(case)):
            count += 1
            assert (cited["document"], cited["sha256"]) in documents[case["plan"]]
            held = released(case["plan"])[what, cited["line"]]
            assert what == "damaged" or held & codes, (codes, cited)
    assert count > 5000


@needs_seeds
def test_every_citation_resolves_in_the_document() -> None:
    for plan, name in SEED_FILES.items():
        data = (SEEDS / name).read_bytes()
        lines = data.decode().split("\n")
        everything = [
            {
                "plan": plan,
                "date_of_service": "2026-03-02",
                "lines": [{"code": code} for code in [*decks()[plan].codes, *STRANGERS, *decks()[plan].damaged]],
            }
        ]
        for case in [*everything, *(case for case in generated(1500, 23) if case["plan"] == plan)]:
            for codes, cited, what in citations(ask(case)):
                assert (cited["document"], cited["sha256"]) == (name, hashlib.sha256(data).hexdigest())
                printed = re.sub(r"<[^>]*>", " ", lines[cited["line"] - 1])
                cells = {cell.strip().upper() for cell in printed.split("\t")}
                if what == "row":
                    assert cells & codes, (codes, cited)
                elif what == "text":
                    assert any(code in printed.upper() for code in codes), (codes, cited)
                else:
                    assert not any(re.fullmatch(r"[0-9]{4}[0-9A-Z]|[A-Z][0-9]{4}", cell) for cell in cells) or "00951" in cells


# --- digests and shapes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [31, 32, 33])
def test_the_digest_is_that_of_the_canonical_form(seed: int) -> None:
    for case in generated(1000, seed):
        answer = ask(case)
        told = answer.pop("digest")
        assert told == "sha256:" + hashlib.sha256(rfc8785.dumps(answer)).hexdigest()


@laws
@given(
    token=st.text(st.characters(), max_size=40),
    reference=st.none() | st.from_regex(r"[A-Za-z0-9._-]{1,64}", fullmatch=True),
    segment=st.text(max_size=20),
)
def test_the_digest_of_whatever_may_be_sent(token: str, reference: str | None, segment: str) -> None:
    assume(segment.strip() and not re.search("[\ud800-\udfff]", segment))
    case = {
        "plan": ALLIANCE,
        "date_of_service": "2026-03-02",
        "reference": reference,
        "segment": segment,
        "lines": [{"code": token}, {"code": "63081"}],
    }
    answer = ask(case)
    told = answer.pop("digest")
    assert told == "sha256:" + hashlib.sha256(rfc8785.dumps(answer)).hexdigest()


def spoil(value: Any) -> None:  # noqa: ANN401 - JSON
    """Change everything that can be changed in a JSON value."""
    if isinstance(value, dict):
        for name, each in list(value.items()):
            spoil(each)
            value[name] = "spoilt"
        value["more"] = 1
    elif isinstance(value, list):
        for each in value:
            spoil(each)
        value.append("spoilt")


def test_a_dictionary_is_new_each_time() -> None:
    for case in generated(300, 41):
        asked = copy.deepcopy(case)
        answer = precert.check(case)
        first = answer.to_dict()
        kept = copy.deepcopy(first)
        spoil(first)
        assert answer.to_dict() == kept
        assert ask(asked) == kept
        assert case == asked  # nor is the question touched
        spoil(case)
        assert answer.to_dict() == kept


def test_the_text_is_the_dictionary_without_its_digest() -> None:
    for case in generated(1000, 42):
        answer = precert.check(case)
        whole = answer.to_dict()
        assert list(whole)[-1] == "digest"
        del whole["digest"]
        assert answer.to_json() == json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


# --- no way to a false No ----------------------------------------------------------------------------------------------------------

SAMPLE_PROFILE = b"""
plan = "sample"
list = "sample"
title = "A list written for this test"
payer = "Sample"
[delegate]
name = "Runner"
evidence = "written here"
[programs]
title = 'Codes of program: (?P<program>.+)'
[programs.settings]
"At Home" = "home"
[vocabulary.segment]
"In Scope for Gold Only" = "gold"
[vocabulary.platform]
"East" = "East"
"West" = "West"
"Ask Sample" = "Ask Sample"
[vocabulary]
through_plan = ["Ask Sample"]
[families]
bones = "Bones"
[components]
category = "Chairs"
excluded = ["K0001-K0014"]
[cross_references]
"night gear" = "Night"
"""
SAMPLE_HEADER = "Product\tCategory\tCPT Code\tCode Description\tPrior Authorization Required\tPlatform\tNotation"
WITH_BONES = (
    "This procedure code will be managed if ordered with another code of the delegated bones program; otherwise Sample will manage the code"
)
REGISTER = "This procedure code does not require precertification through Runner but please register the device with the manufacturer"
SAMPLE = f"""Codes of program: Day
{SAMPLE_HEADER}
Bones\tKnee\t11111\tfirst thing\tYes\tEast\t
Bones\tKnee\t11112\tsecond thing, each additional\tAdd-on Code\tEast\t
Bones\tHip\t11113\tthird thing\tAdd-on Code\tWest\t{WITH_BONES}
Bones\tHip\t11114\tfourth thing\tUnlisted\tWest\t
Heart\tValve\t11115\tfifth thing\tNo\tEast\t
Heart\tValve\t11116\tsixth thing\tOut of Scope\tEast\t
Heart\tValve\t11117\tseventh thing\tExperimental/Investigational\tEast\t
Heart\tValve\t11118\teighth thing\tYes\tEast\tNo PA required Effective 01/01/2022
Heart\tValve\t11119\tninth thing\tOut of Scope\tEast\tNo PA required Effective 01/01/2022
Heart\tValve\tG0001\ttenth thing\tYes\tAsk Sample\tadd 7/1/2021
Chairs\tChairs\tK0010\televenth thing\tYes\tEast\tPurchase only
Chairs\tChairs\tE0010\ttwelfth thing\tIn Scope for Gold Only\tEast\t
Gear\tMasks\tA0010\tthirteenth thing\tOut of Scope\tWest\tPart of night gear
Gear\tMasks\tA0011\tfourteenth thing\tOut of Scope\tWest\tPart of night gear
Codes of program: Night
{SAMPLE_HEADER}
Sleep\tMasks\tA0010\tthirteenth thing\tNo\tEast\t{REGISTER}
Sleep\tMasks\tA0012\tfifteenth thing\tYes\tEast\tsomething nobody reads
Codes of program: At Home
{SAMPLE_HEADER}
Care\tNurse\t11115\tfifth thing\tYes\tWest\t
Care\tNurse\tT0001\tsixteenth thing\tNo\tAsk Sample\tRequires precertification through Sample effective 7/1/2021
"""
DAYS = ("2020-06-01", "2021-12-31", "2022-01-01", "2026-03-02")
ALIENS = (
    "No",
    "no.",
    "Not required",
    "None",
    "N/A",
    "Yes No",
    "Yes/No",
    "no PA",
    "No Yes",
    "0",
    "-",
    "\ufeffYes",
    "Ye\u017f",
    "Y\u0435s",
    "N\u043e",
)


def mutations(cell: str, beside: str, below: str, rng: random.Random) -> set[str]:
    """What may become of a cell: swapped, blanked, cut, mistyped, in other case, marked up, or something else entirely."""
    at = rng.randrange(len(cell)) if cell else 0
    found = {beside, below, "", " ", cell[: len(cell) // 2], cell[:-1], cell[1:], cell[:2]}
    found |= {
        cell[:at] + cell[at + 1 :],
        cell[:at] + cell[at : at + 1] * 2 + cell[at + 1 :],
        cell[:at] + cell[at : at + 2][::-1] + cell[at + 2 :],
    }
    found |= {cell[:at] + rng.choice("xO01lIS") + cell[at + 1 :], cell[:at] + " " + cell[at:], cell[::-1]}
    found |= {cell.upper(), cell.lower(), cell.swapcase(), f"<b>{cell}</b>", f"**{cell}**", f"{cell}<br>", f" {cell} ", f"{cell} {cell}"}
    return (found | set(ALIENS)) - {cell}


def mutants(text: str, rng: random.Random, each_cell: int | None) -> Iterator[str]:
    """Texts with one cell changed or two swapped: every change of every cell, or so many of each cell."""
    lines = text.split("\n")
    for at, line in enumerate(lines):
        cells = line.split("\t")
        if len(cells) == 1:
            continue
        for here, cell in enumerate(cells):
            other = rng.randrange(len(cells))
            lower = next((each.split("\t") for each in lines[at + 1 :] if each.count("\t") >= here), cells)
            swapped = list(cells)
            swapped[here], swapped[other] = swapped[other], swapped[here]
            found = sorted(mutations(cell, cells[other], lower[here], rng))
            chosen = found if each_cell is None else rng.sample(found, min(each_cell, len(found)))
            for row in [swapped, *([*cells[:here], new, *cells[here + 1 :]] for new in chosen)]:
                yield "\n".join([*lines[:at], "\t".join(row), *lines[at + 1 :]])


SAYS_NO = re.compile(r"\bno\W+(?:pa|prior\W+authorization|precertification)\W+(?:is\W+)?required", re.IGNORECASE)


FROM_A_DAY = re.compile(r"\W*effective(?:\W+(\d{1,2})[/.](\d{1,2})[/.](\d{4}|\d{2})(?!\d))?", re.IGNORECASE | re.ASCII)


def says_no(line: str, on: date) -> bool:
    """Whether a printed row says that no PA is required on a day: a cell is the word No, or a notation spells it out, from that day on."""
    cells = [" ".join(re.sub(r"<[^>]*>|\*\*", " ", cell).split()) for cell in line.split("\t")]
    return any(re.fullmatch(r"\W*no\W*", cell, re.IGNORECASE) or spells_no(cell, on) for cell in cells)


def spells_no(cell: str, on: date) -> bool:
    for found in SAYS_NO.finditer(cell):
        since = FROM_A_DAY.match(cell, found.end())
        if since is None:
            return True
        if since[1]:
            year = int(since[3]) + (2000 if len(since[3]) == 2 else 0)
            try:
                return date(year, int(since[1]), int(since[2])) <= on
            except ValueError:
                return False
    return False


def every_answer(text: str, profile: Profile, codes: list[str]) -> Iterator[tuple[date, dict[str, Any]]]:
    """Ingest a text, and ask its release for every code, together and on every day."""
    try:
        report = ingest("list.txt", text.encode(), profile, known=NothingKnown())
    except UnknownLayoutError:
        return
    raw = paper.parse(report.release.text().encode())
    index = compile_releases([(raw, date(2026, 11, 21))])
    asked = list(dict.fromkeys([*codes, *index.codes()]))
    for day in DAYS:
        case = {"plan": profile.plan, "date_of_service": day, "lines": [{"code": code} for code in asked]}
        for line in json.loads(determine(case, index).to_json())["lines"]:
            yield date.fromisoformat(day), line


def assert_no_false_no(text: str, profile: Profile, codes: list[str]) -> int:
    count = 0
    for day, line in every_answer(text, profile, codes):
        if line["requirement"] == "not-required":
            count += 1
            assert line["citations"], line
            for cited in line["citations"]:
                printed = text.split("\n")[cited["line"] - 1]
                assert says_no(printed, day), (line["code"], day, printed)
    return count


def test_the_sample_list_reads_as_meant() -> None:
    profile = read_profile(SAMPLE_PROFILE)
    report = ingest("list.txt", SAMPLE.encode(), profile, known=NothingKnown())
    assert report.to_dict()["rows"] == {"total": 21, "headers": 3, "sections": 0, "listed": 18, "set_aside": 0}
    told = [(line["code"], line["requirement"]) for _, line in every_answer(SAMPLE, profile, [])][-16:]
    assert told == [
        *(("11111", "required"), ("11112", "follows-primary"), ("11113", "follows-primary"), ("11114", "unlisted")),
        *(("11115", "not-required"), ("11116", "out-of-scope"), ("11117", "investigational"), ("11118", "not-required")),
        *(("11119", "not-required"), ("G0001", "required"), ("K0010", "required"), ("E0010", "undetermined")),
        *(("A0010", "not-required"), ("A0011", "out-of-scope"), ("A0012", "required"), ("T0001", "not-required")),
    ]


def test_says_no_is_no_easy_judge() -> None:
    day = date(2022, 1, 1)
    assert says_no("a\t<b>No</b>\tb", day)
    assert says_no("a\tNo PA required Effective 01/01/2022\tb", day)
    assert says_no("a\tno prior authorization is required.\tb", day)
    assert not says_no("a\tNo PA required Effective 01/02/2022\tb", day)
    assert not says_no("a\tNo PA required Effective 01/01/2\tb", day)
    assert not says_no("a\tNo PA required Effective 13/01/20\tb", day)
    assert not says_no("a\tNot\tNone\tN/A\tYes No\tOut of Scope\tNo such thing required", day)


EFFORT = [pytest.param(False, id="some"), pytest.param(True, id="all", marks=pytest.mark.long)]


@pytest.mark.parametrize("thorough", EFFORT)
def test_no_change_of_a_cell_makes_a_false_no_in_the_sample(thorough: bool) -> None:
    profile = read_profile(SAMPLE_PROFILE)
    codes = sorted(set(re.findall(r"\t([A-Z0-9][0-9]{4})\t", SAMPLE)))
    rng = random.Random(5)
    count = said = 0
    for text in mutants(SAMPLE, rng, None if thorough else 6):
        count += 1
        said += assert_no_false_no(text, profile, codes)
    assert count > 900
    assert said > count  # the list keeps saying No where it does


@needs_seeds
@pytest.mark.parametrize("plan", [CIGNA, ALLIANCE])
@pytest.mark.parametrize("thorough", EFFORT)
def test_no_change_of_a_cell_makes_a_false_no_in_the_published_rows(plan: str, thorough: bool) -> None:
    profile = read_profile((bundled.PROFILES / f"{plan}.toml").read_bytes())
    rng = random.Random(6)
    rows = 200 if thorough else 30
    for text, codes in published_samples(plan, rng, rows if plan == CIGNA else rows // 4):
        for mutant in mutants(text, rng, None if thorough else 6):
            assert_no_false_no(mutant, profile, codes)


def published_samples(plan: str, rng: random.Random, count: int) -> Iterator[tuple[str, list[str]]]:
    """Small documents cut from the published one: a title, its header, and a row of interest with its neighbour."""
    lines = (SEEDS / SEED_FILES[plan]).read_text(encoding="utf-8").split("\n")
    rows: list[Row] = decks()[plan].rows
    telling = [row for row in rows if row.notation or row.requirement not in {"Yes", "Out of Scope"}]
    for row in rng.choices(telling, k=count // 2) + rng.choices(rows, k=count - count // 2):
        title = next((line for line in lines[row.line - 1 :: -1] if "\t" not in line and "List:" in line), "")
        header = next(line for line in lines[row.line - 1 :: -1] if "Code Description" in line)
        body = [lines[row.line - 1], lines[rng.choice(rows).line - 1] if plan == ALLIANCE else lines[row.line]]
        yield "\n".join([title, header, *[each for each in body if each.count("\t") == header.count("\t")]]), [row.code]
