"""Which column is which: a table of header synonyms, the same for every payer.

A header cell is reduced to its lower-case words; a role is the first in the table one of whose word sequences it holds.
"""

import re
from enum import StrEnum


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


# In order: "CPT Code Description" is a description before it is a code.
SYNONYMS: dict[Role, tuple[str, ...]] = {
    Role.DESCRIPTION: ("description", "descriptor", "code description"),
    Role.REQUIREMENT: (
        "prior authorization required", "authorization required", "prior auth required", "pa required", "precertification required",
        "precert required", "requires prior authorization",
    ),
    Role.PLATFORM: ("case build platform", "platform"),
    Role.UM_CS: ("included with um cs",),
    Role.GROUPING: ("grouping for filter", "grouping"),
    Role.NOTATION: ("external notation", "notation", "notes", "note", "comments", "comment", "remarks"),
    Role.CODE: ("cpt code", "hcpcs code", "cpt hcpcs code", "cpt hcpcs", "procedure code", "hcpcs", "cpt", "code"),
    Role.PRODUCT: ("product",),
    Role.CATEGORY: ("category", "service category"),
}  # fmt: skip

_WORDS = re.compile(r"[a-z0-9]+")
_MARKUP = re.compile(r"<[^<>]{0,40}>|\*\*|__")
_TRADE_SIGN = re.compile(r"\[?\s*[®™©]\s*\]?|\((?:r|tm)\)", re.IGNORECASE)


def clean(cell: str) -> str:
    """Return a cell without markup and with single blanks: what a person reads there."""
    return " ".join(_MARKUP.sub(" ", cell).split())


def words(text: str) -> tuple[str, ...]:
    """Return the lower-case words of a text, markup and trade signs aside."""
    return tuple(_WORDS.findall(_TRADE_SIGN.sub(" ", clean(text)).lower()))


def role(cell: str) -> Role | None:
    """Return what a header cell names, or None."""
    joined = f" {' '.join(words(cell))} "
    for candidate, synonyms in SYNONYMS.items():
        if any(f" {synonym} " in joined for synonym in synonyms):
            return candidate
    return None


def header(cells: tuple[str, ...]) -> dict[Role, int] | None:
    """Return where each role stands if these cells are a header row, else None.

    A header names a code column and at least one more, every cell that is not blank has a role, and no role comes twice.
    """
    named = {n: role(cell) for n, cell in enumerate(cells) if clean(cell)}
    roles = list(named.values())
    if None in roles or len(set(roles)) < len(roles) or Role.CODE not in roles or roles == [Role.CODE]:
        return None
    return {found: n for n, found in named.items() if found}
