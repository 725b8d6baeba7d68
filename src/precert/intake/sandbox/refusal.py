"""Why a document is refused before or while it is read: the codes are stable, the messages are ours and say what to do."""

from dataclasses import dataclass
from enum import StrEnum

from precert.intake.readers.document import UnreadableError


class Refusal(StrEnum):
    """Why no reading of a document is believed, or none was tried."""

    FILE_TOO_LARGE = "file-too-large"  # the file is larger than is read
    ARCHIVE_DAMAGED = "archive-damaged"  # the workbook's archive is cut off, or contradicts itself
    ARCHIVE_BOMB = "archive-bomb"  # the workbook's archive unpacks to more than a hundred times its size, or to more than is read
    ARCHIVE_ENTRIES = "archive-entries"  # the workbook's archive holds more parts than any workbook needs
    ARCHIVE_LOCKED = "archive-locked"  # the workbook is locked with a password, or packed in a way that workbooks are not
    DOCTYPE = "doctype"  # the file declares a document type or entities of its own
    MARKUP_ENCODING = "markup-encoding"  # a part of the workbook is written in an encoding that is not checked
    TOO_MANY_CELLS = "too-many-cells"  # a sheet spans more cells than are read
    TOO_MANY_PAGES = "too-many-pages"  # the file has more pages than are read
    OUT_OF_MEMORY = "out-of-memory"  # the reader needed more memory than it may take
    OUT_OF_TIME = "out-of-time"  # the reader took longer than it may
    READER_DIED = "reader-died"  # the reader ended without an answer
    READER_LIED = "reader-lied"  # the reader's answer is not of the form that answers have, or is too large
    READER_FAILED = "reader-failed"  # the reader met something that it was not written for
    READER_NOT_STARTED = "reader-not-started"  # no process could be started to read in


@dataclass(frozen=True, slots=True)
class Usage:
    """What a reader's process took, as the system counted it."""

    memory: int
    """Its peak in bytes. On Linux this is never less than what the process that started it held by then."""
    seconds: float
    """Of processor time."""


class RefusedError(UnreadableError):
    """A document that was not read, or whose reading is not believed. `code` is stable."""

    def __init__(self, code: Refusal, message: str, usage: Usage | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.usage = usage
