"""Booked orders sent to two releases: those that the new one answers otherwise, and every line accounted for."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from precert import bootstrap
from precert.surfaces.http.settings import Limits
from tests.http.server import Server, add_key, precert, serving
from tests.http.test_api import fits, refused
from tests.http.test_desk import THIRD, listed

PATH = "/v1/diff"
NDJSON = {"Content-Type": "application/x-ndjson"}


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, httpx.Client, dict[str, str]]]:
    """A server where one list was published twice; its releases as parameters."""
    home = tmp_path_factory.mktemp("twice") / "home"
    key = add_key(home, "C. Nurse", "review", "publish")
    with serving(home) as server, server.client(key) as client:
        ids = []
        for codes in (("22590", "22595"), ("22595", "22600")):
            files = {"document": ("third.txt", listed(*codes).encode()), **THIRD}
            client.post("/v1/drafts", params={"plan": "third"}, files=files).raise_for_status()
            ids.append(client.post("/v1/lists/third/publication").raise_for_status().json()["id"])
        yield server, client, {"from": ids[0], "to": ids[1]}


def order(reference: str | None, *codes: str, **more: object) -> dict[str, Any]:
    members = {"plan": "third", "date_of_service": "2027-06-01", "lines": [{"code": each} for each in codes], "reference": reference}
    return members | more


def sent(client: httpx.Client, params: dict[str, str], *lines: object) -> httpx.Response:
    body = "\n".join(each if isinstance(each, str) else json.dumps(each) for each in lines)
    return client.post(PATH, params=params, content=body, headers=NDJSON)


def test_the_orders_that_a_release_touches_and_every_line_accounted_for(twice: tuple[Server, httpx.Client, dict[str, str]]) -> None:
    _, client, releases = twice
    answer = sent(
        client,
        releases,
        order("gone", "22590", "22595"),
        order("same", "22595"),
        "",
        "nonsense Jane Roe",
        order(None, "22590"),
        order("known", "22590", known_at="2027-01-01"),
        order("bought", "22590", programs=["Spine"]),
        order("other", "22551", plan="cigna-commercial"),
        order("come", "22600"),
    )
    told = fits(answer.json())["orders"]
    assert (told["rows"], told["compared"], told["other_plans"]) == (8, 3, [{"plan": "cigna-commercial", "cases": 1}])
    assert [each["case_id"] for each in told["touched"]] == ["gone", "come"]
    first = told["touched"][0]["lines"]
    assert [(line["code"], line["before"]["requirement"], line["after"]["requirement"]) for line in first] == [
        ("22590", "required", "not-on-list"),
        ("22595", "required", "required"),
    ]
    assert [(each["row"], each["code"]) for each in told["malformed"]] == [
        (4, "bad-json"),
        (5, "bad-field"),
        (6, "bad-field"),
        (7, "bad-field"),
    ]
    assert "Jane" not in answer.text


def test_it_says_what_the_command_says_of_the_same_orders(twice: tuple[Server, httpx.Client, dict[str, str]], tmp_path: Path) -> None:
    server, client, releases = twice
    orders = [order(f"case-{at}", code, "22595") for at, code in enumerate(("22590", "22595", "22600", "99999"))]
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["case_id", "plan", "code", "date_of_service"])
    rows.writerows([each["reference"], each["plan"], line["code"], each["date_of_service"]] for each in orders for line in each["lines"])
    path = tmp_path / "orders.csv"
    path.write_text(text.getvalue(), "utf-8")
    done = precert(server.home, "diff", releases["from"], releases["to"], "--orders", str(path), "--json")
    wanted, told = json.loads(done.stdout), sent(client, releases, *orders).json()
    assert (wanted["orders"].pop("rows"), told["orders"].pop("rows")) == (8, 4)  # of the file: lines there, cases here
    assert told == wanted
    assert len(told["orders"]["touched"]) == 2
    assert client.get(PATH, params=releases).json() == wanted | {"orders": None}


def test_what_is_refused(twice: tuple[Server, httpx.Client, dict[str, str]]) -> None:
    _, client, releases = twice
    one = order("case-1", "22590")
    refused(sent(client, releases, " ", ""), 422, "no-lines")
    refused(sent(client, releases | {"to": "0" * 8}, one), 404, "unknown-release")
    refused(sent(client, {"from": releases["from"]}, one), 422, "bad-parameter", "to")
    of_another = bootstrap.published()[0].id
    refused(sent(client, releases | {"to": of_another}, one), 422, "bad-parameter", "to")
    refused(client.post(PATH, params=releases, json=one), 415, "unsupported-media-type")
    many = order("case-1", *["22590"] * 5000)
    refused(sent(client, releases, *[many] * (Limits().orders_lines // 5000 + 1)), 422, "too-many-lines")
    refused(sent(client, releases, "x" * (Limits().orders + 1)), 413, "too-large")
    told = sent(client, releases, " " * Limits().case + "{}").json()["orders"]
    assert [each["code"] for each in told["malformed"]] == ["too-large"]
