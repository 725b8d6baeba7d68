"""What a spreadsheet shows of a value, by the cell's number format: 670 under `00000` is 00670, and that is the code a person reads.

Formats of whole numbers, decimals, percentages and literal text are read; a date is written `1/31/2026`, whatever the format's order,
for it is known which day it is. What else a format may do (fractions, exponents, conditions) is not guessed: then nothing is returned.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

_GENERAL = frozenset({"", "general", "@"})
_TOKEN = re.compile(r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|(?P<digits>[0#?.,]+)|(?P<literal>[-$+/():!^&\'~{}<>= %])', re.DOTALL)
_COLOUR = re.compile(r"\[(?:black|blue|cyan|green|magenta|red|white|yellow|color ?\d{1,2})\]", re.IGNORECASE | re.ASCII)
_CURRENCY = re.compile(r"\[\$(?P<sign>[^\]-]{0,8})(?:-[0-9a-f]{1,8})?\]", re.IGNORECASE | re.ASCII)
_SEPARATOR = re.compile(r'("[^"]*"|\\.|[^;"\\]+|["\\])|(;)', re.DOTALL)
_LARGEST = 10**15
"""Beyond it a spreadsheet's numbers lose digits."""


@dataclass(frozen=True, slots=True)
class _Picture:
    """A section of a format, taken apart: what stands before and behind the digits, and how they are written."""

    before: str
    digits: str
    behind: str


def general(value: float) -> str:
    """Return a number as it is shown where no format is set: 22551.0 is 22551."""
    if isinstance(value, int) or (value.is_integer() and abs(value) < _LARGEST):
        return str(int(value))
    return format(value, ".11g").upper()


def number(value: float, number_format: str) -> str | None:
    """Return a number as its format shows it, or None where we cannot tell."""
    if number_format.strip().lower() in _GENERAL:
        return general(value)
    sections = _sections(number_format)
    section, signed = _section(sections, value)
    if section.strip().lower() == "general":
        return general(abs(value) if signed else value)
    picture = _picture(section)
    if picture is None or abs(value) >= _LARGEST:
        return None
    written = _written(Decimal(repr(value)), picture)
    sign = "-" if value < 0 and not signed and any(char in "123456789" for char in written) else ""
    return (sign + picture.before + written + picture.behind).strip()


def hides_text(number_format: str) -> bool:
    """Tell whether a format shows nothing of a text: its fourth section is for texts, and holds none."""
    sections = _sections(number_format)
    return len(sections) > 3 and "@" not in sections[3]  # noqa: PLR2004 - positive, negative, zero, text


def moment(value: date | time | timedelta) -> str:
    """Return a day as a US list prints it, with its time where it has one."""
    if isinstance(value, datetime):
        at = value.time()
        return moment(value.date()) + (f" {moment(at)}" if at != time() else "")
    if isinstance(value, date):
        return f"{value.month}/{value.day}/{value.year}"
    return str(value) if isinstance(value, timedelta) else value.strftime("%H:%M:%S" if value.second else "%H:%M")


def _sections(number_format: str) -> list[str]:
    found = [""]
    for part in _SEPARATOR.finditer(number_format):
        if part[2]:
            found.append("")
        else:
            found[-1] += part[1]
    return found


def _section(sections: list[str], value: float) -> tuple[str, bool]:
    """Return the section for a value, and whether it writes the sign itself."""
    if value < 0 and len(sections) > 1:
        return sections[1], True
    if value == 0 and len(sections) > 2:  # noqa: PLR2004 - positive, negative, zero
        return sections[2], False
    return sections[0], False


def _picture(section: str) -> _Picture | None:
    """Take a section apart; None where it does what we do not read."""
    plain = _CURRENCY.sub(lambda found: f'"{found["sign"]}"', _COLOUR.sub("", section))
    texts, digits, at = ["", ""], "", 0
    while at < len(plain):
        token = _TOKEN.match(plain, at)
        if token is None or (token["digits"] and digits):
            return None
        at = token.end()
        if token["digits"]:
            digits = token["digits"]
        else:
            texts[1 if digits else 0] += token["quoted"] or token["escaped"] or token["literal"] or ""
    return _Picture(texts[0], digits, texts[1]) if digits.count(".") <= 1 else None


def _written(value: Decimal, picture: _Picture) -> str:
    """Write a number's digits; nothing where the format has none to write."""
    if not picture.digits:
        return ""
    scaled = abs(value) * 100 if "%" in picture.before + picture.behind else abs(value)
    whole, _, decimals = picture.digits.partition(".")
    thousands = len(picture.digits) - len(picture.digits.rstrip(","))
    places, least = len(decimals.replace(",", "")), len(decimals.replace(",", "").rstrip("#?"))
    rounded = (scaled / 1000**thousands).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    written, _, fraction = f"{rounded:f}".partition(".")
    written = written.lstrip("0").rjust(whole.count("0"), "0")
    if "," in whole.rstrip(","):
        written = _grouped(written)
    fraction = fraction.rstrip("0").ljust(least, "0")
    return f"{written}.{fraction}" if "." in picture.digits else written


def _grouped(written: str) -> str:
    start = len(written) % 3
    return ",".join(filter(None, [written[:start], *(written[at : at + 3] for at in range(start, len(written), 3))]))
