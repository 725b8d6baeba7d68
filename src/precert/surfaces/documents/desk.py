"""The review desk: rows that could not be read with the decisions on them, and what publishing a list did."""

from collections.abc import Iterable
from typing import Any

from precert import workbench
from precert.ports import Decision
from precert.workbench import Desk

REVIEW, PUBLISH = "precert.review/1", "precert.publish/1"


def review(desks: Iterable[Desk]) -> dict[str, Any]:
    """Return the lists under review: `precert.review/1`."""
    return {"schema": REVIEW, "lists": [desk(each) for each in desks]}


def desk(each: Desk) -> dict[str, Any]:
    """Return one list under review."""
    return {
        "list": each.draft.list,
        "plan": each.draft.plan,
        "document": each.draft.name,
        "ingested_at": each.draft.ingested_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "rows": [
            {
                "id": row.id,
                **{name: getattr(row.row.citation, name) for name in ("line", "page", "sheet", "row")},
                "reason": row.row.reason,
                "printed": row.row.printed,
                "proposed": row.proposal.proposed if row.proposal else None,
                "confidence": row.proposal.confidence if row.proposal else None,
                "evidence": list(row.proposal.evidence) if row.proposal else [],
                "decision": _decision(row.decision) if row.decision else None,
            }
            for row in each.rows
        ],
        "stale": [_decision(decision) for decision in each.stale],
    }


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "action": decision.action,
        "code": decision.code,
        "by": decision.by,
        "at": decision.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "why": decision.why,
        "proposal": decision.proposal,
    }


def publish(list_id: str) -> tuple[dict[str, Any], str | None]:
    """Publish a list's draft; return what that did (`precert.publish/1`), and the id of the release before it.

    Raises RequestError or StoreError.
    """
    before = {each.header.list: each for each in workbench.in_use()}.get(list_id)
    current, release = workbench.publish(list_id)
    now = {listing.code for listing in release.listings}
    listed = {listing.code for listing in before.listings} if before else set()
    told = {
        "schema": PUBLISH,
        "id": current.id,
        "plan": current.plan,
        "list": current.list,
        "known_at": current.known_at.isoformat(),
        "listed": len(release.listings),
        "reviewed": sum(listing.review is not None for listing in release.listings),
        "set_aside": len(release.set_aside),
        "codes_added": len(now - listed),
        "codes_removed": len(listed - now),
    }
    return told, before.id if before else None
