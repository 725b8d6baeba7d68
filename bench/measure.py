"""Timers: in one process by rounds that take every subject in turn, and whole processes by what the system charges for them.

A round runs each subject once, in the same order, so that a machine that slows down slows all of them. What is compared is
always measured in the same run; a figure by itself says as much about the machine as about the program.
"""

import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """What one subject took: the median, the least and the most over the rounds, in seconds."""

    name: str
    median: float
    least: float
    most: float
    rounds: int

    @classmethod
    def of(cls, name: str, taken: Sequence[float]) -> "Figure":
        """Sum up what each round took."""
        return cls(name, statistics.median(taken), min(taken), max(taken), len(taken))


def in_process(subjects: Mapping[str, Callable[[], object]], *, rounds: int, seconds: float) -> dict[str, Figure]:
    """Time every subject once a round, repeated so often that it fills about `seconds`; per call."""
    repeats = {name: _repeats(subject, seconds) for name, subject in subjects.items()}
    taken: dict[str, list[float]] = {name: [] for name in subjects}
    for _ in range(rounds):
        for name, subject in subjects.items():
            taken[name].append(_per_call(subject, repeats[name]))
    return {name: Figure.of(name, each) for name, each in taken.items()}


def _per_call(subject: Callable[[], object], repeats: int) -> float:
    start = time.perf_counter()
    for _ in range(repeats):
        subject()
    return (time.perf_counter() - start) / repeats


def _repeats(subject: Callable[[], object], seconds: float) -> int:
    subject()  # the first call may fill a memory
    return max(1, int(seconds / max(_per_call(subject, 3), 1e-9)))


def processes(commands: Mapping[str, list[str]], *, rounds: int) -> dict[str, Figure]:
    """Start every command once a round and return the processor time, user and system, that its process was charged.

    A start before the rounds lets Python keep its byte code, as an installed package has it.
    """
    for command in commands.values():
        _charged(command)
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            taken[name].append(_charged(command))
    return {name: Figure.of(name, each) for name, each in taken.items()}


def _charged(command: list[str]) -> float:
    silence = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = os.posix_spawn(command[0], command, environment, file_actions=silence)
    _, status, usage = os.wait4(process, 0)
    if code := os.waitstatus_to_exitcode(status):
        raise RuntimeError(f"`{' '.join(command)}` ended with {code}")
    return usage.ru_utime + usage.ru_stime
