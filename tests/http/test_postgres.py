"""The service on PostgreSQL: what another process publishes is taken up within a moment."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.http.server import Server, add_key, precert, serving
from tests.http.test_desk import CODES, FILES, THIRD, listed, told
from tests.store import postgres
from tests.workbench.test_end_to_end import PROFILE


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    try:
        with postgres.server() as found:
            yield found
    except (postgres.MissingError, OSError) as error:
        pytest.skip(f"no PostgreSQL can run here: {error}")


@pytest.fixture(scope="module")
def server(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    home = tmp_path_factory.mktemp("postgres") / "home"
    key = add_key(home, "E. Nurse", "review", "publish")
    with serving(home, PRECERT_DATABASE_URL=url) as found:
        yield found, key


def test_publishing_over_http_answers_the_next_request(server: tuple[Server, str]) -> None:
    found, key = server
    with found.client(key) as client:
        files = THIRD | {"document": ("third.txt", listed("22551", CODES[0]).encode())}
        assert client.post("/v1/drafts", params={"plan": "third"}, files=files).status_code == 200
        assert client.post("/v1/lists/third/publication").status_code == 200
        assert told(client, "22551", *CODES[:2], plan="third") == ["required", "required", "not-on-list"]


def test_what_another_process_publishes_is_taken_up(server: tuple[Server, str], url: str, tmp_path: Path) -> None:
    found, key = server
    document, profile = tmp_path / "example.txt", tmp_path / "example.toml"
    profile.write_text(PROFILE, "utf-8")
    document.write_bytes(FILES["document"][1])
    env = {"PRECERT_DATABASE_URL": url}
    with found.client(key) as client:
        precert(found.home, "ingest", str(document), "--plan", "example", "--profile", str(profile), **env)
        assert precert(found.home, "publish", "--list", "example", **env).returncode == 0
        until = time.monotonic() + 20
        asked = {"plan": "example", "date_of_service": "2027-06-01", "lines": [{"code": "22551"}]}
        while client.post("/v1/determinations", json=asked).status_code != 200:
            assert time.monotonic() < until
            time.sleep(0.1)
        assert told(client, "22551") == ["required"]


def test_many_questions_take_no_connection_each(server: tuple[Server, str]) -> None:
    found, key = server
    with found.client(key) as client:
        for _ in range(80):
            assert client.get("/v1/lists").status_code == 200
