"""The question: the facts that are known, and the date of service. Nothing here can carry a patient's name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from precert import request
from precert.anesthesiology.terms import REGION, Flag, QuestionError, Region


@dataclass(frozen=True, slots=True)
class Question:
    """A date of service, and the facts that are known, by name; what is not known is not in `facts`."""

    day: date
    facts: Mapping[str, str | bool]

    def within(self, region: Region) -> "Question":
        """Return the same question with the region known."""
        return Question(self.day, {REGION: region.value, **{name: value for name, value in self.facts.items() if name != REGION}})


def read(day: object, region: object, flags: Mapping[Flag, object]) -> Question:
    """Read a question; None is not known. Raises QuestionError `bad-date`, `bad-region` or `bad-field`."""
    facts: dict[str, str | bool] = {} if region is None else {REGION: _region(region)}
    for flag, value in flags.items():
        if isinstance(value, bool):
            facts[flag.value] = value
        elif value is not None:
            raise QuestionError("bad-field", f"`{flag}` is `{value}`; it should be true, false, or left out")
    return Question(read_date(day), facts)


def _region(value: object) -> str:
    if isinstance(value, str) and value in set(Region):
        return str(value)
    raise QuestionError("bad-region", f"`region` is `{value}`; it should be {', '.join(Region)}, or left out")


def read_date(value: object) -> date:
    """Read a calendar day written `YYYY-MM-DD` (or given as a date). Raises QuestionError `bad-date`."""
    try:
        return request.read_date(value, "date")
    except request.RequestError as error:
        raise QuestionError("bad-date", str(error)) from error
