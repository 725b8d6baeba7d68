"""`POST /v1/what-if`: a case, its answer, and beside each line the codes the surgeon may change to and whose answer differs (R70)."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from precert import bootstrap
from precert.bootstrap import Rulebook
from precert.encounter import what_if as neighbours
from precert.requirement.case import Case
from precert.surfaces.http.exchange import admit, document, members, parameters
from precert.surfaces.http.identity import Role
from precert.surfaces.http.operation import Operations, answer, json_body
from precert.surfaces.http.problem import Problem
from precert.surfaces.http.routes.determinations import BODY, CASE, NAMED, answered, book_of, read_case
from precert.surfaces.http.threads import work


async def what_if(request: Request) -> Response:
    """Answer one case, and say of each line which neighbour codes would be answered otherwise, and how.

    It is the document of `precert check --what-if --json`. A case has at most 50 lines here. No record is kept of what only would be.
    """
    await admit(request, Role.READ)
    parameters(request, ())
    case = read_case(await document(request))
    if len(case.lines) > neighbours.MOST_LINES:
        raise Problem("too-many-lines", "lines")
    return members(await work(_asked, await book_of(request, case), case))


def _asked(book: Rulebook, case: Case) -> dict[str, Any]:
    told = answered(book, case)
    return neighbours.document(told, bootstrap.what_if(told))


def declare(operations: Operations) -> None:
    """Declare the route."""
    operations.add(
        "POST",
        "/v1/what-if",
        what_if,
        tag="answers",
        role=Role.READ,
        body=json_body("case-1", f"the case, of at most {neighbours.MOST_LINES} lines"),
        answers={200: answer("determination-1", "the answer, with its member `what_if`")},
        may=[*BODY, *CASE, *NAMED, "bad-parameter"],
    )
