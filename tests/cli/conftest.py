"""Two ways to run the command: as the process a user starts, and inside this one."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from typer.testing import CliRunner

from precert.surfaces.cli.main import app

CIGNA = ("--plan", "cigna-commercial", "--date", "2026-03-02")
COMMAND = (sys.executable, "-m", "precert.surfaces.cli.main")


@dataclass(frozen=True)
class Told:
    status: int
    out: str
    err: str


Run = Callable[..., Told]


@pytest.fixture
def process() -> Run:
    """Start the command; `stdin` is what it reads, `env` changes its surroundings."""

    def start(*args: str, stdin: str = "", env: dict[str, str] | None = None) -> Told:
        bare = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "NO_COLOR", "FORCE_COLOR"}}
        done = subprocess.run([*COMMAND, *args], input=stdin.encode(), env=bare | (env or {}), capture_output=True, timeout=60, check=False)
        return Told(done.returncode, done.stdout.decode(), done.stderr.decode())

    return start


@pytest.fixture
def inside() -> Run:
    """Run the command in this process."""

    def call(*args: str, stdin: str = "", env: dict[str, str] | None = None) -> Told:
        done = CliRunner(env={"COLUMNS": "100"}).invoke(app, list(args), input=stdin, env=env, prog_name="precert")
        return Told(done.exit_code, done.stdout, done.stderr)

    return call
