"""The closed vocabulary of this room, and what an edit is. Each value is documented where it is defined; the words are ours."""

from dataclasses import dataclass
from enum import StrEnum

from precert.facts.model import Reference


class EditCode(StrEnum):
    """What the order's codes should be looked at for, whatever the list asks."""

    ADD_ON_WITHOUT_LISTED_PRIMARY = "add-on-without-listed-primary"  # a federal add-on, and the case has none of its primaries (R66)
    CODE_ENDED = "code-ended"  # the code was no longer in force on the date of service, by a federal file (R67)
    CODE_NOT_YET_ADDED = "code-not-yet-added"  # the code was not yet in force on the date of service, by a federal file (R67)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One thing to look at. `ordered` is the code it speaks of, `lines` (1-based) all that order it; `reference` the table that says so."""

    code: EditCode
    ordered: str
    lines: tuple[int, ...]
    message: str
    reference: Reference
