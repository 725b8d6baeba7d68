"""What batch says of a line: the contract's columns, taken from a ruling. One row for all lines that are answered alike."""

from dataclasses import dataclass

from precert.batch.atoms import Place, place
from precert.facts.compile import Index
from precert.facts.model import Citation
from precert.requirement.answer import Ruling, citation
from precert.requirement.present import place as in_short
from precert.requirement.terms import Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """The columns of an answer, but for those that differ from line to line: `citation` and `primary_lines`."""

    plan: str
    requirement: str
    managed_by: str | None
    managed_by_name: str | None
    platform: str | None
    program: str | None
    conflict: bool
    limits: tuple[str, ...]
    needs: tuple[str, ...]
    notices: tuple[str, ...]
    release: str | None
    reason: str
    """For the summary: the stable code of the first reason."""
    required_by: Place | None = None
    """The place of the row by which a line is `required`."""


def says(ruling: Ruling, index: Index) -> Says:
    """Take the columns from a ruling."""
    outcome, decider = ruling.outcome, ruling.decider
    manager = outcome.managed_by
    return Says(
        plan=index.plan,
        requirement=outcome.requirement.value,
        managed_by=manager.kind.value if manager else None,
        managed_by_name=manager.name if manager else None,
        platform=outcome.platform,
        program=ruling.program,
        conflict=ruling.conflict,
        limits=tuple(each.value for each in outcome.limits),
        needs=tuple(each.value for each in outcome.needs),
        notices=tuple(each.kind.value for each in ruling.notices),
        release=release(index),
        reason=ruling.reasons[0].code,
        required_by=place(decider) if decider and outcome.requirement is Requirement.REQUIRED else None,
    )


def cited(ruling: Ruling) -> str | None:
    """Return the printed row an answer rests on: the one that decides, else the first it cites."""
    rows = [ruling.decider.listing.citation] if ruling.decider else list(ruling.citations)
    return shown(rows[0]) if rows else None


def shown(cited: Citation) -> str:
    """Write a citation in short."""
    return in_short(citation(cited) or {})


def release(index: Index) -> str:
    """Name the releases a plan is answered from."""
    return ";".join(held.id for held in index.held)
