"""Which column is which: a table of header synonyms, the same for every payer.

A header cell is reduced to its lower-case words; a role is the first in the table one of whose word sequences it holds. A word
that would turn the meaning round (`No Prior Authorization Required`) or that speaks of a day (`Code Effective Date`) takes the
role away: a column read for what it is not is worse than a column not read.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

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
    UNREAD = "unread"
    """Reviewed, and left alone: only a profile says so."""


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

_NO_ROLE = frozenset(
    ["no", "not", "never", "without", "except", "effective", "date", "end", "start", "termed", "deleted", "replaced", "replacement"]
) | frozenset(["old", "diagnosis", "icd", "modifier", "modifiers", "revenue", "place", "taxonomy"])
"""Words no header above has, each of which makes the column one we do not read."""
_LONGEST_HEADING = 8
"""Words in a heading; "Commercial Prior Authorization Required?" has four."""

# The tags that stand for looks. Not every "<...>": "if BMI <40 and >30" holds no markup.
_MARKUP = re.compile(
    r"</?(?:b|strong|i|em|u|br|p|span|font|sup|sub|small|div)(?:\s[a-z-]{1,20}\s?=[^<>]{0,200})?\s?/?>|\*\*|__", re.IGNORECASE | re.ASCII
)
_ENTITY = re.compile(r"&(?:[a-z]{2,31}[0-9]{0,2}|#[0-9]{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE | re.ASCII)
_EMPHASIS = re.compile(r"([*_])([^*_]+)\1")
_WORDS = re.compile(r"[a-z0-9]+", re.ASCII)
_TRADE_SIGN = re.compile(r"\[?\s*[®™©]\s*\]?|\((?:r|tm)\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Header:
    """Where each role stands, and which columns have a heading at all."""

    at: Mapping[Role, int]
    headed: frozenset[int]
    cells: int


def clean(cell: str) -> str:
    """Return a cell without markup and with single blanks: what a person reads there."""
    plain = " ".join(_ENTITY.sub(_unescaped, _MARKUP.sub(" ", cell)).split())
    emphatic = _EMPHASIS.fullmatch(plain)
    return emphatic[2].strip() if emphatic else plain


def _unescaped(entity: re.Match[str]) -> str:
    return html.unescape(entity.group())


def words(text: str) -> tuple[str, ...]:
    """Return the lower-case words of a text, markup and trade signs aside."""
    return tuple(_WORDS.findall(_TRADE_SIGN.sub(" ", clean(text)).lower()))


def role(cell: str, named: Mapping[tuple[str, ...], Role] | None = None) -> Role | None:
    """Return what a header cell names, or None. `named` is what the list's profile says of its headings."""
    said = words(cell)
    if named and said in named:
        return named[said]
    if not said or len(said) > _LONGEST_HEADING or not _NO_ROLE.isdisjoint(said):
        return None
    joined = f" {' '.join(said)} "
    for candidate, synonyms in SYNONYMS.items():
        if any(f" {synonym} " in joined for synonym in synonyms):
            return candidate
    return None


def header(cells: tuple[str, ...], named: Mapping[tuple[str, ...], Role] | None = None) -> Header | None:
    """Return where each role stands if these cells are a header row, else None.

    A header names a code column and at least one more, every cell that is not blank has a role, and no role comes twice.
    """
    found = {n: role(cell, named) for n, cell in enumerate(cells) if clean(cell)}
    roles = [each for each in found.values() if each is not Role.UNREAD]
    if None in roles or len(set(roles)) < len(roles) or Role.CODE not in roles or roles == [Role.CODE]:
        return None
    at: dict[Role, int] = {each: n for n, each in found.items() if each and each is not Role.UNREAD}
    return Header(at=at, headed=frozenset(found), cells=len(cells))


def like_header(cells: tuple[str, ...], named: Mapping[tuple[str, ...], Role] | None = None) -> bool:
    """Tell whether cells that are no header we know read like one: two or more are headings, and none is a code."""
    if any(codes.parse(clean(cell)) for cell in cells):
        return False
    return len({role(cell, named) for cell in cells} - {None}) > 1
