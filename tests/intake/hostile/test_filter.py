"""The call filter, run by an interpreter of our own for every machine it is written for; and each guard of the kernel alone."""

import errno
import json
import socket
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from precert.intake.sandbox import bpf
from precert.intake.sandbox.guards import Guard, kernel_keeps_from_network

NAMES = {0x7FFF0000: "allow", 0x80000000: "kill"}
PID = 4242
MACHINES = list(bpf.MACHINES)


def verdict(name: str, number: int, *arguments: int, machine: str | None = None) -> int | str:
    """Run the filter on one call; `machine` is by whose numbers it calls."""
    audit = bpf.MACHINES[machine or name].audit
    given = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("=IIQ6Q", number, audit, 0, *given)
    code = list(struct.iter_unpack("=HBBI", bpf.program(bpf.MACHINES[name], PID)))
    at = accumulator = 0
    while True:
        operation, if_true, if_false, value = code[at]
        at += 1
        match operation:
            case 0x20:
                (accumulator,) = struct.unpack_from("=I", data, value)
            case 0x06:
                return NAMES.get(value, int(value) & 0xFFFF)
            case _:
                holds = {0x15: accumulator == value, 0x35: accumulator >= value, 0x45: bool(accumulator & value)}[operation]
                at += if_true if holds else if_false


@pytest.mark.parametrize("name", MACHINES)
def test_what_opens_the_network_or_starts_a_process_is_refused(name: str) -> None:
    calls = bpf.MACHINES[name].calls
    asked = (
        "socket",
        "connect",
        "bind",
        "sendto",
        "execve",
        "execveat",
        "ptrace",
        "kill",
        "io_uring_setup",
        "memfd_create",
        "setsid",
        "unshare",
    )
    assert {each: verdict(name, calls[each]) for each in asked} == dict.fromkeys(asked, errno.EPERM)
    assert verdict(name, calls["clone"], 0x11) == errno.EPERM
    assert verdict(name, calls["clone"], 0x003D0F00) == "allow"
    assert verdict(name, calls["clone3"]) == verdict(name, calls["openat2"]) == errno.ENOSYS


@pytest.mark.parametrize("name", MACHINES)
def test_every_call_of_the_table_is_refused_or_looked_at(name: str) -> None:
    calls = bpf.MACHINES[name].calls
    told = {each: verdict(name, number) for each, number in calls.items() if each not in bpf._SEEN}
    assert set(told.values()) == {errno.EPERM, errno.ENOSYS}
    assert len(set(calls.values())) == len(calls)


@pytest.mark.parametrize("name", MACHINES)
def test_files_are_opened_to_be_read_only(name: str) -> None:
    opening = bpf.MACHINES[name].calls["openat"]
    flags = {
        "r": 0,
        "rw": 2,
        "w": 1,
        "create": 0o100,
        "cut": 0o1000,
        "unnamed": 0o20200000,
        "folder": 0o200000,
        "closed on exec": 0o2000000,
    }
    told = {each: verdict(name, opening, 0, 0, value) for each, value in flags.items()}
    allowed = {"r", "folder", "closed on exec"}
    assert told == {each: "allow" if each in allowed else errno.EPERM for each in flags}


@pytest.mark.parametrize("name", MACHINES)
def test_calls_are_judged_by_what_they_ask(name: str) -> None:
    calls = bpf.MACHINES[name].calls
    assert verdict(name, calls["mmap"], 0, 1, 3, 0x22) == "allow"  # private, nobody's file
    assert verdict(name, calls["mmap"], 0, 1, 3, 0x01) == "allow"  # shared with a file
    assert verdict(name, calls["mmap"], 0, 1, 3, 0x21) == errno.EPERM
    assert verdict(name, calls["tgkill"], PID, 1, 6) == "allow"
    assert verdict(name, calls["tgkill"], 1, 1, 9) == errno.EPERM
    assert verdict(name, calls["prlimit64"], 0, 7, 0, 1 << 32) == "allow"
    assert verdict(name, calls["prlimit64"], 0, 7, 1, 0) == errno.EPERM
    assert verdict(name, calls["prlimit64"], 0, 7, 1 << 32, 0) == errno.EPERM
    assert [verdict(name, calls["fcntl"], 1, command) for command in (1, 3, 8, 10, 15)] == ["allow", "allow", *[errno.EPERM] * 3]


@pytest.mark.parametrize("name", MACHINES)
def test_other_calls_are_let_through_and_unknown_ones_are_unknown(name: str) -> None:
    machine = bpf.MACHINES[name]
    known = set(machine.calls.values())
    assert {verdict(name, number) for number in range(machine.last + 1) if number not in known} == {"allow"}
    assert verdict(name, machine.last + 1) == verdict(name, 0x40000000 + 41) == errno.ENOSYS


def test_calls_by_another_machines_numbers_end_the_process() -> None:
    assert verdict("x86_64", 41, machine="aarch64") == "kill"


# -- each guard alone --------------------------------------------------------------------------------------------------

ALONE = """
import ctypes, json, os, socket, sys
from precert.intake.sandbox import guards
from precert.intake.sandbox.limits import Limits
only, port, file = sys.argv[1], int(sys.argv[2]), sys.argv[3]
if only != "seccomp":
    guards._filtered = lambda libc: False
if only != "landlock":
    guards._landlocked = lambda libc, readable: iter(())
real = ctypes.CDLL
if only != "namespace":
    class Libc:
        def __init__(self, *args, **more): self.libc = real(*args, **more)
        def __getattr__(self, name): return (lambda *a: -1) if name == "unshare" else getattr(self.libc, name)
    guards.ctypes.CDLL = Libc
guards._limited = lambda limits: iter(())
held = guards.hold(Limits(), [sys.prefix, sys.base_prefix, "/lib", "/usr/lib"], os.getppid())
def tried(act):
    try:
        act()
    except OSError:
        return False
    return True
print(json.dumps([
    list(held),
    tried(lambda: socket.create_connection(("127.0.0.1", port), timeout=5).close()),
    tried(lambda: open(file, "w").close()),
    tried(lambda: os.kill(os.getppid(), 0)),
]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="what the kernel of Linux holds is tried here")
@pytest.mark.parametrize("only", ["seccomp", "landlock", "namespace", "nothing"])
def test_each_guard_of_the_kernel_holds_alone(only: str, tmp_path: Path) -> None:
    file = tmp_path / "kept"
    file.write_text("kept")
    with socket.create_server(("127.0.0.1", 0)) as server:
        command = [sys.executable, "-c", ALONE, only, str(server.getsockname()[1]), str(file)]
        done = subprocess.run(command, capture_output=True, timeout=60, check=True)
        held, connected, wrote, _ = json.loads(done.stdout)
        server.settimeout(0.2)
        with pytest.raises(TimeoutError):
            server.accept()
    names = {"seccomp": Guard.SECCOMP, "landlock": Guard.LANDLOCK_FILES, "namespace": Guard.NETWORK_NAMESPACE}
    if only in names and names[only] not in held:
        pytest.skip("this kernel does not have it; the guards say so")
    assert not connected
    assert (Guard.AUDIT_HOOK in held) == (only in {"landlock", "nothing"})
    assert kernel_keeps_from_network(held) == (only in {"seccomp", "namespace"})
    assert wrote == (only == "namespace")
    assert file.read_text() == ("" if wrote else "kept")
