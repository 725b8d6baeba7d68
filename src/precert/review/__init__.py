"""A person's decisions on damaged rows, and what they make of a draft. Pure: who and when are given, never asked for here.

Rules (R7, R65): a proposal changes nothing until a person accepts it; a decision belongs to what its row prints, so that it
survives a new ingest and no longer applies when the row changes; the last decision on a row stands, and none is ever erased.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from precert import codes
from precert.facts.model import Proposal, Review, SetAside
from precert.ports import Decision


class Action(StrEnum):
    """What a person may decide."""

    ACCEPT = "accept"  # the proposal is right: the row lists the proposed code
    REJECT = "reject"  # the proposal is wrong: it names its code no longer, and the row stays set aside
    CORRECT = "correct"  # the row lists another code


class ReviewError(ValueError):
    """A decision that cannot be taken. `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class DamagedRow:
    """A set-aside row under review: what identifies it, its best proposal, and the decision that stands."""

    id: str
    """The proposal's id, or the row's own where there is none."""
    key: str
    row: SetAside
    proposal: Proposal | None
    decision: Decision | None


def standing(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """Return the decision that stands for each row: the last."""
    return {decision.row: decision for decision in decisions}


def stale(decisions: Iterable[Decision], rows: Iterable[str]) -> list[Decision]:
    """Return the standing decisions whose row the present draft no longer prints: they need a new look."""
    present = set(rows)
    return [decision for key, decision in standing(decisions).items() if key not in present]


def find(rows: Sequence[DamagedRow], asked: str) -> DamagedRow:
    """Return the row under review that an id, or an unambiguous beginning of one, names. Raises ReviewError."""
    named = [row for row in rows if row.id.startswith(asked)] if asked else []
    if len(named) == 1:
        return named[0]
    if not named:
        raise ReviewError("unknown-proposal", f"there is no row under review with the id `{asked}`; `precert review list` shows them")
    raise ReviewError("unclear-proposal", f"`{asked}` begins the id of {len(named)} rows; write more of it")


def decide(row: DamagedRow, action: Action, *, code: str | None = None, by: str, at: datetime, why: str, list_id: str) -> Decision:  # noqa: PLR0913 - a decision's members
    """Return a decision on a row. Raises ReviewError where it cannot be taken."""
    return Decision(
        list=list_id,
        row=row.key,
        action=action,
        proposal=row.id,
        code=_decided(row, action, code),
        by=_told(by, "by", "who decides"),
        at=at,
        why=_told(why, "why", "the reason"),
    )


def _decided(row: DamagedRow, action: Action, code: str | None) -> str | None:
    if action is Action.CORRECT:
        read = codes.parse(code or "")
        if read is None:
            raise ReviewError("bad-code", f"`{code}` is not a well-formed code")
        return read
    if row.proposal is None:
        raise ReviewError("no-proposal", f"the row `{row.id}` has no proposal to {action}; correct it with a code instead")
    return row.proposal.proposed if action is Action.ACCEPT else None


def _told(text: str, name: str, what: str) -> str:
    if not text.strip():
        raise ReviewError(f"no-{name}", f"a decision says {what}: give it with --{name}")
    return text.strip()


def review(decision: Decision, printed: str) -> Review:
    """Return what a listing keeps of the decision that made it one (R65)."""
    return Review(action=decision.action, by=decision.by, at=decision.at.strftime("%Y-%m-%dT%H:%M:%SZ"), why=decision.why, printed=printed)
