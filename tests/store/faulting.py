"""Disturb a writer at every step: `python -m tests.store.faulting KIND FOLDER ...`. KIND is `store` or `audit`.

`--limits A B STEP` sets the size that a file may reach to each number of bytes in turn, which is a disk that is full there.
`--steps` fails, or kills, at each call that writes, one after another; it needs `faults.c` preloaded (`--library`).
After each disturbance the place must hold the old or the new, whole, and take the next commit. The result is one JSON object.
"""

import argparse
import ctypes
import json
import os
import re
import resource
import shutil
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Protocol

from precert.facts.release import address
from precert.ports import StoreError
from precert.store.audit import FileAuditLog
from precert.store.places import open_store
from tests.store.samples import draft, publication, release

MODES = {1: "EIO", 2: "ENOSPC after a part", 3: "killed before", 4: "killed after a part", 5: "EIO for ever"}
KILLS = (3, 4)
MAYBE = re.compile("published all the same|could not be seen|may stay in the log")
"""What an error says after which the commit may be there."""


class Subject(Protocol):
    """Something that one commit is made to, over and over, from the same beginning."""

    def prepare(self, folder: Path) -> None:
        """Keep what the beginning holds."""

    def commit(self, folder: Path) -> None:
        """Make the commit. Raises StoreError."""

    def state(self, folder: Path) -> str:
        """Return `old` or `new`, or what is wrong."""


class Store:
    """A store, and the publication of one more release and draft."""

    old, new, later = release(1, 30_000), release(2, 60_000), release(3)

    def url(self, folder: Path) -> str:
        return f"sqlite:///{folder / 'store.sqlite'}"

    def prepare(self, folder: Path) -> None:
        with open_store(self.url(folder)) as store:
            store.publish(self.old, publication(self.old))

    def commit(self, folder: Path) -> None:
        with open_store(self.url(folder)) as store:
            store.publish(self.new, publication(self.new))

    def state(self, folder: Path) -> str:
        with open_store(self.url(folder)) as store:
            found = [each.id for each in store.published()]
            torn = [each for each in found if address(store.open(each)) != each]
            store.publish(self.later, publication(self.later))
            store.keep_draft(draft())
        known = {(publication(self.old).id,): "old", (publication(self.old).id, publication(self.new).id): "new"}
        return f"torn: {torn}" if torn else known.get(tuple(found), f"neither: {found}")


class NewStore(Store):
    """A store that is made and migrated by the commit itself."""

    def prepare(self, folder: Path) -> None:
        pass

    def state(self, folder: Path) -> str:
        with open_store(self.url(folder)) as store:
            found = [store.open(each.id) for each in store.published()]
            store.publish(self.later, publication(self.later))
        return {0: "old", 1: "new"}[len(found)] if found in ([], [self.new]) else "neither"


class Audit:
    """An audit log, and a commit of three entries."""

    old: ClassVar[list[str]] = ["a" * 50, "b" * 5000]
    new: ClassVar[list[str]] = ["c" * 5000, "d", "e" * 20_000]

    def prepare(self, folder: Path) -> None:
        log = FileAuditLog(folder / "audit")
        for each in self.old:
            log.append([each])

    def commit(self, folder: Path) -> None:
        FileAuditLog(folder / "audit").append(self.new)

    def state(self, folder: Path) -> str:
        log = FileAuditLog(folder / "audit")
        words = log.verify()
        found = list(log.entries())
        log.append(["later"])
        words = [*words, *log.verify()]
        known = {tuple(self.old): "old", (*self.old, *self.new): "new"}
        return f"altered: {words}" if words else known.get(tuple(found), f"neither: {len(found)} entries")


class NewAudit(Audit):
    """An audit log whose key and head the commit itself makes."""

    old: ClassVar[list[str]] = []

    def prepare(self, folder: Path) -> None:
        pass


SUBJECTS: dict[str, list[Subject]] = {"store": [Store(), NewStore()], "audit": [Audit(), NewAudit()]}


@dataclass
class Result:
    disturbed: int = 0
    refused: int = 0
    """Commits that raised StoreError, or were killed."""
    old: int = 0
    new: int = 0
    bad: list[str] = field(default_factory=list)


class Disturber:
    """Repeats a subject's commit under disturbances, each from a fresh copy of the beginning."""

    def __init__(self, subject: Subject, folder: Path, result: Result) -> None:
        self.subject, self.folder, self.result = subject, folder, result
        self.said = ""
        self.base = folder / "base"
        self.base.mkdir(parents=True)
        subject.prepare(self.base)

    def once(self, name: str, disturb: Callable[[Path], bool]) -> None:
        """Disturb one commit. `disturb` returns whether the commit was acknowledged."""
        place, self.said = self.folder / "run", ""
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self.base, place)
        try:
            acknowledged = disturb(place)
            state = self.subject.state(place)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            self.result.bad.append(f"{type(self.subject).__name__}, {name}: {error!r} {traceback.format_exc()[-600:]}")
            return
        self.result.disturbed += 1
        self.result.refused += not acknowledged
        self.result.old += state == "old"
        self.result.new += state == "new"
        if not self.kept_promises(state, acknowledged=acknowledged):
            said = "acknowledged" if acknowledged else f"refused ({self.said})"
            self.result.bad.append(f"{type(self.subject).__name__}, {name}: {said}, and it is {state}")

    def kept_promises(self, state: str, *, acknowledged: bool) -> bool:
        if state == "old":
            return not acknowledged and "\n" not in self.said
        return state == "new" and (not self.said or bool(MAYBE.search(self.said)))

    def tried(self, place: Path) -> bool:
        try:
            self.subject.commit(place)
        except StoreError as error:
            self.said = str(error)
            return False
        return True

    def limited(self, limit: int) -> Callable[[Path], bool]:
        def disturb(place: Path) -> bool:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
            try:
                return self.tried(place)
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

        return disturb

    def failing(self, library: ctypes.CDLL, step: int, mode: int) -> Callable[[Path], bool]:
        def disturb(place: Path) -> bool:
            library.precert_fault(step, mode)
            try:
                return self.tried(place)
            finally:
                library.precert_fault(0, 0)

        return disturb

    def killed(self, library: ctypes.CDLL, step: int, mode: int) -> Callable[[Path], bool]:
        def disturb(place: Path) -> bool:
            pid = os.fork()
            if not pid:
                library.precert_fault(step, mode)
                os._exit(0 if self.tried(place) else 1)
            status = os.waitpid(pid, 0)[1]
            assert os.WIFSIGNALED(status), f"step {step} was not reached"
            return False

        return disturb

    def steps(self, library: ctypes.CDLL) -> int:
        """Return how many steps the commit takes."""
        counted = 0

        def disturb(place: Path) -> bool:
            nonlocal counted
            library.precert_fault(0, 0)
            done = self.tried(place)
            counted = library.precert_count()
            return done

        self.once("undisturbed", disturb)
        return counted


def by_limits(subject: Subject, folder: Path, result: Result, limits: range) -> None:
    disturber = Disturber(subject, folder, result)
    for limit in limits:
        disturber.once(f"a limit of {limit} bytes", disturber.limited(limit))


def by_steps(subject: Subject, folder: Path, result: Result, library: ctypes.CDLL, *, every_mode: bool) -> None:
    disturber = Disturber(subject, folder, result)
    library.precert_mark(str(folder / "run").encode())
    disturber.steps(library)  # what is made by the very first use is not counted
    total = disturber.steps(library)
    assert total, "the library is not preloaded"
    for step in range(1, total + 1):
        for mode in MODES if every_mode else [1 + step % len(MODES)]:
            disturb = disturber.killed if mode in KILLS else disturber.failing
            disturber.once(f"step {step} of {total}: {MODES[mode]}", disturb(library, step, mode))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.store.faulting")
    parser.add_argument("kind", choices=sorted(SUBJECTS))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limits", type=int, nargs=3, default=(0, 0, 1))
    parser.add_argument("--steps", type=Path, metavar="LIBRARY")
    parser.add_argument("--every-mode", action="store_true", help="each step in every mode, not in one")
    options = parser.parse_args()
    result = Result()
    for number, subject in enumerate(SUBJECTS[options.kind]):
        folder = options.folder.resolve() / str(number)
        if options.steps:
            by_steps(subject, folder / "steps", result, ctypes.CDLL(str(options.steps)), every_mode=options.every_mode)
        by_limits(subject, folder / "limits", result, range(*options.limits))
    json.dump(vars(result), sys.stdout)


if __name__ == "__main__":
    main()
