"""The worked cases of cases/*.jsonl, answered by the engine."""

import json
from pathlib import Path
from typing import Any

import pytest

import precert
from precert.requirement.terms import FindingCode

CASES = [
    json.loads(line)
    for path in sorted((Path(__file__).parents[1] / "cases").glob("*.jsonl"))
    for line in path.read_text(encoding="utf-8").splitlines()
]


def managed_by(line: dict[str, Any]) -> str | None:
    return line["managed_by"]["kind"] if line["managed_by"] else None


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']} {case['title']}")
def test_worked_case(case: dict[str, Any]) -> None:
    answer = precert.check(case["request"]).to_dict()
    told = [
        {
            **{name: line[name] for name in ("requirement", "platform", "conflict", "limits", "primary_lines", "needs")},
            "managed_by": managed_by(line),
            "citation_lines": [citation["line"] for citation in line["citations"]],
        }
        for line in answer["lines"]
    ]
    assert told == case["expect"]
    assert [[managed_by(group), group["platform"], group["program"], group["lines"]] for group in answer["cases"]] == case["cases"]
    also = case.get("also", {})
    assert set(also.get("findings", ())) <= {finding["code"] for finding in answer["findings"]}
    assert set(also.get("notices", ())) <= {notice["kind"] for line in answer["lines"] for notice in line["notices"]}
    if "beside" in also:
        assert [[each["code"], each["lines"]] for each in answer["findings"] if each["code"] not in set(FindingCode)] == also["beside"]
    for contact in also.get("contacts", ()):
        assert contact in [each for line in answer["lines"] for each in line["contacts"]]


def test_there_are_cases() -> None:
    assert len(CASES) >= 119
