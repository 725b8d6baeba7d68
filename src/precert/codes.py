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
    return int("".join(c for c in code if c.isdigit()))


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


def spell(like: str, value: int) -> str:
    """Write a number as a code of the same family as another code."""
    lead, tail = family(like)
    return f"{lead}{value:0{5 - len(lead) - len(tail)}d}{tail}"
