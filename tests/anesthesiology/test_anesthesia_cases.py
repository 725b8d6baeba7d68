"""The worked cases of cases/anesthesia: the ten printed cases, every exclusion, the two inferences, and the dates."""

import json
from pathlib import Path
from typing import Any

import pytest

import precert

PATH = Path(__file__).resolve().parents[2] / "cases" / "anesthesia" / "spine.jsonl"
CASES = [json.loads(line) for line in PATH.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']} {case['title']}")
def test_worked_case(case: dict[str, Any]) -> None:
    answer = precert.anesthesia(**case["request"]).to_dict()
    assert {
        "code": answer["code"],
        "pointers": answer["pointers"],
        "needs": answer["needs"],
        "inpatient_only": answer["inpatient_only"]["status"] if answer["inpatient_only"] else None,
        "findings": [each["code"] for each in answer["findings"]],
    } == case["expect"]


def test_the_cases_are_whole() -> None:
    """Every code, both kinds of codes elsewhere, every need, both inferences."""
    expected = [case["expect"] for case in CASES]
    assert {each["code"] for each in expected if each["code"]} == {
        *("00600", "00604", "00620", "00625", "00626", "00630", "00632", "00635", "00640", "00670")
    }
    assert {tuple(each["pointers"])[:1] for each in expected if each["pointers"]} == {("01937",), ("00540",)}
    assert {need for each in expected for need in each["needs"]} == {"region", "one-lung", "earlier-edition"}
    assert sum("our-inference" in each["findings"] for each in expected) >= 3
