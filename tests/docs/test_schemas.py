"""The schemas are those of the code, every answer fits its schema, and a broken answer does not."""

import copy
import json
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for

import precert
from precert import bootstrap
from precert.encounter import what_if
from precert.requirement.case import Case, RequestError
from tools import bundle, schemas, vocabularies

Json = Any  # no better type: what a JSON document may hold
ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
SEEDS = SHARED / "seeds"
SCHEMAS = sorted(path.name for path in (ROOT / "docs" / "schemas").glob("*"))
ASKED = {"case-1.json", "anesthesia-question-1.json"}
ANSWERED = [name for name in SCHEMAS if name not in ASKED]
WORKED = [json.loads(line) for path in sorted((ROOT / "cases").glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
WHERE_ASKED = {
    "determination-1.json": {"what_if"},
    "batch-answer-1.json": {"what_if"},
    "record-1.json": {"what_if"},
    "ingest-1.json": {"changes"},
}
"""Members that an answer has only where they were asked for."""
ORDER = {"plan": "cigna-commercial", "date_of_service": "2026-03-02", "lines": [{"code": "22551"}]}


def validator(name: str) -> Draft202012Validator:
    schema = json.loads((ROOT / "docs" / "schemas" / f"{name}.json").read_text("utf-8"))
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


ANSWER, CASE, REPORT = validator("determination-1"), validator("case-1"), validator("ingest-1")


# -- the files -------------------------------------------------------------------------------------------------------------


@cache
def written() -> dict[str, str]:
    return {path.name: text for path, text in schemas.written().items()}


def test_the_files_are_those_of_the_code() -> None:
    assert sorted(written()) == sorted([*SCHEMAS, "codes.md"])
    for path, text in schemas.written().items():
        assert path.read_text("utf-8") == text, "run `python -m tools.schemas`"


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_is_a_schema(name: str) -> None:
    schema = json.loads(written()[name])
    assert validator_for(schema) is Draft202012Validator
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", ANSWERED)
def test_every_object_is_closed_and_every_member_required(name: str) -> None:
    for shape in objects(json.loads(written()[name])):
        assert shape["additionalProperties"] is False
        assert shape["required"] == [each for each in shape["properties"] if each not in WHERE_ASKED.get(name, ())]


@pytest.mark.parametrize("name", ANSWERED)
def test_every_value_of_a_vocabulary_is_documented(name: str) -> None:
    for shape in shapes(json.loads(written()[name])):
        for value in shape.get("oneOf", ()):
            assert value.get("description")


def shapes(schema: Json) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from shapes(inner)


def objects(schema: Json) -> Iterator[dict[str, Any]]:
    return (shape for shape in shapes(schema) if "object" in str(shape.get("type")) and "properties" in shape)


def test_a_value_without_a_meaning_is_refused() -> None:
    with pytest.raises(LookupError, match="no meaning is written for new-code"):
        vocabularies.complete({"old-code": "known"}, {"old-code", "new-code"}, "code")
    with pytest.raises(LookupError, match="has no old-code"):
        vocabularies.complete({"old-code": "known"}, set(), "code")


# -- answers fit -----------------------------------------------------------------------------------------------------------


def check(validator: Draft202012Validator, document: dict[str, Any]) -> None:
    problems = [f"{'/'.join(map(str, each.absolute_path))}: {each.message[:200]}" for each in validator.iter_errors(document)]
    assert not problems


@pytest.mark.parametrize("case", WORKED, ids=lambda case: case["id"])
def test_worked_case(case: dict[str, Any]) -> None:
    check(CASE, case["request"])
    check(ANSWER, precert.check(case["request"]).to_dict())


def orders(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Orders of listed codes, damaged codes, codes nobody lists and tokens that are none, with every fact a case may state."""
    draw = random.Random(seed)
    books = {plan: precert.rulebook(plan) for plan in bootstrap.plans()}
    listed = {plan: sorted(book.index.codes()) + sorted(book.index.damaged) for plan, book in books.items()}
    strange = ["99999", "00000", "A0000", "22x51", "", " 22551 ", "\u017f9364", "x" * 40, '"', "\ud83d", "k0823", "77776"]
    for _ in range(count):
        plan = draw.choice(sorted(books))
        programs = [each.name for each in books[plan].index.programs]
        yield {
            "plan": plan,
            "date_of_service": f"{draw.randint(2019, 2027)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
            "known_at": draw.choice([None, "2026-11-21"]),
            "segment": draw.choice([None, "fl-dsnp", " Medicare "]),
            "state": draw.choice([None, "fl"]),
            "place_of_service": draw.choice([None, "24"]),
            "programs": draw.choice([None, None, [], draw.sample(programs, draw.randint(1, len(programs)))]),
            "reference": draw.choice([None, "case-1"]),
            "lines": [
                {
                    "code": draw.choice(listed[plan]) if draw.random() < 0.9 else draw.choice(strange),
                    "modifiers": draw.choice([None, [], ["RR"], ["nu", "59"]]),
                    "units": draw.choice([None, 1, 3, 9999]),
                }
                for _ in range(draw.randint(1, 8))
            ],
        }


@pytest.mark.parametrize("seed", range(5))
def test_random_orders(seed: int) -> None:
    for order in orders(100, seed):
        check(CASE, order)
        check(ANSWER, precert.check(order).to_dict())


@pytest.mark.parametrize("seed", range(2))
def test_what_if_of_random_orders(seed: int) -> None:
    for order in orders(25, seed):
        told = precert.check(order)
        check(ANSWER, what_if.document(told, bootstrap.what_if(told)))


@pytest.mark.parametrize("plan", bundle.DOCUMENTS)
def test_ingest_report_of_a_published_list(plan: str) -> None:
    path = SEEDS / bundle.DOCUMENTS[plan]
    if not path.is_file():
        pytest.skip("the published documents are not at hand")
    check(REPORT, precert.ingest(path, plan=plan, dry_run=True).to_dict())


SAMPLES = sorted(
    path
    for root in (ROOT / "samples", ROOT / "tests")
    for path in root.rglob("*")
    if "samples" in path.parts and path.suffix in {".txt", ".md"}
)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_ingest_report_of_a_sample(path: Path) -> None:
    try:
        report = precert.ingest(path, plan=path.stem, dry_run=True)
    except ValueError:
        pytest.skip("a sample that no layout reads")
    check(REPORT, report.to_dict())


def test_ingest_report_of_a_list_with_a_damaged_row(tmp_path: Path) -> None:
    path = tmp_path / "list.md"
    rows = ["| Code | Description | Prior Authorization Required |", "|---|---|---|", "| 22551 | x | Yes |", "| 2255-1 | y | Yes |"]
    path.write_text("\n".join(["Copyright 2026", "", *rows, ""]), "utf-8")
    report = precert.ingest(path, plan="somebody", dry_run=True).to_dict()
    assert report["rows"] == {"total": 3, "headers": 1, "sections": 0, "listed": 1, "set_aside": 1}
    check(REPORT, report)


# -- broken answers do not -------------------------------------------------------------------------------------------------


def rich() -> dict[str, Any]:
    """An answer in which every list has a member."""
    codes = ["L5681", "63650", "L8680", "0797T", "33274", "99999", "bad", "T1031", "C1772", "E1012"]
    order = {
        "plan": "cigna-commercial",
        "date_of_service": "2025-03-02",
        "segment": "fl-dsnp",
        "lines": [{"code": code, "modifiers": ["RR"]} for code in codes],
    }
    return precert.check(order).to_dict()


def places(document: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where every value of a document stands; of a list, the first two members stand for the rest."""
    yield path
    if isinstance(document, dict):
        for name, value in document.items():
            yield from places(value, (*path, name))
    elif isinstance(document, list):
        for number, value in enumerate(document[:2]):
            yield from places(value, (*path, number))


def at(document: Json, path: tuple[str | int, ...]) -> Json:
    for step in path:
        document = document[step]
    return document


def test_a_missing_member_is_refused() -> None:
    whole = rich()
    for path in places(whole):
        if path and isinstance(path[-1], str):
            broken = copy.deepcopy(whole)
            del at(broken, path[:-1])[path[-1]]
            assert not ANSWER.is_valid(broken), path


def test_an_unknown_member_is_refused() -> None:
    whole = rich()
    for path in places(whole):
        if isinstance(at(whole, path), dict):
            broken = copy.deepcopy(whole)
            at(broken, path)["note"] = "x"
            assert not ANSWER.is_valid(broken), path


def test_a_member_of_another_type_is_refused() -> None:
    whole = rich()
    for path in places(whole):
        broken = {"root": copy.deepcopy(whole)}
        at(broken, ("root", *path)[:-1])[("root", *path)[-1]] = 1.5
        assert not ANSWER.is_valid(broken["root"]), path


BROKEN: list[tuple[str, tuple[str | int, ...], object]] = [
    ("a word the engine never says", ("lines", 0, "requirement"), "approved"),
    ("no manager of that kind", ("lines", 0, "managed_by", "kind"), "payer"),
    ("a need nobody knows", ("lines", 0, "needs"), ["patient-name"]),
    ("a limit nobody knows", ("lines", 0, "limits"), ["rental-only"]),
    ("undetermined without a need", ("lines", 0, "requirement"), "undetermined"),
    ("not on the list, yet cited", ("lines", 0, "requirement"), "not-on-list"),
    ("not required, yet managed", ("lines", 0, "requirement"), "not-required"),
    ("follows nothing", ("lines", 0, "requirement"), "follows-primary"),
    ("required without a row", ("lines", 0, "citations"), []),
    ("no reason", ("lines", 0, "reasons"), []),
    ("a reason of no rule", ("lines", 0, "reasons", 0, "rule"), "R99"),
    ("a line numbered from nought", ("lines", 0, "number"), 0),
    ("no units", ("lines", 0, "units"), 0),
    ("a modifier of three", ("lines", 0, "modifiers"), ["RRR"]),
    ("a token longer than is echoed", ("lines", 0, "code"), "x" * 33),
    ("no lines", ("lines",), []),
    ("a day that is none", ("date_of_service",), "2026-02-30"),
    ("a digest of another kind", ("digest",), "md5:0"),
    ("another document", ("schema",), "precert.determination/2"),
]


@pytest.mark.parametrize(("path", "value"), [each[1:] for each in BROKEN], ids=[each[0] for each in BROKEN])
def test_a_broken_answer_is_refused(path: tuple[str | int, ...], value: object) -> None:
    answer = precert.check(ORDER).to_dict()
    check(ANSWER, answer)
    at(answer, path[:-1])[path[-1]] = value
    assert not ANSWER.is_valid(answer)


# -- the case: schema and program refuse alike -----------------------------------------------------------------------------

UNREADABLE: list[dict[str, Any]] = [
    ORDER | {"plan": ""},
    ORDER | {"plan": None},
    ORDER | {"date_of_service": "20260302"},
    ORDER | {"date_of_service": "2026-02-30"},
    ORDER | {"date_of_service": None},
    ORDER | {"known_at": "soon"},
    ORDER | {"segment": "  "},
    ORDER | {"segment": "x" * 65},
    ORDER | {"state": "FLA"},
    ORDER | {"place_of_service": "4"},
    ORDER | {"place_of_service": 24},
    ORDER | {"programs": "Sleep"},
    ORDER | {"programs": [1]},
    ORDER | {"reference": "x" * 65},
    ORDER | {"reference": "a b"},
    ORDER | {"patient": "x"},
    ORDER | {"lines": []},
    ORDER | {"lines": None},
    ORDER | {"lines": [{"code": "22551"}] * 5001},
    ORDER | {"lines": ["22551"]},
    ORDER | {"lines": [{}]},
    ORDER | {"lines": [{"code": 22551}]},
    ORDER | {"lines": [{"code": "22551", "unit": 1}]},
    ORDER | {"lines": [{"code": "22551", "units": 0}]},
    ORDER | {"lines": [{"code": "22551", "units": 10000}]},
    ORDER | {"lines": [{"code": "22551", "units": True}]},
    ORDER | {"lines": [{"code": "22551", "units": "1"}]},
    ORDER | {"lines": [{"code": "22551", "modifiers": "RR"}]},
    ORDER | {"lines": [{"code": "22551", "modifiers": ["R"]}]},
    {name: value for name, value in ORDER.items() if name != "lines"},
]


@pytest.mark.parametrize("case", UNREADABLE, ids=lambda case: str(case)[:200])
def test_an_unreadable_case_is_refused_by_both(case: dict[str, Any]) -> None:
    assert not CASE.is_valid(case)
    with pytest.raises(RequestError):
        Case.from_dict(case)


READABLE: list[dict[str, Any]] = [
    ORDER | {"segment": f"  {'x' * 64} "},
    ORDER | {"state": " fl "},
    ORDER | {"programs": []},
    ORDER | {"lines": [{"code": "", "modifiers": None, "units": None}]},
    ORDER | {"lines": [{"code": "22551", "modifiers": [" rr "]}]},
]


@pytest.mark.parametrize("case", READABLE, ids=str)
def test_a_readable_case_is_taken_by_both(case: dict[str, Any]) -> None:
    check(CASE, case)
    check(ANSWER, precert.check(case).to_dict())
