"""What other codes would be answered, over HTTP: the document of `precert check --what-if --json`, and no record."""

import json
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

import precert
from precert import bootstrap
from precert.encounter.what_if import document
from precert.surfaces.cli.main import app
from tests.docs.test_schemas import orders
from tests.http.server import CASE, Server
from tests.http.test_api import fits, refused

PATH = "/v1/what-if"


def test_it_is_the_document_of_the_command(client: httpx.Client) -> None:
    order = CASE | {"lines": [{"code": "62321"}, {"code": "64491", "units": 2}, {"code": "22551"}, {"code": "no code"}]}
    told = fits(client.post(PATH, json=order).json())
    command = ["check", "--case", "-", "--what-if", "--json"]
    assert told == json.loads(CliRunner().invoke(app, command, input=json.dumps(order), prog_name="precert").stdout)
    assert told["what_if"][0]["alternatives"]


@pytest.mark.parametrize("seed", range(2))
def test_random_orders_are_answered_as_python_does_byte_for_byte(client: httpx.Client, seed: int) -> None:
    for order in [each for each in orders(25, 50 + seed) if "\\ud83d" not in json.dumps(each)]:
        answered = precert.check(order)
        wanted = document(answered, bootstrap.what_if(answered))
        assert client.post(PATH, json=order).text == json.dumps(wanted, ensure_ascii=False, separators=(",", ":"))


def test_no_record_is_kept_of_what_only_would_be(open_server: Server, client: httpx.Client) -> None:
    log = open_server.home / "audit" / "log.jsonl"
    before = log.read_bytes() if log.exists() else b""
    answer = client.post(PATH, json=CASE | {"reference": "only-if"})
    assert answer.status_code == 200
    assert "precert-record" not in answer.headers
    assert (log.read_bytes() if log.exists() else b"") == before


@pytest.mark.parametrize(
    ("change", "status", "code", "where"),
    [
        ({"lines": [{"code": "22551"}] * 51}, 422, "too-many-lines", "lines"),
        ({"lines": []}, 422, "no-lines", None),
        ({"plan": "nobody"}, 404, "unknown-plan", None),
        ({"programs": ["nothing such"]}, 404, "unknown-program", None),
        ({"what_if": True}, 422, "bad-field", None),
    ],
    ids=str,
)
def test_what_is_refused(client: httpx.Client, change: dict[str, Any], status: int, code: str, where: str | None) -> None:
    refused(client.post(PATH, json=CASE | change), status, code, where)


def test_parameters_are_refused(client: httpx.Client) -> None:
    refused(client.post(PATH, json=CASE, params={"preview": "true"}), 422, "bad-parameter")
