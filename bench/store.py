"""What keeping and proving costs, beside what the disk and SHA-256 cost anyway: `python -m bench.store [--megabytes N]`.

Verification of the audit log is measured against a plain read and SHA-256 of the same bytes, in turns, in the same run. It
asserts nothing.
"""

import argparse
import hashlib
import json
import os
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TypeVar

from bench.measure import Figure, in_process
from precert.facts.release import address
from precert.ports import Published
from precert.store.audit import FileAuditLog
from precert.store.chain import Anchor, Block, Chain
from precert.store.group import GroupCommit
from precert.store.places import open_reader, open_store

ENTRY = 2000
"""Bytes of a typical record."""
THREADS = 16
_T = TypeVar("_T")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.store", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--megabytes", type=int, default=100, help="size of the audit log that is verified")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for line in lines(Path(folder), options.megabytes, options.rounds):
            print(line, flush=True)


def lines(folder: Path, megabytes: int, rounds: int) -> Iterator[str]:
    """Yield the report, line by line."""
    for each in (1, 32):
        yield from verification(folder / f"verified-{each}", megabytes, each, rounds)
    yield from commits(folder / "committed")
    yield from releases(folder, rounds)


# The audit log.


def verification(folder: Path, megabytes: int, per_commit: int, rounds: int) -> Iterator[str]:
    """Yield what verifying a log costs, beside a plain read and SHA-256."""
    size = build(folder, megabytes * 1_000_000 // ENTRY, per_commit)
    log = FileAuditLog(folder)
    assert not log.verify()
    subjects: dict[str, Callable[[], object]] = {"read + SHA-256": lambda: plain(folder / "log.jsonl"), "verify": log.verify}
    figures = in_process(subjects, rounds=rounds, seconds=0)
    yield f"audit log, {size / 1e6:.0f} MB, entries of {ENTRY} B, {per_commit} in a commit"
    yield from (f"  {name:<16}{size / figure.median / 1e6:8.0f} MB/s  ({spread(figure)})" for name, figure in figures.items())
    yield f"  ratio           {figures['read + SHA-256'].median / figures['verify'].median:8.2f}"


def build(folder: Path, entries: int, per_commit: int) -> int:
    """Write a log as commits would, without a sync for each of them; return its size."""
    folder.mkdir()
    key, anchor, chain = bytes(32), Anchor.empty(), Chain.new()
    with (folder / "log.jsonl").open("wb") as file:
        for first in range(0, entries, per_commit):
            body = b"".join(entry(n).encode() + b"\n" for n in range(first, first + per_commit))
            block = Block.of(body, per_commit, anchor)
            data = block.render(key) + body
            file.write(data)
            chain.update(data)
            anchor = anchor.after(block, chain)
    (folder / "head.json").write_bytes(anchor.render(key))
    (folder / "key").write_text(key.hex(), "ascii")
    return anchor.length


def entry(n: int) -> str:
    """Return an entry of the typical size."""
    return json.dumps({"n": n, "answer": random.Random(n).randbytes(ENTRY // 2 - 20).hex()})


def plain(path: Path) -> str:
    """Read a file and hash it."""
    state, buffer = hashlib.sha256(), memoryview(bytearray(1 << 20))
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            state.update(buffer[:count])
    return state.hexdigest()


def commits(folder: Path, seconds: float = 3) -> Iterator[str]:
    """Yield how many entries a second become durable, one by one and in groups."""
    log = FileAuditLog(folder)
    alone = rate(log.append, lambda: [entry(0)], 1, seconds)
    with GroupCommit(log) as group:
        together = rate(group.append, lambda: entry(0), THREADS, seconds)
    yield f"audit log, entries of {ENTRY} B made durable in a second"
    yield f"  one by one      {alone:8.0f}"
    yield f"  {THREADS} threads      {together:8.0f}  (group commit)"


def rate(append: Callable[[_T], object], make: Callable[[], _T], threads: int, seconds: float) -> float:
    """Return how often a second some threads can append."""
    counts: list[int] = []
    until = time.monotonic() + seconds

    def work() -> None:
        count, given = 0, make()
        while time.monotonic() < until:
            append(given)
            count += 1
        counts.append(count)

    running = [threading.Thread(target=work) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return sum(counts) / seconds


# Releases.


def releases(folder: Path, rounds: int) -> Iterator[str]:
    """Yield what publishing and reading a release of 450 kB costs, in SQLite."""
    url = f"sqlite:///{folder / 'store.sqlite'}"
    data = random.Random(0).randbytes(450_000)
    numbers = iter(range(1_000_000))
    with open_store(url) as store:
        reader = open_reader(url)
        assert reader is not None
        store.publish(data, published(data))
        subjects: dict[str, Callable[[], object]] = {
            "write and sync it as a file": lambda: sync(folder / "file", data),
            "publish": lambda: publish_next(store.publish, data, next(numbers)),
            "open the store": lambda: open_store(url).close(),
            "open a release": lambda: address(store.open(address(data))),
            "open a release, standard library alone": lambda: address(reader.open(address(data))),
        }
        figures = in_process(subjects, rounds=rounds, seconds=0.02)
    yield "SQLite store, a release of 450 kB"
    yield from (f"  {name:<40}{figure.median * 1e3:8.2f} ms  ({spread(figure)})" for name, figure in figures.items())


def published(data: bytes) -> Published:
    """Return the publication of some bytes."""
    return Published(id=address(data), plan="plan", list="list", known_at=date(2026, 1, 1))


def publish_next(publish: Callable[[bytes, Published], object], data: bytes, number: int) -> None:
    """Publish a release that was never there."""
    data = str(number).encode() + data
    publish(data, published(data))


def sync(path: Path, data: bytes) -> None:
    """Write a file and wait for the disk."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def spread(figure: Figure) -> str:
    """Return the least and the most, in milliseconds."""
    return f"{figure.least * 1e3:.2f} to {figure.most * 1e3:.2f} ms"


if __name__ == "__main__":
    main()
