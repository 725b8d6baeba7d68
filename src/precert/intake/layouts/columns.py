"""Which column is which: a table of header synonyms, the same for every payer.

A header cell is reduced to its lower-case words. A heading of `WHOLE` is known as it stands; else a role is the first in the
table one of whose word sequences it holds, and a word that would turn the meaning round (`No Prior Authorization Required`) or
that speaks of a day (`Code Effective Date`) takes the role away: a column read for what it is not is worse than a column not read.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from precert import codes


class Role(StrEnum):
    """What a column holds."""

    DESCRIPTION = "description"
    CODE = "code"
    REQUIREMENT = "requirement"
    PLATFORM = "platform"
    PRODUCT = "product"
    CATEGORY = "category"
    NOTATION = "notation"
    GROUPING = "grouping"
    UM_CS = "um_cs"
    EFFECTIVE = "effective"
    """The day from which the row holds."""
    TERMINATION = "termination"
    """The last day on which the row holds, unless a profile says that it is the first day on which it does not."""
    ADDED = "added"
    REMOVED = "removed"
    """The first day on which the row holds no longer."""
    CHANGED = "changed"
    """The day of the row's last change: what it said before is not known."""
    QUALIFIER = "qualifier"
    """May limit what the row says, and nobody has said how: what it prints is kept as uninterpreted. Several columns may be one."""
    UNREAD = "unread"
    """Says nothing of authorization, and is left alone."""


# In order: "CPT Code Description" is a description before it is a code.
SYNONYMS: dict[Role, tuple[str, ...]] = {
    Role.DESCRIPTION: ("description", "descriptions", "descriptor", "code description"),
    Role.REQUIREMENT: (
        "prior authorization required", "authorization required", "prior auth required", "pa required", "precertification required",
        "precert required", "requires prior authorization",
    ),
    Role.PLATFORM: ("case build platform", "platform"),
    Role.UM_CS: ("included with um cs",),
    Role.GROUPING: ("grouping for filter", "grouping"),
    Role.NOTATION: ("external notation", "notation", "notations", "notes", "note", "comments", "comment", "remarks"),
    Role.CODE: (
        "cpt code", "cpt codes", "hcpcs code", "hcpcs codes", "cpt hcpcs code", "cpt hcpcs", "procedure code", "procedure codes", "hcpcs",
        "cpt", "code", "codes",
    ),
    Role.PRODUCT: ("product",),
    Role.CATEGORY: ("category", "service category"),
}  # fmt: skip

# Headings that say what they are as a whole, and would say something else as a part of another.
_WHOLE: dict[Role, tuple[str, ...]] = {
    Role.REQUIREMENT: (
        "pa", "pa status", "pa indicator", "pa flag", "pa needed", "pa requirement", "pa requirements", "requires pa", "is pa required",
        "prior auth", "prior auth status", "prior auth indicator", "prior auth flag", "prior auth needed", "prior auth requirement",
        "prior auth requirements", "requires prior auth", "prior authorization", "prior authorization status",
        "prior authorization indicator", "prior authorization needed", "prior authorization requirement",
        "prior authorization requirements", "is prior authorization required", "is prior authorization required for this code",
        "authorization", "authorization status", "authorization indicator", "authorization needed", "authorization requirement",
        "authorization requirements", "requires authorization", "is authorization required", "auth", "auth status", "auth required",
        "auth needed", "auth requirement", "auth requirements", "requires auth", "is auth required", "auth req", "pa req",
        "prior auth req", "preauth", "preauth required", "pre auth", "pre auth required", "preauthorization", "preauthorization required",
        "pre authorization", "pre authorization required", "precert", "precertification", "pre cert", "pre cert required",
        "pre certification", "pre certification required", "precertification requirement", "precertification requirements",
        "requires precertification", "prior approval", "prior approval required", "prior authorization required for this code",
    ),
    Role.DESCRIPTION: (
        "procedure", "procedures", "procedure name", "service", "services", "service name", "procedure service", "procedures services",
        "procedures and services", "service procedure", "service or procedure", "procedure or service", "item name", "code name",
        "code definition", "definition", "nomenclature", "code desc", "procedure desc", "proc desc", "desc", "long desc", "short desc",
    ),
    Role.CATEGORY: (
        "service type", "type of service", "service line", "service group", "procedure category", "procedure group", "procedure type",
        "benefit category", "code category", "policy", "policies", "policy name", "policy title", "medical policy", "medical policies",
        "medical policy title", "clinical policy", "coverage policy", "program", "program name", "specialty", "classification",
    ),
    Role.NOTATION: (
        "additional information", "additional info", "additional details", "additional notes", "special instructions", "instructions",
        "other information", "details", "comments notes",
    ),
    Role.QUALIFIER: (
        "exceptions", "exception", "exclusions", "limitations", "limits", "modifier", "modifiers", "age", "age limit", "age limits", "ages",
        "place of service", "pos", "site of service", "line of business", "lob", "gender", "units", "quantity limit",
        "quantity limits", "state", "states",
    ),
    Role.EFFECTIVE: (
        "effective", "effective date", "effective dates", "effective date of pa", "effective from", "eff date", "eff dt", "date effective",
        "pa effective date", "prior auth effective date", "prior authorization effective date", "auth effective date", "start date",
        "pa start date", "begin date", "beginning date", "from date", "pa begin date", "requirement effective date",
        "authorization effective date", "precertification effective date", "begin", "start",
    ),
    Role.TERMINATION: (
        "termination", "termination date", "term date", "term dt", "date terminated", "end date", "ending date", "pa end date",
        "pa termination date", "pa term date", "prior auth end date", "prior authorization end date", "auth end date",
        "authorization end date", "expiration date", "exp date", "thru date", "through date", "effective through", "effective thru", "end",
        "last date", "last day", "prior authorization termination date", "requirement end date",
    ),
    Role.ADDED: (
        "added", "date added", "added date", "add date", "addition date", "pa added", "pa added date", "date pa added", "added on",
    ),
    Role.REMOVED: (
        "date removed", "removed date", "removal date", "removed on", "date deleted", "delete date", "deletion date", "pa removed date",
        "date pa removed", "pa removal date", "date of removal",
    ),
    Role.CHANGED: (
        "change date", "changed date", "date changed", "date of change", "changed on", "revision date", "revised", "revised date",
        "date revised", "last revised", "last updated", "last update", "updated", "date updated", "update date", "updated date",
        "date of last change", "date last updated", "date last revised",
    ),
    Role.UNREAD: ("si", "status indicator", "opps status indicator", "opps si"),
}  # fmt: skip
WHOLE = {tuple(heading.split()): role for role, headings in _WHOLE.items() for heading in headings}
# Two-way answers that a heading announces: "PA Required (Yes/No)".
_ANNOUNCED = (("yes", "or", "no"), ("y", "or", "n"), ("yes", "no"), ("y", "n"))

_NO_ROLE = frozenset(
    ["no", "not", "never", "without", "except", "effective", "date", "end", "start", "termed", "deleted", "replaced", "replacement"]
) | frozenset(["old", "diagnosis", "icd", "modifier", "modifiers", "revenue", "place", "taxonomy"]) | frozenset(
    [
        "non", "exempt", "exempted", "exemption", "exemptions", "exclude", "excluded", "excludes", "excluding", "exclusion", "exclusions",
        "waive", "waived", "waiver", "remove", "removed", "removal", "removing", "retired", "bypass", "bypassed", "lifted", "longer",
        "suspended", "terminated", "discontinued", "optional", "cannot", "formerly", "former", "previous", "previously", "historical",
        "inactive", "unless", "if", "when", "over", "after", "before", "until", "ndc", "gender", "age", "only", "network", "medicaid",
        "medicare", "inpatient", "outpatient", "members", "dsnp", "chip",
    ]
)  # fmt: skip
"""Words no header above has, each of which makes the column one we do not read."""
_BESIDE_REQUIREMENT = frozenset(
    [
        "commercial", "is", "are", "a", "an", "the", "status", "indicator", "flag", "for", "this", "these", "code", "codes", "service",
        "services", "procedure", "procedures", "cpt", "hcpcs", "x", "yes", "y", "n", "list",
    ]
)  # fmt: skip
"""All that may stand beside a requirement in a heading: any other word may limit for whom, where or when it holds."""
_LONGEST_HEADING = 8
"""Words in a heading; "Commercial Prior Authorization Required?" has four."""
LONGEST_SHOWN = 60
"""Characters of a heading that are shown: a longer one is no heading but a text."""
_STATING = frozenset(["required", "requires", "require", "requiring", "needed", "needs"])

# The tags that stand for looks. Not every "<...>": "if BMI <40 and >30" holds no markup.
_MARKUP = re.compile(
    r"</?(?:b|strong|i|em|u|br|p|span|font|sup|sub|small|div)(?:\s[a-z-]{1,20}\s?=[^<>]{0,200})?\s?/?>|\*\*|__", re.IGNORECASE | re.ASCII
)
_ENTITY = re.compile(r"&(?:[a-z]{2,31}[0-9]{0,2}|#[0-9]{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE | re.ASCII)
_EMPHASIS = re.compile(r"([*_])([^*_]+)\1")
_WORDS = re.compile(r"[a-z0-9]+", re.ASCII)
_TRADE_SIGN = re.compile(r"\[?\s*[®™©]\s*\]?|\((?:r|tm)\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Column:
    """One column as it is read, and how its role was found."""

    heading: str
    """What stands above it, for a person; nothing where the table has no headings."""
    role: Role
    by: str
    """synonym, profile, content (what its cells print), or nothing: nobody has said what it is."""


@dataclass(frozen=True, slots=True)
class Header:
    """Where each role stands, and which columns have a heading at all."""

    at: Mapping[Role, int]
    headed: frozenset[int]
    cells: int
    columns: tuple[Column, ...] = ()
    qualifiers: tuple[int, ...] = ()
    """The columns that may limit what a row says."""
    marks: frozenset[tuple[str, ...]] = field(default=frozenset())
    """The mark, as a vocabulary key, that stands for Yes in the requirement column, where its heading and cells leave no other reading."""


_REPEATED = 400
"""Characters of a text that may well be met again: a cell is looked at for several reasons, and lists repeat their words."""


def clean(cell: str) -> str:
    """Return a cell without markup and with single blanks: what a person reads there."""
    return _kept(cell) if len(cell) <= _REPEATED else _clean(cell)


def _clean(cell: str) -> str:
    plain = " ".join(_ENTITY.sub(_unescaped, _MARKUP.sub(" ", cell)).split())
    emphatic = _EMPHASIS.fullmatch(plain)
    return emphatic[2].strip() if emphatic else plain


_kept = lru_cache(maxsize=8_192)(_clean)


def _unescaped(entity: re.Match[str]) -> str:
    return html.unescape(entity.group())


def words(text: str) -> tuple[str, ...]:
    """Return the lower-case words of a text, markup and trade signs aside."""
    return _kept_words(text) if len(text) <= _REPEATED else _words(text)


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORDS.findall(_TRADE_SIGN.sub(" ", clean(text)).lower()))


_kept_words = lru_cache(maxsize=8_192)(_words)


def role(cell: str, named: Mapping[tuple[str, ...], Role] | None = None) -> Role | None:
    """Return what a header cell names, or None. `named` is what the list's profile says of its headings."""
    said = words(cell)
    if named and said in named and clean(cell):
        return named[said]
    return _named_by_all(said)


@lru_cache(maxsize=4_096)
def _named_by_all(said: tuple[str, ...]) -> Role | None:
    """Return what a heading of these words names in any list; the same few are met on every page."""
    said = _without_answers(said)
    if said in WHOLE:
        return WHOLE[said]
    if not said or len(said) > _LONGEST_HEADING or not _NO_ROLE.isdisjoint(said):
        return None
    joined = f" {' '.join(said)} "
    for candidate, synonyms in SYNONYMS.items():
        found = next((synonym for synonym in synonyms if f" {synonym} " in joined), None)
        if found and candidate is Role.REQUIREMENT:
            return candidate if _BESIDE_REQUIREMENT.issuperset(joined.replace(f" {found} ", " ", 1).split()) else None
        if found:
            return candidate
    return None


def limits(heading: str) -> bool:
    """Tell whether a heading holds a word that may limit what its column says, or a year."""
    said = words(heading)
    return not _NO_ROLE.isdisjoint(said) or any(len(word) == len("2030") and word.isdigit() for word in said)


def _without_answers(said: tuple[str, ...]) -> tuple[str, ...]:
    for answers in _ANNOUNCED:
        if said[-len(answers) :] == answers:
            return said[: -len(answers)]
    return said


def states_requirement(heading: str) -> bool:
    """Tell whether a heading states that authorization is required, so that a mark below it can only affirm that."""
    return role(heading) is Role.REQUIREMENT and not _STATING.isdisjoint(words(heading))


def header(cells: tuple[str, ...], named: Mapping[tuple[str, ...], Role] | None = None) -> Header | None:
    """Return where each role stands if these cells are a header row, else None.

    A header names a code column and at least one more, unless the profile says that its one heading is a table's; every cell that
    is not blank has a role, and no role comes twice.
    """
    found = {n: role(cell, named) for n, cell in enumerate(cells) if clean(cell)}
    single = [each for each in found.values() if each not in SHARED]
    if None in single or len(set(single)) < len(single) or Role.CODE not in single:
        return None
    if single == [Role.CODE] and (len(cells) > 1 or how(cells[0], named) != "profile"):
        return None
    return build_header(cells, {n: Column(clean(cells[n]), each, how(cells[n], named)) for n, each in found.items() if each})


SHARED = frozenset({Role.UNREAD, Role.QUALIFIER})
"""Roles that several columns may have."""


def build_header(cells: tuple[str, ...], columns: Mapping[int, Column], marks: frozenset[tuple[str, ...]] = frozenset()) -> Header:
    """Return the header that these columns make, by the place of each."""
    return Header(
        at={each.role: n for n, each in columns.items() if each.role not in SHARED},
        headed=frozenset(columns),
        cells=len(cells),
        columns=tuple(columns.values()),
        qualifiers=tuple(n for n, each in columns.items() if each.role is Role.QUALIFIER),
        marks=marks,
    )


def shown(heading: str) -> str:
    """Return as much of a heading as is shown."""
    return clean(heading)[:LONGEST_SHOWN]


def how(heading: str, named: Mapping[tuple[str, ...], Role] | None) -> str:
    """Say who names a heading that has a role: the list's profile, or the table every list shares."""
    return "profile" if named and words(heading) in named else "synonym"


def like_header(cells: tuple[str, ...], named: Mapping[tuple[str, ...], Role] | None = None) -> bool:
    """Tell whether cells that are no header we know read like one: two or more are headings, and none is a code."""
    if any(codes.parse(clean(cell)) for cell in cells):
        return False
    return len({role(cell, named) for cell in cells} - {None}) > 1
