"""The question: lines ordered together for one patient on one date of service. Nothing here can carry a patient's name.

A request that cannot be read raises `RequestError` with a stable code; a code that cannot be read does not: that line is
answered `invalid-code` and the others as usual.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from precert import codes
from precert.request import RequestError as RequestError  # noqa: PLC0414 - this is where its readers look for it
from precert.request import read_date as read_date  # noqa: PLC0414 - as above

_REFERENCE = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
# The states, the District, and the territories that Medicare and Medicaid pay in, by their postal letters.
_STATES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD "
    "TN TX UT VT VA WA WV WI WY AS GU MP PR VI"
)
_STATE = re.compile(_STATES.replace(" ", "|"), re.ASCII)
_PLACE = re.compile(r"[0-9]{2}", re.ASCII)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
MOST_UNITS = 9999
MOST_LINES = 5000
"""An order has tens of lines. Lines look at one another, so that a case without end would take time without end."""
ECHO = 32
"""How many characters of an invalid token are returned."""
LONGEST_NAME = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One ordered line. `code` is the well-formed code or None; `token` is what to show: the code, or the input as it was sent."""

    token: str
    code: str | None
    modifiers: tuple[str, ...] = ()
    units: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The lines ordered together, with the facts the rules may need. `programs` None means: not stated; empty: none bought."""

    plan: str
    date_of_service: date
    lines: tuple[Line, ...]
    known_at: date | None = None
    segment: str | None = None
    state: str | None = None
    place_of_service: str | None = None
    programs: tuple[str, ...] | None = None
    reference: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no reader of cases would make; `from_dict` reads JSON members and says more."""
        if not isinstance(self.date_of_service, date) or isinstance(self.date_of_service, datetime):
            raise RequestError("bad-date", "`date_of_service` is a date; `Case.from_dict` reads text")
        if {*map(type, self.lines)} != {Line}:
            raise RequestError("no-lines", "a case has lines, each a `Line`; `Case.from_dict` reads JSON members")
        if self.segment is not None and self.segment != read_segment(self.segment):
            raise RequestError("bad-field", "`segment` is trimmed and in lower case; `Case.from_dict` makes it so")

    @classmethod
    def from_dict(cls, case: Mapping[str, Any]) -> "Case":
        """Read a case from its JSON members (contract.md); raise RequestError where it cannot be read."""
        if not isinstance(case, Mapping):
            raise RequestError("bad-field", "a case is an object with `plan`, `date_of_service` and `lines`")
        _refuse_unknown(case, _CASE_FIELDS, "the case")
        segment = _text(case, "segment")
        programs = case.get("programs")
        return cls(
            plan=_plan(case),
            date_of_service=read_date(case.get("date_of_service"), "date_of_service"),
            lines=_lines(case.get("lines")),
            known_at=None if case.get("known_at") is None else read_date(case["known_at"], "known_at"),
            segment=None if segment is None else read_segment(segment),
            state=_matched(case, "state", _STATE, "the two letters of a state or territory, such as `FL`"),
            place_of_service=_matched(case, "place_of_service", _PLACE, "two digits, such as `24`"),
            programs=None if programs is None else _programs(programs),
            reference=_matched(case, "reference", _REFERENCE, "1 to 64 of `A-Za-z0-9._-`", folded=False),
        )


_CASE_FIELDS = frozenset(each.name for each in fields(Case))
_LINE_FIELDS = frozenset({"code", "modifiers", "units"})


def _refuse_unknown(members: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    if members.keys() <= known:
        return
    unknown = next(name for name in members if name not in known)
    near = nearest(str(unknown), sorted(known))
    hint = f"; did you mean `{near}`?" if near else ""
    raise RequestError("bad-field", f"{where} has a member `{unknown}` that nothing reads{hint}")


def nearest(name: str, known: Sequence[str]) -> str | None:
    """Return the known name most like a misspelt one, or None when none is."""
    import difflib  # noqa: PLC0415 - only a request that cannot be read pays for it

    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return near[0] if near else None


def _text(case: Mapping[str, Any], name: str) -> str | None:
    value = case.get(name)
    if value is None or isinstance(value, str):
        return value
    raise RequestError("bad-field", f"`{name}` is text, not `{value!r}`")


def _plan(case: Mapping[str, Any]) -> str:
    plan = _text(case, "plan")
    if not plan:
        raise RequestError("bad-field", "the case names no `plan`")
    return plan


def _matched(case: Mapping[str, Any], name: str, pattern: re.Pattern[str], shape: str, *, folded: bool = True) -> str | None:
    value = _text(case, name)
    if value is None:
        return None
    read = codes.fold(value) if folded else value
    if not pattern.fullmatch(read):
        raise RequestError("bad-field", f"`{name}` is `{value}`; it should be {shape}")
    return read


def read_segment(segment: str) -> str:
    """Trim and lower-case a segment's name (R19); an empty one is a request error."""
    name = segment.strip().lower()
    if not name or len(name) > LONGEST_NAME or _LONE_SURROGATE.search(name):
        raise RequestError("bad-field", "`segment` is empty or longer than 64 characters; leave it out when it is not known")
    return name


def _programs(programs: object) -> tuple[str, ...]:
    if isinstance(programs, list | tuple) and all(isinstance(each, str) for each in programs):
        return tuple(programs)
    raise RequestError("bad-field", "`programs` is a list of the names of the programs that the client bought")


def _lines(lines: object) -> tuple[Line, ...]:
    if not isinstance(lines, list | tuple):
        raise RequestError("no-lines", "the case has no `lines`: list at least one code")
    if not lines:
        raise RequestError("no-lines", "the case has no lines: give at least one code")
    if len(lines) > MOST_LINES:
        raise RequestError("too-many-lines", f"the case has {len(lines)} lines; at most {MOST_LINES} are answered together")
    return tuple([_line(each, number) for number, each in enumerate(lines, 1)])


def _line(line: object, number: int) -> Line:
    if not isinstance(line, dict | Mapping):
        raise RequestError("bad-field", f"line {number} is not an object with a `code`")
    if line.keys() - _LINE_FIELDS:
        _refuse_unknown(line, _LINE_FIELDS, f"line {number}")
    token, modifiers, units = line.get("code"), line.get("modifiers"), line.get("units")
    if not isinstance(token, str):
        raise RequestError("bad-field", f"line {number} has no `code`")
    if not modifiers and (units is None or (units == _ONE and type(units) is int)) and (modifiers is None or isinstance(modifiers, list)):
        plain = _plain(token)
        if plain:
            return plain
    return read_line(token, () if modifiers is None else modifiers, 1 if units is None else units, number)


_ONE = 1


@lru_cache(maxsize=4096)
def _plain_line(code: str) -> Line:
    return Line(token=code, code=code)


def _plain(token: str) -> Line | None:
    """Return the line of a code without modifiers, one unit: most lines are, and equal ones may be the same object."""
    code = codes.parse(token)
    return _plain_line(code) if code else None  # what is no code is not kept: it may be anything


def read_line(token: str, modifiers: object, units: object, number: int) -> Line:
    """Read one line; raise RequestError `bad-modifier` or `bad-units` (integers 1 to 9999)."""
    code = codes.parse(token)
    if type(units) is not int or not 1 <= units <= MOST_UNITS:
        raise RequestError("bad-units", f"line {number} has units `{units}`; they are a whole number from 1 to {MOST_UNITS}")
    read = () if modifiers == () else tuple([_modifier(each, number) for each in _sequence(modifiers, number)])
    return Line(token=code or _echo(token), code=code, modifiers=read, units=units)


def _sequence(modifiers: object, number: int) -> Iterable[object]:
    if isinstance(modifiers, list | tuple):
        return modifiers
    raise RequestError("bad-modifier", f"line {number}: `modifiers` is a list of two-character modifiers")


def _modifier(value: object, number: int) -> str:
    read = codes.parse_modifier(value) if isinstance(value, str) else None
    if read is None:
        raise RequestError("bad-modifier", f"line {number} has the modifier `{value}`; a modifier is two letters or digits, such as `NU`")
    return read


def _echo(token: str) -> str:
    # half a surrogate pair is no character: it has no UTF-8 form and no digest
    return _LONE_SURROGATE.sub("\ufffd", token[:ECHO])
