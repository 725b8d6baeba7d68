"""Readers turn bytes into a document of rows and prose, each with its place. They know nothing of what a row means.

One module a format, each with `read(name, data) -> Document`, imported when a document of its kind is met. What a document is,
its bytes say (`kinds.py`); a name that says otherwise is not believed.
"""

from importlib import import_module

from precert.intake.readers.document import Box, Document, MissingExtraError, Note, Prose, RawRow, UnreadableError
from precert.intake.readers.kinds import kind_of
from precert.intake.readers.text import read_text

__all__ = ["Box", "Document", "MissingExtraError", "Note", "Prose", "RawRow", "UnreadableError", "read", "read_text"]


def read(name: str, data: bytes) -> Document:
    """Read a document by its name and bytes, in this process; raise UnreadableError where no reader can."""
    found: Document = import_module(f"precert.intake.readers.{kind_of(name, data)}").read(name, data)
    return found
