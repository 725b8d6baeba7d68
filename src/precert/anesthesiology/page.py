"""What the document states of its codes, statement by statement, each with the line that prints it; never its words.

On paper it is JSON, one statement a line, made by `tools/anesthesia.py` from the document itself. What the document says in
the wrong section, contradicts, leaves out, or says in a way nobody can read stands beside the statements as findings.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from precert.anesthesiology.terms import Conditions, Finding, FindingCode, Region, Severity
from precert.facts.model import Citation, Reference

SCHEMA = "precert.spine-anesthesia/1"
ENCODING = "utf-8"


class Says(StrEnum):
    """What a statement may say of a code."""

    SECTION = "section"  # here begins what is said of it
    COVERS = "covers"  # the page is about the codes from the first to the last of `codes`
    REGION = "region"  # it is for `regions`
    REQUIRES = "requires"  # it is only for procedures with the facts `when`
    LEAST_SPECIFIC = "least-specific"  # it is only for what no more specific code describes
    USE_INSTEAD = "use-instead"  # with the facts `when`, not this code but `codes`
    INCLUDES = "includes"  # `what` is not billed apart
    INPATIENT_ONLY = "inpatient-only"  # on (or off) the inpatient-only list since the year `since`
    IN_MIPS = "in-mips"  # it is part of the merit-based incentive payment system
    ADDED = "added"  # it exists since `since`
    CHANGED = "changed"  # its wording changed last on `since`; never, when there is none
    EXPLAINS = "explains"  # explains `what`; nothing follows from it


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One thing the document states of a code. `Says` says which of the other members it has."""

    code: str
    says: Says
    line: int
    regions: tuple[Region, ...] = ()
    when: Conditions = ()
    codes: tuple[str, ...] = ()
    what: str | None = None
    since: str | None = None
    """A day, or a year where no day is printed."""
    on: bool | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The document's statements and findings, in its order. `known_at` is the day we learned them."""

    document: Citation
    """The document itself: no line."""
    known_at: date
    statements: tuple[Statement, ...]
    findings: tuple[Finding, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes that have a section, in order."""
        return tuple(each.code for each in self.statements if each.says is Says.SECTION)

    def of(self, code: str, *says: Says) -> list[Statement]:
        """Return what is stated of a code, in document order: everything, or statements of these kinds."""
        return [each for each in self.statements if each.code == code and (not says or each.says in says)]

    def first(self, code: str, says: Says) -> Statement | None:
        """Return the first statement of a kind; where the document contradicts itself a finding says so."""
        return next(iter(self.of(code, says)), None)

    def cite(self, line: int) -> Citation:
        """Return the citation of a line."""
        return Citation(document=self.document.document, sha256=self.document.sha256, line=line)

    def text(self) -> str:
        """Return the page on paper. Equal pages give equal bytes."""
        head = {
            "schema": SCHEMA,
            "document": self.document.document,
            "sha256": self.document.sha256,
            "known_at": self.known_at.isoformat(),
        }
        members = [f'"{name}":{_dump(value)}' for name, value in head.items()]
        members.append(f'"statements":{_lines(_raw_statement(each) for each in self.statements)}')
        members.append(f'"findings":{_lines(_raw_finding(each) for each in self.findings)}')
        return "{" + ",\n".join(members) + "}\n"

    @property
    def reference(self) -> Reference:
        """Return what an answer names as its source: the content address is that of the page on paper."""
        digest = hashlib.sha256(self.text().encode(ENCODING)).hexdigest()
        return Reference(name="spine-anesthesia", edition=self.known_at.isoformat(), id=f"sha256:{digest}")


def parse(data: bytes) -> Page:
    """Read a page from paper."""
    raw: dict[str, Any] = json.loads(data)
    document = Citation(document=raw["document"], sha256=raw["sha256"])
    page = Page(document, date.fromisoformat(raw["known_at"]), tuple(map(_statement, raw["statements"])), ())
    findings = tuple(
        Finding(
            code=FindingCode(each["code"]), severity=Severity(each["severity"]), message=each["message"], citation=page.cite(each["line"])
        )
        for each in raw["findings"]
    )
    return Page(document, page.known_at, page.statements, findings)


def _statement(raw: dict[str, Any]) -> Statement:
    return Statement(
        code=raw["code"],
        says=Says(raw["says"]),
        line=raw["line"],
        regions=tuple(map(Region, raw.get("regions", ()))),
        when=tuple(raw.get("when", {}).items()),
        codes=tuple(raw.get("codes", ())),
        what=raw.get("what"),
        since=raw.get("since"),
        on=raw.get("on"),
    )


def _raw_statement(each: Statement) -> dict[str, Any]:
    """Return a statement's members, without those that are empty."""
    more = {
        "regions": list(each.regions),
        "when": dict(each.when),
        "codes": list(each.codes),
        "what": each.what,
        "since": each.since,
        "on": each.on,
    }
    kept = {name: value for name, value in more.items() if value not in (None, [], {})}
    return {"line": each.line, "code": each.code, "says": each.says} | kept


def _raw_finding(each: Finding) -> dict[str, Any]:
    assert each.citation
    return {"line": each.citation.line, "code": each.code, "severity": each.severity, "message": each.message}


def _lines(members: Iterable[dict[str, Any]]) -> str:
    return "[\n" + ",\n".join(map(_dump, members)) + "\n]"


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
