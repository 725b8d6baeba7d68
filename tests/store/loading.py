"""Read while others publish: `python -m tests.store.loading URL --reads N`.

Publishers and readers are processes of their own, and each reader has two threads. A read is: what is published, what is
current, open it, hold it against its address. `bad` counts reads of something torn or absent or an error; `backwards` counts
reads that saw less than an earlier read of that thread, or another order. The result is one JSON object on standard output.
"""

import argparse
import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from precert.facts.release import address
from precert.ports import Published, ReleaseReader, StoreError
from precert.store.places import open_reader, open_store
from tests.store.samples import LIST, number, publication, release

SIZE, THREADS = 20_000, 2


@dataclass
class Count:
    reads: int = 0
    bad: int = 0
    backwards: int = 0
    most: int = 0
    """How many publications were seen."""
    words: list[str] = field(default_factory=list)


class Reader:
    """One thread's reads, and what it saw last."""

    def __init__(self, store: ReleaseReader) -> None:
        self.store, self.count = store, Count()
        self.last: tuple[Published, ...] = ()
        self.number = 0

    def run(self, reads: int) -> None:
        for _ in range(reads):
            try:
                self.read()
            except (StoreError, ValueError) as error:
                self.count.bad += 1
                self.count.words.append(str(error))
            self.count.reads += 1

    def read(self) -> None:
        found = tuple(self.store.published())
        current = [each for each in found if each.list == LIST][-1]
        data = self.store.open(current.id)
        self.count.bad += address(data) != current.id
        self.count.backwards += number(data) < self.number or found[: len(self.last)] != self.last
        self.last, self.number = found, number(data)
        self.count.most = max(self.count.most, len(found))


def publish(url: str, first: int, pause: float) -> None:
    """Publish to the shared list, and to an own one in between, until killed."""
    with open_store(url) as store:
        n = first
        while True:
            data = release(n, SIZE)
            store.publish(data, publication(data, list_id=LIST if first == 2 else f"list-{first}"))
            n += 1
            time.sleep(pause)


def read(url: str, reads: int, report: Path, *, quick: bool) -> None:
    """Read with some threads over one store, and write down what was counted."""
    with open_store(url) as store:
        source: ReleaseReader | None = open_reader(url) if quick else store
        assert source is not None
        readers = [Reader(source) for _ in range(THREADS)]
        threads = [threading.Thread(target=each.run, args=(reads // THREADS,)) for each in readers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    report.write_text(json.dumps([vars(each.count) for each in readers]), "utf-8")


def fork(work: Callable[[], None]) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        work()
        code = 0
    except BaseException:  # noqa: BLE001 - a fork must not run on as its parent
        traceback.print_exc()
    os._exit(code)


def run(url: str, folder: Path, reads: int, readers: int, pause: float) -> dict[str, object]:
    """Publish and read, and sum up."""
    first = release(1, SIZE)
    with open_store(url) as store:
        store.publish(first, publication(first))
    started = time.monotonic()
    publishers = [fork(lambda n=n: publish(url, n, pause)) for n in (2, 1_000_000)]  # type: ignore[misc] # mypy cannot type the default
    reports = [folder / f"reader-{n}.json" for n in range(readers)]
    pids = [fork(lambda n=n: read(url, reads // readers, reports[n], quick=n % 2 == 1)) for n in range(readers)]  # type: ignore[misc]
    failed = [os.waitpid(pid, 0)[1] for pid in pids]
    seconds = time.monotonic() - started
    died = [os.waitpid(pid, os.WNOHANG)[0] for pid in publishers]
    for pid in (pid for pid, gone in zip(publishers, died, strict=True) if not gone):
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    counts = [each for report in reports if report.exists() for each in json.loads(report.read_text("utf-8"))]
    total = {name: sum(each[name] for each in counts) for name in ("reads", "bad", "backwards")}
    words = [word for each in counts for word in each["words"]][:5]
    most = max((each["most"] for each in counts), default=0)
    return total | {"published": most, "seconds": round(seconds, 1), "failed": sum(map(bool, failed + died)), "words": words}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.store.loading")
    parser.add_argument("url")
    parser.add_argument("--folder", type=Path, required=True, help="where the readers write their reports")
    parser.add_argument("--reads", type=int, default=3000)
    parser.add_argument("--readers", type=int, default=3)
    parser.add_argument("--pause", type=float, default=0.02, help="seconds between two publications of a publisher")
    options = parser.parse_args()
    json.dump(run(options.url, options.folder, options.reads, options.readers, options.pause), sys.stdout)


if __name__ == "__main__":
    main()
