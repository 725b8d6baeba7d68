"""One server for most tests: a home of its own, and a key of every role."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from tests.http.server import Server, add_key, serving


@dataclass(frozen=True)
class Keyed:
    server: Server
    read: str
    review: str
    publish: str


@pytest.fixture(scope="session")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keyed]:
    """A server that tells people apart."""
    home = tmp_path_factory.mktemp("keyed") / "home"
    keys = [add_key(home, f"A. {role.title()}er", role) for role in ("read", "review", "publish")]
    with serving(home) as server:
        yield Keyed(server, *keys)


@pytest.fixture(scope="session")
def open_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server as it starts without any set-up."""
    with serving(tmp_path_factory.mktemp("open") / "home") as server:
        yield server


@pytest.fixture
def client(open_server: Server) -> Iterator[httpx.Client]:
    with open_server.client() as found:
        yield found


@pytest.fixture
def reader(keyed: Keyed) -> Iterator[httpx.Client]:
    with keyed.server.client(keyed.read) as found:
        yield found
