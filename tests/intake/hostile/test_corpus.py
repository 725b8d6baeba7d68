"""Files that are made to hurt: each ends in a typed refusal or a right reading, within its limits, and nobody is called.

Everyday a part is read that takes little time, the whole corpus behind the marker `long`.
"""

import resource
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from precert.intake.readers.document import Document, MissingExtraError, RawRow, UnreadableError
from precert.intake.sandbox import RefusedError, precheck, process
from precert.intake.sandbox.limits import GB, limits_of
from tests.intake.hostile import corpus
from tests.intake.hostile.corpus import Case

SECONDS = 30.0
EVERYDAY = {
    "sound.xlsx", "minimal.xlsx", "ratio.xlsx", "lying-size.xlsx", "overlapping.xlsx", "same-name-twice.xlsx", "many-parts.xlsx",
    "nested.xlsx", "locked.xlsx", "lzma.xlsx", "laughs-in-strings.xlsx", "laughs-in-sheet.xlsx", "laughs-in-workbook.xlsx",
    "laughs-in-types.xlsx", "entity-to-listener.xlsx", "entity-to-file.xlsx", "late-doctype.xlsx", "utf-16-entity.xlsx",
    "utf-16-no-mark.xlsx", "utf-7-entity.xlsx", "two-cells.xlsx", "two-cells-told.xlsx", "two-cells-apart.xlsx",
    "two-cells-prefixed.xlsx", "two-cells-single-quotes.xlsx", "formulas.xlsx", "external-link.xlsx", "sound.html", "old-doctype.html",
    "laughs.html", "laughs-utf-16.html", "entity.html", "external-dtd.html", "two-doctypes.html", "fetches.html", "deep.html",
    "wide-spans.html", "sound.pdf", "form-in-itself.pdf", "cyclic-tree.pdf", "many-pages.pdf", "links.pdf", "invisible.pdf",
    "external-stream.pdf", "bomb.png", "sound.txt", "sound.csv", "field-of-64-mb.txt", "nul.txt", "empty.txt",
}  # fmt: skip


@dataclass
class Listener:
    port: int
    came: int = 0


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    """A server on loopback: whoever comes is counted."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        found, over = Listener(server.getsockname()[1]), threading.Event()

        def listen() -> None:
            while not over.is_set():
                try:
                    server.accept()[0].close()
                except OSError:
                    continue
                found.came += 1

        thread = threading.Thread(target=listen)
        thread.start()
        yield found
        over.set()
        thread.join()


NAMES = [case.name for case in corpus.corpus(0)]


@pytest.mark.parametrize("name", [each for each in NAMES if each in EVERYDAY])
def test_a_file_made_to_hurt_hurts_nobody(name: str, listener: Listener) -> None:
    (case,) = (each for each in corpus.corpus(listener.port) if each.name == name)
    held(case, listener)


@pytest.mark.long
@pytest.mark.parametrize("name", [each for each in NAMES if each not in EVERYDAY])
def test_a_file_made_to_hurt_hurts_nobody_whole_corpus(name: str, listener: Listener) -> None:
    (case,) = (each for each in corpus.corpus(listener.port) if each.name == name)
    held(case, listener)


def test_every_everyday_name_is_a_case() -> None:
    assert set(NAMES) >= EVERYDAY
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("case", list(corpus.broken(1)), ids=lambda case: case.name)
def test_a_broken_file_breaks_nothing(case: Case, listener: Listener) -> None:
    held(case, listener)


@pytest.mark.long
@pytest.mark.parametrize("case", [*corpus.broken(40, seed=6), *corpus.noises()], ids=lambda case: case.name)
def test_a_broken_file_breaks_nothing_anywhere(case: Case, listener: Listener) -> None:
    held(case, listener)


def held(case: Case, listener: Listener) -> None:
    """Read a case as `sandbox.read` does, and hold it to what may come of it."""
    data = case.make()
    before, start, here = listener.came, time.monotonic(), time.process_time()
    end, document, took = _end(case.name, data)
    seconds, own = time.monotonic() - start, time.process_time() - here
    if end == "missing-extra":
        pytest.skip("its reader is not here")
    assert end in case.ends, end
    assert listener.came == before
    assert seconds < SECONDS
    assert own < 1.0 or not case.fast
    assert took <= max(GB, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)  # what this process held counts for the child
    if document is not None:
        _right(case, document)


def _end(name: str, data: bytes) -> tuple[str, Document | None, int]:
    """Return how it ended, what was read, and the peak of the reader's process."""
    seen = precheck.seen_as(data)
    held = limits_of(seen)
    try:
        precheck.size(name, len(data), held)
        precheck.look_over(name, data, seen, held)
        reading = process.read(name, data, module="precert.intake.readers", limits=held)
    except UnreadableError as error:
        return _told(name, error), None, error.usage.memory if isinstance(error, RefusedError) and error.usage else 0
    return "read", reading.document, reading.usage.memory if reading.usage else 0


def _told(name: str, error: UnreadableError) -> str:
    """Return by which name a refusal goes, having looked that it is one line that names the document."""
    message = str(error)
    if isinstance(error, MissingExtraError) or "ModuleNotFoundError" in message:
        return "missing-extra"
    assert message.startswith(f"`{name}` ")
    assert "\n" not in message
    return str(error.code) if isinstance(error, RefusedError) else "unreadable"


def _right(case: Case, document: Document) -> None:
    shown = [" ".join(block.cells) if isinstance(block, RawRow) else block.text for block in document.blocks]
    believed = [" ".join(block.cells) for block in document.blocks if isinstance(block, RawRow) and block.doubt is None]
    for text in case.says:
        assert any(text in each for each in shown), text
    for text in case.hides:
        assert not any(text in each for each in believed), text
