"""The routes, by what they are about. Each module declares its own."""

from precert.surfaces.http.operation import Operations
from precert.surfaces.http.routes import answers, desk, determinations, lists, records, system


def declare_all(operations: Operations) -> None:
    """Declare every route, in the order of the document."""
    for each in (determinations, answers, lists, records, desk, system):
        each.declare(operations)
