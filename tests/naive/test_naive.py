"""The naive engine against the worked cases, and against a few laws it must keep itself.

On the rows of the published documents where they are at hand, else on those of the bundled releases.
"""

import json
from functools import cache
from typing import Any

import pytest

from .engine import answer
from .rows import ALLIANCE, CIGNA, Row, SetAside, set_aside_from_seed
from .sources import MISSING, REPO, SEEDS, needs_seeds, releases, seeds

CASES = REPO / "cases"


def worked_cases() -> list[Any]:
    """Every line of both files of cases, as a test parameter."""
    found = []
    for name in ("cigna.jsonl", "health-alliance.jsonl"):
        path = CASES / name
        if path.is_file():
            for line in path.read_text(encoding="utf-8").splitlines():
                case = json.loads(line)
                found.append(pytest.param(case, id=case["id"]))
    return found


@cache
def known() -> tuple[list[Row], dict[str, set[str]], list[SetAside]]:
    """The rows of both documents, the federal table, and the damaged rows."""
    told = releases() if MISSING else seeds()
    return told.rows, told.federal, told.set_aside


def ask(request: dict[str, Any]) -> dict[str, Any]:
    """The naive answer to a request."""
    return answer(request, *known())


def cigna(*codes: str, dos: str = "2026-03-02", **more: Any) -> dict[str, Any]:
    """Ask about one line per code."""
    return ask({"plan": CIGNA, "date_of_service": dos, "lines": [{"code": code} for code in codes], **more})


@pytest.mark.parametrize("case", worked_cases())
def test_worked_case(case: dict[str, Any]) -> None:
    given = ask(case["request"])
    told = [{key: line[key] for key in wanted} for line, wanted in zip(given["lines"], case["expect"], strict=True)]
    assert told == case["expect"]
    assert given["cases"] == case["cases"]
    also = case.get("also", {})
    assert [each for line in given["lines"] for each in line["contacts"]][: len(also.get("contacts", []))] == also.get("contacts", [])
    assert set(also.get("notices", [])) <= {kind for line in given["lines"] for kind in line["notices"]}
    assert set(also.get("findings", [])) <= {code for code, _ in given["findings"]}


@pytest.mark.parametrize("case", worked_cases())
def test_line_order_does_not_matter(case: dict[str, Any]) -> None:
    """R41: reversed lines give the same answers under reversed numbers."""
    lines = case["request"]["lines"]
    given = ask(case["request"])
    turned = ask({**case["request"], "lines": lines[::-1]})
    for line in turned["lines"]:
        before = given["lines"][len(lines) - line["number"]]
        for key in set(line) - {"number", "primary_lines"}:
            assert line[key] == before[key], key
        assert {len(lines) + 1 - number for number in line["primary_lines"]} == set(before["primary_lines"])


def test_cases_are_at_hand() -> None:
    assert len(worked_cases()) >= 85


def test_row_accounting() -> None:
    """R5: 1,602 and 78 listings, nothing and nine rows set aside."""
    rows, _, damaged = known()
    assert sum(row.plan == CIGNA for row in rows) == 1602
    assert sum(row.plan == ALLIANCE for row in rows) == 78
    assert [(each.line, each.printed) for each in damaged] == [
        (16, ""),
        (24, ""),
        (96, "h suxi"),
        (97, ""),
        (98, "00951"),
        (99, ""),
        (100, "0.1641"),
        (101, ""),
        (104, ""),
    ]


def test_twelve_of_the_fifteen_stay_torn() -> None:
    """The codes whose programs disagree, once R21 has settled three of them."""
    rows, _, _ = known()
    codes = sorted({row.code for row in rows if row.plan == CIGNA})
    torn = {code for code in codes if cigna(code)["lines"][0]["conflict"]}
    assert torn == {"22899", "64999", "E0492", "E0530"} | {
        *("E0782", "E0783", "E0785", "E0786"),
        *("L8685", "L8686", "L8687", "L8688"),
    }


def test_no_notation_is_uninterpreted() -> None:
    """R25: every notation of the document is read by some rule."""
    rows, _, _ = known()
    codes = sorted({row.code for row in rows if row.notation})
    assert not [code for code in codes if "uninterpreted" in cigna(code)["lines"][0]["notices"]]


@needs_seeds
def test_caller_may_override_proposals() -> None:
    """R7: a proposal the caller adds or empties."""
    damaged = set_aside_from_seed(SEEDS, ALLIANCE, {101: "0165T", 96: ()})
    named = {each.line: each.proposed for each in damaged}
    assert (named[101], named[96], named[97], named[104]) == (("0165T",), (), ("63082",), ())


def test_sleep_left_out_gives_the_equipment_row_back() -> None:
    """R21 after R28: a listing left out is no rival, so it does not take the row away."""
    line = cigna("E0470", programs=["Durable Medical Equipment"])["lines"][0]
    assert (line["requirement"], line["citation_lines"]) == ("out-of-scope", [1221])
    assert line["notices"] == ["part-of-sleep-dme"]
    assert line["candidate_lines"] == [1033, 1221]


def test_forbidden_ranges_are_spelled_out() -> None:
    """R24: every code of the range, in line pairs; listed or not."""
    given = cigna("S9368", "S9364", "S9366", "93598", "0796T")
    pairs = [lines for code, lines in given["findings"] if code == "do-not-report-together"]
    assert pairs == [[1, 2], [2, 3], [4, 5]]


def test_edition_findings() -> None:
    """R44: before the edition's year, and more than 92 days after the release became known."""
    assert cigna("22551", dos="2025-12-31")["findings"] == [["dos-before-edition", []]]
    assert cigna("22551", dos="2027-02-21")["findings"] == []
    assert cigna("22551", dos="2027-02-22")["findings"] == [["list-may-be-stale", []]]


def test_federal_table_crosses_regions_as_printed() -> None:
    """R15: 64494 goes with 64490; a carotid stent is no primary of 37239."""
    assert cigna("64494", "64490")["lines"][0]["primary_lines"] == [2]
    assert cigna("37239", "37215")["lines"][0]["needs"] == ["primary-procedure"]


def test_refusals_are_requests_only() -> None:
    """R19, R43: an empty segment, and a day before any release was known."""
    with pytest.raises(ValueError, match="segment"):
        cigna("T1031", segment="  ")
    with pytest.raises(ValueError, match="no-release"):
        cigna("T1031", known_at="2026-11-20")
