"""Files that outlive a crash: written whole, synced, replaced in one step, and locked between processes.

Every call into the system goes through `os` as this module sees it, so that tests can fail each of them in turn.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

LOCK_SECONDS = 30.0


def write(fd: int, data: bytes) -> None:
    """Write all of the data. Raises OSError."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]  # a full disk first takes a part, and fails at the next call


def sync(fd: int) -> None:
    """Return when the file is on the disk itself. Raises OSError."""
    if sys.platform == "darwin":
        fcntl.fcntl(fd, fcntl.F_FULLFSYNC)  # there, fsync stops at the drive's cache
    else:
        os.fsync(fd)


@contextmanager
def opened(path: Path, flags: int) -> Iterator[int]:
    """Open a file, made readable by its owner only, and close it again. Raises OSError."""
    fd = os.open(path, flags, 0o600)
    try:
        yield fd
    finally:
        os.close(fd)


def append(path: Path, data: bytes) -> None:
    """Append to a file and sync it; it is made when it is not there. Raises OSError: then a part may have been written."""
    with opened(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT) as fd:
        write(fd, data)
        sync(fd)


def cut(path: Path, length: int) -> None:
    """Cut a file to a length and sync it. Raises OSError."""
    with opened(path, os.O_WRONLY) as fd:
        os.ftruncate(fd, length)
        sync(fd)


def replace(path: Path, data: bytes) -> None:
    """Put a file in place of another in one step: whoever looks sees the old or the new one. Raises OSError."""
    new = path.with_name(path.name + ".new")
    try:
        with opened(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) as fd:
            write(fd, data)
            sync(fd)
        os.replace(new, path)  # noqa: PTH105 - through `os`, as the module says
    except OSError:
        with suppress(OSError):
            os.unlink(new)  # noqa: PTH108
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Return when the names in a folder are on the disk. Raises OSError."""
    with opened(folder, os.O_RDONLY | os.O_DIRECTORY) as fd:
        os.fsync(fd)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock that no other thread or process holds, and that ends with its process. Raises TimeoutError, OSError."""
    with opened(path, os.O_RDWR | os.O_CREAT) as fd:
        until = time.monotonic() + LOCK_SECONDS
        while not _took(fd):
            if time.monotonic() > until:
                raise TimeoutError
            time.sleep(0.001)
        yield


def _took(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)  # per opening, unlike lockf: threads exclude each other too
    except BlockingIOError:
        return False
    return True
