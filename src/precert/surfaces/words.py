"""The closed vocabularies in a scheduler's words; nothing is decided here.

Each value of terms.py and each condition of condition.py has its words in a table below, and a test demands it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from precert.facts.compile import Row
from precert.facts.condition import (
    ClientSpecific,
    Condition,
    Contact,
    ManagedWith,
    NotRequired,
    PartOf,
    PlacesOnly,
    PurchaseOnly,
    Refused,
    RegisterDevice,
    SegmentOnly,
    StatesOnly,
    ThroughPlan,
    Uninterpreted,
)
from precert.facts.model import Citation, Listing
from precert.requirement.answer import LineAnswer, Outcome, citation
from precert.requirement.present import place
from precert.requirement.terms import Limit, Manager, Need, Requirement
from precert.surfaces.plain import visible

ASKS: Mapping[Requirement, str] = {
    Requirement.INVESTIGATIONAL: "The list calls it experimental or investigational",
    Requirement.REQUIRED: "PA required",
    Requirement.UNLISTED: "Unlisted code: reviewed by hand",
    Requirement.UNDETERMINED: "Cannot tell yet",
    Requirement.ASK_PLAN: "Ask the plan ({plan})",
    Requirement.FOLLOWS_PRIMARY: "Goes with {lines}",
    Requirement.OUT_OF_SCOPE: "Not managed by {delegate}; ask {plan}",
    Requirement.NOT_REQUIRED: "The list says no PA",
    Requirement.NOT_ON_LIST: "Not on the list - this does not mean no PA",
    Requirement.INVALID_CODE: "Not a code - check how it is written",
}

QUESTIONS: Mapping[Need, str] = {
    Need.SEGMENT: "Which segment of the plan is the member in?{segments} Add --segment.",
    Need.STATE: "Which state is the member in?{states} Add --state.",
    Need.PLACE_OF_SERVICE: "Where is the service given?{places} Add --pos.",
    Need.PRIMARY_PROCEDURE: "Which procedure does it go with? Add that code to the order.{primaries}",
    Need.EARLIER_RELEASE: "What did the list say before it changed? Ask {plan}, or look at an earlier list.",
    Need.REVIEW: "What does the list print in this row? Someone has to read it: {rows}",
    Need.PURCHASE_OR_RENTAL: "Is it bought or rented? Add NU (bought new), UE (bought used) or RR (rented), as in {code}-NU.",
}

LIMITS: Mapping[Limit, str] = {Limit.PURCHASE_ONLY: "Bought only, not rented"}

_MOST_NAMED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What a list calls those it speaks of: who manages its programs, who the plan is, and its families of programs."""

    plan: str
    delegate: str = "the benefit manager"
    families: Mapping[str, str] | None = None

    def beside(self, row: Row | None) -> "Names":
        """The same, with the benefit manager that a row's own list names."""
        named = row.delegate if row else None
        return Names(plan=self.plan, delegate=named.name, families=self.families) if named else self


def asks(outcome: Outcome, names: Names) -> str:
    """Say in a few words what the list asks."""
    return ASKS[outcome.requirement].format(plan=names.plan, delegate=names.delegate, lines=lines(at + 1 for at in outcome.primaries))


def lines(numbers: Iterable[int]) -> str:
    """Name lines of an order: `line 1`, `lines 1 and 3`."""
    named = [str(each) for each in numbers]
    return f"{'line' if len(named) == 1 else 'lines'} {listed(named)}"


def listed(named: list[str], last: str = "and") -> str:
    """Join names as a sentence does."""
    return f" {last} ".join([", ".join(named[:-1]), named[-1]]) if len(named) > 1 else "".join(named)


def counted(number: int, noun: str) -> str:
    """Write how many: `1 neighbour`, `3 neighbours`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def order_line(answer: LineAnswer) -> str:
    """Name one line of an order with its code, as it was ordered."""
    return f"line {answer.number} ({token(answer)})"


def opening(text: str) -> str:
    """Begin a sentence."""
    return text[:1].upper() + text[1:]


def token(answer: LineAnswer) -> str:
    """Write a line as one orders it: `E2361-NU:2`."""
    line = answer.line
    return "-".join([visible(line.token), *line.modifiers]) + (f":{line.units}" if line.units != 1 else "")


def who(outcome: Outcome) -> str:
    """Say who manages a line."""
    manager = outcome.managed_by
    if manager is None:
        return "-"
    return manager.name or {Manager.PLAN: "the plan", Manager.DELEGATE: "the benefit manager"}.get(manager.kind, "not stated")


def row(cited: Citation) -> str:
    """Write where something is printed: `list.txt:717`."""
    return place(cast("dict[str, Any]", citation(cited)))


def rows(cited: Iterable[Citation]) -> str:
    """Write several places."""
    return ", ".join(row(each) for each in cited)


def contact(each: Contact) -> str:
    """Write whom to call."""
    parts = (("phone", each.phone), ("option", each.option), ("fax", each.fax))
    return ", ".join(f"{name} {value}" for name, value in parts if value)


def why(answer: LineAnswer, names: Names) -> str:
    """Say why a line is answered so. What a limit asks stands beside the answer already."""
    told = " ".join(each.text for each in answer.ruling.reasons if each.code not in LIMITS)
    return told.replace("the delegate", names.delegate)


def question(need: Need, answer: LineAnswer, names: Names, primaries: tuple[str, ...]) -> str:
    """Ask for what is missing."""
    conditions = [each for candidate in answer.ruling.candidates for each in candidate.row.listing.conditions]
    return QUESTIONS[need].format(
        plan=names.plan,
        code=answer.line.token,
        rows=rows(answer.ruling.citations),
        primaries=f" A federal table names {_some(primaries)}." if primaries else "",
        segments=_covers(each.segment for each in conditions if isinstance(each, SegmentOnly)),
        states=_covers(state for each in conditions if isinstance(each, StatesOnly) for state in each.states),
        places=_covers(place for each in conditions if isinstance(each, PlacesOnly) for place in each.places),
    )


def _covers(named: Iterable[str]) -> str:
    once = list(dict.fromkeys(named))
    return f" The list asks for {listed(once)} only." if once else ""


def _some(codes: tuple[str, ...]) -> str:
    if len(codes) <= _MOST_NAMED:
        return listed(list(codes), "or")
    return f"{', '.join(codes[:_MOST_NAMED])} or one of {len(codes) - _MOST_NAMED} more"


def _managed_with(each: ManagedWith, names: Names) -> str:
    family = (names.families or {}).get(each.family, each.family)
    beside = f"; its companion is {listed(list(each.companions), 'or')}" if each.companions else ""
    return f"Managed by {names.delegate} when ordered with a {family} procedure, otherwise by {names.plan}{beside}"


def _through_plan(each: ThroughPlan, names: Names) -> str:
    return "; ".join([f"Asked of {names.plan}, not of {names.delegate}", *map(contact, each.contacts)])


def _segment_only(each: SegmentOnly, _: Names) -> str:
    return f"For members of {each.segment} only" + (", says the row's description" if each.notice else "")


def _purchase_only(each: PurchaseOnly, _: Names) -> str:
    return LIMITS[Limit.PURCHASE_ONLY] + (f", when ordered with more than {each.over} components" if each.over is not None else "")


CONDITIONS: Mapping[type[Condition], Callable[[Any, Names], str]] = {
    ManagedWith: _managed_with,
    ThroughPlan: _through_plan,
    NotRequired: lambda _, __: "No PA is required since the change",
    Refused: lambda _, __: "Called experimental, and refused if requested",
    SegmentOnly: _segment_only,
    StatesOnly: lambda each, _: f"For members in {listed(list(each.states))} only",
    PlacesOnly: lambda each, _: f"At place of service {listed(list(each.places), 'or')} only",
    PurchaseOnly: _purchase_only,
    PartOf: lambda each, _: f"Refers to the list of {each.program}, which decides where it names the code",
    RegisterDevice: lambda _, __: "The device is to be registered with its manufacturer",
    ClientSpecific: lambda _, __: "Managed for some clients only",
    Uninterpreted: lambda _, __: "Something is printed here that nobody has interpreted yet: read the row itself",
}


def condition(each: Condition, names: Names) -> str:
    """Say what is printed beside a row."""
    return CONDITIONS[type(each)](each, names)


def in_force(listing: Listing) -> str:
    """Say when a row holds."""
    if listing.ends and listing.ends == listing.changed:
        return f"removed on {listing.ends}; since when it had been on the list is not known"
    told = [f"from {listing.begins}" if listing.begins else "", f"until the day before {listing.ends}" if listing.ends else ""]
    told += [f"as printed since {listing.changed}; what held before is not known" if listing.changed else ""]
    return ", ".join(each for each in told if each) or "on any date"
