"""The routes, by what they are about. Each module declares its own."""

from precert.surfaces.http.operation import Operations
from precert.surfaces.http.routes import answers, changes, desk, determinations, lists, records, system, what_if


def declare_all(operations: Operations) -> None:
    """Declare every route, in the order of the document."""
    for each in (determinations, what_if, answers, changes, lists, records, desk, system):
        each.declare(operations)
