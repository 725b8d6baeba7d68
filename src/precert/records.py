"""A record: a kept answer, with what it takes to give it again. Pure: id, time and subject are given, never asked for here.

A record holds no patient data: the case has no place for any, and a token that is no code, which may be anything, is kept as
its length only. It re-verifies: the same order against the releases it names gives the same answer, or the semantics changed
and the record says from which version.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from precert.requirement import SEMANTICS
from precert.requirement.answer import Determination, digest
from precert.requirement.case import Case

SCHEMA = "precert.record/1"
_ASKED = ("plan", "date_of_service", "known_at", "segment", "state", "place_of_service", "programs", "reference")


def make(answer: Determination, *, record_id: str, at: datetime, subject: str, software: str) -> dict[str, Any]:
    """Return the record of an answer. `record_id` is random, 128 bits in hexadecimal; `subject` is who asked."""
    kept = _without_tokens(answer.to_dict())
    return {
        "schema": SCHEMA,
        "id": record_id,
        "at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "subject": subject,
        "software": software,
        "semantics": SEMANTICS,
        "input": "sha256:" + hashlib.sha256(_text(_asked(kept)).encode()).hexdigest(),
        "answer": kept,
    }


def text(record: dict[str, Any]) -> str:
    """Return a record as one line."""
    return _text(record)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _without_tokens(answer: dict[str, Any]) -> dict[str, Any]:
    """Put a token that is no code down as its length, and digest the answer as it is kept."""
    for line in answer["lines"]:
        if line["requirement"] == "invalid-code":
            line["code"] = "?" * len(line["code"])
    return answer | {"digest": digest(answer)}


def _asked(answer: dict[str, Any]) -> dict[str, Any]:
    """Return the case that an answer was given for, as its answer tells it."""
    lines = [{name: line[name] for name in ("code", "modifiers", "units")} for line in answer["lines"]]
    return {name: answer[name] for name in _ASKED} | {"lines": lines}


def verify(record: dict[str, Any], ask: Callable[[Sequence[str], Case], Determination]) -> list[str]:
    """Answer a record's order again from the releases it names; return what differs, in words, nothing when all agrees.

    `ask` answers a case from releases by their ids; what it raises is passed on.
    """
    kept, asked = record["answer"], _asked(record["answer"])
    found = []
    if record["input"] != "sha256:" + hashlib.sha256(_text(asked).encode()).hexdigest():
        found.append("the order is not the one that was asked")
    if kept["digest"] != digest(kept):
        found.append("the answer is not the one that was given")
    again = _without_tokens(ask([release["id"] for release in kept["releases"]], Case.from_dict(asked)).to_dict())
    if not found and again["digest"] != kept["digest"]:
        changed = "" if record["semantics"] == SEMANTICS else f" (semantics {record['semantics']} then, {SEMANTICS} now)"
        found.append(f"{_what_differs(kept, again)}{changed}")
    return found


_BESIDE = ("findings", "references", "digest")


def _what_differs(kept: dict[str, Any], again: dict[str, Any]) -> str:
    """Say whether the lists answer otherwise, or findings beside them, made from references of another edition."""
    lists_agree = all(kept[name] == again[name] for name in kept if name not in _BESIDE)
    if lists_agree and kept["references"] != again["references"]:
        return "the same releases answer the same; the findings beside them were made from other references than are at hand"
    return "the same releases answer otherwise"
