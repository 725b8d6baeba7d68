"""The audit log: what every log promises, and how the file log survives crashes, failing disks and other writers."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace

import pytest

from precert.ports import AuditLog, Head, StoreError
from precert.store import audit, chain, files
from precert.store.audit import FileAuditLog
from precert.store.chain import SEGMENT, Anchor, Block, Chain
from precert.store.group import GroupCommit
from precert.store.memory import MemoryAuditLog


@pytest.fixture(params=["memory", "file"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> AuditLog:
    return MemoryAuditLog() if request.param == "memory" else FileAuditLog(tmp_path / "audit")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "audit"


# What every log promises.


def test_a_new_log_is_empty_and_whole(log: AuditLog) -> None:
    assert list(log.entries()) == []
    assert (log.head().entries, log.head().length) == (0, 0)
    assert log.verify() == []


def test_entries_come_back_in_order(log: AuditLog) -> None:
    given = [json.dumps({"n": n, "text": "ü🦴\u2028" * n}, ensure_ascii=False) for n in range(50)]
    for start in range(0, 50, 7):
        head = log.append(given[start : start + 7])
        assert head.entries == min(start + 7, 50)
        assert log.head() == head
    assert list(log.entries()) == given
    assert log.verify() == []


def test_every_commit_changes_the_head(log: AuditLog) -> None:
    heads = [log.append(["{}"]) for _ in range(5)]
    assert len({each.hash for each in heads}) == 5
    assert [each.length for each in heads] == sorted({each.length for each in heads})


def test_appending_nothing_changes_nothing(log: AuditLog) -> None:
    head = log.append(["{}"])
    assert log.append([]) == head == log.head()


@pytest.mark.parametrize("bad", ["", "a\nb", "a\r", "\ud800"])
def test_a_commit_with_a_bad_entry_is_refused_whole(log: AuditLog, bad: str) -> None:
    log.append(["one"])
    with pytest.raises(StoreError, match="an entry of the audit log"):
        log.append(["two", bad])
    assert list(log.entries()) == ["one"]
    assert log.verify() == []


def test_many_threads_append(log: AuditLog) -> None:
    def work(worker: int) -> None:
        for n in range(10):
            log.append([f"{worker} {n}"])

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = list(log.entries())
    for worker in range(4):
        assert [each for each in found if each.startswith(f"{worker} ")] == [f"{worker} {n}" for n in range(10)]
    assert log.verify() == []


# The file log.


def test_another_object_goes_on_where_this_one_ended(folder: Path) -> None:
    for n in range(5):
        assert FileAuditLog(folder).append([str(n)]).entries == n + 1
    assert list(FileAuditLog(folder).entries()) == ["0", "1", "2", "3", "4"]
    assert FileAuditLog(folder).verify() == []


def test_two_objects_append_in_turn(folder: Path) -> None:
    one, two = FileAuditLog(folder), FileAuditLog(folder)
    for n in range(6):
        (one, two)[n % 2].append([str(n)])
    assert one.head() == two.head() == FileAuditLog(folder).head()
    assert one.verify() == two.verify() == []


def test_several_processes_append(folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from precert.store.audit import FileAuditLog\n"
        "log = FileAuditLog(Path(sys.argv[1]))\n"
        "for n in range(25): log.append([f'{sys.argv[2]} {n}'])"
    )
    running = [subprocess.Popen([sys.executable, "-c", program, folder, str(n)]) for n in range(3)]
    assert [each.wait(60) for each in running] == [0, 0, 0]
    found = list(FileAuditLog(folder).entries())
    for worker in range(3):
        assert [each for each in found if each.startswith(f"{worker} ")] == [f"{worker} {n}" for n in range(25)]
    assert FileAuditLog(folder).verify() == []


def test_a_log_can_be_verified_while_others_append(folder: Path) -> None:
    FileAuditLog(folder).append(["first"])
    writer = threading.Thread(target=lambda: [FileAuditLog(folder).append(["x" * 500]) for _ in range(60)])
    writer.start()
    found, seen = [], [0]
    while writer.is_alive():
        reader = FileAuditLog(folder)
        found += [*reader.verify(), *reader.recovered]
        seen.append(len(list(reader.entries())))
    writer.join()
    assert found == []
    assert seen == sorted(seen)
    assert len(list(FileAuditLog(folder).entries())) == 61


def test_a_log_of_several_segments(folder: Path) -> None:
    """Commits that end before, on and after the border of a segment; each time a new object goes on."""
    total = 0
    while total < 3 * SEGMENT:
        line = len(Block.of(b"", 1, Anchor.empty()).render(b""))
        room = SEGMENT - total % SEGMENT
        size = room - line - 40 if room > SEGMENT // 2 else room + 1000
        total = FileAuditLog(folder).append(["x" * size]).length
        assert FileAuditLog(folder).verify() == []
    assert total > 3 * SEGMENT


@pytest.mark.parametrize("length", [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT, 3 * SEGMENT + 5])
def test_the_running_hash_can_be_taken_up_anywhere(length: int) -> None:
    data = bytes(range(256)) * (length // 256 + 1)
    whole, pieces = Chain.new(), Chain.new()
    whole.update(data[:length])
    for start in range(0, length, 300_007):
        pieces.update(data[start : min(start + 300_007, length)])
    taken_up = Chain(length, whole.seed)
    taken_up.update(data[chain.segment_start(length) : length])
    assert whole.hash == pieces.hash == taken_up.hash
    for each in (whole, pieces, taken_up, whole.copy()):
        each.update(b"more")
    assert whole.hash == pieces.hash == taken_up.hash != hashlib.sha256(data).hexdigest()


def test_the_log_can_be_read_by_a_person(folder: Path) -> None:
    FileAuditLog(folder).append(['{"answer":1}', '{"answer":2}'])
    header, *entries = (folder / "log.jsonl").read_text("utf-8").splitlines()
    assert entries == ['{"answer":1}', '{"answer":2}']
    assert list(json.loads(header)) == ["number", "first", "count", "length", "body", "prev", "mac"]


def test_the_key_may_be_elsewhere(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "vault").mkdir()
    FileAuditLog(folder, key=tmp_path / "vault" / "k").append(["{}"])
    assert not (folder / "key").exists()
    assert FileAuditLog(folder, key=tmp_path / "vault" / "k").verify() == []
    assert FileAuditLog(folder).verify() == [audit.LOST_KEY]


def test_a_witness_finds_a_log_that_was_put_back_whole(folder: Path, tmp_path: Path) -> None:
    """An older log with its own older head and key is whole by itself; a head written down elsewhere finds it."""
    FileAuditLog(folder).append(["one"])
    shutil.copytree(folder, tmp_path / "older")
    witness = FileAuditLog(folder).append(["two"])
    FileAuditLog(folder).append(["three"])
    assert FileAuditLog(folder).verify(witness) == []
    assert FileAuditLog(tmp_path / "older").verify() == []
    assert "witnessed" in FileAuditLog(tmp_path / "older").verify(witness)[0]
    assert FileAuditLog(tmp_path / "new").verify(Head(entries=0, length=0, hash=Chain.new().hash)) == [audit.LOST_KEY]


# Errors.


def test_errors_name_the_folder_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    for act in (lambda log: log.append(["{}"]), lambda log: log.verify(), lambda log: log.head(), lambda log: list(log.entries())):
        with pytest.raises(StoreError, match=r"the audit log in .*file/audit: Not a directory"):
            act(FileAuditLog(tmp_path / "file" / "audit"))


def test_a_writer_who_does_not_let_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LOCK_SECONDS", 0.05)
    FileAuditLog(folder).append(["one"])
    with files.locked(folder / "lock"), pytest.raises(StoreError, match="another process holds it"):
        FileAuditLog(folder).append(["two"])
    assert FileAuditLog(folder).append(["two"]).entries == 2


def test_an_altered_log_is_not_appended_to(folder: Path) -> None:
    FileAuditLog(folder).append(["one"])
    log = folder / "log.jsonl"
    whole = log.read_bytes()
    for altered in (whole[:-1], whole.replace(b"one", b"two"), b"", whole + b"{}\n", whole + whole):
        log.write_bytes(altered)
        with pytest.raises(StoreError, match="Verify it"):
            FileAuditLog(folder).append(["two"])
        assert log.read_bytes() == altered
    log.write_bytes(whole)
    (folder / "head.json").unlink()
    for act in (lambda log: log.append(["{}"]), lambda log: log.head(), lambda log: list(log.entries())):
        with pytest.raises(StoreError, match="head of the audit log is missing"):
            act(FileAuditLog(folder))


def test_a_log_cut_under_a_running_writer_is_noticed(folder: Path) -> None:
    log = FileAuditLog(folder)
    log.append(["one"])
    (folder / "log.jsonl").write_bytes(b"")
    with pytest.raises(StoreError, match="ends before its head"):
        log.append(["two"])


def test_entries_of_a_log_that_cannot_be_read(folder: Path) -> None:
    FileAuditLog(folder).append(["one"])
    log = folder / "log.jsonl"
    whole = log.read_bytes()
    for altered, words in (
        (b"{}\n" + whole[3:], "cannot be read before byte"),
        (whole[:-2], "within an entry"),
        (b"[" * 5000, "cannot be read"),
        (whole.replace(b'"count":1', b'"count":x'), "cannot be read"),
        (whole.replace(b'"count":1', b'"count":""'), "cannot be read"),
    ):
        log.write_bytes(altered)
        with pytest.raises(StoreError, match=words):
            list(FileAuditLog(folder).entries())


@pytest.mark.parametrize("text", ["", "not hexadecimal", "ÿ"])
def test_a_key_that_is_none(folder: Path, text: str) -> None:
    FileAuditLog(folder).append(["one"])
    (folder / "key").write_text(text, "utf-8")
    assert FileAuditLog(folder).verify() != []
    with pytest.raises(StoreError):
        FileAuditLog(folder).append(["two"])


# Crashes: what a killed writer leaves is finished or cut, and is no alteration.


@pytest.fixture
def interrupted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A log of two commits, and the block of a third whose head was not written yet."""
    log = FileAuditLog(folder)
    log.append(["one"])
    log.append(["two"])
    before = (folder / "log.jsonl").stat().st_size
    head = (folder / "head.json").read_bytes()
    log.append(["three", "four" * 1000])
    (folder / "head.json").write_bytes(head)
    monkeypatch.chdir(folder)
    return (folder / "log.jsonl").read_bytes()[before:]


@pytest.mark.parametrize("first", ["verify", "append"])
@pytest.mark.usefixtures("interrupted")
def test_a_block_without_its_head_is_finished(folder: Path, first: str) -> None:
    log = FileAuditLog(folder)
    if first == "append":
        log.append(["five"])
    assert log.verify() == []
    assert log.recovered == ["an interrupted commit had left block 3 whole: its head was written"]
    assert list(log.entries())[:3] == ["one", "two", "three"]
    assert FileAuditLog(folder).verify() == []


def test_a_torn_block_is_cut(folder: Path, interrupted: bytes) -> None:
    whole = (folder / "log.jsonl").read_bytes()
    before = len(whole) - len(interrupted)
    head = (folder / "head.json").read_bytes()
    header = len(interrupted.split(b"\n", 1)[0])
    for length in [*range(1, header, 17), header - 1, header, header + 1, header + 2, 1000, len(interrupted) - 1]:
        zeros = len(interrupted) - length
        # A file system may have made the file longer before it wrote the bytes.
        for left in (interrupted[:length], interrupted[:length] + b"\0" * zeros, b"\0" * length):
            (folder / "log.jsonl").write_bytes(whole[:before] + left)
            (folder / "head.json").write_bytes(head)
            log = FileAuditLog(folder)
            assert log.verify() == [], length
            assert len(log.recovered) == 1
            assert "cut off; it was never acknowledged" in log.recovered[0]
            assert (folder / "log.jsonl").read_bytes() == whole[:before]
    assert FileAuditLog(folder).append(["three"]).entries == 3


def test_what_a_crash_cannot_leave_is_not_cut(folder: Path, interrupted: bytes) -> None:
    whole = (folder / "log.jsonl").read_bytes()
    before = len(whole) - len(interrupted)
    header = interrupted.split(b"\n", 1)[0] + b"\n"
    for left, words in (
        (b"x", "did not write"),
        (b"\0" * 10 + b"x", "did not write"),
        (interrupted[:20] + b"\0" * 2000 + b"x", "did not write"),
        (header.replace(b'"count":2', b'"count":3'), "did not write"),
        (interrupted + b"x", "more than one commit"),
        (interrupted + interrupted, "more than one commit"),
        (whole[:before], "block 1, which does not continue it"),
    ):
        (folder / "log.jsonl").write_bytes(whole[:before] + left)
        log = FileAuditLog(folder)
        assert words in log.verify()[0]
        assert log.recovered == []
        assert (folder / "log.jsonl").read_bytes() == whole[:before] + left


@pytest.mark.parametrize("step", range(1, 9))
def test_a_log_whose_beginning_was_interrupted_begins_again(folder: Path, step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(files, "os", Faulty("die", step))
        with pytest.raises(Died):
            FileAuditLog(folder).append(["one"])
    assert FileAuditLog(folder).verify() == []
    assert FileAuditLog(folder).append(["two"]).entries in (1, 2)
    assert FileAuditLog(folder).verify() == []


# Failing disks: every call into the system that changes something fails, or is the last that the process makes.


class Died(BaseException):
    """The process is gone: nothing after this is run by it."""


class Faulty:
    """`os`, whose calls that change something fail from a step on."""

    CHANGES = ("write", "fsync", "replace", "ftruncate", "unlink")

    def __init__(self, how: str, step: int) -> None:
        self.how, self.step, self.steps = how, step, 0

    def __getattr__(self, name: str) -> object:
        real = getattr(os, name)
        return (lambda *arguments: self.call(real, *arguments)) if name in self.CHANGES else real

    def call(self, real: Callable[..., object], *arguments: object) -> object:
        self.steps += 1
        if self.steps < self.step or (self.steps > self.step and self.how in ("once", "part", "after")):
            return real(*arguments)
        if self.how == "after" or (self.how == "die" and real is not os.write):
            real(*arguments)
        elif self.how in ("part", "die") and real is os.write:
            fd, data = arguments
            assert isinstance(fd, int)
            assert isinstance(data, memoryview)
            os.write(fd, data[: len(data) // 2])
        raise Died if self.how == "die" else OSError(28, "No space left on device")


STEPS = 6
"""write, fsync; write, fsync, replace, fsync: the block, then the head."""


def test_the_steps_of_a_commit_are_in_order(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The block is on the disk before its head, and the head before its name: no crash can find them otherwise."""
    calls: list[str] = []
    log = FileAuditLog(folder)
    log.append(["one"])

    def noted(name: str) -> Callable[..., object]:
        def call(*arguments: object) -> object:
            calls.append(name)
            result: object = getattr(os, name)(*arguments)
            return result

        return call

    changed = {name: noted(name) for name in Faulty.CHANGES}
    monkeypatch.setattr(files, "os", SimpleNamespace(**({name: getattr(os, name) for name in dir(os)} | changed)))
    log.append(["two"])
    assert calls == ["write", "fsync", "write", "fsync", "replace", "fsync"]
    assert len(calls) == STEPS


@pytest.mark.parametrize("how", ["once", "part", "after", "always", "die"])
@pytest.mark.parametrize("step", range(1, STEPS + 1))
@pytest.mark.parametrize("same", [True, False], ids=["same-object", "new-object"])
def test_a_commit_that_fails_leaves_the_old_or_the_new(
    folder: Path, monkeypatch: pytest.MonkeyPatch, how: str, step: int, *, same: bool
) -> None:
    log = FileAuditLog(folder)
    log.append(["one"])
    with monkeypatch.context() as patched:
        patched.setattr(files, "os", Faulty(how, step))
        with pytest.raises((StoreError, Died)) as raised:
            log.append(["two", "three" * 1000])
    after = log if same else FileAuditLog(folder)
    assert after.verify() == []
    found = list(after.entries())
    assert found in (["one"], ["one", "two", "three" * 1000])
    if isinstance(raised.value, StoreError):
        assert "No space left on device" in str(raised.value)
        assert len(found) == 1 or "may stay in the log" in str(raised.value)
    assert after.append(["four"]).entries == len(found) + 1
    assert list(FileAuditLog(folder).entries()) == [*found, "four"]
    assert FileAuditLog(folder).verify() == []


@pytest.mark.parametrize("how", ["once", "die"])
@pytest.mark.parametrize("step", range(1, 6))
@pytest.mark.parametrize("left", ["whole", "torn"])
def test_a_recovery_that_fails_can_be_repeated(
    folder: Path, interrupted: bytes, monkeypatch: pytest.MonkeyPatch, *, how: str, step: int, left: str
) -> None:
    log = folder / "log.jsonl"
    if left == "torn":
        log.write_bytes(log.read_bytes()[:-9])
    faulty = Faulty(how, step)
    with monkeypatch.context() as patched:
        patched.setattr(files, "os", faulty)
        try:
            FileAuditLog(folder).verify()
        except (StoreError, Died):
            assert faulty.steps >= step
    after = FileAuditLog(folder)
    assert after.verify() == []
    assert len(list(after.entries())) == (4 if left == "whole" else 2)
    assert len(interrupted) > 4000


# Group commit.


class Slow(MemoryAuditLog):
    """A log that takes its time, counts its commits, and fails on demand."""

    def __init__(self) -> None:
        super().__init__()
        self.commits: list[int] = []
        self.taken = 0
        self.error: BaseException | None = None
        self.gate = threading.Event()
        self.gate.set()

    def append(self, entries: Iterable[str]) -> Head:
        given = list(entries)
        self.taken += len(given)
        self.gate.wait(10)
        self.commits.append(len(given))
        if self.error is not None:
            raise self.error
        return super().append(given)


def hand_in(group: GroupCommit, entries: list[str]) -> tuple[list[threading.Thread], list[Head | BaseException]]:
    results: list[Head | BaseException] = []

    def work(entry: str) -> None:
        try:
            results.append(group.append(entry))
        except BaseException as error:  # noqa: BLE001 - looked at by the test
            results.append(error)

    threads = [threading.Thread(target=work, args=(entry,), daemon=True) for entry in entries]
    for thread in threads:
        thread.start()
    return threads, results


def wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(10_000):
        if condition():
            return
        threading.Event().wait(0.001)
    raise AssertionError


def test_entries_that_wait_share_a_commit() -> None:
    log = Slow()
    log.gate.clear()
    with GroupCommit(log) as group:
        threads, results = hand_in(group, [str(n) for n in range(20)])
        wait_for(lambda: log.taken + len(group._waiting) == 20)
        log.gate.set()
        for thread in threads:
            thread.join()
    assert sorted(log.entries()) == sorted(str(n) for n in range(20))
    assert len(log.commits) <= 2
    assert {type(each) for each in results} == {Head}


def test_many_threads_share_the_file_log(folder: Path) -> None:
    with GroupCommit(FileAuditLog(folder)) as group:
        threads, results = hand_in(group, [json.dumps({"n": n}) for n in range(64)])
        for thread in threads:
            thread.join()
    assert len(set(FileAuditLog(folder).entries())) == 64
    assert max(each.entries for each in results if isinstance(each, Head)) == 64
    assert FileAuditLog(folder).verify() == []


def test_a_failed_commit_is_told_to_each_who_waits_and_to_no_other() -> None:
    log = Slow()
    log.gate.clear()
    log.error = StoreError("the disk is full")
    with GroupCommit(log) as group:
        threads, results = hand_in(group, ["a", "b", "c"])
        wait_for(lambda: log.taken + len(group._waiting) == 3)
        log.gate.set()
        for thread in threads:
            thread.join()
        assert [str(each) for each in results] == ["the disk is full"] * 3
        log.error = None
        assert group.append("d").entries == 1
    assert list(log.entries()) == ["d"]


def test_an_unexpected_error_reaches_the_caller_and_the_group_lives_on() -> None:
    log = Slow()
    log.error = ZeroDivisionError()
    with GroupCommit(log) as group:
        with pytest.raises(ZeroDivisionError):
            group.append("a")
        log.error = None
        assert group.append("b").entries == 1


def test_a_bad_entry_costs_its_caller_only() -> None:
    log = Slow()
    with GroupCommit(log) as group:
        with pytest.raises(StoreError, match="one line"):
            group.append("a\nb")
        group.append("c")
    assert list(log.entries()) == ["c"]


def test_closing_keeps_what_was_handed_in_and_refuses_the_rest() -> None:
    log = Slow()
    log.gate.clear()
    group = GroupCommit(log)
    threads, results = hand_in(group, ["a", "b", "c", "d"])
    wait_for(lambda: log.taken + len(group._waiting) == 4)
    closing = threading.Thread(target=group.close, daemon=True)
    closing.start()
    wait_for(lambda: group._closed)
    with pytest.raises(StoreError, match="closed"):
        group.append("e")
    log.gate.set()
    for thread in (*threads, closing):
        thread.join()
    group.close()
    assert sorted(log.entries()) == ["a", "b", "c", "d"]
    assert {type(each) for each in results} == {Head}
    assert not group._thread.is_alive()
