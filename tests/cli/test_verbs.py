"""The other verbs: what they print, as JSON and as a page."""

import json
from pathlib import Path
from typing import Any

import pytest

import precert
from precert import bootstrap
from precert.facts import condition as conditions
from precert.surfaces import words
from tests.cli.conftest import Run

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
HEADER = "CPT Code\tCode Description\tCategory\tPrior Authorization Required"


def of(inside: Run, *args: str, status: int = 0) -> dict[str, Any]:
    told = inside(*args, "--json")
    assert (told.status, told.err) == (status, "")
    document: dict[str, Any] = json.loads(told.out)
    return document


def page(inside: Run, *args: str, status: int = 0) -> str:
    told = inside(*args)
    assert (told.status, told.err) == (status, "")
    return " ".join(told.out.split())


def test_help_names_every_verb(inside: Run) -> None:
    told = page(inside, "--help")
    for verb in ("check", "lists", "releases", "show", "search", "ingest", "version"):
        assert f" {verb} " in told
        assert page(inside, verb, "-h").startswith(f"Usage: precert {verb}")


def test_lists(inside: Run) -> None:
    document = of(inside, "lists")
    assert document["schema"] == "precert.lists/1"
    cigna, alliance = (
        next(each for each in document["lists"] if each["plan"] == plan) for plan in ("cigna-commercial", "health-alliance-medical")
    )
    assert (cigna["listings"], cigna["codes"], cigna["set_aside"], cigna["edition"]) == (1602, 1548, 0, "2026")
    assert (alliance["listings"], alliance["codes"], alliance["set_aside"], alliance["delegate"]) == (78, 78, 9, None)
    assert {"name": "Home Health", "setting": "home", "elsewhere": False, "listings": 20} in cigna["programs"]
    told = page(inside, "lists")
    assert "1602 rows, 1548 codes" in told
    assert "Published elsewhere, and not here: Medical Oncology, Laboratory Management" in told


def test_releases(inside: Run) -> None:
    document = of(inside, "releases")
    assert document["schema"] == "precert.releases/1"
    assert [each["id"] for each in document["releases"]] == [each.id for each in bootstrap.published()]
    told = page(inside, "releases")
    assert all(each["id"] in told for each in document["releases"])


def test_version(inside: Run) -> None:
    document = of(inside, "version")
    assert (document["schema"], document["version"]) == ("precert.version/1", precert.__version__)
    assert page(inside, "version").startswith(f"precert {precert.__version__} ")


# -- show ------------------------------------------------------------------------------------------------------------------


def test_show_has_the_rows_of_every_plan(inside: Run) -> None:
    document = of(inside, "show", " 22551 ")
    assert (document["schema"], document["code"], document["plan"]) == ("precert.show/1", "22551", None)
    assert {(row["plan"], row["citation"]["line"]) for row in document["rows"]} >= {
        ("cigna-commercial", 717),
        ("health-alliance-medical", 29),
    }
    row = next(row for row in document["rows"] if row["citation"]["line"] == 717)
    assert row["printed"]["requirement"] == "Yes"
    assert row["facts"] == {"regions": ["cervical"], "approach": "anterior", "each_additional": False, "unlisted": False}
    told = page(inside, "show", "22551")
    assert "003_db63ac5a01d801bc.txt:717 program: Spine Surgery" in told
    assert "Prints Yes; platform: CareCore National Holds on any date Its description states: cervical, anterior" in told
    assert "Prints nothing: being on the list means that PA is required" in told


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("L8680", "Managed by eviCore when ordered with a Musculoskeletal procedure, otherwise by Cigna"),
        ("E0784", "phone 888-454-0013, option 5, fax 877-730-3858"),
        ("K0824", "Bought only, not rented, when ordered with more than 4 components"),
        ("T1021", "For members of fl-dsnp only, says the row's description"),
        ("A7030", "Refers to the list of Sleep, which decides where it names the code"),
        ("77776", "The list names 77799 to use instead: 003_db63ac5a01d801bc.txt:896"),
        ("S9364", "Not to be reported together with S9365"),
        ("64484", "A federal table calls it an add-on to 64483"),
        ("63081", "A row that nobody could read yet may be this code: 000_4ec7730ef9e478f2.txt:96"),
        ("99213", "No row names this code. This does not mean that no prior authorization is needed."),
        ("S9364", "for care at home"),
    ],
)
def test_show_says(inside: Run, code: str, said: str) -> None:
    assert said in page(inside, "show", code)


def test_show_one_plan(inside: Run) -> None:
    document = of(inside, "show", "63081", "--plan", "health-alliance-medical")
    assert (document["rows"], document["plan"]) == ([], "health-alliance-medical")
    assert [each["citation"]["line"] for each in document["damaged"]] == [96]
    assert "cigna" not in page(inside, "show", "63081", "--plan", "health-alliance-medical")


@pytest.mark.parametrize(
    ("args", "said"), [(("2255",), "`2255` is not a well-formed code"), (("22551", "--plan", "aetna"), "there is no plan `aetna`")]
)
def test_show_refuses(inside: Run, args: tuple[str, ...], said: str) -> None:
    told = inside("show", *args)
    assert (told.status, told.out) == (2, "")
    assert said in told.err


@pytest.mark.parametrize(
    ("each", "said"),
    [
        (conditions.StatesOnly(states=("FL", "TX")), "For members in FL and TX only"),
        (conditions.PlacesOnly(places=("19", "22")), "At place of service 19 or 22 only"),
        (
            conditions.ManagedWith(family="x", companions=("27412",)),
            "Managed by the benefit manager when ordered with a x procedure, otherwise by P; its companion is 27412",
        ),
        (conditions.NotRequired(), "No PA is required since the change"),
        (conditions.Uninterpreted(), "Something is printed here that nobody has interpreted yet: read the row itself"),
    ],
)
def test_conditions_in_words(each: conditions.Condition, said: str) -> None:
    assert words.condition(each, words.Names(plan="P")) == said


# -- search ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (("cervical", "anterior", "2255", "additional"), {"22552"}),
        (("lumbar anterior 2286",), {"22860", "22862"}),
        (("l868",), {"L8680", "L8681", "L8682", "L8683", "L8684", "L8685", "L8686", "L8687", "L8688", "L8689"}),
        (("sacroiliac", "percutaneous"), {"27279"}),
    ],
)
def test_search_finds(inside: Run, text: tuple[str, ...], codes: set[str]) -> None:
    document = of(inside, "search", *text)
    found = {hit["code"] for hit in document["hits"]}
    assert found
    assert found <= codes or codes <= found
    assert document["count"] == len(document["hits"])
    assert document["descriptions_searched"] is False


def test_search_by_program_section_and_product(inside: Run) -> None:
    for text, expected in (("gastroenterology", 35), ("brachytherapy", 18)):
        assert of(inside, "search", text, "--plan", "cigna-commercial")["count"] >= expected
    assert of(inside, "search", "musculo", "--limit", "2000")["count"] == len(of(inside, "search", "musculo", "--limit", "2000")["hits"])


def test_search_is_capped_and_says_so(inside: Run) -> None:
    document = of(inside, "search", "durable", "--limit", "3")
    assert len(document["hits"]) == 3
    assert document["count"] > 600
    told = page(inside, "search", "durable", "--limit", "3")
    assert "the first 3 are shown (--limit shows more)" in told
    assert "Descriptions are not searched" in told


def test_search_without_a_hit_is_answered(inside: Run) -> None:
    assert of(inside, "search", "zebra")["hits"] == []
    assert page(inside, "search", "zebra", "--plan", "cigna-commercial").startswith("`zebra` in cigna-commercial: 0 rows, 0 codes")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("&",), "has no word to search for"),
        ((), "Missing argument"),
        (("a", "--limit", "0"), "--limit"),
        (("a", "--limit", "x"), "--limit"),
    ],
)
def test_search_refuses(inside: Run, args: tuple[str, ...], said: str) -> None:
    told = inside("search", *args)
    assert (told.status, told.out) == (2, "")
    assert said in told.err
    assert told.err.count("\n") == 1


# -- ingest ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.txt"
    rows = [f"{code}\tmade up\tSpine\tYes" for code in ("22551", "22554", "22600", "63030", "h suxi")]
    path.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
    return path


def test_ingest_reports_and_looks_back_when_rows_are_set_aside(inside: Run, small: Path) -> None:
    document = of(inside, "ingest", str(small), "--plan", "test-plan", "--title", "Made up", "--dry-run", status=1)
    assert (document["schema"], document["plan"], document["list"]) == ("precert.ingest/1", "test-plan", "test-plan")
    assert document["rows"] == {"total": 6, "headers": 1, "sections": 0, "listed": 4, "set_aside": 1}
    told = page(inside, "ingest", str(small), "--plan", "test-plan", "--list", "other", "--dry-run", status=1)
    assert "6 rows = 1 headers + 0 sections + 4 listed + 1 set aside; 4 codes" in told
    assert "line 6 malformed code h suxi" in told
    assert "list other, edition not found" in told


def test_ingest_refuses_what_it_cannot_read(inside: Run, small: Path, tmp_path: Path) -> None:
    prose, binary, profile = tmp_path / "prose.txt", tmp_path / "list.bin", tmp_path / "profile.toml"
    prose.write_text("no table here\n", encoding="utf-8")
    binary.write_bytes(b"\x00\xff" * 50)
    profile.write_text("plan = [", encoding="utf-8")
    for args, said in (
        ((str(prose),), "no row that could be read"),
        ((str(binary),), "list.bin"),
        ((str(tmp_path),), "cannot be read"),
        ((str(small), "--profile", str(profile)), "profile.toml"),
        ((str(small), "--profile", str(tmp_path / "none.toml")), "none.toml` cannot be read"),
    ):
        told = inside("ingest", *args, "--plan", "test-plan", "--dry-run")
        assert (told.status, told.out) == (2, ""), args
        assert said in told.err
        assert told.err.count("\n") == 1


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the published documents are not at hand")
def test_ingest_accounts_for_the_published_lists(inside: Run) -> None:
    told = page(inside, "ingest", str(SEEDS / "000_4ec7730ef9e478f2.txt"), "--plan", "health-alliance-medical", "--dry-run", status=1)
    assert "92 rows = 5 headers + 0 sections + 78 listed + 9 set aside; 78 codes" in told
    assert "line 96: h suxi may be 63081 (confidence " in told
    told = page(inside, "ingest", str(SEEDS / "003_db63ac5a01d801bc.txt"), "--plan", "cigna-commercial", "--dry-run")
    assert "1757 rows = 117 headers + 38 sections + 1602 listed + 0 set aside; 1548 codes" in told
    assert "lines 473, 474, 560" in told


# -- what goes wrong inside ------------------------------------------------------------------------------------------------


def test_an_error_of_ours_is_one_line_and_status_3(inside: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr(bootstrap, "check", broken)
    told = inside("check", "--plan", "cigna-commercial", "22551")
    assert (told.status, told.out, told.err) == (3, "", "precert: the answer could not be made: RuntimeError: two lines\n")
