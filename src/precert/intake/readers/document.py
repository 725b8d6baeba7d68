"""What every reader returns: table rows and prose in document order, and where each stands."""

from dataclasses import dataclass

from precert.facts.model import Citation


class UnreadableError(ValueError):
    """A document no reader can read. The message says what was tried."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One physical table row: its cells as printed, markup and all."""

    cells: tuple[str, ...]
    citation: Citation
    is_header: bool = False
    """The document's own markup says that this is a header row."""


@dataclass(frozen=True, slots=True)
class Prose:
    """One line or paragraph outside a table: titles, prefaces, copyright lines."""

    text: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Document:
    """A read document. `blocks` are in document order."""

    name: str
    sha256: str
    blocks: tuple[RawRow | Prose, ...]
