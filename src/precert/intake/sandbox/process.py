"""Reads a document in a process of its own: started, fed, timed, listened to, and ended, whatever it does."""

import hashlib
import json
import os
import queue
import signal
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from precert.intake.readers.document import Document, UnreadableError
from precert.intake.sandbox import wire
from precert.intake.sandbox.limits import GB, MB, Limits
from precert.intake.sandbox.refusal import Refusal, RefusedError, Usage

_START = """
import sys
from types import ModuleType
package, folders, told = sys.argv[1:]
sys.path += folders.split("\\n")
precert = sys.modules["precert"] = ModuleType("precert")
precert.__path__ = [package]
from precert.intake.sandbox.child import main
main(told)
"""
"""Importing `precert` brings what answers orders, which takes longer than reading most lists: the package stands without it."""

_CHUNK = 1 << 16
_WAITING = 64
"""Chunks that are read ahead: a child that floods waits."""
_LAST_MOMENT = 2.0
"""Seconds that a child may take to end after its answer."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a child read, and what that took; None where the system does not say."""

    document: Document
    usage: Usage | None


def read(  # noqa: PLR0913 - a document, its reader, and what holds it
    name: str,
    data: bytes,
    *,
    module: str,
    limits: Limits,
    progress: Callable[[int, int], object] | None = None,
    folders: Sequence[str] = (),
) -> Reading:
    """Read a document by a reader's module in a child process; `folders` are searched for modules too.

    Raises RefusedError when the child does not answer as it should, or what the reader raised: UnreadableError, MissingExtraError.
    """
    receiver = wire.Receiver(name=name, sha256=hashlib.sha256(data).hexdigest(), progress=progress)
    with _Child(_command(name, module, limits, folders), name, limits) as child:
        try:
            child.answer(data, receiver)
            document = receiver.document()
        except wire.WireError as error:
            raise child.refused(Refusal.READER_LIED, f"its reader's answer cannot be believed: {error}") from error
        except wire.StoppedError as error:
            raise child.stopped(error) from error
    return Reading(document, child.usage)


def _command(name: str, module: str, limits: Limits, folders: Sequence[str]) -> list[str]:
    package = str(Path(__file__).parents[2])
    searched = [*_searched(), *folders]
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, *sysconfig.get_paths().values(), package, *searched, *_SYSTEM}
    told = {
        "name": name,
        "module": module,
        "limits": asdict(limits),
        "parent": os.getpid(),
        "readable": sorted(each for each in prefixes if Path(each).exists()),
    }
    bytecode = ["-B"] if sys.dont_write_bytecode else []
    return [sys.executable, "-I", "-X", "utf8", *bytecode, "-c", _START, package, "\n".join(searched), json.dumps(told)]


_SYSTEM = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/nix/store", "/usr/share/zoneinfo",
    "/proc/cpuinfo", "/proc/meminfo", "/proc/self", "/sys/devices/system/cpu", "/dev/urandom",
    "/etc/mime.types", "/etc/httpd/mime.types", "/etc/httpd/conf/mime.types", "/etc/apache/mime.types", "/etc/apache2/mime.types",
)  # fmt: skip
"""What the C library and numeric libraries look at, and `mimetypes`, which workbooks are read with."""


def _searched() -> list[str]:
    """Return the folders where this process finds modules, without those that are about the user and not about Python."""
    own = {"", "/", str(Path.cwd()), os.path.expanduser("~")}  # noqa: PTH111 - it fails nowhere, unlike Path.home()
    return [each for each in sys.path if each not in own and os.path.isabs(each)]  # noqa: PTH117 - a text


def _environment() -> dict[str, str]:
    """Nothing of ours: settings may hold passwords. Only where libraries are, which some systems need to find them."""
    kept = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")
    bare = {"HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "2", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return bare | {each: os.environ[each] for each in kept if each in os.environ}


class _Child:
    """A started child. Leaving its block ends it and everything it started, and waits for it."""

    def __init__(self, command: Sequence[str], name: str, limits: Limits) -> None:
        self.name, self.limits = name, limits
        self.usage: Usage | None = None
        self._threads: list[threading.Thread] = []
        self._fed = False
        self._process = _started(command, name)
        self._start = self._heard = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._kill()
        self._wait(None)
        if not self._fed and self._process.stdin:
            self._process.stdin.close()
        for each in self._threads:
            each.join(_LAST_MOMENT)
        if isinstance(error, RefusedError):
            error.usage = self.usage

    # what it says

    def answer(self, data: bytes, receiver: wire.Receiver) -> None:
        """Give the child its document once it said what holds it, and take its answer to the end."""
        for line in self._lines(receiver):
            try:
                receiver.take(line)
            except UnreadableError:
                self._end_well()
                raise
            if not self._fed:
                self._fed = True
                self._thread(_feed, self._process.stdin, data)
        self._end_well(complete=receiver.kind is not None)

    def _lines(self, receiver: wire.Receiver) -> Iterator[bytes]:
        """Yield the lines that come, each whole, in time and within bounds; what follows the last line end is a line too."""
        rest, total = bytearray(), 0
        for chunk in self._chunks(receiver):
            total += len(chunk)
            head, *more = chunk.split(b"\n")
            rest += head
            if total > self.limits.answer or len(rest) > wire.LONGEST_LINE:
                raise wire.WireError("it is too long")
            if more:
                yield bytes(rest)
                yield from more[:-1]
                rest = bytearray(more[-1])
        if rest:
            yield bytes(rest)

    def _chunks(self, receiver: wire.Receiver) -> Iterator[bytes]:
        chunks: queue.Queue[bytes] = queue.Queue(_WAITING)
        over = threading.Event()
        self._thread(_listen, self._process.stdout, chunks, over)
        try:
            while chunk := self._next(chunks, *receiver.pages):
                yield chunk
        finally:
            over.set()

    def _next(self, chunks: "queue.Queue[bytes]", done: int, of: int) -> bytes:
        whole = min(self.limits.seconds + self.limits.page * max(of - 1, 0), self.limits.total)
        # a reader that has seen all pages puts them together, which takes longer the more they are
        silence = max(self.limits.seconds, self._heard - self._start) if done == of else self.limits.seconds
        until = min(self._start + whole, self._heard + silence)
        try:
            chunk = chunks.get(timeout=max(until - time.monotonic(), 0.0))
        except queue.Empty:
            waited = time.monotonic() - self._start
            raise self.refused(Refusal.OUT_OF_TIME, f"its reader gave no answer in {waited:.0f} s, and was stopped; split it") from None
        self._heard = time.monotonic()
        return chunk

    def _thread(self, run: Callable[..., None], *arguments: object) -> None:
        # a daemon: should a pipe outlive every end we know of, it keeps no process from ending
        thread = threading.Thread(target=run, args=arguments, daemon=True)
        thread.start()
        self._threads.append(thread)

    # how it ends

    def _end_well(self, *, complete: bool = True) -> None:
        """Wait for a child that has said all it had to say. Raises RefusedError where it did not end as it should."""
        status = self._wait(_LAST_MOMENT)
        if status is None:
            self._kill()
            self._wait(None)
            raise self.refused(Refusal.READER_DIED, "its reader did not end after its answer")
        if status != 0 or not complete:
            raise self._died(status)

    def _died(self, status: int) -> RefusedError:
        if sys.platform != "win32":
            if status == -signal.SIGXCPU or (status == -signal.SIGKILL and self._used_up()):
                return self.refused(
                    Refusal.OUT_OF_TIME, f"its reader used more than {self.limits.cpu} s of processor time, and was stopped"
                )
            if status == -signal.SIGKILL:
                return self.refused(Refusal.OUT_OF_MEMORY, "its reader was killed by the system, which does that when memory runs out")
        how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status} in the middle of its answer"
        return self.refused(Refusal.READER_DIED, f"its reader {how}; the file is damaged, or made to break readers")

    def _used_up(self) -> bool:
        return self.usage is not None and self.usage.seconds >= self.limits.cpu - 1

    def stopped(self, why: wire.StoppedError) -> RefusedError:
        """Return the error of a reader that says why it has no reading."""
        if why.memory:
            return self.refused(Refusal.OUT_OF_MEMORY, f"its reader needed more than {_in_words(self.limits.memory)} of memory; split it")
        return self.refused(
            Refusal.READER_FAILED, f"its reader failed ({why}); the file is damaged, or this is our error: please report it"
        )

    def refused(self, code: Refusal, why: str) -> RefusedError:
        """Return an error of one line that names the document."""
        return RefusedError(code, f"`{self.name}` could not be read: {why}")

    def _kill(self) -> None:
        if self._process.returncode is not None:
            return
        with suppress(OSError):
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)  # its own group, made when it was started

    def _wait(self, seconds: float | None) -> int | None:
        """Return the child's exit status, or None when it did not end in time."""
        until = time.monotonic() + (seconds if seconds is not None else 3600.0)
        pause = 0.0005
        while self._process.returncode is None and not self._reaped():
            if time.monotonic() > until:
                return None
            time.sleep(pause)
            pause = min(2 * pause, 0.05)
        return self._process.returncode

    def _reaped(self) -> bool:
        """Look once whether the child has ended; on POSIX, with what it took."""
        if sys.platform == "win32":
            return self._process.poll() is not None
        try:
            pid, status, usage = os.wait4(self._process.pid, os.WNOHANG)
        except ChildProcessError:  # somebody else in this process waited for it
            self._process.returncode = -signal.SIGKILL
            return True
        if pid:
            self._process.returncode = os.waitstatus_to_exitcode(status)
            unit = 1 if sys.platform == "darwin" else 1024
            self.usage = Usage(usage.ru_maxrss * unit, usage.ru_utime + usage.ru_stime)
        return bool(pid)


def _started(command: Sequence[str], name: str) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and our own code
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a traceback may hold the document's words
            env=_environment(),
            cwd=os.path.abspath(os.sep),  # noqa: PTH100 - the root, on Windows of the drive
            start_new_session=True,
            bufsize=0,
        )
    except OSError as error:
        message = f"`{name}` could not be read: no process could be started to read it in ({error.strerror})"
        raise RefusedError(Refusal.READER_NOT_STARTED, message) from error


def _feed(pipe: IO[bytes], data: bytes) -> None:
    """Write the document, as far as the child takes it."""
    rest = memoryview(data)
    with suppress(OSError, ValueError), pipe:
        while rest:
            rest = rest[pipe.write(rest[:MB]) :]


def _listen(pipe: IO[bytes], chunks: "queue.Queue[bytes]", over: threading.Event) -> None:
    """Pass on what the child says, and an empty chunk at its end, until nobody wants more."""
    with pipe:
        while not over.is_set():
            try:
                chunk = pipe.read(_CHUNK) or b""
            except (OSError, ValueError):
                chunk = b""
            while not over.is_set():
                with suppress(queue.Full):
                    chunks.put(chunk, timeout=0.1)
                    break
            if not chunk:
                return


def _in_words(size: int) -> str:
    return f"{size / GB:g} GB" if size >= GB else f"{size / MB:g} MB"
