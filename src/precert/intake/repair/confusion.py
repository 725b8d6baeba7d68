"""What happens to a code between the code book and a published list, undone: a scanner's misreadings, stray marks, lost zeros."""

import itertools
import re

from precert import codes

# What is printed, and what may have stood there. Where a character stands for several, all are tried.
_MISREAD: dict[str, str] = {
    "0": "O", "1": "T", "5": "S", "7": "T", "8": "B", "B": "8", "D": "0", "G": "6", "I": "1", "L": "1", "O": "0", "Q": "0",
    "S": "5", "Z": "2",
}  # fmt: skip
_STRAY = str.maketrans("", "", " .,:;|'`-_")
_MOST = 2
"""How many characters of one token may be misread: more than two, and anything could have stood there."""
_NUMBER = re.compile(r"([0-9]{5})\.0{1,2}", re.ASCII)
_THOUSANDS = re.compile(r"([0-9]{2}),([0-9]{3})", re.ASCII)
_MARKS = re.compile("^[+#*^'=\u2020\u2021\u00a7]+|[+*^#.\u2020\u2021\u00a7\u00b9\u00b2\u00b3]+$|[\\s\u00ad\u200b\u2060\ufeff]")
_SHORT = re.compile(r"[0-9]{2,4}|[0-9]{2,3}[A-Z]", re.ASCII)

# The sections of CPT category I; no code has a number outside them. A code alone in its section among rows of another is odd.
_SECTIONS = (
    ("anesthesia", "00100", "01999"),
    ("surgery", "10004", "69990"),
    ("radiology", "70010", "79999"),
    ("pathology", "80047", "89398"),
    ("medicine", "90281", "99607"),
)

# CPT codes end in a digit, or in one of these letters; HCPCS Level II has no codes that begin with these, which look like digits.
_LAST_LETTERS = frozenset("AFMTU")
_NO_FIRST_LETTERS = frozenset("IOZ")
_LOST_T = re.compile(r"0[2-9][0-9]{2}[17]", re.ASCII)
"""A number that category I has no codes in, and that a category III code gives when its T is read as a digit."""


def originals(printed: str) -> set[str]:
    """Return the well-formed codes that a damaged token may have been, without the token itself.

    Up to two characters are read back, stray marks are dropped; a spreadsheet's `22551.0` and a lost leading zero are undone.
    """
    token = codes.fold(printed)
    found = {code for base in _bases(token) for code in _reread(base)}
    return {code for code in found if not is_unheard_of(code) and (codes.family(code) != ("", "") or section_of(code))} - {token}


def unmarked(printed: str) -> str | None:
    """Return the code of a token that is one but for marks around it, a blank in it, or the look of a number; None for any other.

    A plus stands before an add-on, a star or a raised number beside a footnote, an apostrophe before what a spreadsheet must not count.
    """
    found = [code for code in codes.may_be(printed) if code == _MARKS.sub("", _bare(printed))]
    return found[0] if found and codes.parse(printed) is None and not is_unheard_of(found[0]) else None


def _bare(printed: str) -> str:
    token = codes.fold(printed)
    number = _THOUSANDS.fullmatch(token) or _NUMBER.fullmatch(token)
    return "".join(number.groups()) if number else token


def is_unheard_of(code: str) -> bool:
    """Tell whether no code of this form exists, but one that a scanner misread would have it."""
    lead, tail = codes.family(code)
    return bool(_LOST_T.fullmatch(code)) or (tail != "" and tail not in _LAST_LETTERS and tail in _MISREAD) or lead in _NO_FIRST_LETTERS


def section_of(code: str) -> str | None:
    """Return the section of CPT category I that a code stands in, or None."""
    return next((name for name, low, high in _SECTIONS if codes.within(code, ((low, high),))), None)


def is_near(one: str, other: str) -> bool:
    """Tell whether a code and a token differ by one character that was changed, lost or added, or by two that changed places."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return one == other
    if len(one) == len(other):
        differ = [at for at in range(len(one)) if one[at] != other[at]]
        swapped = len(differ) == 2 and one[differ[0]] == other[differ[1]] and one[differ[1]] == other[differ[0]]  # noqa: PLR2004
        return len(differ) == 1 or (swapped and differ[1] == differ[0] + 1)
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


def resembles(printed: str, code: str) -> bool:
    """Tell whether a token is one change away from a code, or what a scanner or a spreadsheet is known to make of it."""
    return is_near(stripped(printed), code) or code in originals(printed)


def variants(code: str) -> set[str]:
    """Return the well-formed codes that a well-formed one may have been: one digit changed, two changed places, or misread."""
    changed = {code[:at] + digit + code[at + 1 :] for at, char in enumerate(code) if char.isdigit() for digit in "0123456789"}
    swapped = {code[:at] + code[at + 1] + code[at] + code[at + 2 :] for at in range(len(code) - 1)}
    return {each for each in changed | swapped if codes.parse(each)} - {code} | originals(code)


def stripped(printed: str) -> str:
    """Return a token without stray marks, upper-cased."""
    return codes.fold(printed).translate(_STRAY)


def _bases(token: str) -> set[str]:
    number = _NUMBER.fullmatch(token)
    if number:
        return {number[1]}
    bare = token.translate(_STRAY)
    return {bare, bare.zfill(5)} if _SHORT.fullmatch(bare) else {bare}


def _reread(token: str) -> set[str]:
    doubtful = [at for at, char in enumerate(token) if char in _MISREAD]
    found = set()
    for count in range(_MOST + 1):
        for places in itertools.combinations(doubtful, count):
            for read in itertools.product(*(_MISREAD[token[at]] for at in places)):
                restored = _with(token, dict(zip(places, read, strict=True)))
                if codes.parse(restored):
                    found.add(restored)
    return found


def _with(token: str, chars: dict[int, str]) -> str:
    return "".join(chars.get(at, char) for at, char in enumerate(token))
