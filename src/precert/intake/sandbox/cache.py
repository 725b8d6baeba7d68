"""Readings kept in a folder of the user's, so that a draft that is looked at again is not read again.

A reading is kept under what made it: the document's bytes, this software, the readers' code, and the libraries they stand on. It
is what `wire.py` sends, under its digest: a kept reading that is damaged, or of another form, is no reading, and the document is read
again. Kept readings hold the wording of documents, so only their owner may open them. Nothing here fails a reading.
"""

import hashlib
import os
import platform
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from precert.intake import readers
from precert.intake.readers.document import Document, UnreadableError
from precert.intake.sandbox import wire
from precert.intake.sandbox.limits import MB
from precert.intake.sandbox.precheck import seen_as

FOLDER = "readings"
_MOST = 64
_LARGEST = 64 * MB
_LIBRARIES = {
    "html": ("lxml",),
    "image": ("numpy", "onnxruntime", "pillow", "rapidocr"),
    "pdf": ("numpy", "onnxruntime", "pdfminer.six", "pdfplumber", "pillow", "rapidocr"),
    "xlsx": ("openpyxl",),
}


class Cache:
    """Kept readings in a folder; `read` is how a document is read that is not kept, `software` the version that reads."""

    def __init__(self, folder: Path, read: Callable[[str, bytes], Document], software: str) -> None:
        self.folder, self._read, self._software = folder, read, software

    def look(self, name: str, data: bytes) -> Document:
        """Return a document as it was read before, else read it. Raises what reading it raises."""
        return _kept(self._path(data), name, data) or self._read(name, data)

    def read(self, name: str, data: bytes) -> Document:
        """Return a document as `look` does, and keep its reading."""
        found = _kept(self._path(data), name, data)
        if found is None:
            found = self._read(name, data)
            self.keep(data, found)
        return found

    def keep(self, data: bytes, document: Document) -> None:
        """Keep the reading of a document, as far as there is room."""
        path = self._path(data)
        body = wire.first(document.guards) + b"".join(wire.lines(document))
        if path.exists() or len(body) > _LARGEST:
            return
        with suppress(OSError):
            self.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.mkdir(mode=0o700, exist_ok=True)
            fd, new = tempfile.mkstemp(dir=self.folder, suffix=".new")  # 0600
            with os.fdopen(fd, "wb") as file:
                file.write(_digest(body) + body)
            Path(new).replace(path)
            self._forget()

    def _path(self, data: bytes) -> Path:
        kind = seen_as(data)
        made_by = "\n".join((hashlib.sha256(data).hexdigest(), kind, self._software, *_readers(kind)))
        return self.folder / hashlib.sha256(made_by.encode()).hexdigest()

    def _forget(self) -> None:
        """Remove the readings that were looked at longest ago, and what was left half written."""
        kept = sorted(self.folder.iterdir(), key=lambda each: each.stat().st_mtime, reverse=True)
        for each in kept[_MOST:]:
            each.unlink(missing_ok=True)


def _kept(path: Path, name: str, data: bytes) -> Document | None:
    try:
        digest, _, body = path.read_bytes().partition(b"\n")
        if digest + b"\n" == _digest(body):
            os.utime(path)
            return _received(body, name, hashlib.sha256(data).hexdigest())
        path.unlink()
    except (OSError, wire.WireError, wire.StoppedError, UnreadableError):
        pass
    return None


def _received(body: bytes, name: str, sha256: str) -> Document:
    receiver = wire.Receiver(name=name, sha256=sha256)
    for line in body.removesuffix(b"\n").split(b"\n"):
        receiver.take(line)
    return receiver.document()


def _digest(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode() + b"\n"


@lru_cache(maxsize=8)
def _readers(kind: str) -> tuple[str, ...]:
    """Return what a reading of a kind depends on beside the document."""
    code = hashlib.sha256()
    for each in sorted(Path(readers.__file__).parent.glob("*.py")):
        code.update(each.name.encode() + each.read_bytes())
    versions = [_version(each) for each in _LIBRARIES.get(kind, ())]
    return (f"wire {wire.VERSION}", platform.python_version(), code.hexdigest(), *versions)


def _version(library: str) -> str:
    from importlib import metadata  # noqa: PLC0415 - slow to load, and text needs none

    try:
        return f"{library} {metadata.version(library)}"
    except metadata.PackageNotFoundError:
        return f"{library} none"
