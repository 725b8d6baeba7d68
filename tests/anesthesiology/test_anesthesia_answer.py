"""The answer field by field: worked cases, the JSON shape, and questions that cannot be read."""

import json
import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from precert.anesthesiology.answer import Choice, anesthesia
from precert.anesthesiology.terms import DISCLAIMER, QuestionError
from precert.facts.model import Facts

PAGE = {"document": "004_83fde97dc6f89b60.txt", "sha256": "99026c1204b978ba3dfbeca194f9e3c94fd637fb13a530db0b3e22ce20064add"}
IMAGE_GUIDED = ["01937", "01938", "01939", "01940", "01941", "01942"]
MEMBERS = [
    *("schema", "date_of_service", "facts", "code", "pointers", "needs", "because", "would_change", "not_chosen", "included"),
    *("do_not_report", "inpatient_only", "mips", "added", "changed", "changed_note", "candidates", "citations", "findings"),
    *("references", "disclaimer"),
]
SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "docs" / "schemas" / "anesthesia-1.json").read_text("utf-8"))
Given = dict[str, Any]
TRANSTHORACIC: Given = {"region": "thoracic", "anterior_transthoracic": True}


def on(day: str = "2026-05-01", **facts: Any) -> Given:  # noqa: ANN401 - facts are of two types
    return anesthesia(date=day, **facts).to_dict()


def lines(answer: Given) -> list[int]:
    return [each["line"] for each in answer["citations"]]


# The ten printed cases: what the page says each code is for, and the lines that say so.
PRINTED: list[tuple[str, Given, str, str | None, str | None, list[int]]] = [
    ("00600", {"region": "cervical"}, "1990-01-01", None, "never", [4, 5, 6, 8]),
    ("00604", {"region": "cervical", "sitting": True}, "1990-01-01", "2001-01-01", None, [10, 11, 12, 14]),
    ("00620", {"region": "thoracic"}, "1990-01-01", "2015-01-01", None, [16, 17, 19]),
    ("00625", {**TRANSTHORACIC, "one_lung": False}, "2010-01-01", "2017-01-01", None, [21, 22, 24, 25, 29]),
    ("00626", {**TRANSTHORACIC, "one_lung": True}, "2007-01-01", "2010-01-01", None, [27, 28, 31, 32]),
    ("00630", {"region": "lumbar"}, "1990-01-01", None, "never", [34, 35, 37, 38]),
    ("00632", {"region": "lumbar", "sympathectomy": True}, "1990-01-01", None, "not-stated", [40, 41, 44]),
    ("00635", {"region": "lumbar", "lumbar_puncture": True}, "2001-01-01", None, "never", [46, 47, 49]),
    ("00640", {"closed_or_manipulation": True}, "2003-01-01", None, "never", [51, 56]),
    ("00670", {"extensive": True}, "1990-01-01", "2001", None, [58, 59, 61]),
]


@pytest.mark.parametrize("printed", PRINTED, ids=[each[0] for each in PRINTED])
def test_the_ten_printed_cases(printed: tuple[Any, ...]) -> None:
    code, facts, added, changed, note, cited = printed
    answer = on(**facts)
    assert (answer["code"], answer["pointers"], answer["needs"]) == (code, [], [])
    assert (answer["added"], answer["changed"], answer["changed_note"]) == (added, changed, note)
    assert answer["mips"] == {"in_program": True, "as_of": None}
    assert lines(answer) == cited
    assert all(PAGE.items() <= each.items() for each in answer["citations"])


def exclusion(code: str, when: Given, use: list[str], line: int) -> Given:
    return {"code": code, "when": when, "use": use, "citation": {**PAGE, "line": line}}


IMAGE = exclusion("00600", {"image_guided": True}, IMAGE_GUIDED, 6)
THORACOTOMY = exclusion("00625", {"non_spinal_thoracotomy": True}, ["00540", "00541"], 29)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"region": "cervical"}, [IMAGE]),
        ({**TRANSTHORACIC, "one_lung": False}, [exclusion("00625", {"one_lung": True}, ["00626"], 22), THORACOTOMY]),
        ({**TRANSTHORACIC, "one_lung": True}, [exclusion("00626", {"one_lung": False}, ["00625"], 28)]),
        ({"region": "lumbar", "sympathectomy": True}, [exclusion("00632", {"sympathectomy": False}, ["00630"], 41)]),
        ({"region": "lumbar"}, []),
        ({"image_guided": True, "region": "lumbar"}, [IMAGE]),
        ({"non_spinal_thoracotomy": True}, [THORACOTOMY]),
        ({}, []),
    ],
)
def test_every_exclusion_is_shown(facts: Given, expected: list[Given]) -> None:
    assert on(**facts)["do_not_report"] == expected


@pytest.mark.parametrize(
    "excluded",
    [IMAGE, THORACOTOMY, *on(**TRANSTHORACIC, one_lung=True)["do_not_report"], *on(**TRANSTHORACIC, one_lung=False)["do_not_report"]],
)
def test_every_exclusion_decides_so(excluded: Given) -> None:
    """With the facts that a code is excluded for, the answer is what the page says to use."""
    usual = next(facts for code, facts, *_ in PRINTED if code == excluded["code"])
    answer = on(**{**usual, **excluded["when"]})
    assert [answer["code"]] == excluded["use"] or answer["pointers"] == excluded["use"]


def test_the_included() -> None:
    assert on(region="lumbar", lumbar_puncture=True)["included"] == ["lumbar puncture"]
    assert on(extensive=True)["included"] == ["instrumentation", "vascular procedures"]
    assert on(region="lumbar")["included"] == []


@pytest.mark.parametrize(
    "facts", [{"region": "lumbar", "lumbar_puncture": True}, *({"image_guided": True, "region": each} for each in (None, "lumbar"))]
)
def test_the_two_inferences_are_marked(facts: Given) -> None:
    answer = on(**facts)
    assert [each["code"] for each in answer["findings"]] == ["our-inference"]
    assert answer["findings"][0]["severity"] == "info"
    assert f"Our inference: {answer['findings'][0]['message']}" in answer["because"]


def test_the_misplaced_sentence_is_a_finding_wherever_it_is_used() -> None:
    for facts in ({"non_spinal_thoracotomy": True}, {**TRANSTHORACIC, "one_lung": False}):
        assert [(each["code"], each["citation"]["line"]) for each in on(**facts)["findings"] if each["code"] == "wrong-section"] == [
            ("wrong-section", 29)
        ]
    assert not on(**TRANSTHORACIC, one_lung=True)["findings"]


def test_a_code_pointed_to_may_be_inpatient_only() -> None:
    codes = [each["code"] for each in on(non_spinal_thoracotomy=True)["findings"]]
    assert codes == ["wrong-section", "pointer-inpatient-only"]
    assert "pointer-inpatient-only" not in [each["code"] for each in on("1985-01-01", non_spinal_thoracotomy=True)["findings"]]


def test_the_contracts_example() -> None:
    answer = on("2025-05-01", region="cervical", sitting=True)
    assert list(answer) == MEMBERS
    assert answer["schema"] == "precert.anesthesia/1"
    assert answer["date_of_service"] == "2025-05-01"
    assert answer["facts"] == {"region": "cervical", "sitting": True}
    assert (answer["code"], answer["pointers"], answer["needs"]) == ("00604", [], [])
    assert answer["because"] == ["Rule 5 decides: region cervical, sitting position."]
    assert {"facts": {"extensive": True}, "code": "00670", "pointers": [], "needs": []} in answer["would_change"]
    assert [(*each["facts"], each["code"], each["pointers"]) for each in answer["would_change"]] == [
        ("image_guided", None, IMAGE_GUIDED),
        ("non_spinal_thoracotomy", None, ["00540", "00541"]),
        ("extensive", "00670", []),
        ("closed_or_manipulation", "00640", []),
    ]
    assert {"code": "00600", "why": "Rule 5 is tried first, and decides."} in answer["not_chosen"]
    assert {"code": "00630", "why": "It is for region lumbar; given is: region cervical."} in answer["not_chosen"]
    assert {"code": "00670", "why": "Not known: extensive procedure on spine and cord."} in answer["not_chosen"]
    assert (answer["included"], answer["do_not_report"]) == ([], [])
    assert answer["inpatient_only"] == {"status": True, "source": "opps", "quarter": "2025-04", "disagreement": None}
    assert answer["mips"] == {"in_program": True, "as_of": None}
    assert (answer["added"], answer["changed"], answer["changed_note"]) == ("1990-01-01", "2001-01-01", None)
    assert (answer["candidates"], answer["findings"]) == ([], [])
    assert {**PAGE, "line": 11} in answer["citations"]
    assert [each["name"] for each in answer["references"]] == ["spine-anesthesia", "opps-status"]
    assert [each["edition"] for each in answer["references"]] == ["2026-11-21", "2026-04"]
    assert answer["disclaimer"] == DISCLAIMER


NOTHING: Given = {"inpatient_only": None, "mips": None, "added": None, "changed": None, "changed_note": None, "included": []}


NO_CODE: list[tuple[Given, list[int]]] = [
    ({}, []),
    ({"image_guided": True}, [6]),
    ({"non_spinal_thoracotomy": True}, [29]),
    (TRANSTHORACIC, [22, 28]),
]


def test_without_a_code_what_is_said_of_a_code_is_null() -> None:
    for facts, cited in NO_CODE:
        answer = on(**facts)
        assert NOTHING.items() <= answer.items()
        assert lines(answer) == cited
    late = on("1989-12-31", region="cervical")
    assert NOTHING.items() <= late.items()
    assert lines(late) == [4, 5, 6, 8]


@pytest.mark.parametrize(
    ("facts", "because"),
    [
        ({}, ["Rule 11 decides: the facts known lead to no code, and the region is not known."]),
        ({"region": "lumbar"}, ["Rule 10 decides: region lumbar; no more specific rule's facts are all known."]),
        (
            TRANSTHORACIC,
            [
                "Rule 7 decides: region thoracic, anterior transthoracic approach.",
                "The code depends on one-lung ventilation, which is not known.",
            ],
        ),
        (
            {**TRANSTHORACIC, "one_lung": False, "day": "2009-12-31"},
            [
                "Rule 7 decides: region thoracic, anterior transthoracic approach, no one-lung ventilation.",
                "Not offered for 2009-12-31: 00625. The page dates it from 2010-01-01. What was reported before is not known here (R50).",
            ],
        ),
        (
            {"non_spinal_thoracotomy": True},
            ["Rule 2 decides: thoracotomy that is not spinal.", "None of the ten codes: the page points to 00540, 00541."],
        ),
        (
            {"non_spinal_thoracotomy": True, "day": "1989-12-31"},
            [
                "Rule 2 decides: thoracotomy that is not spinal.",
                (
                    "Not offered for 1989-12-31: 00540, 00541. The page does not date these codes; its earliest date is 1990-01-01. "
                    "What was reported before is not known here (R50)."
                ),
            ],
        ),
    ],
)
def test_because(facts: Given, because: list[str]) -> None:
    assert on(**facts)["because"] == because


def test_why_a_code_that_did_not_exist_was_not_chosen() -> None:
    answer = on("2009-12-31", **TRANSTHORACIC, one_lung=False)
    assert {"code": "00625", "why": "It was added on 2010-01-01, after the date of service."} in answer["not_chosen"]


def test_a_choice_shows_itself_in_one_line() -> None:
    assert repr(anesthesia(region="cervical", date="2026-05-01")) == "<Choice for 2026-05-01: 00600>"
    assert repr(anesthesia(non_spinal_thoracotomy=True, date="2026-05-01")) == "<Choice for 2026-05-01: 00540, 00541>"
    assert repr(anesthesia(date="2026-05-01")) == "<Choice for 2026-05-01: region>"


# -- the shape -------------------------------------------------------------------------------------------------------------

ANSWERS: list[Choice] = [
    *(anesthesia(date=day, **facts) for _, facts, *_ in PRINTED for day in ("1985-06-01", "2018-06-01", "2021-06-01", "2026-11-01")),
    anesthesia(date=date(2026, 5, 1)),
    anesthesia(date="2021-05-01", image_guided=True),
    anesthesia(date="2026-05-01", non_spinal_thoracotomy=True),
    anesthesia(date="2026-05-01", **TRANSTHORACIC),
    anesthesia(date="2026-05-01", surgery={"22551": Facts(regions=("cervical",)), "22612": Facts(regions=("lumbar",)), "0202T": None}),
]


@pytest.mark.parametrize("choice", ANSWERS, ids=repr)
def test_every_answer_fits_the_schema(choice: Choice) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    answer = json.loads(json.dumps(choice.to_dict()))
    assert list(answer) == MEMBERS
    assert [each.message for each in Draft202012Validator(SCHEMA).iter_errors(answer)] == []
    assert sum(map(bool, (answer["code"], answer["pointers"], answer["needs"]))) == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"code": "604"},
        {"needs": ["sitting"]},
        {"facts": {"seated": True}},
        {"more": 1},
        {"needs": ["region"]},
        {"pointers": ["00540"]},
        {"code": None},
    ],
)
def test_a_broken_answer_does_not_fit_the_schema(broken: Given) -> None:
    answer = json.loads(json.dumps(on(region="cervical"))) | broken
    assert list(Draft202012Validator(SCHEMA).iter_errors(answer))


def test_the_same_bytes_whatever_the_surroundings() -> None:
    """R42."""
    script = (
        "import json; from precert.anesthesiology.answer import anesthesia; from precert.facts.model import Facts; "
        "codes = {'63077': Facts(regions=('thoracic',), approach='anterior'), '22551': Facts(regions=('cervical',)), '99999': None}; "
        "print(json.dumps(anesthesia(date='2026-05-01', surgery=codes).to_dict()))"
    )
    told = set()
    for seed, zone in (("1", "UTC"), ("2", "Pacific/Kiritimati")):
        env = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone}
        told.add(subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, check=True).stdout)
    assert len(told) == 1


# -- questions that cannot be read -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "code", "quoted"),
    [
        ({"region": "Cervical"}, "bad-region", "`Cervical`"),
        ({"region": 1}, "bad-region", "`1`"),
        ({"region": "sacral"}, "bad-region", "`sacral`"),
        ({"sitting": "yes"}, "bad-field", "`sitting`"),
        ({"one_lung": 1}, "bad-field", "`one_lung`"),
        ({"date": "2026-5-1"}, "bad-date", "`2026-5-1`"),
        ({"date": "2026-02-30"}, "bad-date", "`2026-02-30`"),
        ({"date": "2026-05-01\n"}, "bad-date", "`date`"),
        ({"date": datetime(2026, 5, 1)}, "bad-date", "`date`"),  # noqa: DTZ001 - a clock's time is no day of service
        ({"date": None}, "bad-date", "`None`"),
        ({"surgery": {"2255": None}}, "bad-code", "`2255`"),
    ],
)
def test_a_bad_question_is_refused(given: Given, code: str, quoted: str) -> None:
    with pytest.raises(QuestionError) as error:
        anesthesia(**{"date": "2026-05-01", **given})
    assert error.value.code == code
    assert quoted in str(error.value)
    assert isinstance(error.value, ValueError)
