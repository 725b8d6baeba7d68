"""A reader that is taken over by its document can do nothing: not to files, processes, the network, its parent, or the answer's form.

These run real children whose reader misbehaves (`bad.py`); what a guard promises is tried by code that wants to break it.
"""

import json
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from precert.intake.readers.document import Prose, UnreadableError
from precert.intake.sandbox import Limits, Refusal, RefusedError, process
from precert.intake.sandbox.guards import Guard, kernel_keeps_from_network
from precert.intake.sandbox.limits import GB, MB, limits_of
from tests.intake.hostile.bad import ALLOWED, REFUSED

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what the kernel of Linux holds is tried here")

ROOT = str(Path(__file__).parents[3])
QUICK = Limits(cpu=5, seconds=10.0)


def reading(what: str, *more: object, limits: Limits = QUICK) -> process.Reading:
    data = json.dumps([what, *more]).encode()
    return process.read("x.txt", data, module="tests.intake.hostile.bad", limits=limits, folders=[ROOT])


def told(what: str, *more: object, limits: Limits = QUICK) -> str:
    (block,) = reading(what, *more, limits=limits).document.blocks
    assert isinstance(block, Prose)
    return block.text


def refused(what: str, *more: object, limits: Limits = QUICK) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        reading(what, *more, limits=limits)
    message = str(caught.value)
    assert message.startswith("`x.txt` could not be read: ")
    assert "\n" not in message
    return caught.value


@pytest.fixture(scope="module")
def held() -> tuple[str, ...]:
    return reading("counts_open_files").document.guards


@pytest.fixture
def listener() -> Iterator[tuple[int, list[object]]]:
    """A server on loopback that counts who comes, by stream or by datagram."""
    came: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        port = server.getsockname()[1]
        datagrams.bind(("127.0.0.1", port))
        server.settimeout(0.05)
        datagrams.settimeout(0.05)
        over = threading.Event()

        def accept() -> None:
            server.accept()[0].close()

        def listen() -> None:
            while not over.is_set():
                for each in (accept, lambda: datagrams.recv(16)):
                    try:
                        each()
                    except OSError:
                        continue
                    came.append(each)

        thread = threading.Thread(target=listen)
        thread.start()
        yield port, came
        time.sleep(0.1)
        over.set()
        thread.join()


# -- the network -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["connects", "connects_without_python", "sends"])
def test_nothing_reaches_a_listener_on_this_machine(way: str, listener: tuple[int, list[object]]) -> None:
    port, came = listener
    assert told(way, port).startswith(REFUSED)
    time.sleep(0.2)
    assert came == []


def test_the_listener_would_have_heard(listener: tuple[int, list[object]]) -> None:
    port, came = listener
    socket.create_connection(("127.0.0.1", port)).close()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.sendto(b"x", ("127.0.0.1", port))
    until = time.monotonic() + 5
    while len(came) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    assert len(came) == 2


def test_no_name_is_resolved() -> None:
    assert told("resolves", "example.com").startswith(REFUSED)


# -- files, processes, the parent --------------------------------------------------------------------------------------


def test_no_file_is_made(tmp_path: Path) -> None:
    assert told("writes", str(tmp_path / "new")).startswith(REFUSED)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("way", ["writes", "empties", "removes", "renames"])
def test_no_file_is_changed(way: str, tmp_path: Path, held: tuple[str, ...]) -> None:
    if Guard.SECCOMP not in held and Guard.LANDLOCK_FILES not in held:
        pytest.skip("this kernel lets files be changed; the guards say so")
    file = tmp_path / "kept"
    file.write_text("kept")
    assert told(way, str(file)).startswith(REFUSED)
    assert file.read_text() == "kept"


def test_no_file_but_those_of_python_is_read(tmp_path: Path, held: tuple[str, ...]) -> None:
    if Guard.LANDLOCK_FILES not in held:
        pytest.skip("this kernel has no Landlock; the guards say so")
    secret = tmp_path / "secret"
    secret.write_text("secret")
    assert told("reads", str(secret)).startswith(REFUSED)
    assert told("reads", "/etc/passwd").startswith(REFUSED)
    assert told("reads", os.__file__) == ALLOWED


@pytest.mark.parametrize("way", ["forks", "runs", "executes"])
def test_no_process_is_started(way: str, held: tuple[str, ...]) -> None:
    if Guard.NO_PROCESSES not in held:
        pytest.skip("this system lets processes be started; the guards say so")
    assert told(way).startswith(REFUSED)


def test_its_parent_cannot_be_ended_or_looked_into(held: tuple[str, ...]) -> None:
    if Guard.SECCOMP not in held:
        pytest.skip("this kernel filters no calls; the guards say so")
    here = os.getpid()
    for way, more in (("kills", (here,)), ("kills_its_group", ()), ("traces", (here,)), ("has_its_parent_signalled", (here,))):
        assert told(way, *more).startswith(REFUSED), way


def test_it_sees_no_setting_of_ours_and_no_open_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRECERT_DATABASE_URL", "postgresql://user:secret@example/db")
    with Path(__file__).open():
        assert not [each for each in json.loads(told("looks_at_its_environment")) if each.startswith(("PRECERT", "PYTEST", "PATH"))]
        assert told("counts_open_files") == "1"  # the answer


# -- memory and time ---------------------------------------------------------------------------------------------------


def most(limit: int) -> int:
    """Return the most a child may show: the system counts for it what its parent held at its start, and counts in batches."""
    return max(limit, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024) + 16 * MB


def test_memory_beyond_the_limit_is_refused_and_the_limit_said() -> None:
    error = refused("allocates", limits=replace(QUICK, memory=384 * MB))
    assert (error.code, error.usage is not None and error.usage.memory <= most(384 * MB)) == (Refusal.OUT_OF_MEMORY, True)
    assert "more than 384 MB of memory" in str(error)


@pytest.mark.parametrize("threads", [False, True])
def test_memory_taken_outside_python_is_counted_too(threads: bool) -> None:
    limit = 384 * MB
    found = reading("allocates_outside_python", limits=replace(QUICK, memory=limit, threads=threads))
    assert [block.text for block in found.document.blocks if isinstance(block, Prose)] == [REFUSED]
    assert found.usage
    assert found.usage.memory <= most(limit)


@pytest.mark.long
@pytest.mark.parametrize("kind", ["text", "pdf"])
def test_the_peak_stays_below_a_gigabyte(kind: str) -> None:
    error = refused("allocates", limits=limits_of(kind))
    assert error.code is Refusal.OUT_OF_MEMORY
    assert error.usage
    assert error.usage.memory <= GB


@pytest.mark.parametrize("way", ["shares_memory", "makes_a_file_in_memory"])
def test_memory_that_no_limit_counts_cannot_be_had(way: str, held: tuple[str, ...]) -> None:
    if Guard.SECCOMP not in held:
        pytest.skip("this kernel filters no calls; the guards say so")
    assert told(way).startswith(REFUSED)


def test_processor_time_is_limited_by_the_kernel() -> None:
    error = refused("spins", limits=replace(QUICK, cpu=1))
    assert error.code is Refusal.OUT_OF_TIME
    assert "more than 1 s of processor time" in str(error)


def test_a_reader_that_ignores_signals_is_ended() -> None:
    assert refused("ignores_signals", limits=replace(QUICK, cpu=1)).code is Refusal.OUT_OF_TIME


def test_a_reader_that_hangs_is_ended() -> None:
    error = refused("hangs", limits=replace(QUICK, seconds=1.0))
    assert (error.code, "gave no answer in 1 s" in str(error)) == (Refusal.OUT_OF_TIME, True)


def test_limits_stand() -> None:
    assert told("raises_its_limits").startswith(REFUSED)


def test_each_page_has_its_time() -> None:
    heard: list[tuple[int, int]] = []
    data = json.dumps(["progresses", 6]).encode()
    found = process.read(
        "x.txt",
        data,
        module="tests.intake.hostile.bad",
        limits=replace(QUICK, seconds=2.5, page=2.0),
        folders=[ROOT],
        progress=lambda done, of: heard.append((done, of)),
    )
    assert heard == [(done, 6) for done in range(1, 7)]
    assert len(found.document.blocks) == 1


def test_all_pages_together_have_theirs() -> None:
    for limits in (replace(QUICK, seconds=1.5, page=0.0), replace(QUICK, seconds=1.5, total=1.5)):
        assert refused("progresses", 50, limits=limits).code is Refusal.OUT_OF_TIME


# -- ends --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("way", "more", "code"),
    [
        ("crashes", (), Refusal.READER_DIED),
        ("aborts", (), Refusal.READER_DIED),
        ("dies", (int(signal.SIGSEGV),), Refusal.READER_DIED),
        ("leaves", (0,), Refusal.READER_DIED),
        ("leaves", (3,), Refusal.READER_DIED),
        ("raises", ("exit", ""), Refusal.READER_FAILED),
        ("raises", ("interrupt", ""), Refusal.READER_FAILED),
        ("raises", ("key", "words of the document"), Refusal.READER_FAILED),
        ("raises", ("recursion", ""), Refusal.READER_FAILED),
        ("raises", ("memory", ""), Refusal.OUT_OF_MEMORY),
    ],
)
def test_a_reader_that_ends_early_costs_one_error(way: str, more: tuple[object, ...], code: Refusal) -> None:
    error = refused(way, *more)
    assert error.code is code
    assert "words of the document" not in str(error)


def test_a_reader_that_does_not_end_after_its_answer_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_LAST_MOMENT", 0.3)
    assert refused("hangs_after_its_answer").code is Refusal.READER_DIED


def test_a_reader_killed_by_the_system_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system's out-of-memory killer does, done by the parent."""
    feed = process._feed

    def kill(pipe: object, data: bytes) -> None:
        feed(pipe, data)  # type: ignore[arg-type]
        children = Path(f"/proc/{os.getpid()}/task").glob("*/children")
        for pid in {int(pid) for each in children for pid in each.read_text().split()}:
            if b"tests.intake.hostile.bad" in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGKILL)

    monkeypatch.setattr(process, "_feed", kill)
    error = refused("hangs")
    assert (error.code, "killed by the system" in str(error)) == (Refusal.OUT_OF_MEMORY, True)


def test_what_a_reader_cannot_read_it_says_in_its_own_words() -> None:
    with pytest.raises(UnreadableError, match="a made-up reason") as caught:
        reading("raises", "unreadable", "a made-up reason")
    assert not isinstance(caught.value, RefusedError)


def test_no_process_to_read_in_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    assert refused("hangs").code is Refusal.READER_NOT_STARTED


def test_no_child_is_left_behind() -> None:
    for way in ("hangs", "floods"):
        refused(way, *(["x"] if way == "floods" else []), limits=replace(QUICK, seconds=0.5))
    children = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    left = [pid for each in children for pid in each.read_text().split()]
    assert not [pid for pid in left if b"hostile" in Path(f"/proc/{pid}/cmdline").read_bytes()]


# -- lies --------------------------------------------------------------------------------------------------------------


def test_what_a_reader_prints_is_no_answer() -> None:
    assert told("prints") == "said nothing"


def test_a_reader_names_no_document_and_no_digest() -> None:
    document = reading("counts_open_files").document
    assert document.name == "x.txt"
    assert {block.citation.document for block in document.blocks} == {"x.txt"}
    assert "f" * 64 not in {document.sha256, *(block.citation.sha256 for block in document.blocks)}


@pytest.mark.parametrize(
    "text", ["garbage\n", "{}\n", "\x00\xff" * 100, '{"wire": 1, "guards": ["landlock-files"]}\n', "[" * 100_000 + "\n"]
)
def test_garbage_is_no_answer(text: str) -> None:
    assert refused("says_and_ends", text).code is Refusal.READER_LIED


def test_a_flood_is_stopped_at_its_limit() -> None:
    error = refused("floods", "x", limits=replace(QUICK, answer=8 * MB))
    assert (error.code, "too long" in str(error)) == (Refusal.READER_LIED, True)


def test_a_flood_of_lines_is_stopped_at_its_limit() -> None:
    assert refused("answers_with", 100_000, 100, limits=replace(QUICK, answer=MB)).code is Refusal.READER_LIED


def test_an_answer_larger_than_any_pipe_is_taken_whole() -> None:
    (block, *_) = found = reading("answers_with", 10, MB).document.blocks
    assert len(found) == 10
    assert block.citation.line == 1


def test_half_an_answer_is_none() -> None:
    assert refused("says_and_ends", '["prose",[1,null,null,null],"x"]\n').code is Refusal.READER_DIED
    assert refused("says_and_ends", '["prose",[1,null,nul').code is Refusal.READER_LIED


# -- what is said of it ------------------------------------------------------------------------------------------------


def test_the_guards_in_force_are_said(held: tuple[str, ...]) -> None:
    assert {Guard.WALL_CLOCK, Guard.MEMORY_LIMIT, Guard.CPU_LIMIT, Guard.NO_FILE_CONTENT} <= set(held)
    assert kernel_keeps_from_network(held) == bool({Guard.SECCOMP, Guard.NETWORK_NAMESPACE} & set(held))
    assert (Guard.AUDIT_HOOK in held) != kernel_keeps_from_network(held)
