"""What a reader's process takes from itself before it sees a byte of the document, and which of it the kernel then holds.

Every guard is tried after it was set, and only what held is named: a list of guards is a list of facts. What a system lacks is left
out, and nothing else stands in for it but the audit hook, which is Python's own word and not the kernel's.
"""

import ctypes
import os
import platform
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from enum import StrEnum

from precert.intake.sandbox import bpf
from precert.intake.sandbox.limits import GB, MB, Limits


class Guard(StrEnum):
    """What held a reader while it read."""

    WALL_CLOCK = "wall-clock"  # its parent ends it when it gives no sign of life, or takes too long in all
    MEMORY_LIMIT = "memory-limit"  # the kernel gives it no memory beyond its limit
    CPU_LIMIT = "cpu-limit"  # the kernel ends it when its processor time is used up
    NO_FILE_CONTENT = "no-file-content"  # the kernel lets it write nothing into a file
    NO_CORE_DUMP = "no-core-dump"  # the kernel keeps no picture of its memory when it dies
    DIES_WITH_PARENT = "dies-with-parent"  # the kernel ends it when the process that started it ends
    NO_NEW_PRIVILEGES = "no-new-privileges"  # the kernel gives it no rights that it does not have
    NETWORK_NAMESPACE = "network-namespace"  # it stands in a network of its own, in which there is nothing
    SECCOMP = "seccomp"  # the kernel refuses it calls that open sockets or files to write, start or signal processes, or share memory
    LANDLOCK_FILES = "landlock-files"  # the kernel lets it read Python and its libraries only, and change no file
    LANDLOCK_NETWORK = "landlock-network"  # the kernel lets it open no TCP connection
    NO_PROCESSES = "no-processes"  # it could not start a process
    AUDIT_HOOK = "audit-hook"  # Python refuses it sockets, processes and files to write; code that leaves Python is not held by this


NETWORK = frozenset({Guard.NETWORK_NAMESPACE, Guard.SECCOMP})
"""Each of these alone keeps a reader from every network."""


def kernel_keeps_from_network(guards: Iterable[str]) -> bool:
    """Tell whether the kernel kept a reader with these guards from the network."""
    return not NETWORK.isdisjoint(guards)


_FILES_OPEN = 256
_LIBRARIES = 192 * MB
"""What a process may hold beside its data: code of libraries, stacks."""
_THREADED_SPACE = 6 * GB
"""Address space where threads are made: each reserves far more than it fills, and what it fills is data."""


def hold(limits: Limits, readable: Sequence[str], parent: int) -> tuple[Guard, ...]:
    """Give up everything that reading does not need, and return what holds; `readable` are folders that may still be read.

    To be called before a second thread runs.
    """
    held = [*_limited(limits), *_linux(readable, parent)] if sys.platform != "win32" else []
    if not kernel_keeps_from_network(held):
        sys.addaudithook(_refuse)
        held.append(Guard.AUDIT_HOOK)
    if sys.platform != "win32" and _cannot_fork():
        held.append(Guard.NO_PROCESSES)
    return (Guard.WALL_CLOCK, *held)


# -- limits ------------------------------------------------------------------------------------------------------------


def _limited(limits: Limits) -> Iterator[Guard]:
    import resource  # noqa: PLC0415 - there is none on Windows

    space = _THREADED_SPACE if limits.threads else limits.memory
    wanted = [
        ("RLIMIT_CORE", 0, Guard.NO_CORE_DUMP),
        ("RLIMIT_FSIZE", 0, Guard.NO_FILE_CONTENT),
        ("RLIMIT_CPU", limits.cpu, Guard.CPU_LIMIT),
        ("RLIMIT_NOFILE", _FILES_OPEN, None),
        ("RLIMIT_DATA", limits.memory - _LIBRARIES, None),
        ("RLIMIT_AS", space, None),
    ]
    if not limits.threads:
        wanted.append(("RLIMIT_NPROC", 0, None))
    for name, most, guard in wanted:
        if _limit(resource, name, most) and guard:
            yield guard
    if _has_no_memory_beyond(limits.memory):
        yield Guard.MEMORY_LIMIT


def _limit(resource: object, name: str, most: int) -> bool:
    try:
        which = getattr(resource, name)
        resource.setrlimit(which, (most, most))  # type: ignore[attr-defined]
        return bool(resource.getrlimit(which)[0] == most)  # type: ignore[attr-defined]
    except (AttributeError, OSError, ValueError):
        return False  # a limit that this system does not know, or a lower one that stands


def _has_no_memory_beyond(most: int) -> bool:
    from mmap import ACCESS_COPY, mmap  # noqa: PLC0415

    try:
        mmap(-1, most, access=ACCESS_COPY).close()
    except (OSError, MemoryError, ValueError):
        return True
    return False


def _cannot_fork() -> bool:
    try:
        pid = os.fork()
    except OSError:
        return True
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return False


# -- the kernel of Linux -----------------------------------------------------------------------------------------------

_PDEATHSIG, _DUMPABLE, _NO_NEW_PRIVS, _SET_SECCOMP, _FILTER = 1, 4, 38, 22, 2
_NEWUSER, _NEWNET = 0x10000000, 0x40000000
_CAPABILITIES = 0x20080522
_SIGKILL = 9


def _linux(readable: Sequence[str], parent: int) -> Iterator[Guard]:
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        yield Guard.NO_NEW_PRIVILEGES
    if libc.unshare(_NEWUSER | _NEWNET) == 0 or libc.unshare(_NEWNET) == 0:  # the second is for root, where the first is forbidden
        yield Guard.NETWORK_NAMESPACE
    _drop_capabilities(libc)
    if libc.prctl(_PDEATHSIG, _SIGKILL, 0, 0, 0) == 0:  # after the new namespace, which would clear it
        yield Guard.DIES_WITH_PARENT
    if os.getppid() != parent:
        os._exit(1)  # it ended before that was said
    libc.prctl(_DUMPABLE, 0, 0, 0, 0)
    yield from _landlocked(libc, readable)
    if _filtered(libc):
        yield Guard.SECCOMP


def _drop_capabilities(libc: ctypes.CDLL) -> None:
    """Give up what root may do, and what a namespace of one's own gives."""
    libc.capset((ctypes.c_uint32 * 2)(_CAPABILITIES, 0), (ctypes.c_uint32 * 6)())


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def _filtered(libc: ctypes.CDLL) -> bool:
    machine = bpf.MACHINES.get(platform.machine())
    if machine is None or ctypes.sizeof(ctypes.c_void_p) != 8:  # noqa: PLR2004 - 64 bit
        return False
    code = bpf.program(machine, os.getpid())
    if libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(_Program(len(code) // 8, code)), 0, 0) != 0:
        return False
    return bool(libc.socket(2, 1, 0) == -1)


# -- Landlock ----------------------------------------------------------------------------------------------------------

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
"""Syscall numbers, the same on every machine."""
_VERSION_QUESTION, _PATH_BENEATH = 1, 1
_EXECUTE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 2, 1 << 3
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
"""All that each version of Landlock can refuse."""
_WITH_NETWORK, _WITH_SCOPES = 4, 6
_BIND_AND_CONNECT, _SOCKETS_AND_SIGNALS = 3, 3


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def _landlocked(libc: ctypes.CDLL, readable: Sequence[str]) -> Iterator[Guard]:
    version = libc.syscall(_CREATE_RULESET, None, 0, _VERSION_QUESTION)
    if version < 1:
        return
    network, scopes = version >= _WITH_NETWORK, version >= _WITH_SCOPES
    rules = _Ruleset(_FILE_RIGHTS[min(version, 5)], network * _BIND_AND_CONNECT, scopes * _SOCKETS_AND_SIGNALS)
    size = 8 * (1 + network + scopes)
    ruleset = libc.syscall(_CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), 0)
    if ruleset < 0:
        return
    for folder in readable:
        _may_read(libc, ruleset, folder)
    held = libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0
    os.close(ruleset)
    if held:
        yield Guard.LANDLOCK_FILES
    if held and network:
        yield Guard.LANDLOCK_NETWORK


def _may_read(libc: ctypes.CDLL, ruleset: int, path: str) -> None:
    with suppress(OSError):
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)  # type: ignore[attr-defined,unused-ignore]
        rights = _READ_FILE | _EXECUTE | (_READ_DIR if os.path.isdir(path) else 0)  # noqa: PTH112 - pathlib is not loaded here
        libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(_Beneath(rights, fd)), 0)
        os.close(fd)


# -- where the kernel does not -----------------------------------------------------------------------------------------

_EVENTS = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "os.startfile", "os.kill")
_CHANGES = ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown", "shutil.")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open":
        _, mode, flags = (*arguments, None, None, None)[:3]
        writes = (isinstance(mode, str) and bool(set(mode) & set("wax+"))) or (isinstance(flags, int) and bool(flags & _WRITING))
    else:
        writes = event.startswith((*_EVENTS, *_CHANGES))
    if writes:
        raise PermissionError(f"a reader asked for {event}")


__all__ = ["Guard", "hold", "kernel_keeps_from_network"]
