"""The API, asked as a client asks it: a server process on this machine, with the bundled lists."""

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

import precert
from precert import bootstrap
from precert.anesthesiology.terms import Flag
from tests.docs.test_schemas import orders
from tests.http.conftest import Keyed
from tests.http.server import CASE, Server

ROOT = Path(__file__).parents[2]
POST = "/v1/determinations"


def fits(document: dict[str, Any]) -> dict[str, Any]:
    """Check a document against the schema that it names."""
    path = ROOT / "docs" / "schemas" / f"{document['schema'].removeprefix('precert.').replace('/', '-')}.json"
    validator = Draft202012Validator(json.loads(path.read_text("utf-8")), format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert not [f"{'/'.join(map(str, each.absolute_path))}: {each.message[:200]}" for each in validator.iter_errors(document)]
    return document


def refused(answer: httpx.Response, status: int, code: str, where: str | None = None) -> None:
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    told = fits(answer.json())
    assert (told["status"], told["code"], told["where"]) == (status, code, where)
    assert told["request"] == answer.headers["x-request-id"]


# -- determinations --------------------------------------------------------------------------------------------------------


def answered_alike(client: httpx.Client, count: int, seed: int) -> int:
    """Ask so many orders; return how many were answered, each as Python answers it, byte for byte."""
    answered = 0
    for order in orders(count, seed):
        body = json.dumps(order)
        answer = client.post(POST, params={"preview": "true"}, content=body, headers={"Content-Type": "application/json"})
        if "\\ud83d" in body:  # half a character, which is sent as an escape only
            refused(answer, 400, "bad-json")
            continue
        assert answer.status_code == 200
        assert answer.content == json.dumps(precert.check(order).to_dict(), ensure_ascii=False, separators=(",", ":")).encode()
        answered += 1
    return answered


@pytest.mark.parametrize("seed", range(3))
def test_an_answer_is_the_one_that_python_gets(client: httpx.Client, seed: int) -> None:
    assert answered_alike(client, 100, 1000 + seed) > 80


@pytest.mark.long
def test_two_thousand_answers_are_those_that_python_gets(client: httpx.Client) -> None:
    answered = answered_alike(client, 2200, 7)
    print(f"{answered} answers alike, byte for byte")  # noqa: T201 - a figure to write down
    assert answered >= 2000


def test_a_large_case_is_answered_alike_and_compressed(client: httpx.Client) -> None:
    order = CASE | {"lines": [{"code": "22551"}, {"code": "no code"}] * 2500}
    plain = client.post(POST, json=order, headers={"Accept-Encoding": "identity"})
    small = client.post(POST, json=order, headers={"Accept-Encoding": "gzip"})
    assert plain.json() == small.json() == precert.check(order).to_dict()
    assert small.headers["content-encoding"] == "gzip"
    assert small.num_bytes_downloaded < plain.num_bytes_downloaded / 5
    assert len(plain.headers["precert-record"]) == 32


CASES: list[tuple[dict[str, Any], int, str, str | None]] = [
    ({"plan": 1}, 422, "bad-field", "plan"),
    ({"plan": "nobody"}, 404, "unknown-plan", None),
    ({"date_of_service": 20260302}, 422, "bad-date", "date_of_service"),
    ({"date_of_service": 1772409600}, 422, "bad-date", "date_of_service"),
    ({"date_of_service": "2026-3-2"}, 422, "bad-date", "date_of_service"),
    ({"date_of_service": "2026-02-30"}, 422, "bad-date", "date_of_service"),
    ({"known_at": "2001-01-01"}, 404, "no-release", None),
    ({"patient": "Jane Roe"}, 422, "bad-field", None),
    ({"segment": True}, 422, "bad-field", "segment"),
    ({"programs": ["nothing such"]}, 404, "unknown-program", None),
    ({"lines": []}, 422, "no-lines", None),
    ({"lines": [{"code": "22551"}] * 5001}, 422, "too-many-lines", None),
    ({"lines": [{"code": "22551"}, {"code": "22551", "units": True}]}, 422, "bad-units", "lines[2]"),
    ({"lines": [{"code": "22551", "units": 1.0}]}, 422, "bad-units", "lines[1]"),
    ({"lines": [{"code": "22551", "units": "1"}]}, 422, "bad-units", "lines[1]"),
    ({"lines": [{"code": "22551", "modifiers": ["Jane Roe"]}]}, 422, "bad-modifier", "lines[1]"),
    ({"lines": [{"code": "22551", "dob": "1950-01-01"}]}, 422, "bad-field", "lines[1]"),
]


@pytest.mark.parametrize(("change", "status", "code", "where"), CASES, ids=lambda value: str(value)[:40])
def test_a_case_that_cannot_be_read_is_a_problem_that_repeats_nothing(
    client: httpx.Client, change: dict[str, Any], status: int, code: str, where: str | None
) -> None:
    answer = client.post(POST, json=CASE | change)
    refused(answer, status, code, where)
    for sent in ("Jane", "1950", "nobody", "nothing such", "2026"):
        assert sent not in answer.text
    assert "precert-record" not in answer.headers


@pytest.mark.parametrize(
    ("headers", "body", "status", "code"),
    [
        ({"Content-Type": "text/plain"}, b"{}", 415, "unsupported-media-type"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"a=1", 415, "unsupported-media-type"),
        ({"Content-Type": "application/json; charset=latin-1"}, b"{}", 415, "unsupported-media-type"),
        ({}, b"{}", 415, "unsupported-media-type"),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, gzip.compress(b"{}"), 415, "unsupported-media-type"),
        ({"Content-Type": "application/json"}, b'{"plan":"a","plan":"b"}', 400, "bad-json"),
        ({"Content-Type": "application/json"}, b"", 400, "bad-json"),
        ({"Content-Type": "application/json"}, b"[]", 422, "bad-field"),
        ({"Content-Type": "application/json"}, b" " * 1_100_000, 413, "too-large"),
    ],
)
def test_a_body_that_is_not_read_here(client: httpx.Client, headers: dict[str, str], body: bytes, status: int, code: str) -> None:
    refused(client.post(POST, headers=headers, content=body), status, code)


def test_a_body_without_a_length_is_bounded_too(client: httpx.Client) -> None:
    answer = client.post(POST, headers={"Content-Type": "application/json"}, content=iter([b" " * 65536] * 20))
    refused(answer, 413, "too-large")


# -- batch -----------------------------------------------------------------------------------------------------------------


def batch(client: httpx.Client, body: bytes, **params: str) -> list[dict[str, Any]]:
    answer = client.post(f"{POST}/batch", content=body, params=params, headers={"Content-Type": "application/x-ndjson"})
    assert answer.status_code == 200
    return [fits(json.loads(line)) for line in answer.text.splitlines()]


def test_a_batch_answers_each_line_in_its_place(client: httpx.Client) -> None:
    asked = [each for each in orders(100, 7) if "\\ud83d" not in json.dumps(each)][:80]
    lines = [json.dumps(each) for each in asked]
    lines[3:3] = ["", '{"plan":1}', "nonsense", json.dumps(CASE | {"plan": "nobody"})]
    told = batch(client, "\n".join(lines).encode(), preview="true")
    assert [each["line"] for each in told] == [number for number in range(1, 85) if number != 4]
    assert [(each["line"], each["status"], each["problem"]["code"]) for each in told if each["problem"]] == [
        (5, 422, "bad-field"),
        (6, 400, "bad-json"),
        (7, 404, "unknown-plan"),
    ]
    given = [each["determination"] for each in told if each["determination"]]
    assert given == [precert.check(each).to_dict() for each in asked]
    assert not any(each["record"] for each in told)


def test_a_batch_keeps_a_record_for_each_answer(client: httpx.Client) -> None:
    told = batch(client, (json.dumps(CASE) + "\n").encode() * 40)
    records = {each["record"] for each in told}
    assert len(records) == 40
    for each in sorted(records)[:3]:
        assert fits(client.get(f"/v1/records/{each}").json())["answer"] == told[0]["determination"]


def test_a_batch_breaks_off_at_a_line_that_is_too_long(client: httpx.Client) -> None:
    told = batch(client, json.dumps(CASE).encode() + b"\n" + b" " * 1_100_000 + b"\n" + json.dumps(CASE).encode())
    assert [(each["line"], each["status"]) for each in told] == [(1, 200), (2, 413)]


# -- records ---------------------------------------------------------------------------------------------------------------


def test_a_record_is_who_asked_and_is_answered_again(keyed: Keyed, reader: httpx.Client) -> None:
    answer = reader.post(POST, json=CASE | {"reference": "case-1", "lines": [{"code": "22551"}, {"code": "Jane Roe"}]})
    record_id = answer.headers["precert-record"]
    record = fits(reader.get(f"/v1/records/{record_id}").json())
    assert (record["id"], record["subject"]) == (record_id, "A. Reader")
    assert record["answer"]["lines"][1]["code"] == "?" * 8
    told = fits(reader.get(f"/v1/records/{record_id}/verification").json())
    assert (told["id"], told["differs"]) == (record_id, [])
    assert "Jane" not in (keyed.server.home / "audit" / "log.jsonl").read_text("utf-8")


def test_no_record_but_ones_own_id_finds_it(client: httpx.Client) -> None:
    planted = "0123456789abcdef0123456789abcdef"
    client.post(POST, json=CASE | {"reference": planted, "segment": f'"id":"{planted}"'})
    refused(client.get(f"/v1/records/{planted}"), 404, "unknown-record")
    refused(client.get("/v1/records/xyz"), 422, "bad-parameter", "id")


# -- lists -----------------------------------------------------------------------------------------------------------------


def test_the_pages_of_a_list_are_the_list(client: httpx.Client) -> None:
    found: list[dict[str, Any]] = []
    params: dict[str, str] = {"limit": "333"}
    while True:
        page = client.get("/v1/lists/cigna-commercial/listings", params=params)
        told = fits(page.json())
        found += told["listings"]
        assert (page.links.get("next") is None) == (told["next"] is None)
        if told["next"] is None:
            break
        params = {"limit": "333", "cursor": told["next"]}
    book = precert.rulebook("cigna-commercial")
    assert [(each["code"], each["citation"]["line"]) for each in found] == [(each.code, each.citation.line) for each in book]
    lines = client.get("/v1/lists/cigna-commercial/listings", headers={"Accept": "application/x-ndjson"})
    assert [json.loads(each) for each in lines.text.splitlines()] == found
    table = client.get("/v1/lists/cigna-commercial/listings", params={"format": "csv"})
    assert table.headers["content-type"] == "text/csv"
    rows = [*csv.DictReader(io.StringIO(table.text))]
    assert [(row["code"], row["program"], row["line"]) for row in rows] == [
        (each["code"], each["program"], str(each["citation"]["line"])) for each in found
    ]


def test_a_page_that_is_as_the_client_has_it_is_not_sent_again(client: httpx.Client) -> None:
    for path in (
        "/v1/lists",
        "/v1/lists/cigna-commercial/listings",
        "/v1/releases",
        "/v1/codes/22551",
        "/v1/search?q=spine",
        "/openapi.json",
    ):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert client.get(path, headers={"If-None-Match": '"another"'}).status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "code", "where"),
    [
        ("/v1/lists/nothing/listings", 404, "unknown-list", None),
        ("/v1/lists/cigna-commercial/listings?cursor=abc", 404, "unknown-cursor", None),
        ("/v1/lists/cigna-commercial/listings?cursor=WyJ4Iiwx", 404, "unknown-cursor", None),
        ("/v1/lists/cigna-commercial/listings?cursor=a.b", 422, "bad-parameter", "cursor"),
        ("/v1/lists/cigna-commercial/listings?limit=0", 422, "bad-parameter", "limit"),
        ("/v1/lists/cigna-commercial/listings?limit=1001", 422, "bad-parameter", "limit"),
        ("/v1/lists/cigna-commercial/listings?limit=5&limit=6", 422, "bad-parameter", "limit"),
        ("/v1/lists/cigna-commercial/listings?known_at=yesterday", 422, "bad-date", "known_at"),
        ("/v1/lists/cigna-commercial/listings?known_at=2001-01-01", 404, "no-release", None),
        ("/v1/lists/cigna-commercial/listings?format=xml", 422, "bad-parameter", "format"),
        ("/v1/lists?secret=1", 422, "bad-parameter", None),
        ("/v1/releases/sha256:00", 422, "bad-parameter", "id"),
        (f"/v1/releases/sha256:{'0' * 64}", 404, "unknown-release", None),
        ("/v1/codes/2255", 422, "invalid-code", None),
        ("/v1/codes/22551?plan=nobody", 404, "unknown-plan", None),
        ("/v1/codes/22551?date=soon", 422, "bad-date", "date"),
        ("/v1/search", 422, "bad-parameter", "q"),
        ("/v1/search?q=%2B%2B", 422, "bad-parameter", "q"),
        ("/v1/search?q=%FF", 422, "bad-parameter", None),
        ("/v1/search?q=spine&limit=201", 422, "bad-parameter", "limit"),
        ("/v1/crosswalk", 422, "no-lines", None),
        ("/v1/crosswalk?code=2%20", 422, "bad-parameter", "code"),
        ("/v1/crosswalk?category=none-such", 404, "unknown-program", None),
        ("/v1/diff?from=0000", 422, "bad-parameter", "to"),
        ("/v1/diff?from=0000&to=0000", 404, "unknown-release", None),
        ("/v1/diff?from=/etc/passwd&to=0000", 422, "bad-parameter", "from"),
        ("/v1/nothing", 404, "no-such-path", None),
        ("/v1/lists/", 404, "no-such-path", None),
        ("/docs/../../etc/passwd", 404, "no-such-path", None),
        ("/docs/core.py", 404, "no-such-path", None),
    ],
)
def test_what_is_not_there_or_not_read(client: httpx.Client, path: str, status: int, code: str, where: str | None) -> None:
    refused(client.get(path), status, code, where)


def test_documents_of_the_lists_fit_their_schemas(client: httpx.Client) -> None:
    first, second = [each.id for each in bootstrap.published()][:2]
    for path in (
        "/v1/lists",
        "/v1/releases",
        f"/v1/releases/{first}",
        "/v1/codes/L5681",
        "/v1/codes/22551?plan=cigna-commercial",
        "/v1/codes/99999",
    ):
        assert fits(client.get(path).json())
    for path in (
        "/v1/search?q=lumbar%20spine&limit=3",
        "/v1/crosswalk?code=22551&code=bad&plan=cigna-commercial",
        "/v1/crosswalk?category=Spine",
    ):
        assert fits(client.get(path).json())
    assert fits(client.get("/v1/diff", params={"from": first, "to": second, "date": "2026-11-21"}).json())
    assert fits(client.get("/healthz").json())["status"] == "up"
    assert fits(client.get("/readyz").json())["status"] == "ready"


def test_rows_of_a_code_on_a_day(client: httpx.Client) -> None:
    code = next(each.code for each in precert.rulebook("medicare-ffs") if each.ends)
    every = client.get(f"/v1/codes/{code}", params={"plan": "medicare-ffs"}).json()["rows"]
    late = client.get(f"/v1/codes/{code}", params={"plan": "medicare-ffs", "date": "2199-01-01"}).json()["rows"]
    assert late == [each for each in every if each["ends"] is None]
    assert len(late) < len(every)


# -- anesthesia ------------------------------------------------------------------------------------------------------------


def test_anesthesia_is_what_python_says(client: httpx.Client) -> None:
    asked = {"date_of_service": "2025-05-01", "facts": {"region": "cervical", "sitting": True, "extensive": None}}
    told = fits(client.post("/v1/anesthesia", json=asked).json())
    assert told == precert.anesthesia(region="cervical", sitting=True, date="2025-05-01").to_dict()
    with_surgery = client.post("/v1/anesthesia", json={"date_of_service": "2025-05-01", "for": ["22551", "22612"]}).json()
    assert len(fits(with_surgery)["candidates"]) == 2


@pytest.mark.parametrize(
    ("asked", "status", "code", "where"),
    [
        (
            {"date_of_service": "2025-05-01", "facts": {each.value: 1 for each in [next(iter(Flag))]}},
            422,
            "bad-field",
            next(iter(Flag)).value,
        ),
        ({"date_of_service": "2025-05-01", "facts": {"name": "Jane"}}, 422, "bad-field", "facts"),
        ({"date_of_service": "2025-05-01", "facts": {"region": "Jane"}}, 422, "bad-region", "region"),
        ({"date_of_service": "soon"}, 422, "bad-date", "date"),
        ({"facts": {}}, 422, "bad-date", "date_of_service"),
        ({"date_of_service": "2025-05-01", "for": []}, 422, "bad-field", "for"),
        ({"date_of_service": "2025-05-01", "for": ["bad"]}, 422, "bad-field", "for"),
        ([], 422, "bad-field", None),
    ],
)
def test_an_anesthesia_question_that_cannot_be_read(client: httpx.Client, asked: object, status: int, code: str, where: str | None) -> None:
    refused(client.post("/v1/anesthesia", json=asked), status, code, where)


# -- the service -----------------------------------------------------------------------------------------------------------


def test_another_method_is_told_which_ones_there_are(client: httpx.Client) -> None:
    for method, path, allowed in (
        ("GET", POST, "POST"),
        ("DELETE", "/v1/lists", "GET"),
        ("PUT", "/v1/codes/22551", "GET"),
        ("POST", "/docs", "GET"),
    ):
        answer = client.request(method, path)
        refused(answer, 405, "method-not-allowed")
        assert answer.headers["allow"] == allowed


def test_the_docs_page_needs_no_other_server(client: httpx.Client) -> None:
    page = client.get("/docs")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    parts = [each.split('"')[0] for each in page.text.split('src="')[1:] + page.text.split('href="')[1:]]
    assert parts
    for each in parts:
        assert each.startswith("/docs/")
        assert client.get(each).status_code == 200


def test_metrics_tell_of_routes(client: httpx.Client, open_server: Server) -> None:
    client.get("/v1/codes/63081")
    told = client.get("/metrics").text
    assert 'precert_requests_total{method="GET",route="/v1/codes/{code}",status="200"}' in told
    assert "63081" not in told
    assert str(open_server.port) not in told
