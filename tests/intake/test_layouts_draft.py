"""`--init-profile`: what was met, written as a profile to edit. `test_layouts_strangers.py` reads documents with it again."""

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from precert.intake.layouts.draft import profile_text, quoted
from precert.intake.layouts.profile import Profile, ProfileError, default_profile, key, read_profile
from precert.intake.pipeline import ingest
from precert.intake.repair import Known
from precert.surfaces.cli.main import app
from tests.intake.make import HEADER, listed, plain, profile, read, table

HEAD = ("Code", "Description", "PA Required", "Fee", "Platform")
ROWS = (
    ("22551", "Made up", "Y", "", "North Portal"),
    ("22552", "Made up", "y", "", ""),
    ("22554", "Made up", "N", "", ""),
    ("22556", "Made up", "Perhaps", "", ""),
    ("22558", "Made up", "PERHAPS", "", ""),
    ("22585", "Made up", "Ask " * 30, "", ""),
)


def drafted(data: bytes, by: Profile | None = None) -> str:
    report = ingest("made-up.txt", data, by or default_profile("made-up", "list"), known=Known())
    return profile_text(report.document, report.profile, report.sheet)


def test_what_was_met_is_written() -> None:
    text = drafted(table(HEAD, *ROWS))
    found = tomllib.loads(text)
    assert (found["plan"], found["list"], found["title"], found["payer"]) == ("made-up", "list", "made-up", "made-up")
    assert found["programs"] == {"all": "made-up"}
    assert found["columns"] == {
        "Code": "code", "Description": "description", "PA Required": "requirement", "Fee": "qualifier", "Platform": "platform",
    }  # fmt: skip
    assert found["vocabulary"] == {"requirement": {"Y": "Yes", "N": "No"}}
    assert "several_codes" not in found


def test_what_a_person_is_to_decide_is_written_and_commented_out() -> None:
    lines = drafted(table(HEAD, *ROWS)).splitlines()
    assert '"Y" = "Yes"  # 2 rows' in lines
    assert '# "Perhaps" = ""  # 2 rows' in lines
    assert any(line.startswith('# "Ask Ask') and line.endswith("and more, a text and no word  # 1 row") for line in lines)
    assert '# "North Portal" = "North Portal"' in lines
    assert any(line.startswith("# title = ") and "(?P<program>" in line for line in lines)
    assert any(line.startswith('"Fee" = "qualifier"  # nobody has said') for line in lines)


def test_a_word_is_to_be_decided_before_it_is_read() -> None:
    text = drafted(table(HEAD, *ROWS)).replace('# "Perhaps" = ""', '"Perhaps" = ""')
    with pytest.raises(ProfileError, match=r"`vocabulary.requirement`: `` is none of"):
        read_profile(text.encode())
    decided = read_profile(text.replace('"Perhaps" = ""', '"Perhaps" = "Unlisted"').encode())
    assert [row.listing.code for row in read(table(HEAD, *ROWS), decided).sheet.listed] == ["22551", "22552", "22554", "22556", "22558"]


def test_a_mark_is_written_as_a_word() -> None:
    found = tomllib.loads(drafted(table(("Code", "PA Required"), ("22551", "X"), ("22552", "X"))))
    assert found["vocabulary"]["requirement"] == {"X": "Yes"}


def test_many_unknown_words_are_counted() -> None:
    rows = [(str(22000 + n), f"word {n}x") for n in range(70)]
    text = drafted(table(("Code", "PA Required"), ("22551", "Y"), *rows))
    assert "# and 10 more" in text
    read_profile(text.encode())


def test_a_title_of_programs_is_kept() -> None:
    by = read_profile(b"plan = 'p'\nlist = 'l'\ntitle = 't'\npayer = 'P'\ninfer = true\n[programs]\ntitle = 'List: (?P<program>.+)'\n")
    found = tomllib.loads(drafted(b"List: Back\n" + table(HEADER, listed("22551")), by))
    assert found["programs"] == {"title": "List: (?P<program>.+)"}


def test_where_nothing_says_so_membership_is_offered_and_not_taken() -> None:
    report = plain(table(("Code", "PA Required"), ("22551", "Y"), ("Code", "Description"), ("22552", "Made up")))
    text = profile_text(report.document, report.profile, report.sheet)
    assert "# membership = true" in text.splitlines()
    assert "membership" not in tomllib.loads(text)


def test_headings_of_headers_that_could_not_be_read_are_offered() -> None:
    data = table(("Code", "PA Required"), ("22551", "Y"), ("Code", "Notes", "PA exempt", "Notes"), ("22552", "", "Y", ""))
    assert '# "PA exempt" = "unread"  # its header cannot be read without it' in drafted(data).splitlines()


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_any_text_is_quoted_as_toml_reads_it(text: str) -> None:
    assert tomllib.loads(f"word = {quoted(text)}\n")["word"] == text


# -- profiles that say what a layout is --------------------------------------------------------------------------------


def test_a_profile_may_name_the_columns_of_a_table_without_headings() -> None:
    by = profile('positions = ["code", "unread", "requirement", "qualifier"]\n')
    report = read(table(("22551", "Made up", "Yes", ""), ("22552", "Made up", "No", ""), ("22554", "Made up", "No", "Gold")), by)
    assert [row.listing.code for row in report.sheet.listed] == ["22551", "22552"]
    assert [each.row.reason for each in report.sheet.set_aside] == ["unread-qualifier"]
    assert report.to_dict()["columns"][0]["headings"] == 0


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ('positions = ["requirement"]\n', "`positions` should name the code column"),
        ('positions = ["code", "code"]\n', "no column twice"),
        ('positions = ["price"]\n', "`positions`: `price` is none of"),
        ('dates = {termination = "never"}\n', "`dates.termination`: `never` is none of last-day, first-day-out"),
        ('dates = {effective = "maybe"}\n', "`dates.effective`: `maybe` is none of addition, change"),
        ("dates = {begin = 1}\n", "there is no member `dates.begin`"),
        ("several_codes = 1\n", "`several_codes` should be true or false"),
    ],
)
def test_what_is_wrong_is_named(more: str, says: str) -> None:
    with pytest.raises(ProfileError) as error:
        profile(more)
    assert says in str(error.value)


def test_two_spellings_of_one_word_are_one_word() -> None:
    stranger = default_profile("stranger").requirements
    assert key("PA required") in stranger
    assert stranger[key("No Prior Authorization is required")] == "No"
    assert key("Not") not in stranger
    assert key("None") not in stranger


def test_words_of_strangers_are_no_words_of_a_profile_that_a_person_wrote() -> None:
    assert key("Not required") not in profile().requirements
    assert key("Not required") in profile("infer = true\n").requirements


# -- the command -------------------------------------------------------------------------------------------------------


@pytest.fixture
def document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PRECERT_HOME", str(tmp_path / "home"))
    path = tmp_path / "list.txt"
    path.write_bytes(table(HEAD, *ROWS))
    return path


def run(*args: object) -> tuple[int, str, str]:
    done = CliRunner(env={"COLUMNS": "120"}).invoke(app, [str(each) for each in args], prog_name="precert")
    return done.exit_code, done.stdout, done.stderr


def test_the_columns_stand_before_the_rows(document: Path) -> None:
    status, out, _ = run("ingest", document, "--plan", "stranger", "--dry-run")
    assert status == 1
    assert 0 < out.index("HOW THE COLUMNS ARE READ") < out.index("PA Required  requirement  synonym") < out.index("ROWS\n")


def test_the_next_release_is_one_command(document: Path, tmp_path: Path) -> None:
    written = tmp_path / "stranger.toml"
    status, out, err = run("ingest", document, "--plan", "stranger", "--init-profile", written, "--json")
    assert (status, err) == (1, "")
    assert not (tmp_path / "home" / "precert.sqlite").exists()
    first = json.loads(out)
    again = json.loads(run("ingest", document, "--plan", "stranger", "--profile", written, "--dry-run", "--json")[1])
    assert (again["rows"], again["set_aside"], again["codes"]) == (first["rows"], first["set_aside"], first["codes"])
    assert {column["by"] for layout in again["columns"] for column in layout["columns"]} == {"profile"}


def test_a_profile_is_never_written_over(document: Path, tmp_path: Path) -> None:
    written = tmp_path / "stranger.toml"
    written.write_text("mine", "utf-8")
    status, out, err = run("ingest", document, "--plan", "stranger", "--init-profile", written)
    assert (status, out) == (2, "")
    assert "exists already, and is not written over" in err
    assert written.read_text("utf-8") == "mine"


def test_a_list_that_has_a_profile_gets_no_other(document: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    for args in (("--plan", "stranger", "--profile", document), ("--plan", "cigna-commercial")):
        status, out, err = run("ingest", document, *args, "--init-profile", mine)
        assert (status, out, mine.exists()) == (2, "", False)
        assert "profile" in err


def test_a_profile_is_written_of_a_document_nobody_recognises(document: Path, tmp_path: Path) -> None:
    document.write_bytes(table(("Code", "PA exempt"), ("22551", "Y"), ("22552", "Y")))
    written = tmp_path / "stranger.toml"
    status, out, err = run("ingest", document, "--plan", "stranger", "--init-profile", written)
    assert (status, out) == (2, "")
    assert "a profile to edit was written" in err
    assert '# "PA exempt" = "unread"' in written.read_text("utf-8")


def test_a_folder_that_is_not_there_is_said(document: Path, tmp_path: Path) -> None:
    status, out, err = run("ingest", document, "--plan", "stranger", "--init-profile", tmp_path / "no" / "such.toml")
    assert (status, out) == (2, "")
    assert "such.toml` cannot be written: No such file" in err
