"""CPT and HCPCS Level II codes and modifiers: syntax and ranges, never descriptors.

Rules (semantics.md, `invalid-code`): a token is stripped of surrounding blanks, `a`-`z` become `A`-`Z`, and nothing else is
changed; then a code is `[0-9]{4}[0-9A-Z]` (CPT, categories I, II and III) or `[A-Z][0-9]{4}` (HCPCS Level II).
"""

import re
from collections.abc import Iterator

PATTERN = "[0-9]{4}[0-9A-Z]|[A-Z][0-9]{4}"
_CODE = re.compile(PATTERN, re.ASCII)
_MODIFIER = re.compile(r"[0-9A-Z]{2}", re.ASCII)
# str.upper() would turn a long s into S and so repair a code silently; this table folds the 26 ASCII letters only.
_FOLD = {ord(low): ord(low) - 32 for low in "abcdefghijklmnopqrstuvwxyz"}


def fold(token: str) -> str:
    """Strip surrounding blanks and upper-case ASCII letters: all that may be done to a code or a modifier."""
    return token.strip().translate(_FOLD)


def parse(token: str) -> str | None:
    """Return the code a token spells, or None when it is not a well-formed code."""
    code = fold(token)
    return code if _CODE.fullmatch(code) else None


def parse_modifier(token: str) -> str | None:
    """Return the two-character modifier a token spells, or None."""
    modifier = fold(token)
    return modifier if _MODIFIER.fullmatch(modifier) else None


def family(code: str) -> tuple[str, str]:
    """Return what two codes must share to be ordered by number: the letter and where it stands.

    `22551` -> ("", ""), `0095T` -> ("", "T"), `K0800` -> ("K", "").
    """
    if code[0].isalpha():
        return code[0], ""
    return ("", code[4]) if code[4].isalpha() else ("", "")


def number(code: str) -> int:
    """Return the digits of a code as a number, for comparing codes of one family."""
    lead, tail = family(code)
    return int(code[len(lead) : len(code) - len(tail)])


def within(code: str, ranges: tuple[tuple[str, str], ...]) -> bool:
    """Tell whether a code lies in one of the closed ranges; both ends of a range are of one family."""
    return any(family(code) == family(low) and number(low) <= number(code) <= number(high) for low, high in ranges)


def mentioned(text: str) -> Iterator[str]:
    """Yield the codes a text names, in order, ranges such as `S9365-S9368` written out; case does not matter."""
    folded = text.translate(_FOLD)
    pattern = re.compile(rf"(?<![0-9A-Z])({_CODE.pattern})(?:\s*(?:-|\u2013|THRU|THROUGH)\s*({_CODE.pattern}))?(?![0-9A-Z])", re.ASCII)
    for found in pattern.finditer(folded):
        low, high = found[1], found[2]
        yield low
        if high and family(low) == family(high):
            for value in range(number(low) + 1, number(high) + 1):
                yield spell(low, value)


_UNSEEN = dict.fromkeys((0x00AD, 0x061C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF))
"""Characters that take no room on a page: soft hyphens, joiners, byte order marks, marks of the direction of writing."""
_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
"""Letters, digits and marks as wide as an ideograph, and the ones they are."""
_LONGEST = 24
"""Characters that one damaged code takes at most."""
_NO_CODE = re.compile(r"[^0-9A-Z]+", re.ASCII)
_POINT_NOUGHT = re.compile(r"\.0{1,2}", re.ASCII)
_POWER = re.compile(r"([0-9])(?:\.([0-9]{1,4}))?E\+?0?4", re.ASCII)
"""How a spreadsheet shows a number of five digits, where a column is too narrow: `7.2148E+04`."""
_SHORT = re.compile(r"[0-9]{2,4}|[0-9]{2,3}[A-Z]", re.ASCII)
"""A code that a spreadsheet took for a number, its leading zeros lost."""
_SOUND = re.compile(r"[0-9]{4}[0-9A-HJKM-NP-Z]|[A-HJ-NP-Z][0-9]{4}", re.ASCII)
"""A code with no letter where no code has one that looks like a digit."""
_LOOKS_LIKE = {ord("O"): "0", ord("I"): "1", ord("L"): "1"}


def may_be(printed: str) -> Iterator[str]:
    """Yield the codes that a damaged cell may mean: each that it names, and what one token may be whose damage is of a known kind.

    That is a mark, a blank or something unseen in or beside a code, leading zeros that are lost, a number as a spreadsheet shows it, and
    the letters O, I and L for digits. Nothing is repaired: whoever asks for such a code is told that a person must look (R7).
    """
    folded = fold(printed.translate(_UNSEEN).translate(_WIDE))
    yield from _readings(folded) if len(folded) <= _LONGEST else ()
    yield from mentioned(folded)


def _readings(token: str) -> list[str]:
    power = _POWER.fullmatch(token)
    bare = power[1] + (power[2] or "").ljust(4, "0") if power else _NO_CODE.sub("", token)
    found = {bare}
    if _POINT_NOUGHT.fullmatch(token[-3:]) or _POINT_NOUGHT.fullmatch(token[-2:]):
        found.add(_NO_CODE.sub("", token[: token.rindex(".")]))
    found |= {each.zfill(5) for each in found if _SHORT.fullmatch(each)}
    found |= {each[:start] + each[start:].translate(_LOOKS_LIKE) for each in found if not _SOUND.fullmatch(each) for start in (0, 1)}
    return sorted(each for each in found if _CODE.fullmatch(each))


def spell(like: str, value: int) -> str:
    """Write a number as a code of the same family as another code."""
    lead, tail = family(like)
    return f"{lead}{value:0{5 - len(lead) - len(tail)}d}{tail}"
