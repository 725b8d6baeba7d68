"""A line of prose that begins with a code may be a row whose columns could not be told: it is read by nobody, and so it is noted."""

import re
from collections.abc import Iterable

from precert.intake.readers.document import Note, Prose, RawRow
from precert.intake.readers.tally import Tally
from precert.intake.readers.terms import Seen

_BEGINS_WITH_A_CODE = re.compile(r"(?:[-*\u2022]\s*)?(?:[0-9]{4}[0-9A-Z]|[A-Z][0-9]{4})(?![0-9A-Za-z.,/-])", re.ASCII)


def look_for_codes(blocks: Iterable[RawRow | Prose]) -> tuple[Note, ...]:
    """Note the lines outside every table that begin with what may be a code."""
    tally = Tally()
    for block in blocks:
        if isinstance(block, Prose) and _BEGINS_WITH_A_CODE.match(block.text):
            tally.add(
                Seen.CODE_IN_PROSE,
                "a line outside every table begins with what may be a code; no columns could be told in it",
                block.citation,
            )
    return tally.notes()
