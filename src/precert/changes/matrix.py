"""Plans side by side: what each plan's lists ask for a code ordered alone on one day. Every cell is `determine`'s answer."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from precert.facts.compile import Index
from precert.facts.model import Citation, Listing
from precert.requirement.answer import LineAnswer, ManagedBy
from precert.requirement.case import Case, RequestError, nearest, read_line
from precert.requirement.determine import determine
from precert.requirement.terms import Limit, Need, Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSays:
    """What one plan's lists ask for one code."""

    plan: str
    requirement: Requirement
    managed_by: ManagedBy | None
    platform: str | None
    program: str | None
    category: str | None
    conflict: bool
    limits: tuple[Limit, ...]
    needs: tuple[Need, ...]
    since: date | None
    """Since when the deciding row says so; None when it gives no day."""
    until: date | None
    """From when on the deciding row will not exist; None when it gives no day."""
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRow:
    """One code, and what each plan says of it, in the order of the plans."""

    code: str
    plans: tuple[PlanSays, ...]

    @property
    def differs(self) -> bool:
        """Whether the plans ask different things."""
        return len({each.requirement for each in self.plans}) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """A release that answered."""

    id: str
    plan: str
    list: str
    edition: str
    known_at: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Crosswalk:
    """Codes by plans, on one date of service."""

    day: date
    plans: tuple[str, ...]
    releases: tuple[Answering, ...]
    rows: tuple[CodeRow, ...]


def crosswalk(codes: Iterable[str], rulebooks: Mapping[str, Index], day: date) -> Crosswalk:
    """Ask every plan for every code, alone, on a day. A code given twice is asked once; one that is none is answered `invalid-code`."""
    tokens = dict.fromkeys(read_line(code, (), 1, number).token for number, code in enumerate(codes, 1))
    return Crosswalk(
        day=day,
        plans=tuple(rulebooks),
        releases=tuple(_releases(rulebooks)),
        rows=tuple(CodeRow(code=token, plans=tuple(_says(token, index, day) for index in rulebooks.values())) for token in tokens),
    )


def _releases(rulebooks: Mapping[str, Index]) -> Iterator[Answering]:
    for plan, index in rulebooks.items():
        for held in index.held:
            yield Answering(id=held.id, plan=plan, list=held.list, edition=held.edition, known_at=held.known_at)


def _says(token: str, index: Index, day: date) -> PlanSays:
    case = Case(plan=index.plan, date_of_service=day, lines=(read_line(token, (), 1, 1),))
    (answer,) = determine(case, index).lines
    return _cell(index.plan, answer, day)


def _cell(plan: str, answer: LineAnswer, day: date) -> PlanSays:
    ruling, outcome = answer.ruling, answer.ruling.outcome
    listing = ruling.decider.listing if ruling.decider else None
    return PlanSays(
        plan=plan,
        requirement=outcome.requirement,
        managed_by=outcome.managed_by,
        platform=outcome.platform,
        program=ruling.program,
        category=listing.category if listing else None,
        conflict=ruling.conflict,
        limits=outcome.limits,
        needs=outcome.needs,
        since=_since(listing, day) if listing else None,
        until=listing.ends if listing else None,
        citations=ruling.citations,
    )


def _since(listing: Listing, day: date) -> date | None:
    """Return the last day, not after this one, on which the row began or changed (R10)."""
    return max((each for each in (listing.begins, listing.changed) if each and each <= day), default=None)


def codes_under(name: str, rulebooks: Mapping[str, Index], *, program: bool = False) -> list[str]:
    """Return the codes that any plan lists under a category (or program), in list order; case does not matter.

    Raises RequestError `bad-field` when no list has one of that name.
    """
    wanted, known, found = name.strip().casefold(), dict[str, None](), dict[str, None]()
    for listing in _listings(rulebooks):
        label = listing.program if program else listing.category
        if label is not None:
            known[label] = None
            found |= {listing.code: None} if label.casefold() == wanted else {}
    if not found:
        raise RequestError("bad-field", _unknown(name, "program" if program else "category", list(known)))
    return list(found)


def _unknown(name: str, what: str, known: list[str]) -> str:
    near = nearest(name, known)
    return f"no list has a {what} `{name}`" + (f"; did you mean `{near}`?" if near else f"; there are {', '.join(known)}")


def _listings(rulebooks: Mapping[str, Index]) -> Iterator[Listing]:
    for index in rulebooks.values():
        for code in index.codes():
            yield from (row.listing for row in index.rows(code))
