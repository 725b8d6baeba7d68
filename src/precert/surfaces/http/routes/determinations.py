"""`POST /v1/determinations`: one case and its answer; and `/batch`: many, a line each.

The first is the hot path: it is reached before the framework's own machinery (`app.hurried`), reads and answers a small case within
the loop, and writes the answer's bytes as `Determination.to_json` makes them, with the digest.
"""

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from precert.bootstrap import Rulebook
from precert.facts.release import ReleaseError
from precert.ports import StoreError
from precert.request import RequestError
from precert.requirement.answer import Determination, digest
from precert.requirement.case import Case
from precert.surfaces.http import strict
from precert.surfaces.http.exchange import JSON, NDJSON, Bytes, Streamed, admit, document, parameters, sized, truth, typed
from precert.surfaces.http.identity import Identity, Role
from precert.surfaces.http.lines import Lines
from precert.surfaces.http.operation import FLAG, Operations, answer, json_body, lines_body, query
from precert.surfaces.http.problem import Problem, missing, unreadable
from precert.surfaces.http.threads import work

BATCH = "precert.batch-answer/1"
PATH = "/v1/determinations"
SMALL = 40
"""Lines of a case that is answered at once, without a thread: some hundred microseconds."""
TOGETHER = 32
"""Cases of a batch that are answered between two turns for others."""
_NAMES = frozenset({*Case.__dataclass_fields__, "code", "modifiers", "units"})


def read_case(value: object) -> Case:
    """Read a case. Raises Problem."""
    if not isinstance(value, dict):
        raise Problem("bad-field")
    try:
        return Case.from_dict(value)
    except RequestError as error:
        raise unreadable(error, error.code, _NAMES) from None


def answered(book: Rulebook, case: Case) -> Determination:
    """Answer a case. Raises Problem where it names what is not there."""
    try:
        return book.determine(case)
    except RequestError as error:
        raise missing(error.code) from None


def written(told: Determination) -> bytes:
    """Return an answer with its digest, as `Determination.to_dict` has it, without making that dictionary twice."""
    text = told.to_json()
    return f'{text[:-1]},"digest":"{digest(json.loads(text))}"}}'.encode()


async def determine(request: Request) -> Response:
    """Answer one case: which lines need prior authorization, who manages them, where, and which printed rows say so.

    The answer is kept as a record before it is given, and the header `Precert-Record` names it; `preview=true` keeps none.
    """
    identity = await admit(request, Role.READ)
    preview = truth(parameters(request, ("preview",)), "preview")
    case = read_case(await document(request))
    book = await book_of(request, case)
    small = len(case.lines) <= SMALL
    told, body = _both(book, case) if small else await work(_both, book, case)
    request.app.state.telemetry.cases.inc()
    if preview:
        return Bytes(body)
    record = await _recorded(request, told, identity, small=small)
    return Bytes(body, JSON, {"Precert-Record": record})


def _both(book: Rulebook, case: Case) -> tuple[Determination, bytes]:
    told = answered(book, case)
    return told, written(told)


async def book_of(request: Request, case: Case) -> Rulebook:
    """Return the rulebook that a case asks. Raises Problem where there is none."""
    shelf = request.app.state.shelf
    found: Rulebook | None = shelf.at_hand(case.plan, case.known_at)
    if found is not None:
        return found
    try:
        return await shelf.get(case.plan, case.known_at)  # type: ignore[no-any-return] # the state of an app has no types
    except RequestError as error:
        raise missing(error.code) from None


async def _recorded(request: Request, told: Determination, identity: Identity, *, small: bool) -> str:
    recorder = request.app.state.recorder
    record: tuple[str, str] = recorder.write(told, identity.subject) if small else await work(recorder.write, told, identity.subject)
    await recorder.commit(record[1])
    return record[0]


# -- batch -----------------------------------------------------------------------------------------------------------------


class _Answered(NamedTuple):
    line: int
    body: bytes | None
    record: tuple[str, str] | None
    problem: Problem | None


async def determine_batch(request: Request) -> Response:
    """Answer many cases: a case a line in, an answer a line out, in the same order, while the rest is still being sent.

    A line that is no case, or names what is not there, is answered by its problem; the others as usual. A client has to take answers
    while it sends, or both sides wait for each other. Each answer is kept as a record, and its line names it; `preview=true` keeps none.
    """
    identity = await admit(request, Role.READ)
    preview = truth(parameters(request, ("preview",)), "preview")
    limits = request.app.state.settings.limits
    typed(request, NDJSON)
    sized(request, limits.batch)
    batches: asyncio.Semaphore = request.app.state.batches
    if batches.locked():
        raise Problem("busy", headers={"Retry-After": "5"})
    await batches.acquire()
    lines = Lines(request.receive, limits)
    return Streamed(_batch(request, lines, None if preview else identity), NDJSON, limits.send_seconds)


async def _batch(request: Request, lines: Lines, keeper: Identity | None) -> AsyncGenerator[bytes]:
    try:
        async for several in lines.several(TOGETHER):
            books = await _books(request, several)
            found = await work(_answer_all, request, several, books, keeper)
            request.app.state.telemetry.cases.inc(sum(each.problem is None for each in found))
            yield await _kept(request, found)
        if lines.broken:
            yield _line(_Answered(lines.number + 1, None, None, lines.broken))
    finally:
        request.app.state.batches.release()


async def _books(request: Request, several: list[tuple[int, bytes]]) -> list[Case | Problem]:
    """Read some cases, and see to it that the rulebooks they ask are at hand."""
    read: list[Case | Problem] = await work(lambda: [_read_line(data) for _, data in several])
    found: list[Case | Problem] = []
    for each in read:
        try:
            if isinstance(each, Case):
                await book_of(request, each)
            found.append(each)
        except Problem as problem:
            found.append(problem)
    return found


def _read_line(data: bytes) -> Case | Problem:
    try:
        return read_case(strict.read(data))
    except Problem as problem:
        return problem


def _answer_all(
    request: Request, several: list[tuple[int, bytes]], cases: list[Case | Problem], keeper: Identity | None
) -> list[_Answered]:
    return [_answer_one(request, number, case, keeper) for (number, _), case in zip(several, cases, strict=True)]


def _answer_one(request: Request, number: int, case: Case | Problem, keeper: Identity | None) -> _Answered:
    if isinstance(case, Problem):
        return _Answered(number, None, None, case)
    from precert import bootstrap  # noqa: PLC0415 - only where a rulebook was closed meanwhile

    try:
        book = request.app.state.shelf.at_hand(case.plan, case.known_at) or bootstrap.rulebook(case.plan, case.known_at)
        told = answered(book, case)
    except Problem as problem:
        return _Answered(number, None, None, problem)
    except RequestError as error:
        return _Answered(number, None, None, missing(error.code))
    except (StoreError, ReleaseError):
        return _Answered(number, None, None, Problem("not-kept"))
    record = request.app.state.recorder.write(told, keeper.subject) if keeper else None
    return _Answered(number, written(told), record, None)


async def _kept(request: Request, found: list[_Answered]) -> bytes:
    texts = [each.record[1] for each in found if each.record]
    try:
        if texts:
            await request.app.state.recorder.commit(*texts)
    except StoreError:
        found = [_Answered(each.line, None, None, each.problem or Problem("not-kept")) for each in found]
    return b"".join(_line(each) for each in found)


def _line(each: _Answered) -> bytes:
    record = json.dumps(each.record[0] if each.record else None)
    problem = json.dumps(each.problem.members() if each.problem else None)
    status = each.problem.status if each.problem else 200
    head = f'{{"schema":"{BATCH}","line":{each.line},"status":{status},"record":{record},"problem":{problem},"determination":'
    return head.encode() + (each.body or b"null") + b"}\n"


# -- as the document has it ------------------------------------------------------------------------------------------------

_RECORD = {
    "Precert-Record": {
        "description": "the id of the record that was kept; absent where none was",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    }
}
_PREVIEW = query("preview", FLAG, "true: keep no record, as for answers while somebody types")
BODY = ("bad-json", "too-slow", "too-large", "unsupported-media-type", "not-kept")
CASE = ("bad-field", "bad-date", "bad-modifier", "bad-units", "no-lines", "too-many-lines")
NAMED = ("unknown-plan", "no-release", "unknown-program")


def declare(operations: Operations) -> None:
    """Declare the routes."""
    operations.add(
        "POST",
        PATH,
        determine,
        tag="answers",
        role=Role.READ,
        parameters=[_PREVIEW],
        body=json_body("case-1", "the case"),
        answers={200: answer("determination-1", "the answer", more=_RECORD)},
        may=[*BODY, *CASE, *NAMED],
    )
    operations.add(
        "POST",
        "/v1/determinations/batch",
        determine_batch,
        tag="answers",
        role=Role.READ,
        parameters=[_PREVIEW],
        body=lines_body("case-1", "cases, a line each"),
        answers={
            200: {
                "description": "answers, a line each, in the order of the cases",
                "content": {NDJSON: {"schema": {"type": "string"}, "x-line": {"$ref": "#/components/schemas/batch-answer-1"}}},
            }
        },
        may=["too-large", "unsupported-media-type"],
    )
