"""Ingest, review, publish: the slower half of the house, wired. `bootstrap.py` wires the half that answers.

A document becomes a draft, kept whole; a person decides on its damaged rows; publishing reads the draft again with those
decisions and appends a release. Nothing is changed in place, so each step can be repeated and looked back at.
"""

import getpass
import hashlib
import json
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from precert import __version__, bundled, records
from precert.bootstrap import answer_again, current, open_raw, open_release, published
from precert.changes.compare import diff
from precert.changes.report import Report
from precert.facts.model import Citation, Proposal, SetAside
from precert.facts.release import ENCODING, Release, ReleaseError
from precert.intake import pipeline, reference, sandbox
from precert.intake.layouts.profile import DEFAULT, Profile, default_profile, read_profile
from precert.intake.pipeline import Decided, FederalAddOns, IngestReport
from precert.intake.readers.document import RawRow, UnreadableError
from precert.intake.reference import Table
from precert.intake.repair import Known
from precert.intake.sandbox.cache import FOLDER, Cache
from precert.ports import Clock, Decision, Draft, Published, StoreError
from precert.requirement.answer import Determination
from precert.requirement.case import RequestError
from precert.review import Action, DamagedRow, ReviewError, decide, find, review, stale, standing
from precert.store import references
from precert.store.clock import SystemClock
from precert.store.places import default_url, home, open_audit_log, open_store

if TYPE_CHECKING:
    from precert.store.sql import SqlStore


def ingest(  # noqa: PLR0913 - the contract's parameters
    path: str | Path,
    *,
    plan: str,
    dry_run: bool = False,
    list: str | None = None,
    title: str | None = None,
    profile: str | Path | None = None,
    clock: Clock | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> IngestReport:
    """Read a published list and account for each of its rows; unless `dry_run`, keep it as the list's draft.

    `profile` is a TOML file; without one the bundled profile of the list is used, else common words only. Nothing is answered
    from a draft until it is published. `progress` hears (pages done, pages in all). Raises OSError, UnreadableError (no reader),
    UnknownLayoutError (no row could be read), ProfileError, or StoreError.
    """
    _check_ids(plan, list)
    path, told = Path(path), _profile_text(list or plan, profile)
    told = _titled(told, title, plan, list or plan) if title else told
    data, readings = sandbox.load(path), _readings(progress)
    read = _profile(told, plan, list)
    before = _of_no_other_plan(read)
    report = pipeline.ingest(path.name, data, read, known=_known(read.list, data), read=readings.look)
    if before and (last := _whole_release(before)):
        report = pipeline.compare(report, last)
    if not dry_run:
        now = (clock or SystemClock()).now()
        draft = Draft(plan=plan, list=read.list, name=path.name, data=data, profile=told, ingested_at=now)
        with open_store() as store:
            store.keep_draft(draft)
        readings.keep(data, report.document)
    return report


def _readings(progress: Callable[[int, int], object] | None = None) -> Cache:
    """The one way in which a document's bytes are read here: in a sandbox, unless the reading was kept."""
    return Cache(home() / FOLDER, partial(sandbox.read, progress=progress), __version__)


def change(report: IngestReport, *, clock: Clock | None = None) -> Report | None:
    """Return what publishing a reading would change of the release in use, before any decision on its damaged rows.

    None where the list has no release. Raises StoreError.
    """
    in_use = next((each for each in current() if each.list == report.profile.list), None)
    if in_use is None:
        return None
    today = (clock or SystemClock()).now().date()
    published = pipeline.with_add_ons(report.release, _federal())
    return Report(difference=diff(open_release(in_use), published), day=today, known_before=in_use.known_at)


_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)


def _check_ids(*ids: str | None) -> None:
    # an id names files and rows: it may not wander
    for each in ids:
        if each is not None and not _ID.fullmatch(each):
            raise RequestError("bad-field", f"`{each[:64]}` is no id of a plan or list: 1 to 64 letters, digits, `.`, `_` and `-`")


def _profile_text(list_id: str, path: str | Path | None) -> bytes:
    found = Path(path) if path else bundled.PROFILES / f"{list_id}.toml"
    return found.read_bytes() if path or found.is_file() else b""


def _profile(text: bytes, plan: str, list_id: str | None) -> Profile:
    """Return the profile to read a list by; without a text, common words only."""
    read = read_profile(text, plan=plan) if text else default_profile(plan, list_id)
    return replace(read, plan=plan, list=list_id or read.list)


_TITLE = re.compile(rb"(?m)^title[ \t]*=.*$")


def _titled(text: bytes, title: str, plan: str, list_id: str) -> bytes:
    """Return the profile's text with another title: a draft keeps the profile it was read by, and nothing beside it."""
    said = f"title = {json.dumps(title, ensure_ascii=False)}".encode()
    if not text:
        names = f"plan = {json.dumps(plan)}\nlist = {json.dumps(list_id)}\n".encode()
        return names + said + f"\npayer = {json.dumps(plan)}\n{DEFAULT}[programs]\nall = {json.dumps(plan)}\n".encode()
    top, bracket, tables = text.partition(b"\n[")
    return _TITLE.sub(lambda _: said, top, count=1) + bracket + tables


def _whole_release(each: Published) -> Release | None:
    try:
        return open_release(each)
    except (StoreError, ReleaseError):
        return None


def _of_no_other_plan(profile: Profile) -> Published | None:
    """Return the list's release in use. Raises RequestError where the list is another plan's: publishing would put it out of use."""
    in_use = next((each for each in current() if each.list == profile.list), None)
    if in_use and in_use.plan != profile.plan:
        raise RequestError(
            "list-of-another-plan",
            f"the list `{profile.list}` is of plan `{in_use.plan}`; name another with --list, or give --plan {in_use.plan}",
        )
    return in_use


def _known(list_id: str, data: bytes) -> Known:
    """What is evidence for repairs of a document: other lists' current releases, this list's earlier ones, the tables that were added."""
    earlier = _earlier(list_id, hashlib.sha256(data).hexdigest())
    others = in_use(apart_from=list_id)
    sets = _book()
    return pipeline.known_from(
        [*others, *earlier[1:]],
        in_force=sets.in_force,
        spans=sets.spans,
        as_of=sets.as_of,
        last=earlier[0] if earlier else None,
    )


_EARLIER = 3
"""How many earlier releases of a list are looked at."""


def _earlier(list_id: str, sha256: str) -> list[Release]:
    """Return a list's last releases that another document made, newest first: a document is no evidence for itself."""
    found: list[Release] = []
    for each in reversed([each for each in published() if each.list == list_id]):
        try:
            documents = open_raw(each).header.documents
            found += [] if sha256 in {digest for _, digest in documents} else [open_release(each)]
        except (StoreError, ReleaseError):
            continue
        if len(found) == _EARLIER:
            break
    return found


def in_use(*, apart_from: str | None = None) -> Iterator[Release]:
    """Yield the current releases that are whole: one that is altered is no evidence, and stands in nobody's way."""
    for each in current():
        if each.list == apart_from:
            continue
        try:
            yield open_release(each)
        except (StoreError, ReleaseError):
            continue


def own_words(cited: Iterable[Citation]) -> dict[Citation, str]:
    """Return what the cited rows print, from the documents that were ingested here; nothing of a document that was not.

    This is wording that others have rights in: it is for a terminal, and goes into no answer and no file. Raises StoreError.
    """
    from precert.store.sql import open_for_reading  # noqa: PLC0415 - half of what a dry run takes is importing SQLAlchemy

    wanted = set(cited)
    store = open_for_reading(default_url())
    if store is None:
        return {}
    found: dict[Citation, str] = {}
    with store:
        for name, sha256 in {(each.document, each.sha256) for each in wanted}:
            data = store.document(sha256)
            found |= _printed(name, data, wanted) if data is not None else {}
    return found


def _printed(name: str, data: bytes, wanted: set[Citation]) -> dict[Citation, str]:
    try:
        blocks = _readings().read(name, data).blocks
    except UnreadableError:
        return {}
    cited = [each for each in blocks if each.citation in wanted]
    return {each.citation: " | ".join(each.cells) if isinstance(each, RawRow) else each.text for each in cited}


# -- review ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A list under review: its draft as read, its damaged rows, and decisions whose row the draft no longer prints."""

    draft: Draft
    report: IngestReport
    rows: Sequence[DamagedRow]
    stale: Sequence[Decision]


def desks(list_id: str | None = None) -> tuple[Desk, ...]:
    """Return every list under review, or the one asked for. Raises RequestError when there is none, or StoreError."""
    with open_store() as store:
        drafts = store.drafts()
        found = [draft for draft in drafts if list_id is None or draft.list == list_id]
        if list_id is not None and not found:
            known = ", ".join(draft.list for draft in drafts) or "none"
            raise RequestError("unknown-list", f"no draft of `{list_id}` is kept: ingest the document first. Drafts: {known}")
        return tuple(_desk(draft, store) for draft in found)


def _desk(draft: Draft, store: "SqlStore") -> Desk:
    decisions = store.decisions(draft.list)
    report = _read(draft, {})
    proposals = {proposal.citation: proposal for proposal in report.proposals}
    keys, last = pipeline.keys(report.sheet), standing(decisions)
    rows = [_damaged(aside.row, keys[aside.row.citation], proposals, last) for aside in report.sheet.set_aside]
    return Desk(draft=draft, report=report, rows=rows, stale=stale(decisions, [row.key for row in rows]))


def _damaged(row: SetAside, key: str, proposals: Mapping[Citation, Proposal], last: Mapping[str, Decision]) -> DamagedRow:
    proposal = proposals.get(row.citation)
    # a row without a proposal is named by where it stands, as proposals are
    own = hashlib.sha256(f"{row.citation}{key}".encode()).hexdigest()[:12]
    return DamagedRow(id=proposal.id if proposal else own, key=key, row=row, proposal=proposal, decision=last.get(key))


def _read(draft: Draft, decided: dict[str, Decided], federal: FederalAddOns | None = None) -> IngestReport:
    profile = _profile(draft.profile, draft.plan, draft.list)
    return pipeline.ingest(
        draft.name, draft.data, profile, known=_known(draft.list, draft.data), federal=federal, decided=decided, read=_readings().read
    )


def decide_on(  # noqa: PLR0913 - a decision's members
    asked: Sequence[str], action: Action, *, code: str | None = None, why: str, by: str | None = None, clock: Clock | None = None
) -> list[Decision]:
    """Decide on rows under review, by id; all of them or none. Raises ReviewError, RequestError, or StoreError."""
    rows = [(desk, row) for desk in desks() for row in desk.rows]
    now, who = (clock or SystemClock()).now(), by or getpass.getuser()
    decisions = []
    for each in asked:
        found = find([row for _, row in rows], each)
        desk = next(desk for desk, row in rows if row is found)
        decisions.append(decide(found, action, code=code, by=who, at=now, why=why, list_id=desk.draft.list))
    with open_store() as store:
        for decision in decisions:
            store.decide(decision)
    return decisions


# -- publish -----------------------------------------------------------------------------------------------------------


def publish(list_id: str, *, clock: Clock | None = None) -> tuple[Published, Release]:
    """Publish a list's draft with the decisions that stand; return what is current afterwards. Raises RequestError or StoreError."""
    (desk,) = desks(list_id)
    decided = {row.key: _decided(row) for row in desk.rows if row.decision}
    report = pipeline.merge_facts(_read(desk.draft, decided, _federal()), _whole(desk))
    release, today = report.release, (clock or SystemClock()).now().date()
    publication = Published(id=release.id, plan=desk.draft.plan, list=list_id, known_at=today)
    before = _of_no_other_plan(report.profile)
    if before and before.id == release.id:
        return before, release
    if before and before.known_at > today:
        raise RequestError("clock-behind", f"the list in use became known on {before.known_at}, after today, {today}: set the clock right")
    with open_store() as store:
        return store.publish(release.text().encode(ENCODING), publication), release


def _decided(row: DamagedRow) -> Decided:
    assert row.decision is not None
    return Decided(code=row.decision.code, review=review(row.decision, row.row.printed))


# -- federal tables ----------------------------------------------------------------------------------------------------


def add_reference(path: str | Path, *, edition: str | None = None) -> tuple[Table, bool]:
    """Read a federal table and keep its facts; return it, and whether it was new.

    Raises OSError, UnknownTableError (none of the tables that are read), UnreadableError (an archive that cannot be unpacked), or
    StoreError.
    """
    path = Path(path)
    table = reference.read_table(path.name, sandbox.load(path), named=edition, read=sandbox.read)
    is_new = table.id not in {each.id for each in added_references()}
    references.keep(table.text())
    return table, is_new


def added_references() -> tuple[Table, ...]:
    """Return the tables that were added, by kind and edition. Raises StoreError when one is altered."""
    return _tables(references.ids())


# Keyed by what is kept: a table that is added is a new key.
@lru_cache(maxsize=4)
def _tables(ids: tuple[str, ...]) -> tuple[Table, ...]:
    return tuple(sorted((_table(references.text(each)) for each in ids), key=lambda each: (each.kind, each.as_of, each.id)))


def _table(text: bytes) -> Table:
    try:
        return reference.parse(text)
    except ValueError as error:
        raise StoreError(f"a table in {references.folder()} cannot be read: {error}; remove it and add the file again") from error


@lru_cache(maxsize=4)
def _book_of(tables: tuple[Table, ...]) -> reference.Book:
    return reference.book(tables)


def _book() -> reference.Book:
    return _book_of(added_references())


# -- records -----------------------------------------------------------------------------------------------------------


def keep_record(answer: Determination, *, subject: str | None = None, clock: Clock | None = None) -> str:
    """Keep an answer in the audit log; return the record's id. Raises StoreError, and then nothing is kept."""
    now, record_id = (clock or SystemClock()).now(), secrets.token_hex(16)
    kept = records.make(answer, record_id=record_id, at=now, subject=subject or getpass.getuser(), software=__version__)
    open_audit_log().append([records.text(kept)])
    return record_id


def verify_records() -> tuple[int, list[str]]:
    """Check that the audit log is whole and that every record's order is answered as it was; return (records, what is wrong)."""
    log = open_audit_log()
    wrong, count = [*log.verify()], 0
    if wrong:  # what is altered is not worth asking again
        return count, wrong
    for entry in log.entries():
        record, count = json.loads(entry), count + 1
        try:
            wrong += [f"record {record['id']}: {each}" for each in records.verify(record, answer_again)]
        except (StoreError, ReleaseError) as error:
            wrong.append(f"record {record['id']}: {error}")
    return count, wrong


def verify_releases() -> tuple[int, list[str]]:
    """Check every published release, whole; return (releases, what is wrong)."""
    wrong, known = [], published()
    for each in known:
        try:
            open_release(each)
        except (StoreError, ReleaseError) as error:
            wrong.append(f"{each.list}, known since {each.known_at}: {error}")
    return len(known), wrong


def _whole(desk: Desk) -> Iterator[IngestReport]:
    """Read the documents of other lists in use that are kept here, where this one cuts its descriptions off: they may print them whole."""
    if not any(each.fingerprint and each.fingerprint.cut for each in desk.report.release.listings):
        return
    used = {sha256 for release in in_use() for _, sha256 in release.header.documents}
    with open_store() as store:
        drafts = [each for each in store.drafts() if each.list != desk.draft.list]
    for draft in drafts:
        if hashlib.sha256(draft.data).hexdigest() in used:
            yield _read(draft, {})


def _federal() -> FederalAddOns | None:
    """The federal add-on table that was added; without one, the part of it that the releases at hand carry."""
    sets = _book()
    if sets.add_ons:
        return FederalAddOns(edition=sets.add_ons.edition, primaries=sets.primaries())
    primaries: dict[str, set[str]] = {}
    editions = set()
    for release in in_use():
        editions |= {reference.edition for reference in release.header.references if reference.name == pipeline.FEDERAL}
        for add_on in release.add_ons:
            primaries.setdefault(add_on.code, set()).update(add_on.primaries)
    if not editions:
        return None
    return FederalAddOns(edition=max(editions), primaries={code: tuple(sorted(named)) for code, named in primaries.items()})


__all__ = [
    "Action",
    "Desk",
    "ReviewError",
    "add_reference",
    "added_references",
    "change",
    "decide_on",
    "desks",
    "in_use",
    "ingest",
    "keep_record",
    "own_words",
    "publish",
    "verify_records",
    "verify_releases",
]
