"""From a document to an answer, and what is kept on the way: ingest, review, publish, check, records, verify."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import precert
from precert import bootstrap, records, workbench
from precert.facts.release import ReleaseError
from precert.requirement.answer import digest
from precert.requirement.case import RequestError
from precert.review import Action, ReviewError
from precert.store.places import home, open_audit_log, open_store

HEADER = "Category\tCPT Code\tCPT Code Description\n"
LIST = (
    "Example Health spine list\n"
    + HEADER
    + "Spine\t22551\tNeck fusion from the front\n"
    + "Spine\t22552\tThe same, one level more\n"
    + "Spine\th suxi\tTaking out a neck bone\n"
    + "Spine\t\tTaking out one bone more\n"
    + "Spine\t63090\tTaking out a low back bone\n"
    + "Copyright 2026 Example Health\n"
)
PROFILE = """
plan = "example"
list = "example"
title = "Example spine list"
payer = "Example Health"
membership = true
[programs]
all = "Spine"
"""
SEEDS = Path(__file__).parents[3] / "shared" / "seeds"


class Clock:
    """A clock that a test sets."""

    def __init__(self, day: str) -> None:
        self.time = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PRECERT_HOME", str(tmp_path / "home"))
    return tmp_path


def keep(folder: Path, text: str = LIST, name: str = "example.txt") -> precert.IngestReport:
    document, profile = folder / name, folder / "example.toml"
    document.write_text(text, "utf-8")
    profile.write_text(PROFILE, "utf-8")
    return precert.ingest(document, plan="example", profile=profile)


def asked(*codes: str, **more: str) -> dict[str, Any]:
    return {"plan": "example", "date_of_service": "2026-12-01", "lines": [{"code": code} for code in codes], **more}


def told(*codes: str, **more: str) -> list[str]:
    return [line.requirement.value for line in precert.check(asked(*codes, **more)).lines]


def rows() -> Sequence[workbench.Desk]:
    return workbench.desks("example")


def test_a_draft_answers_nothing(own_home: Path) -> None:
    keep(own_home)
    with pytest.raises(RequestError, match="there is no plan `example`"):
        precert.check(asked("22551"))


def test_a_dry_run_writes_nothing(own_home: Path) -> None:
    document, profile = own_home / "example.txt", own_home / "example.toml"
    document.write_text(LIST, "utf-8")
    profile.write_text(PROFILE, "utf-8")
    assert precert.ingest(document, plan="example", profile=profile, dry_run=True).codes == 3
    assert not home().exists()


def test_published_as_it_is_the_damaged_rows_stay_unread(own_home: Path) -> None:
    keep(own_home)
    current, release = workbench.publish("example", clock=Clock("2026-11-21"))
    assert (current.list, current.known_at, len(release.listings), len(release.set_aside)) == ("example", date(2026, 11, 21), 3, 2)
    answer = precert.check(asked("22551", "63081")).to_dict()
    assert [line["requirement"] for line in answer["lines"]] == ["required", "not-on-list"]
    assert "list-has-unread-rows" in {finding["code"] for finding in answer["findings"]}
    assert answer["releases"][0]["id"] == current.id == release.id


def test_a_corrected_row_is_answered_citing_row_and_review(own_home: Path) -> None:
    keep(own_home)
    (desk,) = rows()
    workbench.decide_on([desk.rows[0].id], Action.CORRECT, code="63081", why="read from paper", by="A. Nurse", clock=Clock("2026-11-21"))
    workbench.publish("example", clock=Clock("2026-11-22"))
    (line,) = precert.check(asked("63081")).to_dict()["lines"]
    assert line["requirement"] == "required"
    assert [citation["line"] for citation in line["citations"]] == [5]
    assert line["candidates"][0]["review"] == {
        "action": "correct",
        "by": "A. Nurse",
        "at": "2026-11-21T12:00:00Z",
        "why": "read from paper",
        "printed": "h suxi",
    }
    assert [each["rule"] for each in line["reasons"]] == ["R2", "R65"]


def test_two_times(own_home: Path) -> None:
    """What was known on a day is answered as it was then, whatever was published since (R43)."""
    keep(own_home)
    workbench.publish("example", clock=Clock("2026-11-21"))
    before = precert.check(asked("63081", known_at="2026-11-21")).to_dict()
    workbench.decide_on([rows()[0].rows[0].id], Action.CORRECT, code="63081", why="read from paper", by="A. Nurse")
    workbench.publish("example", clock=Clock("2026-11-25"))
    assert told("63081") == ["required"]
    assert precert.check(asked("63081", known_at="2026-11-24")).to_dict() == before | {
        "known_at": "2026-11-24",
        "digest": precert.check(asked("63081", known_at="2026-11-24")).to_dict()["digest"],
    }
    with pytest.raises(RequestError) as refused:
        precert.check(asked("63081", known_at="2026-11-20"))
    assert refused.value.code == "no-release"


def test_publishing_the_same_again_changes_nothing(own_home: Path) -> None:
    keep(own_home)
    first, _ = workbench.publish("example", clock=Clock("2026-11-21"))
    again, _ = workbench.publish("example", clock=Clock("2026-12-21"))
    assert again == first
    assert [each for each in bootstrap.published() if each.list == "example"] == [first]


def test_a_decision_survives_a_new_ingest_and_not_a_changed_row(own_home: Path) -> None:
    keep(own_home)
    workbench.decide_on([rows()[0].rows[0].id], Action.CORRECT, code="63081", why="read from paper", by="A. Nurse")
    keep(own_home, LIST.replace("Example Health spine list\n", "Example Health spine list\n\nA new preface.\n"), "example-2.txt")
    (desk,) = rows()
    assert [row.decision.code if row.decision else None for row in desk.rows] == ["63081", None]
    assert desk.rows[0].row.citation.line == 7
    keep(own_home, LIST.replace("Taking out a neck bone", "Taking out a bone of the neck"), "example-3.txt")
    (desk,) = rows()
    assert [row.decision for row in desk.rows] == [None, None]
    assert [each.code for each in desk.stale] == ["63081"]


def test_the_last_decision_stands_and_none_is_erased(own_home: Path) -> None:
    keep(own_home)
    row = rows()[0].rows[0].id
    workbench.decide_on([row], Action.CORRECT, code="63081", why="first look", by="A. Nurse", clock=Clock("2026-11-21"))
    workbench.decide_on([row], Action.CORRECT, code="63082", why="second look", by="B. Nurse", clock=Clock("2026-11-22"))
    workbench.publish("example")
    assert told("63081", "63082") == ["not-on-list", "required"]
    with open_store() as store:
        assert [each.code for each in store.decisions("example")] == ["63081", "63082"]


@pytest.mark.parametrize(
    ("action", "code", "why", "error"),
    [
        (Action.CORRECT, "6308", "why", "bad-code"),
        (Action.CORRECT, None, "why", "bad-code"),
        (Action.CORRECT, "63081", " ", "no-why"),
        (Action.ACCEPT, None, "why", "no-proposal"),
        (Action.REJECT, None, "why", "no-proposal"),
    ],
)
def test_a_decision_that_cannot_be_taken(own_home: Path, action: Action, code: str | None, why: str, error: str) -> None:
    keep(own_home)
    with pytest.raises(ReviewError) as refused:
        workbench.decide_on([rows()[0].rows[0].id], action, code=code, why=why, by="A. Nurse")
    assert refused.value.code == error
    with open_store() as store:
        assert not store.decisions("example")


def test_an_unknown_row_or_list_is_said_so(own_home: Path) -> None:
    keep(own_home)
    with pytest.raises(ReviewError, match="no row under review"):
        workbench.decide_on(["nonesuch"], Action.ACCEPT, why="why", by="A. Nurse")
    with pytest.raises(RequestError, match="no draft of `other`"):
        workbench.publish("other")


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the published lists are not at hand (../shared/seeds)")
def test_the_real_list_63081_accepted_and_another_rejected() -> None:
    precert.ingest(SEEDS / "000_4ec7730ef9e478f2.txt", plan="health-alliance-medical")
    by_code = {row.proposal.proposed: row for row in workbench.desks()[0].rows if row.proposal}
    workbench.decide_on([by_code["63081"].id], Action.ACCEPT, why="same description on the Cigna list", by="A. Nurse")
    workbench.decide_on([by_code["0165T"].id], Action.REJECT, why="not sure enough", by="A. Nurse")
    workbench.publish("health-alliance-medical")
    case = {
        "plan": "health-alliance-medical",
        "date_of_service": "2026-12-01",
        "lines": [{"code": each} for each in ("63081", "0165T", "63082")],
    }
    lines = precert.check(case).to_dict()["lines"]
    assert [line["requirement"] for line in lines] == ["required", "not-on-list", "undetermined"]
    assert lines[0]["citations"][0]["line"] == 96
    assert lines[0]["candidates"][0]["review"]["by"] == "A. Nurse"


def test_an_altered_release_is_refused_and_the_last_good_one_answers(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(own_home)
    good, _ = workbench.publish("example", clock=Clock("2026-11-21"))
    workbench.decide_on([rows()[0].rows[0].id], Action.CORRECT, code="63081", why="read from paper", by="A. Nurse")
    bad, _ = workbench.publish("example", clock=Clock("2026-11-25"))
    read = bootstrap.read_release
    monkeypatch.setattr(bootstrap, "read_release", lambda each: read(each).replace(b"22551", b"22559") if each.id == bad.id else read(each))
    bootstrap._rulebook.cache_clear()
    answer = precert.check(asked("22551", "63081")).to_dict()
    assert answer["releases"][0]["id"] == good.id
    assert [line["requirement"] for line in answer["lines"]] == ["required", "not-on-list"]
    count, wrong = workbench.verify_releases()
    assert count == len(bootstrap.published())
    assert len(wrong) == 1
    monkeypatch.setattr(bootstrap, "read_release", lambda each: read(each)[:-5] if each.list == "example" else read(each))
    bootstrap._rulebook.cache_clear()
    with pytest.raises(ReleaseError):
        precert.check(asked("22551"))


def test_a_record_is_answered_again_after_later_publications(own_home: Path) -> None:
    keep(own_home)
    workbench.publish("example", clock=Clock("2026-11-21"))
    case = asked("22551", "63081", "BORN 1950 JANE DOE", reference="order-7")
    record_id = workbench.keep_record(precert.check(case), subject="clerk", clock=Clock("2026-11-21"))
    workbench.decide_on([rows()[0].rows[0].id], Action.CORRECT, code="63081", why="read from paper", by="A. Nurse")
    workbench.publish("example", clock=Clock("2026-11-25"))
    assert told("63081") == ["required"]
    assert workbench.verify_records() == (1, [])
    (entry,) = open_audit_log().entries()
    record = json.loads(entry)
    assert (record["id"], record["subject"], len(record_id)) == (record_id, "clerk", 32)
    assert record["answer"]["lines"][2]["code"] == "?" * 18
    assert "JANE" not in entry


def test_an_altered_record_is_found(own_home: Path) -> None:
    keep(own_home)
    workbench.publish("example", clock=Clock("2026-11-21"))
    workbench.keep_record(precert.check(asked("22551")), subject="clerk")
    (log,) = (each for each in home().rglob("*.jsonl"))
    log.write_bytes(log.read_bytes().replace(b'"required"', b'"not-requi'))
    count, wrong = workbench.verify_records()
    assert count == 0
    assert wrong


def test_a_record_whose_answer_the_releases_do_not_give_is_found(own_home: Path) -> None:
    """A whole log, but an answer that was never given: the digest is right, the answer is not."""
    keep(own_home)
    workbench.publish("example", clock=Clock("2026-11-21"))
    answer = precert.check(asked("22551"))
    forged = records.make(answer, record_id="0" * 32, at=Clock("2026-11-21").now(), subject="clerk", software="0")
    forged["answer"]["lines"][0]["requirement"] = "not-required"
    forged["answer"]["digest"] = digest(forged["answer"])
    open_audit_log().append([records.text(forged)])
    assert workbench.verify_records() == (1, [f"record {'0' * 32}: the same releases answer otherwise"])


def test_many_publications_keep_their_order(own_home: Path) -> None:
    days = [date(2026, 11, 21) + timedelta(days=n) for n in range(5)]
    codes = ("22800", "22812", "22843", "22856", "22867")  # no two alike: one in the place of another might be the other, misprinted
    for n, (day, code) in enumerate(zip(days, codes, strict=True)):
        keep(own_home, LIST + f"Spine\t{code}\tFusing a bent back, kind {n}\n", f"example-{n}.txt")
        workbench.publish("example", clock=Clock(day.isoformat()))
    assert [told(code, known_at=day.isoformat()) for code, day in zip(codes, days, strict=True)] == [["required"]] * 5
    assert told("22856", known_at=days[2].isoformat()) == ["not-on-list"]
