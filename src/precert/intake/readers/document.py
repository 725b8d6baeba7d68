"""What every reader returns: table rows and prose in document order, where each stands, and what the reader saw on the way."""

from dataclasses import dataclass

from precert.facts.model import Citation


class UnreadableError(ValueError):
    """A document no reader can read. The message says what was tried."""


class MissingExtraError(UnreadableError):
    """A document whose reader is not installed. The message names the extra that brings it."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where a cell stands on its page, in points from the page's top left corner as a person sees it."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class RawRow:
    """One physical table row: its cells as printed, markup and all. A row's citation is its own: no two rows share one."""

    cells: tuple[str, ...]
    citation: Citation
    is_header: bool = False
    """The document's own markup says that this is a header row."""
    doubt: str | None = None
    """Why the cells cannot be believed, as a reason to set the row aside; None when nothing speaks against them."""
    boxes: tuple[Box | None, ...] = ()
    """Where each cell stands on its page; empty where the format has no pages."""


@dataclass(frozen=True, slots=True)
class Prose:
    """One line or paragraph outside a table: titles, prefaces, copyright lines."""

    text: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader saw that a person should know: a hidden row, a decoding that was guessed, text nobody can see."""

    code: str
    message: str
    """Ours, and never the document's words."""
    citation: Citation


@dataclass(frozen=True, slots=True)
class Document:
    """A read document. `blocks` are in document order."""

    name: str
    sha256: str
    blocks: tuple[RawRow | Prose, ...]
    notes: tuple[Note, ...] = ()
    kind: str = "text"
    """Which reader read it: text, csv, xlsx, html, pdf, image."""
    guards: tuple[str, ...] = ()
    """What held the reader while it read: see `intake/sandbox`. Empty when it ran in this process."""
