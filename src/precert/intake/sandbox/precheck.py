"""What is refused before any parser sees it: what is too large, and what is built to be small outside and huge inside.

Everything here runs in the caller's process, so it counts and compares and builds nothing: inflating is bounded by what an archive
declares, and patterns look at bytes. What only a parser can see is left to the child, which looks again.
"""

import re
from contextlib import suppress
from typing import NoReturn

from precert.intake.readers.document import UnreadableError
from precert.intake.readers.kinds import kind_of
from precert.intake.sandbox.limits import MB, Limits
from precert.intake.sandbox.refusal import Refusal, RefusedError

_START = 1024
_MARKUP_OR_TEXT = {"csv", "html", "text"}
_BEFORE_MARKUP = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n\f"
_PAGE = re.compile(rb"/Type\s{0,8}/Page(?![A-Za-z])")
_DOCTYPE = re.compile(rb"<!(?:doctype|entity)\b", re.IGNORECASE)
_HTML_DOCTYPE = re.compile(
    rb"<!doctype\s{1,9}html\s{0,9}"
    rb"(?:system\s{1,9}['\"]about:legacy-compat['\"]\s{0,9}"
    rb"|public\s{1,9}['\"]-//(?:w3c|ietf)//dtd x?html[ -~]{0,60}//[a-z]{2}['\"]\s{0,9}(?:['\"]http://www\.w3\.org/tr/[\w/.-]{1,60}['\"]\s{0,9})?)?>",
    re.IGNORECASE,
)
"""What pages that browsers read begin with; nothing is fetched for any of them."""


def size(name: str, length: int, limits: Limits) -> None:
    """Refuse a file that is too large."""
    if length > limits.file:
        _refuse(name, Refusal.FILE_TOO_LARGE, f"it is larger than {limits.file // MB} MB; split it, or leave out its pictures")


def seen_as(data: bytes) -> str:
    """Return the kind that the first bytes show: xlsx, pdf, image, html; text for what only a look at the whole could tell.

    It says which limits hold and what is looked for. What reads the document, the child decides, who sees all of it.
    """
    start = data[:_START]
    with suppress(UnreadableError):
        kind = kind_of("", start)
        if kind not in _MARKUP_OR_TEXT:
            return kind
    return "html" if start.lstrip(_BEFORE_MARKUP).startswith(b"<") else "text"


def look_over(name: str, data: bytes, kind: str, limits: Limits) -> None:
    """Refuse a document that was seen as a kind."""
    if kind == "xlsx":
        from precert.intake.sandbox import archive  # noqa: PLC0415 - only workbooks are archives

        archive.look_over(name, data, limits)
    elif kind == "html":
        _html(name, data)
    elif kind == "pdf":
        _pdf(name, data, limits)


def _html(name: str, data: bytes) -> None:
    text = data.decode("utf-16", "replace").encode() if data.startswith((b"\xff\xfe", b"\xfe\xff")) else data
    declared = list(_DOCTYPE.finditer(text))
    if len(declared) > 1 or any(not _HTML_DOCTYPE.match(text, each.start()) for each in declared):
        _refuse(name, Refusal.DOCTYPE, "it declares a document type or entities of its own; save the page again from a browser")


def _pdf(name: str, data: bytes, limits: Limits) -> None:
    """Count what says it is a page. Pages may hide in compressed objects: the reader counts again."""
    if any(count == limits.pages for count, _ in enumerate(_PAGE.finditer(data))):
        _refuse(name, Refusal.TOO_MANY_PAGES, f"it has more than {limits.pages:,} pages; split it")


def _refuse(name: str, code: Refusal, why: str) -> NoReturn:
    raise RefusedError(code, f"`{name}` is refused: {why}")
