"""The booked orders that a new release touches: those whose answer changes, with what it was and what it is.

Both answers are `determine`'s. Compared is what somebody acts on: for every line what is asked, of whom, where, what is missing
and what is to be known; for the case what is to be built, which other lists may speak, and what is to be looked at. Not compared: which
release answered, where a row is printed, labels that nobody acts on, and findings about the list as a whole (`_OF_THE_LIST`).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import StrEnum

from precert.changes.booked import Malformed, Order, Orders
from precert.facts.compile import Index
from precert.facts.condition import Contact
from precert.requirement.answer import Determination, Group, LineAnswer, ManagedBy
from precert.requirement.determine import determine
from precert.requirement.terms import FindingCode, Limit, Need, NoticeKind, Requirement

# They tell how old, how sound or how whole a list is, and would touch every order of a plan at once.
_OF_THE_LIST = frozenset(
    {FindingCode.DOS_BEFORE_EDITION, FindingCode.LIST_MAY_BE_STALE, FindingCode.LIST_HAS_UNREAD_ROWS, FindingCode.SECONDARY_SOURCE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSaid:
    """What is answered for one line. Line numbers are those of the order."""

    requirement: Requirement
    managed_by: ManagedBy | None
    platform: str | None
    program: str | None
    conflict: bool
    limits: tuple[Limit, ...]
    needs: tuple[Need, ...]
    primary_lines: tuple[int, ...]
    notices: tuple[tuple[NoticeKind, tuple[str, ...]], ...]
    """Each with the codes it speaks of."""
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSaid:
    """What is answered for the case as a whole."""

    cases: tuple[Group, ...]
    elsewhere: tuple[str, ...]
    findings: tuple[tuple[StrEnum, tuple[int, ...], str | None], ...]
    """Each with its lines and its exception."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchedLine:
    """One line of a touched order; `changed` names the members that differ, and is empty for a line that stays as it was."""

    number: int
    token: str
    before: LineSaid
    after: LineSaid
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """A booked order whose answer changes."""

    order: Order
    lines: tuple[TouchedLine, ...]
    before: CaseSaid
    after: CaseSaid
    changed: tuple[str, ...]
    """The members of the case as a whole that differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """What became of a file of booked orders. Every row is in a case that was compared, in one of another plan, or malformed."""

    rows: int
    compared: int
    other_plans: tuple[tuple[str, int], ...]
    """Plans that the releases are not of, and how many cases of each were left alone."""
    malformed: tuple[Malformed, ...]
    touched: tuple[Touched, ...]


def compare_orders(orders: Orders, before: Index, after: Index) -> Booked:
    """Compare the orders of the releases' plan, and account for all others."""
    own = [order for order in orders.orders if order.case.plan == before.plan]
    others = Counter(order.case.plan for order in orders.orders if order.case.plan != before.plan)
    return Booked(
        rows=orders.rows,
        compared=len(own),
        other_plans=tuple(sorted(others.items())),
        malformed=orders.malformed,
        touched=tuple(impact(own, before, after)),
    )


def impact(orders: Iterable[Order], before: Index, after: Index) -> list[Touched]:
    """Return the orders whose answer changes, in their order. Raises RequestError for an order of another plan."""
    return [found for order in orders if (found := _touched(order, determine(order.case, before), determine(order.case, after)))]


def _touched(order: Order, before: Determination, after: Determination) -> Touched | None:
    old, new = _case(order, before), _case(order, after)
    pairs = [(_line(order, then), _line(order, now)) for then, now in zip(before.lines, after.lines, strict=True)]
    if old == new and all(then == now for then, now in pairs):
        return None
    lines = tuple(
        TouchedLine(number=number, token=line.token, before=then, after=now, changed=_differing(then, now))
        for number, line, (then, now) in zip(order.numbers, order.case.lines, pairs, strict=True)
    )
    return Touched(order=order, lines=lines, before=old, after=new, changed=_differing(old, new))


def _differing(before: LineSaid | CaseSaid, after: LineSaid | CaseSaid) -> tuple[str, ...]:
    return tuple(each.name for each in fields(before) if getattr(before, each.name) != getattr(after, each.name))


def _line(order: Order, answer: LineAnswer) -> LineSaid:
    ruling, outcome = answer.ruling, answer.ruling.outcome
    return LineSaid(
        requirement=outcome.requirement,
        managed_by=outcome.managed_by,
        platform=outcome.platform,
        program=ruling.program,
        conflict=ruling.conflict,
        limits=outcome.limits,
        needs=outcome.needs,
        primary_lines=tuple(order.numbers[at] for at in outcome.primaries),
        notices=tuple((each.kind, each.codes) for each in ruling.notices),
        contacts=ruling.contacts,
    )


def _case(order: Order, answer: Determination) -> CaseSaid:
    return CaseSaid(
        cases=tuple(Group(each.managed_by, each.platform, each.program, _numbers(order, each.lines)) for each in answer.cases),
        elsewhere=answer.elsewhere,
        findings=tuple(
            (each.code, _numbers(order, each.lines), each.exception) for each in answer.findings if each.code not in _OF_THE_LIST
        ),
    )


def _numbers(order: Order, lines: Iterable[int]) -> tuple[int, ...]:
    """Return lines of a case, from 1, as the order numbers them."""
    return tuple(order.numbers[line - 1] for line in lines)
