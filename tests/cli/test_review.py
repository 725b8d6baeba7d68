"""From a damaged row to its answer, on the command line: ingest, review, publish, check --record, verify."""

import json
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from precert import bootstrap, workbench
from precert.store.places import home
from tests.cli.conftest import COMMAND, Run

LIST = """Example Health spine list
Category\tCPT Code\tCPT Code Description
Spine\t22551\tNeck fusion from the front
Spine\t22552\tThe same, one level more
Spine\th suxi\tTaking out a neck bone
Spine\t2282l\tA rod of several levels
Spine\t22830\tLooking at a fusion again
Copyright 2026 Example Health
"""
PROFILE = """
plan = "example"
list = "example"
title = "Example spine list"
payer = "Example Health"
membership = true
[programs]
all = "Spine"
"""
OPENED = lru_cache(bootstrap.open_release)
"""The bundled releases are read whole once for all tests, not once a command."""
ORDER = ("check", "--plan", "example", "--date", "2026-12-01")


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PRECERT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOGNAME", "clerk")
    monkeypatch.setattr(workbench, "open_release", OPENED)
    return tmp_path


@pytest.fixture
def draft(own_home: Path, inside: Run) -> None:
    """A list with two damaged rows, ingested."""
    (own_home / "example.txt").write_text(LIST, "utf-8")
    (own_home / "example.toml").write_text(PROFILE, "utf-8")
    told = inside("ingest", str(own_home / "example.txt"), "--plan", "example", "--profile", str(own_home / "example.toml"))
    assert (told.status, told.err) == (1, "")
    assert "Kept as a draft. Next: precert review list" in told.out


def of(inside: Run, *args: str, status: int = 0) -> dict[str, Any]:
    told = inside(*args, "--json")
    assert (told.status, told.err) == (status, "")
    document: dict[str, Any] = json.loads(told.out)
    return document


def page(inside: Run, *args: str, status: int = 0) -> str:
    told = inside(*args)
    assert (told.status, told.err) == (status, "")
    return " ".join(told.out.split())


def rows(inside: Run) -> list[dict[str, Any]]:
    (desk,) = of(inside, "review")["lists"]
    found: list[dict[str, Any]] = desk["rows"]
    return found


def refused(inside: Run, *args: str, status: int = 2) -> str:
    """Run a command that must fail: one line on stderr, nothing on stdout."""
    told = inside(*args)
    assert (told.status, told.out) == (status, "")
    assert told.err.startswith("precert: ")
    assert told.err.count("\n") == 1
    return told.err


# -- review ----------------------------------------------------------------------------------------------------------------


def test_nothing_under_review(inside: Run) -> None:
    assert of(inside, "review") == {"schema": "precert.review/1", "lists": []}
    assert "Nothing is under review" in page(inside, "review", "list")


@pytest.mark.usefixtures("draft")
def test_the_rows_are_shown_with_what_they_may_be(inside: Run) -> None:
    first, second = rows(inside)
    assert (first["line"], first["printed"], first["reason"], first["decision"]) == (5, "h suxi", "malformed-code", None)
    assert (second["printed"], second["proposed"]) == ("2282l", "22821")
    told = page(inside, "review", "list", "--list", "example")
    assert f"- {second['id']} line 6: prints 2282l; implausible code may be 22821 (confidence" in told
    assert "`precert publish --list example` publishes it" in told


@pytest.mark.usefixtures("draft")
def test_decisions_are_shown_with_who_and_why(inside: Run) -> None:
    first, second = rows(inside)
    of(inside, "review", "correct", first["id"], " 63081 ", "--why", "read from paper", "--by", "A. Nurse")
    document = of(inside, "review", "accept", second["id"][:6], "--why", "plain to see", "--by", "B. Nurse")
    decided = [row["decision"] for row in document["lists"][0]["rows"]]
    assert [(each["action"], each["code"], each["by"]) for each in decided] == [
        ("correct", "63081", "A. Nurse"),
        ("accept", "22821", "B. Nurse"),
    ]
    told = page(inside, "review", "reject", second["id"], "--why", "not sure", "--by", "A. Nurse")
    assert "DECIDED: correct as 63081, by A. Nurse at" in told
    assert "DECIDED: reject, by A. Nurse at" in told


@pytest.mark.usefixtures("draft")
def test_who_decides_is_the_user_unless_named(inside: Run) -> None:
    row = rows(inside)[1]["id"]
    assert of(inside, "review", "accept", row, "--why", "plain")["lists"][0]["rows"][1]["decision"]["by"] == "clerk"


@pytest.mark.usefixtures("draft")
def test_what_cannot_be_decided_is_refused(inside: Run) -> None:
    for args, said in (
        (("look",), "`look` is no decision"),
        (("list", "example"), "list takes nothing more"),
        (("accept",), "accept which row?"),
        (("accept", "nonesuch"), "no row under review with the id `nonesuch`"),
        (("accept", ""), "no row under review"),
        (("correct", "nonesuch"), "correct takes one row's ID and the CODE"),
        (("correct", "a", "b", "c"), "correct takes one row's ID and the CODE"),
        (("--list", "other"), "no draft of `other` is kept"),
    ):
        assert said in refused(inside, "review", *args, "--why", "why")
    assert [row["decision"] for row in rows(inside)] == [None, None]


@pytest.mark.usefixtures("draft")
def test_a_decision_needs_a_reason_a_code_and_a_list(inside: Run) -> None:
    first, second = (row["id"] for row in rows(inside))
    assert "give it with --why" in refused(inside, "review", "accept", second)
    assert "`6308` is not a well-formed code" in refused(inside, "review", "correct", first, "6308", "--why", "why")
    assert "has no proposal to accept" in refused(inside, "review", "accept", first, "--why", "why")
    assert "no draft of `other`" in refused(inside, "review", "accept", second, "--why", "why", "--list", "other")
    assert [row["decision"] for row in rows(inside)] == [None, None]


# -- publish ---------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("draft")
def test_a_published_list_answers_with_its_decisions(inside: Run) -> None:
    inside("review", "correct", rows(inside)[0]["id"], "63081", "--why", "read from paper", "--by", "A. Nurse")
    document = of(inside, "publish", "--list", "example")
    assert {name: document[name] for name in ("plan", "list", "listed", "reviewed", "set_aside")} == {
        "plan": "example",
        "list": "example",
        "listed": 4,
        "reviewed": 1,
        "set_aside": 1,
    }
    told = page(inside, "publish", "--list", "example")
    assert "example is published: 4 listings, 1 of them reviewed; 1 rows unread." in told
    assert document["id"] in told
    assert [each.id for each in bootstrap.published() if each.list == "example"] == [document["id"]]
    (line,) = of(inside, *ORDER, "63081")["lines"]
    assert (line["requirement"], line["candidates"][0]["review"]["by"]) == ("required", "A. Nurse")


def test_publish_refuses(inside: Run) -> None:
    assert "no draft of `example` is kept: ingest the document first" in refused(inside, "publish", "--list", "example")
    assert "Missing option" in refused(inside, "publish")


# -- records and verify ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("draft")
def test_a_record_is_kept_and_verified(inside: Run) -> None:
    inside("publish", "--list", "example")
    kept = inside(*ORDER, "--record", "--json", "22551", "no code")
    assert (kept.status, json.loads(kept.out)["lines"][1]["code"]) == (1, "no code")
    assert kept.err.startswith("precert: kept as record ")
    assert len(kept.err.split()[-1]) == 32
    assert inside(*ORDER, "--record", "22551").status == 0
    releases = len(bootstrap.published())
    assert of(inside, "verify") == {"schema": "precert.verify/1", "releases": releases, "records": 2, "altered": []}
    assert of(inside, "verify", "--audit")["releases"] is None
    assert of(inside, "verify", "--releases")["records"] is None
    assert page(inside, "verify") == f"Checked: {releases} releases, 2 records Nothing was altered."


def test_nothing_kept_is_nothing_altered(inside: Run) -> None:
    assert of(inside, "verify", "--audit") == {"schema": "precert.verify/1", "releases": None, "records": 0, "altered": []}
    assert not home().exists()


@pytest.mark.usefixtures("draft")
def test_an_altered_record_is_status_1(inside: Run) -> None:
    inside("publish", "--list", "example")
    inside(*ORDER, "--record", "22551")
    log = home() / "audit" / "log.jsonl"
    log.write_bytes(log.read_bytes().replace(b'"required"', b'"not-requi'))
    document = of(inside, "verify", "--audit", status=1)
    assert document["records"] == 0
    assert document["altered"]
    assert page(inside, "verify", status=1).endswith("Something was altered.")
    assert "not-requi" not in json.dumps(document)


@pytest.mark.usefixtures("draft")
def test_an_order_that_cannot_be_recorded_is_not_answered(inside: Run, own_home: Path) -> None:
    inside("publish", "--list", "example")
    (own_home / "home" / "audit").write_text("in the way", "utf-8")
    assert "StoreError" in refused(inside, *ORDER, "--record", "22551", status=3)
    assert inside(*ORDER, "22551").status == 0


def test_a_store_that_cannot_be_used_is_status_3(own_home: Path, inside: Run) -> None:
    (own_home / "home").mkdir()
    (own_home / "home" / "store.sqlite").write_text("this is no database, and long enough to be taken for one" * 20, "utf-8")
    for args in (("review",), ("publish", "--list", "example"), ("verify",), ("lists",), (*ORDER, "22551")):
        assert "StoreError" in refused(inside, *args, status=3)


# -- show ------------------------------------------------------------------------------------------------------------------


def published_twice(inside: Run) -> None:
    """As ingested, and then with a row that a person corrected."""
    inside("publish", "--list", "example")
    inside("review", "correct", rows(inside)[0]["id"], "63081", "--why", "read from paper", "--by", "A. Nurse")
    inside("publish", "--list", "example")


@pytest.mark.usefixtures("draft")
def test_show_tells_the_past_of_a_code(inside: Run) -> None:
    published_twice(inside)
    document = of(inside, "show", "63081", "--plan", "example")
    (row,) = document["rows"]
    assert (row["review"]["by"], row["review"]["printed"], row["citation"]["line"]) == ("A. Nurse", "h suxi", 5)
    before, after = document["history"]
    assert (before["first"], before["rows"], before["changes"]) == (True, [], [])
    assert (after["first"], after["readable"], after["rows"][0]["review"]["why"]) == (False, True, "read from paper")
    assert [change["kind"] for change in after["changes"]] == ["added"]
    assert [len(each["rows"]) for each in of(inside, "show", "22551", "--plan", "example")["history"]] == [1, 1]
    told = page(inside, "show", "63081", "--plan", "example")
    assert "Its code cell prints h suxi; corrected by A. Nurse at" in told
    assert "prints nothing (example.txt:5) - added" in told


@pytest.mark.usefixtures("draft")
def test_the_documents_own_words_are_for_the_page_only(inside: Run) -> None:
    published_twice(inside)
    words = "Neck fusion from the front"
    assert f"The document's own words (from your copy): Spine | 22551 | {words}" in page(inside, "show", "22551", "--plan", "example")
    assert "(from your copy): Spine | h suxi | Taking out a neck bone" in page(inside, "show", "63081", "--plan", "example")
    assert words not in inside("show", "22551", "--json").out
    assert "(from your copy)" not in page(inside, "show", "22551", "--plan", "cigna-commercial")


@pytest.mark.usefixtures("draft")
def test_show_says_which_release_it_could_not_read(inside: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    published_twice(inside)
    last, read = bootstrap.published()[-1], bootstrap.read_release
    monkeypatch.setattr(bootstrap, "read_release", lambda each: read(each)[:-5] if each.id == last.id else read(each))
    bootstrap._rulebook.cache_clear()
    told = inside("show", "22551", "--plan", "example", "--json")
    document = json.loads(told.out)
    assert (told.status, "is refused" in told.err, "the last good one answers" in told.err) == (0, True, True)
    assert [each["readable"] for each in document["history"]] == [True, False]
    assert document["rows"][0]["release"] == document["history"][0]["release"]
    assert "is altered or missing and was not read" in " ".join(inside("show", "22551", "--plan", "example").out.split())


@pytest.mark.usefixtures("draft")
def test_publishing_what_is_in_use_says_so(inside: Run) -> None:
    published_twice(inside)
    assert "Nothing changed: this release is in use already." in page(inside, "publish", "--list", "example")


@pytest.mark.usefixtures("draft")
def test_an_altered_release_stands_in_nobodys_way(inside: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A draft is published over a release that is altered: the new one is whole."""
    published_twice(inside)
    last, read = bootstrap.published()[-1], bootstrap.read_release
    monkeypatch.setattr(bootstrap, "read_release", lambda each: read(each)[:-5] if each.id == last.id else read(each))
    monkeypatch.setattr(workbench, "open_release", bootstrap.open_release)
    bootstrap._rulebook.cache_clear()
    row = of(inside, "review", "list")["lists"][0]["rows"][0]["id"]
    assert inside("review", "correct", row, "63090", "--why", "read again", "--by", "B. Nurse").status == 0
    assert inside("publish", "--list", "example").status == 0


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_show_loads_no_database_where_nothing_is_kept(form: tuple[str, ...]) -> None:
    done = subprocess.run([COMMAND[0], "-X", "importtime", *COMMAND[1:], "show", "22551", *form], capture_output=True, check=True)
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.decode().splitlines()}
    assert "typer" in imported
    assert not imported & {"sqlalchemy", "alembic"}
    assert not home().exists()


# -- the process -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("draft")
def test_what_is_kept_is_for_its_owner_only(inside: Run) -> None:
    inside("publish", "--list", "example")
    inside(*ORDER, "--record", "22551")
    kept = [home(), home() / "store.sqlite", *(home() / "audit").iterdir()]
    assert {each.name for each in kept} >= {"store.sqlite", "log.jsonl", "head.json", "key"}
    assert [each.name for each in kept if each.stat().st_mode & 0o077] == []


def test_as_a_process(process: Run) -> None:
    told = process("review", "accept", "nonesuch", "--why", "why")
    assert (told.status, told.out) == (2, "")
    assert told.err == "precert: there is no row under review with the id `nonesuch`; `precert review list` shows them\n"
