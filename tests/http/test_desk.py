"""From a document handed in to a new answer, over HTTP, while others are answered."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.http.conftest import Keyed
from tests.http.server import Server, add_key, precert, serving
from tests.http.test_api import POST, fits, refused
from tests.workbench.test_end_to_end import LIST, PROFILE

HEAD, *_, FOOT = LIST.splitlines()
COLUMNS = LIST.splitlines()[1]
CODES = ("22590", "22595", "22600", "22610", "22612")


def listed(*codes: str) -> str:
    """A list of these codes."""
    rows = [f"Spine\t{code}\tA made-up operation, number {code}" for code in codes]
    return "\n".join([HEAD, COLUMNS, *rows, FOOT, ""])


THIRD = {"profile": ("third.toml", PROFILE.replace('"example"', '"third"').encode())}
FILES = {"document": ("example.txt", LIST.encode()), "profile": ("example.toml", PROFILE.encode())}


def asked(*codes: str, plan: str = "example") -> dict[str, Any]:
    return {"plan": plan, "date_of_service": "2027-06-01", "lines": [{"code": code} for code in codes]}


def told(client: httpx.Client, *codes: str, plan: str = "example") -> list[str]:
    answer = client.post(POST, json=asked(*codes, plan=plan))
    assert answer.status_code == 200, answer.text
    return [line["requirement"] for line in answer.json()["lines"]]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, httpx.Client]]:
    """A server of its own, and somebody who may do everything."""
    home = tmp_path_factory.mktemp("fresh") / "home"
    key = add_key(home, "C. Nurse", "review", "publish")
    with serving(home) as server, server.client(key) as client:
        yield server, client


def test_hand_in_review_publish_and_the_next_answer_is_the_new_one(fresh: tuple[Server, httpx.Client]) -> None:
    server, client = fresh
    refused(client.post(POST, json=asked("22551")), 404, "unknown-plan")
    dry = client.post("/v1/drafts", params={"plan": "example", "dry_run": "true"}, files=FILES)
    assert fits(dry.json())["rows"]["set_aside"] == 2
    refused(client.get("/v1/reviews", params={"list": "example"}), 404, "unknown-list")
    assert fits(client.post("/v1/drafts", params={"plan": "example"}, files=FILES).json())["codes"] == 3
    assert fits(client.post("/v1/lists/example/publication").json())["listed"] == 3
    assert told(client, "22551", "63081") == ["required", "not-on-list"]
    desk = fits(client.get("/v1/reviews").json())["lists"][0]
    row = desk["rows"][0]["id"]
    decision = {"rows": [row], "action": "correct", "code": "63081", "why": "read from paper"}
    after = fits(client.post("/v1/decisions", json=decision).json())
    assert after["lists"][0]["rows"][0]["decision"]["by"] == "C. Nurse"
    assert told(client, "63081") == ["not-on-list"]
    first = client.get("/v1/lists/example/listings", params={"limit": "2"}).json()
    assert fits(client.post("/v1/lists/example/publication").json())["reviewed"] == 1
    assert told(client, "63081") == ["required"]
    page = client.get("/v1/lists/example/listings", params={"cursor": first["next"]}).json()
    assert page["release"] == first["release"]
    assert first["total"] == 3
    assert client.get("/v1/lists/example/listings").json()["total"] == 4
    log = server.log.read_text("utf-8")
    assert '"event":"published"' in log
    assert '"subject":"C. Nurse"' in log


def test_what_another_process_publishes_answers_the_next_request(fresh: tuple[Server, httpx.Client], tmp_path: Path) -> None:
    server, client = fresh
    document, profile = tmp_path / "example.txt", tmp_path / "example.toml"
    profile.write_text(PROFILE.replace('"example"', '"other"'), "utf-8")
    for number in range(3):
        document.write_text(listed("22551", *CODES[: number + 1]), "utf-8")
        assert precert(server.home, "ingest", str(document), "--plan", "other", "--profile", str(profile)).returncode == 0
        assert precert(server.home, "publish", "--list", "other").returncode == 0
        assert told(client, *CODES, plan="other") == ["required" if at <= number else "not-on-list" for at in range(len(CODES))]


def test_nobody_is_turned_away_while_lists_are_published(fresh: tuple[Server, httpx.Client]) -> None:
    server, client = fresh
    client.post("/v1/drafts", params={"plan": "third"}, files=THIRD | {"document": ("third.txt", listed("22551").encode())})
    client.post("/v1/lists/third/publication")
    key = client.headers["x-api-key"]
    statuses: list[int] = []
    seen: list[int] = []
    stop = threading.Event()

    def ask() -> None:
        with server.client(key) as mine:
            while not stop.is_set():
                answer = mine.post(POST, json=asked("22551", *CODES, plan="third"), params={"preview": "true"})
                statuses.append(answer.status_code)
                lines = answer.json()["lines"][1:]
                seen.append(max((at for at, line in enumerate(lines, 1) if line["requirement"] == "required"), default=0))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for each in threads:
        each.start()
    try:
        publish_four(client)
    finally:
        stop.set()
        for each in threads:
            each.join()
    assert set(statuses) == {200}
    assert max(seen) == 4
    assert len(statuses) > 50


def publish_four(client: httpx.Client) -> None:
    for number in range(4):
        text = listed("22551", *CODES[: number + 1])
        files = THIRD | {"document": ("third.txt", text.encode())}
        assert client.post("/v1/drafts", params={"plan": "third"}, files=files).status_code == 200
        assert client.post("/v1/lists/third/publication").status_code == 200
        assert told(client, CODES[number], plan="third") == ["required"]
        time.sleep(0.2)


@pytest.mark.parametrize(
    ("params", "files", "status", "code"),
    [
        ({}, FILES, 422, "bad-parameter"),
        ({"plan": "../x"}, FILES, 422, "bad-parameter"),
        ({"plan": "x", "dry_run": "yes"}, FILES, 422, "bad-parameter"),
        ({"plan": "x"}, {"profile": FILES["profile"]}, 400, "bad-upload"),
        ({"plan": "x"}, FILES | {"more": ("a.txt", b"x")}, 400, "bad-upload"),
        ({"plan": "x"}, {"document": ("../../etc/passwd\x00", b"x")}, 400, "bad-upload"),
        ({"plan": "x"}, {"document": ("a.txt", b"nothing that is a list")}, 422, "unreadable-file"),
        ({"plan": "x"}, FILES | {"profile": ("a.toml", b"=")}, 422, "bad-profile"),
    ],
)
def test_a_document_that_is_not_taken(keyed: Keyed, params: dict[str, str], files: Any, status: int, code: str) -> None:  # noqa: ANN401 - httpx's
    with keyed.server.client(keyed.review) as client:
        answer = client.post("/v1/drafts", params=params, files=files)
        assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        ({"rows": []}, "bad-field", "rows"),
        ({"rows": ["x"]}, "bad-field", "rows"),
        ({"action": "approve"}, "bad-field", "action"),
        ({"code": "63081"}, "bad-field", "code"),
        ({"why": " "}, "bad-field", "why"),
        ({"by": "somebody else"}, "bad-field", None),
    ],
)
def test_a_decision_that_cannot_be_read(keyed: Keyed, change: dict[str, Any], code: str, where: str | None) -> None:
    decision = {"rows": ["0" * 12], "action": "accept", "why": "read from paper"}
    with keyed.server.client(keyed.review) as client:
        refused(client.post("/v1/decisions", json=decision | change), 422, code, where)
        refused(client.post("/v1/decisions", json=decision), 404, "unknown-proposal")


def test_it_stops_when_told_to_and_finishes_what_is_under_way(tmp_path: Path) -> None:
    with serving(tmp_path / "home") as server, server.client() as client:
        case = json.dumps({"plan": "cigna-commercial", "date_of_service": "2026-03-02", "lines": [{"code": "22551"}]})

        def slowly() -> Iterator[bytes]:
            yield case.encode() + b"\n"
            server.process.terminate()
            time.sleep(0.5)
            yield case.encode() + b"\n"

        answer = client.post(f"{POST}/batch", content=slowly(), headers={"Content-Type": "application/x-ndjson"})
        assert [json.loads(line)["status"] for line in answer.text.splitlines()] == [200, 200]
        assert server.process.wait(20) == 0
    assert '"event":"stopped"' in server.log.read_text("utf-8")
