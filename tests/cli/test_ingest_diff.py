"""`precert ingest --diff`: what publishing a document would change of the release in use; and the bar of a long reading."""

import io
import json
from pathlib import Path

import pytest

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
