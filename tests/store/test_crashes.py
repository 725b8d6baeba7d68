"""Killed at random moments, disturbed at every write, read under load: the programs beside this do it, and these start them.

`python -m pytest -m long tests/store` runs them at full length.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks writers")


def run(program: str, *arguments: object, preload: Path | None = None, minutes: float = 1) -> dict[str, Any]:
    """Run one of the programs and return its result."""
    environment = os.environ | ({"LD_PRELOAD": str(preload)} if preload else {})
    command = [sys.executable, "-m", f"tests.store.{program}", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60 * minutes)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    sys.stderr.write(f"{program} {' '.join(map(str, arguments[:1]))}: {done.stdout}\n")
    return result


# kill -9


def killed(place: str | Path, folder: Path, kills: int) -> None:
    result = run("killing", place, "--acknowledged", folder / "acknowledged", "--kills", kills, minutes=1 + kills / 25)
    assert result["bad"] == []
    assert result["kills"] == kills
    assert result["kept"] >= result["acknowledged"] > 0


KILLS = [pytest.param(25, id="everyday"), pytest.param(1000, id="long", marks=pytest.mark.long)]


@pytest.mark.parametrize("kills", KILLS)
def test_publishers_are_killed(url: str, tmp_path: Path, kills: int) -> None:
    killed(url, tmp_path, kills)


@pytest.mark.parametrize("kills", KILLS)
def test_writers_of_the_audit_log_are_killed(tmp_path: Path, kills: int) -> None:
    killed(tmp_path / "audit", tmp_path, kills)


# Load


@pytest.mark.parametrize("reads", [pytest.param(3000, id="everyday"), pytest.param(102_000, id="long", marks=pytest.mark.long)])
def test_reading_while_others_publish(url: str, tmp_path: Path, reads: int) -> None:
    pause = 0.1 if reads < 10_000 else 0.5  # every read reads all publications: thousands of them would be another test
    result = run("loading", url, "--folder", tmp_path, "--reads", reads, "--pause", pause, minutes=1 + reads / 2000)
    assert (result["bad"], result["backwards"], result["failed"]) == (0, 0, 0), result["words"]
    assert result["reads"] == reads
    assert result["published"] > 10


# Faults


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("disturbing every write needs Linux and a C compiler")
    built = tmp_path_factory.mktemp("faults") / "faults.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", built, Path(__file__).with_name("faults.c"), "-ldl"], check=True)
    return built


def disturbed(kind: str, folder: Path, *arguments: object, preload: Path | None = None, minutes: float = 1) -> None:
    result = run("faulting", kind, folder, *arguments, preload=preload, minutes=minutes)
    assert result["bad"] == []
    assert result["old"] + result["new"] == result["disturbed"]
    assert min(result["old"], result["new"], result["refused"]) > 0


LIMITS = {"store": 170_000, "audit": 34_000}
"""Bytes: a little more than the largest file that the commit writes."""


@pytest.mark.parametrize("kind", LIMITS)
@pytest.mark.parametrize("count", [pytest.param(20, id="everyday"), pytest.param(680, id="long", marks=pytest.mark.long)])
def test_the_disk_is_full_at_every_size(kind: str, tmp_path: Path, count: int) -> None:
    disturbed(kind, tmp_path, "--limits", 0, LIMITS[kind], LIMITS[kind] // count, minutes=1 + count / 20)


@pytest.mark.parametrize("kind", LIMITS)
def test_each_step_fails_or_dies(kind: str, tmp_path: Path, library: Path) -> None:
    disturbed(kind, tmp_path, "--steps", library, preload=library)


@pytest.mark.long
@pytest.mark.parametrize("kind", LIMITS)
def test_each_step_fails_and_dies_in_every_way(kind: str, tmp_path: Path, library: Path) -> None:
    disturbed(kind, tmp_path, "--steps", library, "--every-mode", preload=library, minutes=10)
