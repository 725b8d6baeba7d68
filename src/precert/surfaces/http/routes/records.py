"""Records: an answer that was given, as it was kept, and whether it is still given."""

import json
import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from precert import records
from precert.bootstrap import answer_again
from precert.facts.release import ReleaseError
from precert.ports import StoreError
from precert.store.places import open_audit_log
from precert.surfaces.http.exchange import admit, members, parameters
from precert.surfaces.http.identity import Role
from precert.surfaces.http.operation import Operations, answer, in_path
from precert.surfaces.http.problem import Problem
from precert.surfaces.http.threads import work

VERIFICATION = "precert.verification/1"
ID = r"^[0-9a-f]{32}$"
_ID = re.compile(ID)


async def record(request: Request) -> Response:
    """Give a record: the order and its answer, the releases and versions it was answered by, the time, and who asked."""
    return members(await _kept(request))


async def verification(request: Request) -> Response:
    """Answer a record's order again from the releases it names, and say what differs: nothing, when the answer still stands."""
    kept = await _kept(request)
    return members({"schema": VERIFICATION, "id": kept["id"], "differs": await work(_differs, kept)})


async def _kept(request: Request) -> dict[str, Any]:
    await admit(request, Role.READ)
    parameters(request, ())
    return await work(find, request.path_params["id"])


def find(record_id: str) -> dict[str, Any]:
    """Return a record. Raises Problem where there is none, StoreError."""
    if not _ID.fullmatch(record_id):
        raise Problem("bad-parameter", "id")
    # Nothing else in the log can read like a record's own id: what a client sent stands in it with its quotation marks escaped.
    line = open_audit_log().find(f'"id":"{record_id}"')
    found: dict[str, Any] = json.loads(line) if line else {}
    if found.get("id") != record_id:
        raise Problem("unknown-record")
    return found


def _differs(kept: dict[str, Any]) -> list[str]:
    try:
        return records.verify(kept, answer_again)
    except (StoreError, ReleaseError):
        return ["a release that the record names is not at hand, or is altered"]


def declare(operations: Operations) -> None:
    """Declare the routes."""
    named = in_path("id", {"type": "string", "pattern": ID}, "a record's id, as the header Precert-Record gave it")
    may = ("not-kept", "unknown-record")
    operations.add(
        "GET", "/v1/records/{id}", record, tag="records", role=Role.READ, parameters=[named], may=may,
        answers={200: answer("record-1", "the record")},
    )  # fmt: skip
    operations.add(
        "GET", "/v1/records/{id}/verification", verification, tag="records", role=Role.READ, parameters=[named], may=may,
        answers={200: answer("verification-1", "what differs")},
    )  # fmt: skip
