"""What every door of the house says when a request could not be read, and the one way a day is read."""

import re
from datetime import date, datetime

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class RequestError(ValueError):
    """A request that could not be read. `code` is stable; the message says what and where, and may quote the input."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def read_date(value: object, name: str) -> date:
    """Read a calendar day written `YYYY-MM-DD` (or given as a date); raise RequestError `bad-date`."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    # fromisoformat alone would take 20260302 and week dates as well
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise RequestError("bad-date", f"`{name}` is `{value}`; it should be a day written like `2026-03-02`")
