"""The reader's process: gives up its rights, says what holds it, then takes the document and answers in the form of `wire.py`.

It is started by `process.py` with everything it needs on its command line, and with nothing of its parent's environment.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from types import TracebackType
from typing import Any, NoReturn

from precert.intake.readers import progress
from precert.intake.readers.document import Document, MissingExtraError, UnreadableError
from precert.intake.sandbox import guards, wire
from precert.intake.sandbox.limits import Limits

_LONGEST_MESSAGE = 1_500
_AT_ONCE = 1 << 18


def main(told: str) -> NoReturn:
    """Read one document as told by a JSON object of `process.py`, and end."""
    orders = json.loads(told)
    answer = _own_answer()
    held = guards.hold(Limits(**orders["limits"]), orders["readable"], orders["parent"])
    _write(answer, wire.first(held))
    progress.tell = lambda done, of: _write(answer, wire.line("progress", done, of))
    _send(answer, _answer(orders["module"], orders["name"]))
    os._exit(0)  # nothing that a library does on the way out belongs to the answer


def _own_answer() -> int:
    """Keep standard output for the answer: what libraries print goes nowhere."""
    answer = os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    os.close(nothing)
    return answer


def _answer(module: str, name: str) -> Iterator[bytes]:
    try:
        document = _read(module, name)
    except MissingExtraError as error:
        yield wire.line("missing-extra", str(error)[:_LONGEST_MESSAGE])
    except UnreadableError as error:
        yield wire.line("unreadable", str(error)[:_LONGEST_MESSAGE])
    except MemoryError:
        yield wire.line("out-of-memory")
    except BaseException as error:  # noqa: BLE001 - whatever it is, an exit too, it is told, and ends nothing but this process
        yield wire.line("failed", _where(error))
    else:
        yield from wire.lines(document)


def _read(module: str, name: str) -> Document:
    read: Callable[[str, bytes], Document] = import_module(module).read
    with open(0, "rb", closefd=False) as given:
        data = given.read()
    return read(name, data)


def _where(error: BaseException) -> str:
    """Say what failed where, and nothing of the document: an exception's message may hold its words."""
    return f"{type(error).__name__} in {_place(error.__traceback__)}"


def _place(traceback: TracebackType | None) -> str:
    places: list[tuple[Any, int]] = []
    while traceback is not None:
        places.append((traceback.tb_frame.f_globals.get("__name__", "?"), traceback.tb_lineno))
        traceback = traceback.tb_next
    module, number = places[-1] if places else ("?", 0)
    return f"{module}:{number}"


def _send(answer: int, lines: Iterator[bytes]) -> None:
    waiting = bytearray()
    try:
        for each in lines:
            waiting += each
            if len(waiting) > _AT_ONCE:
                _write(answer, waiting)
                waiting.clear()
    except MemoryError:
        os._exit(1)  # in the middle of a document: its end is missing, and that says it
    _write(answer, waiting)


def _write(answer: int, data: bytes | bytearray) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(answer, rest) :]
    rest.release()


if __name__ == "__main__":
    main(sys.argv[1])
