"""Readers turn bytes into a document of rows and prose, each with its place. They know nothing of what a row means."""

from precert.intake.readers.document import Document, Prose, RawRow, UnreadableError
from precert.intake.readers.text import read_text

__all__ = ["Document", "Prose", "RawRow", "UnreadableError", "read", "read_text"]


def read(name: str, data: bytes) -> Document:
    """Read a document by its name and bytes; raise UnreadableError where no reader can."""
    return read_text(name, data)
