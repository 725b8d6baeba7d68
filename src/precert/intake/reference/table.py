"""The facts of one federal table, and how they are written: JSON Lines, whose SHA-256 names them, as with a release."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from precert.facts.release import ENCODING, address

SCHEMA = "precert.reference-table/1"


class Kind(StrEnum):
    """What a table tells."""

    HCPCS = "hcpcs"  # HCPCS Level II codes, with the days they were added and ended
    OPPS = "opps"  # the codes of OPPS Addendum B, with their status in each quarter
    ADD_ONS = "ncci-add-on"  # add-on codes and the primaries they may be reported beside


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFact:
    """A code, its first and its last day as the table prints them, and its status by quarter (`2026-04`)."""

    code: str
    begins: date | None = None
    ends: date | None = None
    statuses: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PairFact:
    """An add-on code, a primary that it may be reported beside, and the last day on which it may."""

    add_on: str
    primary: str | None
    """None where the table leaves the primaries to the contractor."""
    type: int
    ends: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One federal table: what it is, which edition, from which file. Codes and pairs are sorted: equal facts are equal bytes."""

    kind: Kind
    edition: str
    as_of: date
    """The day up to which it tells what is in force."""
    document: str
    """The name of the file, and of its part where it is an archive."""
    sha256: str
    """Of the file."""
    codes: tuple[CodeFact, ...] = ()
    pairs: tuple[PairFact, ...] = ()

    def text(self) -> bytes:
        """Return the canonical text."""
        head = {
            "schema": SCHEMA,
            "kind": self.kind,
            "edition": self.edition,
            "as_of": self.as_of.isoformat(),
            "document": self.document,
            "sha256": self.sha256,
        }
        lines = [head, *map(_code_members, self.codes), *map(_pair_members, self.pairs)]
        return "".join(json.dumps(line, sort_keys=True, separators=(",", ":")) + "\n" for line in lines).encode(ENCODING)

    @property
    def id(self) -> str:
        """Return the content address of the facts."""
        return address(self.text())


def parse(text: bytes) -> Table:
    """Read a canonical text again. Raises ValueError when it is none."""
    try:
        head, *lines = [json.loads(line) for line in text.decode(ENCODING).splitlines()]
        if head.pop("schema") != SCHEMA:
            raise ValueError("its schema is not one that this version reads")
        head |= {"kind": Kind(head["kind"]), "as_of": date.fromisoformat(head["as_of"])}
        return Table(**head, codes=tuple(_codes(lines)), pairs=tuple(_pairs(lines)))
    except (KeyError, TypeError) as error:
        raise ValueError("it is no table of facts") from error


def _code_members(fact: CodeFact) -> dict[str, Any]:
    return _without_none({"code": fact.code, "begins": _day(fact.begins), "ends": _day(fact.ends), "statuses": dict(fact.statuses) or None})


def _pair_members(fact: PairFact) -> dict[str, Any]:
    return _without_none({"add_on": fact.add_on, "primary": fact.primary, "type": fact.type, "ends": _day(fact.ends)})


def _without_none(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _read_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _codes(lines: Iterable[dict[str, Any]]) -> Iterable[CodeFact]:
    for line in lines:
        if "code" in line:
            statuses = tuple(sorted(line.get("statuses", {}).items()))
            yield CodeFact(code=line["code"], begins=_read_day(line.get("begins")), ends=_read_day(line.get("ends")), statuses=statuses)


def _pairs(lines: Iterable[dict[str, Any]]) -> Iterable[PairFact]:
    for line in lines:
        if "add_on" in line:
            yield PairFact(add_on=line["add_on"], primary=line.get("primary"), type=line["type"], ends=_read_day(line.get("ends")))
