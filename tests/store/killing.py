"""Kill writers at random moments, and look what they left: `python -m tests.store.killing URL|FOLDER --kills N --seed S`.

This process starts a writer as a fork of itself, so that a thousand of them cost a minute, lets it work for a random moment,
kills it with signal 9, and checks the store. A writer says what was acknowledged in a file that it appends to: what is written
there outlives it. The result is one JSON object on standard output; `bad` holds a line per broken promise.
"""

import argparse
import json
import os
import random
import signal
import sqlite3
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from precert.facts.release import address
from precert.ports import Published
from precert.store import engine
from precert.store.audit import FileAuditLog
from precert.store.places import open_reader, open_store
from tests.store.samples import number, publication, release

SIZES = (3_000, 30_000, 300_000)
LONGEST = 0.04
"""Seconds that a writer works at most, which is a few publications."""
EARLY = 8
"""One in so many is killed while it still opens the store."""


@dataclass
class Result:
    kills: int = 0
    acknowledged: int = 0
    kept: int = 0
    interrupted: int = 0
    """How many kills left something half done: a journal, a part of a block, a block without its head."""
    bad: list[str] = field(default_factory=list)


class Releases:
    """Publishes releases 1, 2, 3, ... of one list."""

    def __init__(self, url: str, seed: int) -> None:
        self.url, self.seed = url, seed
        self.file = Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite") else None
        self.seen: list[Published] = []
        open_store(url).close()  # imports, once, what a fork would spend its life on

    def size(self, n: int) -> int:
        return random.Random(f"{self.seed} {n}").choice(SIZES)

    def work(self, acknowledge: Callable[[int], object]) -> None:
        with open_store(self.url) as store:
            n = len(store.published())
            acknowledge(n)
            while True:
                n += 1
                data = release(n, self.size(n))
                store.publish(data, publication(data))
                acknowledge(n)

    def interrupted(self) -> bool:
        """Tell whether the writer left a journal that has to be played back."""
        if self.file is None:
            return False
        left = [self.file.with_name(self.file.name + end) for end in ("-journal", "-wal")]
        return any(each.exists() and each.stat().st_size for each in left)

    def check(self, acknowledged: set[int], result: Result) -> None:
        reader = open_reader(self.url)
        if reader is None:
            result.bad += ["the store is gone"] * bool(acknowledged)
            return
        found = list(reader.published())
        numbers = [number(self.opened(reader.open(each.id), each, result)) for each in found[len(self.seen) :]]
        reader.close()
        if found[: len(self.seen)] != self.seen:
            result.bad.append("the order went backwards, or something published is gone")
        if numbers != list(range(len(self.seen) + 1, len(found) + 1)):
            result.bad.append(f"published are {numbers} after {len(self.seen)}")
        if lost := acknowledged - set(range(1, len(found) + 1)):
            result.bad.append(f"acknowledged and lost: {sorted(lost)}")
        self.seen, result.kept = found, len(found)

    def opened(self, data: bytes, published: Published, result: Result) -> bytes:
        if address(data) != published.id:
            result.bad.append(f"torn: {published.id}")
        return data

    def finish(self, result: Result) -> None:
        """Look at all of it once more."""
        self.seen = []
        self.check(set(), result)
        if self.file is not None:
            with closing(sqlite3.connect(self.file)) as connection:
                result.bad += [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]


class Entries:
    """Appends entries 1, 2, 3, ... to an audit log, one to three in a commit."""

    def __init__(self, folder: str, seed: int) -> None:
        self.folder, self.seed, self.last = Path(folder), seed, 0

    def entry(self, n: int) -> str:
        return json.dumps({"n": n, "text": "x" * random.Random(f"{self.seed} {n}").randrange(6000)})

    def work(self, acknowledge: Callable[[int], object]) -> None:
        log = FileAuditLog(self.folder)
        n = log.append([]).entries  # finishes what the one before left
        acknowledge(n)
        while True:
            count = random.Random(f"{self.seed} commit {n}").randint(1, 3)
            log.append([self.entry(each) for each in range(n + 1, n + count + 1)])
            n += count
            acknowledge(n)

    def interrupted(self) -> bool:
        log, head = self.folder / "log.jsonl", self.folder / "head.json"
        return log.exists() and head.exists() and json.loads(head.read_bytes())["length"] != log.stat().st_size

    def check(self, acknowledged: set[int], result: Result) -> None:
        log = FileAuditLog(self.folder)
        result.bad += log.verify()
        head = log.head()
        if head.entries < max([self.last, *acknowledged]):
            result.bad.append(f"acknowledged and lost: {max([self.last, *acknowledged])}, and there are {head.entries}")
        self.last, result.kept = head.entries, head.entries

    def finish(self, result: Result) -> None:
        found = list(FileAuditLog(self.folder).entries())
        if found != [self.entry(n) for n in range(1, len(found) + 1)] or len(found) != self.last:
            result.bad.append("the entries are not those that were appended")


def start(subject: Releases | Entries, acknowledged: Path) -> int:
    """Start a writer, which first acknowledges what is there already, and return its process id."""
    pid = os.fork()
    if pid:
        return pid
    try:
        fd = os.open(acknowledged, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        subject.work(lambda n: os.write(fd, f"{n}\n".encode()))
    except BaseException:  # noqa: BLE001 - a fork must not run on as its parent
        traceback.print_exc()
    os._exit(1)


def run(subject: Releases | Entries, acknowledged: Path, kills: int, seed: int) -> Result:
    """Kill so many writers."""
    chance, result = random.Random(seed), Result()
    for n in range(kills):
        acknowledged.write_bytes(b"")
        pid = start(subject, acknowledged)
        while n % EARLY and not acknowledged.stat().st_size:
            time.sleep(0.001)
        time.sleep(chance.uniform(0, LONGEST))
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        if not os.WIFSIGNALED(status):
            result.bad.append(f"a writer ended by itself, with {status}")
        numbers = {int(line) for line in acknowledged.read_text("ascii").splitlines()} - {0}
        result.kills += 1
        result.acknowledged = max([result.acknowledged, *numbers])
        result.interrupted += subject.interrupted()
        subject.check(numbers, result)
    subject.finish(result)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.store.killing")
    parser.add_argument("place", help="a store's URL, or the folder of an audit log")
    parser.add_argument("--kills", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--acknowledged", type=Path, required=True, help="a file to write the acknowledged numbers to")
    parser.add_argument("--journal", help="another SQLite journal than ours, to compare")
    options = parser.parse_args()
    if options.journal:
        engine.PRAGMAS = tuple(each.replace("DELETE", options.journal) for each in engine.PRAGMAS)
    kind = Releases if ":" in options.place else Entries
    result = run(kind(options.place, options.seed), options.acknowledged, options.kills, options.seed)
    json.dump(vars(result), sys.stdout)


if __name__ == "__main__":
    main()
