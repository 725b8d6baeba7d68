"""Documents from strangers, from the file to the report: the same reading as without a sandbox, and one plain line where there is none."""

import json
import random
import time
from dataclasses import replace
from pathlib import Path

import pytest

import precert
from precert import workbench
from precert.intake import sandbox
from precert.intake.readers import MissingExtraError, UnreadableError
from precert.intake.readers import read as read_here
from precert.intake.sandbox import Limits, Refusal, RefusedError, precheck, process
from precert.intake.sandbox.guards import Guard
from precert.intake.sandbox.limits import MB
from precert.surfaces.cli.main import LOOK, UNREADABLE
from tests.cli.conftest import inside  # noqa: F401 - a fixture
from tests.intake.hostile import corpus

LIST = "Category\tCPT Code\tCPT Code Description\nSpine\t22551\tMade up\nSpine\t63081\tMade up too\nSpine\th suxi\tMade up\n"
PROFILE = b'plan = "m"\nlist = "m"\ntitle = "M"\npayer = "M"\nmembership = true\n[programs]\nall = "Back"\n'


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PRECERT_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.mark.parametrize("kind", ["txt", "csv", "html", "xlsx", "pdf"])
def test_a_sound_document_is_read_as_it_is_read_here(kind: str) -> None:
    name, data = f"x.{kind}", corpus.sound()[kind]
    try:
        here = read_here(name, data)
    except (MissingExtraError, ModuleNotFoundError) as error:
        pytest.skip(f"its reader is not here: {error}")
    there = sandbox.read(name, data)
    assert replace(there, guards=()) == here
    assert Guard.WALL_CLOCK in there.guards


def test_what_a_reader_says_of_a_document_is_said() -> None:
    with pytest.raises(UnreadableError) as here:
        read_here("x.txt", b"a\tb\x00")
    with pytest.raises(UnreadableError) as there:
        sandbox.read("x.txt", b"a\tb\x00")
    assert str(there.value) == str(here.value)


def test_a_large_file_is_not_taken_into_memory(own_home: Path) -> None:
    file = own_home / "large.txt"
    with file.open("wb") as out:
        out.truncate(4_000 * MB)
    start = time.monotonic()
    with pytest.raises(RefusedError, match="larger than 50 MB") as refused:
        sandbox.load(file)
    assert (refused.value.code, time.monotonic() - start < 1.0) == (Refusal.FILE_TOO_LARGE, True)


def test_limits_are_the_callers() -> None:
    with pytest.raises(RefusedError, match="larger than 1 MB"):
        sandbox.read("x.txt", bytes(2 * MB), limits=Limits(file=MB))


def test_every_refusal_says_what_to_do_in_one_line() -> None:
    """Each case that is refused before any parser, by name of the file and in plain words."""
    told = set()
    for case in corpus.corpus(0):
        if not case.fast or case.name in {"field-of-64-mb.txt", "entry-of-300-mb.xlsx", "a-million-parts.xlsx"}:
            continue
        data = case.make()
        with pytest.raises(RefusedError) as refused:
            precheck.look_over(case.name, data, precheck.seen_as(data), Limits())
        told.add(str(refused.value).removeprefix(f"`{case.name}` is "))
    assert len(told) > 8
    assert all(message[0].islower() and "\n" not in message and len(message) < 200 for message in told)


@pytest.mark.parametrize("kind", ["xlsx", "html", "pdf", "txt"])
def test_looking_over_never_fails_but_by_a_refusal(kind: str) -> None:
    pick = random.Random(13)
    whole = corpus.sound()[kind]
    for number in range(400):
        data = corpus.changed(whole, f"{number}")[: pick.choice([len(whole), pick.randrange(len(whole))])]
        try:
            precheck.look_over("x", data, kind, Limits())
        except RefusedError:
            continue


def test_a_draft_is_read_once(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, profile = own_home / "m.txt", own_home / "m.toml"
    file.write_text(LIST)
    profile.write_bytes(PROFILE)
    report = precert.ingest(file, plan="m", profile=profile)
    assert Guard.WALL_CLOCK in report.document.guards

    def never(*_args: object, **_more: object) -> None:
        raise AssertionError

    monkeypatch.setattr(process, "read", never)
    (desk,) = workbench.desks("m")
    assert desk.report.document == report.document
    wanted = report.sheet.listed[0].listing.citation
    assert workbench.own_words([wanted]) == {wanted: "Spine | 22551 | Made up"}


def test_the_command_says_one_line_and_keeps_nothing(inside, own_home: Path) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001, F811
    file = own_home / "bomb.xlsx"
    file.write_bytes(corpus.bomb(8 * MB))
    told = inside("ingest", str(file), "--plan", "m")
    assert (told.status, told.out) == (UNREADABLE, "")
    assert told.err.strip().count("\n") == 0
    assert "`bomb.xlsx` is refused: a part of it unpacks to more than 100 times its size" in told.err
    assert not (own_home / "home").exists()


def test_the_command_reads_through_the_sandbox(inside, own_home: Path) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001, F811
    file, profile = own_home / "m.txt", own_home / "m.toml"
    file.write_text(LIST)
    profile.write_bytes(PROFILE)
    told = inside("ingest", str(file), "--plan", "m", "--profile", str(profile), "--json")
    assert told.status == LOOK
    assert json.loads(told.out)["rows"]["listed"] == 2
    assert len(list((own_home / "home" / "readings").iterdir())) == 1
