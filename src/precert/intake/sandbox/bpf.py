"""A seccomp filter, assembled here: what the kernel refuses to a reader's process, call by call.

The filter is a list of refusals and not of permissions. Readers stand on Python, lxml, numpy and an inference engine, whose harmless
calls differ between releases and machines; what must not happen is a short list. What the kernel learned after this table was
written is refused as unknown to it (ENOSYS), as an older kernel would do, and callers of new calls have an older way.

`libseccomp` would assemble this too; its Python bindings need the system's library, which many machines lack, and the program is
four instructions a call.
"""

import errno
import struct
from collections.abc import Mapping
from dataclasses import dataclass

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _MACHINE = 0, 4
"""Where seccomp_data holds the call's number and the machine whose numbers these are."""
_WRITE = 0o3 | 0o100 | 0o1000 | 0o20000000
"""O_ACCMODE, O_CREAT, O_TRUNC, and O_TMPFILE without the bit that it shares with O_DIRECTORY."""
_THREAD = 0x00010000
_OWNERS = (8, 10, 15)
"""F_SETOWN, F_SETSIG, F_SETOWN_EX."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A processor's calls: their numbers, and the last number that this table knows."""

    audit: int
    calls: Mapping[str, int]
    last: int = 462


# The numbers are the kernel's: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h.
_NEW = {
    "pidfd_send_signal": 424, "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428,
    "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "pidfd_open": 434, "clone3": 435,
    "openat2": 437, "pidfd_getfd": 438, "process_madvise": 440, "mount_setattr": 442, "memfd_secret": 447, "fchmodat2": 452,
}  # fmt: skip
"""Numbers that all machines share."""
_X86_64 = Machine(0xC000003E, _NEW | {
    "open": 2, "mmap": 9, "shmget": 29, "shmat": 30, "socket": 41, "connect": 42, "accept": 43, "sendto": 44, "sendmsg": 46, "bind": 49,
    "listen": 50, "socketpair": 53, "clone": 56, "fork": 57, "vfork": 58, "execve": 59, "kill": 62, "semget": 64, "msgget": 68,
    "fcntl": 72, "truncate": 76, "rename": 82, "mkdir": 83, "rmdir": 84, "creat": 85, "link": 86, "unlink": 87, "symlink": 88,
    "chmod": 90, "fchmod": 91, "chown": 92, "fchown": 93, "lchown": 94, "ptrace": 101, "syslog": 103, "setpgid": 109, "setsid": 112,
    "rt_sigqueueinfo": 129, "utime": 132, "mknod": 133, "personality": 135, "setpriority": 141, "sched_setparam": 142,
    "sched_setscheduler": 144, "modify_ldt": 154, "pivot_root": 155, "adjtimex": 159, "setrlimit": 160, "chroot": 161, "acct": 163,
    "settimeofday": 164, "mount": 165, "umount2": 166, "swapon": 167, "swapoff": 168, "reboot": 169, "sethostname": 170,
    "setdomainname": 171, "iopl": 172, "ioperm": 173, "init_module": 175, "delete_module": 176, "quotactl": 179, "setxattr": 188,
    "lsetxattr": 189, "fsetxattr": 190, "removexattr": 197, "lremovexattr": 198, "fremovexattr": 199, "tkill": 200,
    "sched_setaffinity": 203, "io_setup": 206, "clock_settime": 227, "tgkill": 234, "utimes": 235, "mq_open": 240, "kexec_load": 246,
    "add_key": 248, "request_key": 249, "keyctl": 250, "openat": 257, "mkdirat": 258, "mknodat": 259, "fchownat": 260, "futimesat": 261,
    "unlinkat": 263, "renameat": 264, "linkat": 265, "symlinkat": 266, "fchmodat": 268, "unshare": 272, "vmsplice": 278,
    "utimensat": 280, "accept4": 288, "rt_tgsigqueueinfo": 297, "perf_event_open": 298, "fanotify_init": 300, "prlimit64": 302,
    "name_to_handle_at": 303, "open_by_handle_at": 304, "clock_adjtime": 305, "sendmmsg": 307, "setns": 308, "process_vm_readv": 310,
    "process_vm_writev": 311, "finit_module": 313, "sched_setattr": 314, "renameat2": 316, "memfd_create": 319, "kexec_file_load": 320,
    "bpf": 321, "execveat": 322, "userfaultfd": 323,
})  # fmt: skip
_AARCH64 = Machine(0xC00000B7, _NEW | {
    "io_setup": 0, "setxattr": 5, "lsetxattr": 6, "fsetxattr": 7, "removexattr": 14, "lremovexattr": 15, "fremovexattr": 16,
    "fcntl": 25, "mknodat": 33, "mkdirat": 34, "unlinkat": 35, "symlinkat": 36, "linkat": 37, "renameat": 38, "umount2": 39,
    "mount": 40, "pivot_root": 41, "truncate": 45, "chroot": 51, "fchmod": 52, "fchmodat": 53, "fchownat": 54, "fchown": 55,
    "openat": 56, "quotactl": 60, "vmsplice": 75, "utimensat": 88, "acct": 89, "personality": 92, "unshare": 97, "kexec_load": 104,
    "init_module": 105, "delete_module": 106, "clock_settime": 112, "syslog": 116, "ptrace": 117, "sched_setparam": 118,
    "sched_setscheduler": 119, "sched_setaffinity": 122, "kill": 129, "tkill": 130, "tgkill": 131, "rt_sigqueueinfo": 138,
    "setpriority": 140, "reboot": 142, "setpgid": 154, "setsid": 157, "sethostname": 161, "setdomainname": 162, "setrlimit": 164,
    "settimeofday": 170, "adjtimex": 171, "mq_open": 180, "msgget": 186, "semget": 190, "shmget": 194, "shmat": 196, "socket": 198,
    "socketpair": 199, "bind": 200, "listen": 201, "accept": 202, "connect": 203, "sendto": 206, "sendmsg": 211, "add_key": 217,
    "request_key": 218, "keyctl": 219, "clone": 220, "execve": 221, "mmap": 222, "swapon": 224, "swapoff": 225,
    "rt_tgsigqueueinfo": 240, "perf_event_open": 241, "accept4": 242, "prlimit64": 261, "fanotify_init": 262, "name_to_handle_at": 264,
    "open_by_handle_at": 265, "clock_adjtime": 266, "setns": 268, "sendmmsg": 269, "process_vm_readv": 270, "process_vm_writev": 271,
    "finit_module": 273, "sched_setattr": 274, "renameat2": 276, "memfd_create": 279, "bpf": 280, "execveat": 281, "userfaultfd": 282,
    "kexec_file_load": 294,
})  # fmt: skip
MACHINES = {"x86_64": _X86_64, "aarch64": _AARCH64}

_UNKNOWN = ("clone3", "openat2")
"""Their flags lie in memory, where no filter looks. Said to be unknown, callers fall back to calls whose flags are seen."""
_SEEN = ("open", "openat", "mmap", "clone", "tgkill", "prlimit64", "fcntl")
"""Refused or let through by what they ask."""


def program(machine: Machine, own_pid: int) -> bytes:
    """Return the filter for a machine, as the kernel takes it."""
    code = [*_same_machine(machine), (_LOAD, 0, 0, _NUMBER), *_at_least(machine.last + 1, errno.ENOSYS)]
    for name, number in sorted(machine.calls.items(), key=lambda each: each[1]):
        if name in _SEEN:
            code += _looked_at(name, number, own_pid)
        elif number <= machine.last:
            code += _refused(number, errno.ENOSYS if name in _UNKNOWN else errno.EPERM)
    code.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", *each) for each in code)


_Code = list[tuple[int, int, int, int]]


def _same_machine(machine: Machine) -> _Code:
    """A process may call by another machine's numbers (32 bit on 64): one that does is ended."""
    return [(_LOAD, 0, 0, _MACHINE), (_EQUAL, 1, 0, machine.audit), (_RETURN, 0, 0, _KILL)]


def _at_least(number: int, error: int) -> _Code:
    """Refuse numbers from here up, the x32 ones of a 64-bit kernel among them."""
    return [(_AT_LEAST, 0, 1, number), (_RETURN, 0, 0, _ERRNO | error)]


def _refused(number: int, error: int) -> _Code:
    return [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO | error)]


def _looked_at(name: str, number: int, own_pid: int) -> _Code:
    match name:
        case "open" | "openat":
            return _when(number, 1 if name == "open" else 2, (_ANY_BIT, 0, 1, _WRITE))
        case "clone":
            return _when(number, 0, (_ANY_BIT, 1, 0, _THREAD))  # a thread is none of the processes that may not be made
        case "tgkill":
            return _when(number, 0, (_EQUAL, 1, 0, own_pid))  # abort() signals its own thread
        case "prlimit64":
            return [*_when(number, 2, (_EQUAL, 1, 0, 0)), *_when(number, 2, (_EQUAL, 1, 0, 0), high=True)]  # reading limits
        case "fcntl":
            # whom a pipe signals may be set to any process of the same user, and the signal ends it
            return [each for command in _OWNERS for each in _when(number, 1, (_EQUAL, 0, 1, command))]
        case _:
            return _shared_memory(number)


def _when(number: int, argument: int, test: tuple[int, int, int, int], *, high: bool = False) -> _Code:
    """Refuse a call where the test of one of its arguments says so; then look at the call's number again, as all tests do."""
    at = 16 + 8 * argument + 4 * high
    return [(_EQUAL, 0, 4, number), (_LOAD, 0, 0, at), test, (_RETURN, 0, 0, _ERRNO | errno.EPERM), (_LOAD, 0, 0, _NUMBER)]


def _shared_memory(number: int) -> _Code:
    """Memory shared with nobody's file is counted by no limit: refuse mmap with both bits."""
    shared, anonymous = 0x01, 0x20
    at = 16 + 8 * 3
    return [
        (_EQUAL, 0, 5, number),
        (_LOAD, 0, 0, at),
        (_ANY_BIT, 0, 2, shared),
        (_ANY_BIT, 0, 1, anonymous),
        (_RETURN, 0, 0, _ERRNO | errno.EPERM),
        (_LOAD, 0, 0, _NUMBER),
    ]
