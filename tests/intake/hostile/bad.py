"""Readers that do what a reader taken over by its document might do. Which of them, the document says: it is the name and what it needs.

They run where readers run, in the child of a sandbox. Each tries, and where it comes back it tells whether it could.
"""

import ctypes
import json
import os
import resource
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from precert.facts.model import Citation
from precert.intake.readers import progress
from precert.intake.readers.document import Document, Prose, UnreadableError

ALLOWED, REFUSED = "allowed", "refused"


def read(name: str, data: bytes) -> Document:
    what, *more = json.loads(data)
    told = READERS[what](*more)
    place = Citation(document=name, sha256="f" * 64, line=1)
    return Document(name="another name", sha256="f" * 64, blocks=(Prose(str(told), place),), kind="text")


def answer() -> int:
    """Find the pipe that the answer goes to, as code that was taken over would."""
    for fd in range(3, 64):
        with suppress(OSError):
            if stat.S_ISFIFO(os.fstat(fd).st_mode):
                return fd
    raise LookupError


def tried(act: Callable[[], object]) -> str:
    try:
        act()
    except (OSError, ValueError) as error:
        return f"{REFUSED} {error}"
    return ALLOWED


def say(text: str, *, times: int = 1) -> None:
    for _ in range(times):
        os.write(answer(), text.encode())


def says_and_ends(text: str, status: int = 0) -> None:
    say(text)
    os._exit(status)


def floods(text: str) -> None:
    while True:
        say(text * (1 << 16))


def hangs() -> None:
    while True:
        time.sleep(1)


def hangs_after_its_answer() -> None:
    say('["prose",[1,null,null,null],"made up"]\n["end","text",1,0]\n')
    os.close(answer())
    hangs()


def spins() -> None:
    while True:
        pass


def ignores_signals() -> None:
    for each in (signal.SIGTERM, signal.SIGXCPU, signal.SIGINT):
        signal.signal(each, signal.SIG_IGN)
    spins()


def allocates() -> None:
    held = []
    while True:
        held.append(bytearray(64 << 20))


def allocates_outside_python() -> str:
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    held = 0
    while block := libc.malloc(ctypes.c_size_t(1 << 20)):
        ctypes.memset(block, 1, 1 << 20)
        held += 1
    return REFUSED if held < 1024 else ALLOWED


def shares_memory() -> str:
    import mmap  # noqa: PLC0415

    return tried(lambda: mmap.mmap(-1, 1 << 20).close())


def makes_a_file_in_memory() -> str:
    return tried(lambda: os.close(os.memfd_create("x")))


def dies(number: int) -> None:
    signal.raise_signal(number)


def crashes() -> None:
    ctypes.string_at(8)


def aborts() -> None:
    os.abort()


def leaves(status: int) -> None:
    os._exit(status)


def raises(kind: str, text: str) -> None:
    kinds: dict[str, type[BaseException]] = {
        "unreadable": UnreadableError,
        "key": KeyError,
        "recursion": RecursionError,
        "exit": SystemExit,
        "interrupt": KeyboardInterrupt,
        "memory": MemoryError,
    }
    raise kinds[kind](text)


def connects(port: int) -> str:
    def connect() -> None:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()

    return tried(connect)


def connects_without_python(port: int) -> str:
    libc = ctypes.CDLL(None, use_errno=True)
    address = socket.AF_INET.to_bytes(2, sys.byteorder) + port.to_bytes(2, "big") + bytes((127, 0, 0, 1)) + bytes(8)
    fd = libc.socket(int(socket.AF_INET), int(socket.SOCK_STREAM), 0)
    return ALLOWED if fd >= 0 and libc.connect(fd, address, len(address)) == 0 else REFUSED


def resolves(name: str) -> str:
    return tried(lambda: socket.getaddrinfo(name, 80))


def sends(port: int) -> str:
    def send() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.sendto(b"x", ("127.0.0.1", port))

    return tried(send)


def forks() -> str:
    def fork() -> None:
        if os.fork() == 0:
            os._exit(0)

    return tried(fork)


def runs() -> str:
    return tried(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True))


def executes() -> str:
    return tried(lambda: os.execv(sys.executable, [sys.executable, "-c", "pass"]))  # noqa: S606 - what is tried


def writes(path: str) -> str:
    return tried(lambda: Path(path).write_text("x"))


def empties(path: str) -> str:
    """On Linux a file that is opened to be read can be emptied by that."""
    return tried(lambda: os.close(os.open(path, os.O_RDONLY | os.O_TRUNC)))


def removes(path: str) -> str:
    return tried(Path(path).unlink)


def renames(path: str) -> str:
    return tried(lambda: Path(path).rename(path + ".x"))


def reads(path: str) -> str:
    return tried(Path(path).read_bytes)


def kills(pid: int) -> str:
    return tried(lambda: os.kill(pid, signal.SIGKILL))


def kills_its_group() -> str:
    return tried(lambda: os.killpg(os.getpgid(os.getppid()), signal.SIGKILL))


def traces(pid: int) -> str:
    return REFUSED if ctypes.CDLL(None).ptrace(16, pid, 0, 0) == -1 else ALLOWED


def has_its_parent_signalled(pid: int) -> str:
    """Set whom a pipe signals when it can be read: SIGIO ends who does not await it."""
    import fcntl  # noqa: PLC0415

    return tried(lambda: fcntl.fcntl(answer(), fcntl.F_SETOWN, pid))


def raises_its_limits() -> str:
    most = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    return tried(lambda: resource.setrlimit(resource.RLIMIT_AS, most))


def looks_at_its_environment() -> str:
    return json.dumps(sorted(os.environ))


def counts_open_files() -> str:
    found = []
    for fd in range(3, 64):
        with suppress(OSError):
            os.fstat(fd)
            found.append(fd)
    return str(len(found))


def prints() -> str:
    print("garbage" * 1000)  # noqa: T201
    sys.stderr.write("garbage" * 1_000_000)
    os.write(1, b"garbage\n" * 1000)
    os.write(2, b"garbage\n" * 1000)
    return "said nothing"


def progresses(count: int) -> str:
    for done in range(1, count + 1):
        progress.tell(done, count)
        time.sleep(0.5)
    return "done"


def lies(*blocks: object) -> str:
    """Write blocks of its own, and then an end that counts them."""
    for each in blocks:
        say(json.dumps(each) + "\n")
    says_and_ends(json.dumps(["end", "text", len(blocks), 0]) + "\n")
    return ""


def answers_with(count: int, length: int) -> None:
    text = "x" * length
    for number in range(1, count + 1):
        say(json.dumps(["row", [number, None, None, None], [text], False, None, []]) + "\n")
    says_and_ends(json.dumps(["end", "text", count, 0]) + "\n")


READERS: dict[str, Callable[..., object]] = {
    each.__name__: each
    for each in (
        aborts, allocates, allocates_outside_python, answers_with, connects, connects_without_python, counts_open_files, crashes, dies,
        empties, executes, floods, forks, hangs, hangs_after_its_answer, has_its_parent_signalled, ignores_signals, kills, kills_its_group,
        leaves, lies, looks_at_its_environment, makes_a_file_in_memory, prints, progresses, raises, raises_its_limits, reads, removes,
        renames, resolves, runs, says_and_ends, sends, shares_memory, spins, traces, writes,
    )
}  # fmt: skip
