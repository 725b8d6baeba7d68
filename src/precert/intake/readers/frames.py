"""Tables that draw a page rather than hold a list: old pages stand in one, and their lists in a table inside.

A table with a table inside it is such a frame, unless it has rows of its own: two cells with text and no table, or a code beside the
inner table. The text of a frame is prose.
"""

from collections.abc import Iterator
from typing import Any

from precert import codes

_CELLS = ("td", "th")


def frame_cells(root: Any) -> set[Any]:  # noqa: ANN401 - lxml's elements
    """Return the cells of all tables that are frames."""
    holding = {cell for table in root.iter("table") if (cell := next(table.iterancestors(*_CELLS), None)) is not None}
    outer = {table for cell in holding if (table := next(cell.iterancestors("table"), None)) is not None}
    return {cell for table in outer if not _is_list(table, holding) for row in _rows(table) for cell in row}


def _is_list(table: Any, holding: set[Any]) -> bool:  # noqa: ANN401 - as above
    for row in _rows(table):
        texts = [text for cell in row if cell not in holding and (text := "".join(cell.itertext()).strip())]
        if (len(texts) > 1 and holding.isdisjoint(row)) or any(codes.parse(text) for text in texts):
            return True
    return False


def _rows(table: Any) -> Iterator[list[Any]]:  # noqa: ANN401 - as above
    """Yield the cells of a table's own rows."""
    for child in table.iterchildren():
        rows = [child] if child.tag == "tr" else child.iterchildren("tr") if child.tag in ("thead", "tbody", "tfoot") else ()
        yield from (list(row.iterchildren(*_CELLS)) for row in rows)
