"""Names, birth dates and member ids that are sent anywhere come back nowhere: no answer, no log line, no metric, no record."""

import json
import random
from pathlib import Path
from typing import Any

import httpx
import pytest

from precert import bootstrap
from tests.http.server import CASE, Server
from tests.http.test_api import POST

_FIRST = bootstrap.published()[0].id
RELEASES = {"from": _FIRST, "to": _FIRST}
NAMES = ("Canaria", "Quillfeather", "Zebedee", "Oxymandra")


def canary(draw: random.Random) -> str:
    """A made-up name, birth date or member id that nothing else in the world would write."""
    name = f"{draw.choice(NAMES)}{draw.randrange(10**6):06d}"
    born = f"{draw.randrange(1900, 1950)}-{draw.randrange(1, 13):02d}-{draw.randrange(1, 29):02d}T{draw.randrange(10**6):06d}"
    return draw.choice([name, born, f"MBR{draw.randrange(10**9):09d}X"])


def sent(draw: random.Random, secret: str) -> dict[str, Any]:
    """A request with a canary in some place of it, as arguments of httpx."""
    bad_case = draw.choice(
        [
            CASE | {"patient": secret},
            CASE | {secret: 1},
            CASE | {"plan": secret},
            CASE | {"date_of_service": secret},
            CASE | {"segment": secret * 9},
            CASE | {"state": secret},
            CASE | {"programs": [secret]},
            CASE | {"reference": f"{secret} {secret}"},
            CASE | {"lines": [{"code": "22551", "modifiers": [secret]}]},
            CASE | {"lines": [{"code": "22551", "units": secret}]},
            CASE | {"lines": [{"code": "22551", secret: 1}]},
        ]
    )
    text = json.dumps(bad_case)
    json_type, lines_type = {"Content-Type": "application/json"}, {"Content-Type": "application/x-ndjson"}
    return draw.choice(
        [
            {"method": "POST", "url": POST, "json": bad_case},
            {"method": "POST", "url": POST, "content": text[:-3], "headers": json_type},
            {
                "method": "POST",
                "url": f"{POST}/batch",
                "content": f"{text}\n{secret}\n",
                "headers": lines_type,
            },
            {"method": "POST", "url": "/v1/what-if", "json": bad_case},
            {
                "method": "POST",
                "url": "/v1/diff",
                "params": RELEASES,
                "content": f"{text}\n{secret}\n",
                "headers": lines_type,
            },
            {"method": "POST", "url": "/v1/anesthesia", "json": {"date_of_service": secret, "facts": {}}},
            {"method": "POST", "url": "/v1/anesthesia", "json": {"date_of_service": "2025-05-01", "facts": {secret: True}}},
            {"method": "GET", "url": f"/v1/codes/{secret}"},
            {"method": "GET", "url": f"/{secret}"},
            {"method": "GET", "url": f"/{secret}", "headers": {"Accept": "text/html"}},
            {"method": "GET", "url": "/v1/lists", "params": {secret: secret}},
            {"method": "GET", "url": "/v1/search", "params": {"q": "+", "plan": secret}},
            {"method": "GET", "url": f"/v1/lists/{secret}/listings"},
            {"method": "GET", "url": "/v1/crosswalk", "params": {"code": "22551", "category": secret}},
            {"method": "GET", "url": f"/v1/records/{secret}"},
            {"method": "GET", "url": "/v1/diff", "params": {"from": secret, "to": secret}},
            {
                "method": "GET",
                "url": "/v1/lists",
                "headers": {"X-Request-ID": secret, "User-Agent": secret, "Referer": f"http://x/{secret}"},
            },
            {"method": "GET", "url": "/v1/lists", "headers": {"X-API-Key": secret}},
            {"method": "GET", "url": "/v1/lists", "headers": {"Authorization": f"Bearer {secret}"}},
            {"method": "GET", "url": "/v1/lists", "headers": {"Host": secret}},
            {"method": "GET", "url": "/v1/lists", "headers": {"Origin": f"http://{secret}"}},
            {"method": "BREW" if draw.random() < 0.1 else "PUT", "url": f"/v1/lists?{secret}"},
            {"method": "POST", "url": POST, "json": CASE | {"lines": [{"code": secret}]}, "params": {"taken": "yes"}},
        ]
    )


def told_again(server: Server, client: httpx.Client, requests: int, seed: int) -> list[str]:
    """Send canaries; return where any was seen again."""
    draw, secrets, found = random.Random(seed), list[str](), list[str]()
    for _ in range(requests):
        secret = canary(draw)
        secrets.append(secret)
        asked = sent(draw, secret)
        answer = client.request(**asked)
        assert answer.status_code < 500, asked
        whole = answer.text + str(answer.headers)
        # What is asked for in so many words is echoed: an answer repeats its case, where it is one.
        found += [f"{asked['method']} {asked['url']}: {answer.status_code}"] if secret in whole else []
    kept = [each.read_text("utf-8", "replace") for each in Path(server.home).rglob("*.jsonl")] if server.home.exists() else []
    places = {"log": server.log.read_text("utf-8"), "metrics": client.get("/metrics").text, "records": "".join(kept)}
    return found + [f"{name}: {secret}" for name, text in places.items() for secret in secrets if secret in text]


def test_no_canary_is_told_again(open_server: Server) -> None:
    with open_server.client() as client:
        assert told_again(open_server, client, 400, 1) == []


@pytest.mark.long
def test_no_canary_is_told_again_at_length(open_server: Server) -> None:
    with open_server.client() as client:
        found = told_again(open_server, client, 2000, 2)
    print(f"2000 requests, {len(found)} canaries seen again")  # noqa: T201 - a figure to write down
    assert found == []


def test_a_token_that_is_no_code_is_answered_and_kept_nowhere(open_server: Server) -> None:
    """The contract has it that such a token comes back in the answer; it goes nowhere else."""
    with open_server.client() as client:
        answer = client.post(POST, json=CASE | {"lines": [{"code": "Canaria Roe 1950"}]})
        assert answer.json()["lines"][0]["code"] == "Canaria Roe 1950"
        assert answer.headers["precert-record"]
    assert "Canaria Roe" not in open_server.log.read_text("utf-8")
    assert "Canaria Roe" not in (open_server.home / "audit" / "log.jsonl").read_text("utf-8")


def test_an_error_of_ours_is_told_by_its_type_alone(capsys: pytest.CaptureFixture[str]) -> None:
    from precert.surfaces.http.telemetry import Telemetry  # noqa: PLC0415 - its logger writes to the stderr of now

    telemetry = Telemetry()
    try:
        int("Canaria Roe")
    except ValueError as error:
        telemetry.error(error, "0" * 16)
    told = json.loads(capsys.readouterr().err)
    assert (told["error"], told["request"]) == ("ValueError", "0" * 16)
    assert "Canaria" not in json.dumps(told)
    assert told["where"]
