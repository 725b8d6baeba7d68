"""Which characters some bytes are: what they say of themselves first, then UTF-8, and a guess that is named as one.

Text in UTF-8 is hardly ever anything else. What is not UTF-8 is read as UTF-16 where every other byte is nought, and as Windows-1252
otherwise, where each byte means a character: both are guesses, and a note says so. A text that is UTF-8 but for a few bytes is
damaged, and is refused: guessed at, all its letters beyond ASCII would be wrong.
"""

import codecs
import re
from dataclasses import dataclass

from precert.facts.model import Citation
from precert.intake.readers.document import Note, UnreadableError
from precert.intake.readers.terms import Seen

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NAMES = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "utf-32-le": "UTF-32", "utf-32-be": "UTF-32"}
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")
"""Characters no text holds: a guess that finds one is wrong. The end of file of old systems (1A) is forgiven."""
_MOST, _FEW = 0.7, 0.05
"""Share of noughts in the half of the bytes that UTF-16 leaves empty for ASCII, and in the other half."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, and the name of the encoding that made it."""

    text: str
    encoding: str
    guessed: bool = False

    def notes(self, place: Citation) -> tuple[Note, ...]:
        """Return what to say of a guess."""
        if not self.guessed:
            return ()
        message = f"the text does not say its encoding and is not UTF-8; it was read as {self.encoding}, which is a guess"
        return (Note(Seen.GUESSED_ENCODING, message, place),)


def decode(name: str, data: bytes, declared: str | None = None) -> Decoded:
    """Return the text that the bytes are; `declared` is what the document says of itself, and is believed where it fits.

    Raises UnreadableError where no encoding makes text of the bytes.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return Decoded(_marked(name, data[len(mark) :], encoding), _NAMES[encoding])
    said = _as_declared(data, declared)
    if said is not None:
        return said
    if b"\x00" in data:
        return _without_a_mark(name, data)
    try:
        return Decoded(data.decode("utf-8"), "UTF-8")
    except UnicodeDecodeError as error:
        return _one_byte_each(name, data, error.start)


def _marked(name: str, data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableError(f"`{name}` begins as {_NAMES[encoding]} text and is none (byte {error.start} is not)") from error
    if "\x00" in text:
        raise UnreadableError(f"`{name}` holds NUL bytes: it is not text")
    return text


def _as_declared(data: bytes, declared: str | None) -> Decoded | None:
    """Only encodings of text are taken from a document's word; what does not fit was not written in it."""
    try:
        encoding = codecs.lookup(declared or "").name
        if not re.fullmatch(r"utf-8|cp125[0-8]|iso8859-\d{1,2}|mac-roman", encoding, re.ASCII):
            return None
        # browsers read the first as the second, and so must who wants to see what a person sees
        encoding = "cp1252" if encoding == "iso8859-1" else encoding
        text = data.decode(encoding)
    except (LookupError, UnicodeDecodeError):
        return None
    return None if "\x00" in text else Decoded(text, encoding)


def _without_a_mark(name: str, data: bytes) -> Decoded:
    """UTF-16 without its mark: one half of the bytes is nearly all nought, the other hardly ever."""
    half = len(data) / 2
    noughts = data[0::2].count(0) / half, data[1::2].count(0) / half
    if min(noughts) <= _FEW and max(noughts) >= _MOST and len(data) % 2 == 0:
        encoding = "utf-16-le" if noughts[1] > noughts[0] else "utf-16-be"
        text = data.decode(encoding, errors="replace")
        if not _NO_TEXT.search(text) and "\ufffd" not in text:
            return Decoded(text, _NAMES[encoding], guessed=True)
    raise UnreadableError(f"`{name}` holds NUL bytes: it is not text")


def _one_byte_each(name: str, data: bytes, first: int) -> Decoded:
    replaced = data.decode("utf-8", errors="replace")
    broken = replaced.count("\ufffd")
    beyond = len(replaced) - len(replaced.encode("ascii", errors="ignore")) - broken
    if beyond > broken:
        raise UnreadableError(f"`{name}` is UTF-8 text and damaged: byte {first} is not UTF-8")
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"`{name}` is not text: byte {first} is not UTF-8, and byte {error.start} not Windows-1252") from error
    if _NO_TEXT.search(text):
        raise UnreadableError(f"`{name}` is not text: byte {first} is not UTF-8, and control characters stand in it")
    return Decoded(text, "Windows-1252", guessed=True)


def lines(text: str) -> list[str]:
    """Split at line feeds only: str.splitlines() would also break at form feeds and so shift every later citation.

    A text without any line feed may have been written with carriage returns alone.
    """
    return [line.removesuffix("\r") for line in text.split("\n" if "\n" in text else "\r")]
