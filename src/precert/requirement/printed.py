"""What a row says by its cells and its notation alone, before any other line is heard (R2, R11, R12, R14, R18)."""

from dataclasses import replace

from precert.facts.compile import Index, Row
from precert.facts.condition import ThroughPlan
from precert.facts.model import OUT_OF_SCOPE_PLATFORM, Cell
from precert.requirement.answer import ManagedBy, Outcome
from precert.requirement.explain import reason
from precert.requirement.terms import Manager, Need, Requirement

# R2, R11, R18: what a cell alone says: (requirement, who manages, whether the printed platform is kept, the reason).
_PRINTED: dict[Cell | None, tuple[Requirement, Manager | None, bool, str]] = {
    None: (Requirement.REQUIRED, Manager.UNSTATED, False, "membership"),
    Cell.YES: (Requirement.REQUIRED, Manager.DELEGATE, True, "printed-yes"),
    Cell.NO: (Requirement.NOT_REQUIRED, None, False, "printed-no"),
    Cell.OUT_OF_SCOPE: (Requirement.OUT_OF_SCOPE, Manager.PLAN, False, "printed-out-of-scope"),
    Cell.INVESTIGATIONAL: (Requirement.INVESTIGATIONAL, Manager.DELEGATE, True, "printed-investigational"),
    Cell.UNLISTED: (Requirement.UNLISTED, Manager.DELEGATE, True, "printed-unlisted"),
}


def undetermined(need: Need, why: str, **details: str) -> Outcome:
    """Return the outcome that a fact is missing; `details` fill the reason's sentence."""
    return Outcome(requirement=Requirement.UNDETERMINED, needs=(need,), reasons=(reason(why, **details),))


def buildable(platform: str | None) -> str | None:
    """A platform cell that prints Out of Scope names no platform (R11)."""
    return None if platform == OUT_OF_SCOPE_PLATFORM else platform


def manager(index: Index, row: Row, kind: Manager | None) -> ManagedBy | None:
    """Return who manages a row, by name: the list's delegate or the plan; unstated where a list names no delegate."""
    if kind is Manager.PLAN:
        return ManagedBy(kind=kind, name=index.payer)
    if kind is Manager.DELEGATE and row.delegate:
        return ManagedBy(kind=kind, name=row.delegate.name)
    return ManagedBy(kind=Manager.UNSTATED) if kind else None


def printed(index: Index, row: Row, cell: Cell | None) -> Outcome:
    """Return what a cell says of a row (R2, R11, R18)."""
    requirement, kind, keeps_platform, why = _PRINTED[cell]
    platform = buildable(row.listing.platform) if keeps_platform else None
    return Outcome(requirement=requirement, managed_by=manager(index, row, kind), platform=platform, reasons=(reason(why),))


def through_plan(index: Index, row: Row, outcome: Outcome) -> Outcome:
    """R12: the requirement stays what is printed; the plan manages it, and no platform takes it."""
    if ThroughPlan not in row.conditions or outcome.managed_by is None:
        return outcome
    plan = ManagedBy(kind=Manager.PLAN, name=index.payer)
    return replace(outcome, managed_by=plan, platform=None, reasons=(*outcome.reasons, reason("through-plan")))


def refused(index: Index, row: Row) -> Outcome:
    """R14: investigational wherever the code is printed; `_contradicted` finds where the cell disagrees."""
    return Outcome(
        requirement=Requirement.INVESTIGATIONAL,
        managed_by=manager(index, row, Manager.DELEGATE),
        platform=buildable(row.listing.platform),
        reasons=(reason("refused"),),
    )
