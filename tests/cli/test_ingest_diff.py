"""`precert ingest --diff`: what publishing a document would change of the release in use; and the bar of a long reading."""

import io
import json
from pathlib import Path

import pytest

from precert.intake.layouts.profile import DEFAULT, default_profile, read_profile
from precert.surfaces.cli import output
from tests.cli.conftest import Run, Told

LIST = "Category\tCPT Code\tCPT Code Description\nSpine\t22551\tNeck fusion from the front\nSpine\t22558\tBack fusion from the front\n"
PROFILE = 'plan = "example"\nlist = "example"\ntitle = "Example"\npayer = "Example Health"\nmembership = true\n[programs]\nall = "Spine"\n'


@pytest.fixture
def ingest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inside: Run) -> Run:
    monkeypatch.setenv("PRECERT_HOME", str(tmp_path / "home"))
    (tmp_path / "example.toml").write_text(PROFILE, "utf-8")

    def run(text: str, *args: str) -> Told:
        (tmp_path / "example.txt").write_text(text, "utf-8")
        return inside("ingest", str(tmp_path / "example.txt"), "--plan", "example", "--profile", str(tmp_path / "example.toml"), *args)

    return run


def test_a_first_list_has_nothing_to_be_compared_with(ingest: Run) -> None:
    assert "No release of the list is in use: every row would be new." in ingest(LIST, "--diff", "--dry-run").out
    assert json.loads(ingest(LIST, "--diff", "--dry-run", "--json").out)["changes"] is None
    assert "changes" not in json.loads(ingest(LIST, "--dry-run", "--json").out)


def test_the_next_edition_against_the_one_in_use(ingest: Run, inside: Run) -> None:
    assert ingest(LIST).status == 0
    assert inside("publish", "--list", "example").status == 0
    same = json.loads(ingest(LIST, "--diff", "--dry-run", "--json").out)["changes"]
    assert (same["schema"], same["changes"]) == ("precert.diff/1", [])
    report = ingest(LIST + "Spine\t22612\tLow back fusion from behind\n", "--diff", "--dry-run")
    assert "WHAT PUBLISHING IT WOULD CHANGE" in report.out
    assert "1 added" in report.out
    assert "22612" in report.out
    assert "Nothing was kept." in report.out


def test_the_same_list_again_changes_nothing_whatever_federal_tables_say(ingest: Run, inside: Run) -> None:
    text = LIST + "Spine\t22552\tThe same, one level more\n"  # a federal add-on: the release carries its primaries
    assert ingest(text).status == 0
    assert inside("publish", "--list", "example").status == 0
    assert "Nothing changed." in ingest(text, "--diff", "--dry-run").out


def test_a_document_that_lists_far_less_is_doubted_before_it_is_published(ingest: Run, inside: Run) -> None:
    assert ingest(LIST + "Spine\t22612\tLow back fusion from behind\nSpine\t22830\tA look again\n").status == 0
    assert inside("publish", "--list", "example").status == 0
    report = json.loads(ingest(LIST, "--dry-run", "--json").out)
    (found,) = [each for each in report["findings"] if each["code"] == "list-shrinks"]
    assert "lists 4 codes, and 2 of them are not listed here" in found["message"]
    assert "list-shrinks" not in ingest(LIST + "Spine\t22612\tLow back fusion from behind\n", "--dry-run").out


def test_a_title_given_at_ingest_is_the_title_of_the_release(ingest: Run, inside: Run, tmp_path: Path) -> None:
    assert ingest(LIST, "--title", 'A "better" title').status == 0
    assert inside("publish", "--list", "example").status == 0
    table = tmp_path / "table.csv"
    table.write_text("Code,Description,PA Required\n22551,Made up,Yes\n", "utf-8")
    assert inside("ingest", str(table), "--plan", "stranger", "--title", "Stranger's list").status == 0
    assert inside("publish", "--list", "stranger").status == 0
    titles = {each["list"]: each["title"] for each in json.loads(inside("lists", "--json").out)["lists"]}
    assert (titles["example"], titles["stranger"]) == ('A "better" title', "Stranger's list")


def test_a_list_of_another_plan_is_not_put_out_of_use(ingest: Run, inside: Run, tmp_path: Path) -> None:
    assert ingest(LIST).status == 0
    assert inside("publish", "--list", "example").status == 0
    told = inside("ingest", str(tmp_path / "example.txt"), "--plan", "other", "--list", "example")
    assert told.status == 2
    assert "the list `example` is of plan `example`" in told.err


def test_what_a_profile_in_toml_says_of_a_list_nobody_described() -> None:
    text = f'plan = "p"\nlist = "l"\ntitle = "p"\npayer = "p"\n{DEFAULT}[programs]\nall = "p"\n'
    assert read_profile(text.encode()) == default_profile("p", "l")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_long_reading_shows_how_far_it_is_on_a_terminal_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = tmp_path / "long.pdf"
    long.write_bytes(b" " * 300_000)
    with output.progress("reading", long) as told:
        assert told is None
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with output.progress("reading \x1b[2J", long) as told:
        assert told is not None
        told(3, 12)
    assert "\x1b[2J" not in screen.getvalue()
    short = tmp_path / "short.txt"
    short.write_bytes(b" ")
    with output.progress("reading", short) as told:
        assert told is None
