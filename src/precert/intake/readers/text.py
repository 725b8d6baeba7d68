"""Plain text and Markdown: tab-separated lines and pipe tables are rows, every other line that is not blank is prose."""

import hashlib
import re

from precert.facts.model import Citation
from precert.intake.readers.document import Document, Prose, RawRow, UnreadableError

_PIPE_ROW = re.compile(r"\s*\|.*\|\s*")
_PIPE_RULE = re.compile(r"\s*\|?(\s*:?-{3,}:?\s*\|)+(\s*:?-{3,}:?\s*)?\s*")
_CELL_BREAK = re.compile(r"(?<!\\)\|")


def read_text(name: str, data: bytes) -> Document:
    """Read UTF-8 text (a byte-order mark is dropped). Citations carry 1-based line numbers."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"`{name}` is not UTF-8 text (byte {error.start} is not); only text and Markdown tables are read") from error
    if "\x00" in text:
        raise UnreadableError(f"`{name}` holds NUL bytes: it is not text; only text and Markdown tables are read")
    digest = hashlib.sha256(data).hexdigest()
    blocks = []
    # Only line feeds end a line: str.splitlines() would also break at form feeds and so shift every later citation.
    for number, line in enumerate(text.split("\n"), 1):
        citation = Citation(document=name, sha256=digest, line=number)
        block = _block(line.removesuffix("\r"), citation)
        if block:
            blocks.append(block)
    return Document(name=name, sha256=digest, blocks=tuple(blocks))


def _block(line: str, citation: Citation) -> RawRow | Prose | None:
    if "\t" in line:
        return RawRow(tuple(line.split("\t")), citation)
    if _PIPE_RULE.fullmatch(line) and "|" in line:
        return None  # the rule under a Markdown header is markup, not a row
    if _PIPE_ROW.fullmatch(line):
        return RawRow(tuple(cell.replace("\\|", "|") for cell in _CELL_BREAK.split(line.strip()[1:-1])), citation)
    return Prose(line.strip(), citation) if line.strip() else None
