"""A real server for the tests: `precert serve` as a process of its own, on a free port of this machine."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

COMMAND = (sys.executable, "-m", "precert.surfaces.cli.main")
CASE = {"plan": "cigna-commercial", "date_of_service": "2026-03-02", "lines": [{"code": "22551"}]}


@dataclass(frozen=True)
class Server:
    url: str
    home: Path
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def client(self, key: str | None = None, **more: object) -> httpx.Client:
        headers = {"X-API-Key": key} if key else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=30, **more)  # type: ignore[arg-type] # passed on

    def resident(self) -> int:
        """The bytes of memory it holds."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def environment(home: Path, **more: str) -> dict[str, str]:
    return os.environ | {"PRECERT_HOME": str(home)} | more


def add_key(home: Path, name: str, *roles: str) -> str:
    command = [*COMMAND, "serve", "--add-key", name, *(part for role in roles for part in ("--role", role))]
    done = subprocess.run(command, env=environment(home), capture_output=True, check=True, timeout=60)
    return done.stdout.decode().strip()


def precert(home: Path, *args: str, **env: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run([*COMMAND, *args], env=environment(home, **env), capture_output=True, check=False, timeout=120)


@contextlib.contextmanager
def serving(home: Path, *args: str, command: tuple[str, ...] = (*COMMAND, "serve"), **env: str) -> Iterator[Server]:
    """Start a server and wait until it answers; tell it to stop afterwards, and see to it that it does."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = home.parent / f"server-{port}.log"
    with log.open("wb") as err:
        process = subprocess.Popen([*command, "--port", str(port), *args], env=environment(home, **env), stderr=err)
        try:
            server = Server(f"http://127.0.0.1:{port}", home, process, log)
            _wait(server)
            yield server
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(40)
            finally:
                process.kill()
                process.wait()


def _wait(server: Server) -> None:
    for _ in range(600):
        if server.process.poll() is not None:
            break
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{server.url}/readyz", timeout=5).status_code == 200:
                return
        time.sleep(0.05)
    raise RuntimeError(f"the server did not start: {server.log.read_text('utf-8')[-2000:]}")
