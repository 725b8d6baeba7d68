"""`precert check`: how lines, options and cases are read, and what a scheduler is told."""

import json
from pathlib import Path
from typing import Any

import pytest

import precert
from precert.facts.condition import KINDS
from precert.requirement.terms import Limit, Need, Requirement
from precert.surfaces import words
from precert.surfaces.cli.check import read_line
from tests.cli.conftest import CIGNA, Run

CASE: dict[str, Any] = {"plan": "cigna-commercial", "date_of_service": "2026-03-02", "lines": [{"code": "22551"}]}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("22551", {"code": "22551", "modifiers": [], "units": 1}),
        ("K0823-RR", {"code": "K0823", "modifiers": ["RR"], "units": 1}),
        ("E2361-NU-RT:12", {"code": "E2361", "modifiers": ["NU", "RT"], "units": 12}),
        ("22551:", {"code": "22551", "modifiers": [], "units": ""}),
        ("22551:٣", {"code": "22551", "modifiers": [], "units": "٣"}),
        ("", {"code": "", "modifiers": [], "units": 1}),
    ],
)
def test_a_line_is_taken_apart(text: str, line: dict[str, Any]) -> None:
    assert read_line(text) == line


@pytest.mark.parametrize("line", ["22551:0", "22551:10000", "22551:-1", "22551:", "22551:1:2", "22551-5", "22551-", "22551-AAA"])
def test_bad_units_and_modifiers_are_request_errors(inside: Run, line: str) -> None:
    told = inside("check", *CIGNA, line)
    assert (told.status, told.out) == (2, "")
    assert "line 1 has" in told.err


@pytest.mark.parametrize("code", ["2255", "", "HELLO", "225511", "２２５５１"])  # noqa: RUF001 - wide digits are none of ours
def test_a_malformed_code_is_answered(inside: Run, code: str) -> None:
    told = inside("check", "--json", *CIGNA, code, "22551")
    assert told.status == 1
    assert [line["requirement"] for line in json.loads(told.out)["lines"]] == ["invalid-code", "required"]


def test_options_reach_the_case(inside: Run) -> None:
    options = ("--segment", "FL-DSNP", "--state", "fl", "--pos", "12", "--program", "Sleep", "--program", "Home Health")
    answer = json.loads(inside("check", "--json", *CIGNA, *options, "T1021").out)
    assert {name: answer[name] for name in ("segment", "state", "place_of_service", "programs")} == {
        "segment": "fl-dsnp",
        "state": "FL",
        "place_of_service": "12",
        "programs": ["Sleep", "Home Health"],
    }
    page = inside("check", *CIGNA, *options, "T1021").out
    for told in ("Segment: fl-dsnp", "State: FL", "Place of service: 12", "Programs bought: Sleep, Home Health"):
        assert told in page


def test_without_a_date_today_is_used_and_said(inside: Run) -> None:
    told = inside("check", "--plan", "cigna-commercial", "22551")
    today = json.loads(inside("check", "--json", "--plan", "cigna-commercial", "22551").out)["date_of_service"]
    assert f"Date of service: {today} (today; --date sets another)" in told.out


def test_a_case_from_a_file_or_from_stdin(inside: Run, tmp_path: Path) -> None:
    asked = json.dumps(CASE | {"reference": "ord-7"})
    path = tmp_path / "case.json"
    path.write_text("\ufeff" + asked, encoding="utf-8")
    from_file, from_stdin = inside("check", "--json", "--case", str(path)), inside("check", "--json", "--case", "-", stdin=asked)
    assert from_file == from_stdin
    assert json.loads(from_file.out) == precert.check(json.loads(asked)).to_dict()
    assert "Case: ord-7" in inside("check", "--case", str(path)).out


def test_options_fill_in_what_a_case_leaves_out(inside: Run) -> None:
    asked = json.dumps({"plan": None, "lines": CASE["lines"], "segment": "fl-dsnp"})
    answer = json.loads(inside("check", "--json", "--case", "-", *CIGNA, "--segment", "FL-DSNP", "--state", "FL", stdin=asked).out)
    assert (answer["plan"], answer["date_of_service"], answer["segment"], answer["state"]) == (
        "cigna-commercial",
        "2026-03-02",
        "fl-dsnp",
        "FL",
    )


@pytest.mark.parametrize(
    ("options", "case", "said"),
    [
        (("--date", "2026-03-03"), CASE, "--date contradicts the case, whose `date_of_service` is `2026-03-02`"),
        (("--plan", "health-alliance-medical"), CASE, "--plan contradicts the case"),
        (("--program", "Sleep"), CASE | {"programs": []}, "--program contradicts the case, whose `programs` is `[]`"),
        (("22551",), CASE, "either lines or --case, not both"),
        ((), {"plan": "cigna-commercial", "lines": CASE["lines"]}, "the case has no `date_of_service`"),
        ((), {"date_of_service": "2026-03-02", "lines": CASE["lines"]}, "the case names no `plan`"),
        ((), CASE | {"lines": []}, "the case has no lines"),
        ((), CASE | {"patient": "x"}, "a member `patient` that nothing reads"),
        ((), [CASE], "is not an object"),
    ],
)
def test_a_case_that_cannot_be_read(inside: Run, options: tuple[str, ...], case: object, said: str) -> None:
    told = inside("check", "--case", "-", *options, stdin=json.dumps(case))
    assert (told.status, told.out) == (2, "")
    assert said in told.err


@pytest.mark.parametrize(
    "text", ["", "{", '{"plan": NaN}', '{"plan": "a", "plan": "b"}', "[" * 100_000, '{"plan": ' + "9" * 5000 + "}", "\ud800"]
)
def test_a_case_that_is_no_json(inside: Run, tmp_path: Path, text: str) -> None:
    path = tmp_path / "case.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    told = inside("check", "--case", str(path))
    assert (told.status, told.out) == (2, "")
    assert told.err.startswith(f"precert: the case `{path}` is not JSON that can be read")
    assert told.err.count("\n") == 1


# -- what a scheduler is told ----------------------------------------------------------------------------------------------


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (("64484",), "Line 1 (64484): Which procedure does it go with? Add that code to the order. A federal table names 64483."),
        (("C9734",), "ASK THE PLAN (Cigna)"),
        (("E0784",), "phone 888-454-0013, option 5, fax 877-730-3858"),
        (("S9364", "S9365"), "Lines 1 and 2: The list forbids reporting S9364 together with S9365. 003_db63ac5a01d801bc.txt:1822"),
        (("77776",), "The list names another code to use: 77799. 003_db63ac5a01d801bc.txt:896"),
        (("K0856",), "Is it bought or rented? Add NU (bought new), UE (bought used) or RR (rented), as in K0856-NU."),
        (("99213",), "The plan publishes these elsewhere; they were not looked at: Medical Oncology; Laboratory Management."),
        (("E0470",), "The list says no PA"),
        (("43206",), "The list calls it experimental or investigational"),
        (("L8680", "22551"), "Goes with line 2"),
    ],
)
def test_a_page_says(inside: Run, order: tuple[str, ...], said: str) -> None:
    assert flat(said) in flat(inside("check", *CIGNA, *order).out)


def test_programs_that_differ_are_shown_with_both_rows(inside: Run) -> None:
    page = inside("check", *CIGNA, "L8685", "22551").out
    part = page.partition("THE LIST SAYS DIFFERENT THINGS")[2]
    assert "003_db63ac5a01d801bc.txt:673" in part
    assert "003_db63ac5a01d801bc.txt:1790 (answered)" in part


def test_a_list_that_names_no_manager_and_has_damaged_rows(inside: Run) -> None:
    page = flat(inside("check", "--plan", "health-alliance-medical", "--date", "2026-12-01", "22551", "63081").out)
    assert "1. the list does not say who manages it, nor where; program: Spine" in page
    assert "Someone has to read it: 000_4ec7730ef9e478f2.txt:96" in page


@pytest.mark.parametrize("width", ["20", "60", "80", "100", "120", "140", "200"])
def test_no_citation_is_broken(inside: Run, width: str) -> None:
    order = ("22551", "L8685", "64484", "T1021", "E0784", "L5681", "J7330", "K0856-NU-RT:1234", "22899")
    page = inside("check", *CIGNA, *order, env={"COLUMNS": width}).out
    for line in precert.check(CASE | {"lines": [{"code": each[:5]} for each in order]}).to_dict()["lines"]:
        for cited in line["citations"]:
            assert f"{cited['document']}:{cited['line']}" in page
    assert all(len(line) <= max(int(width), 82) for line in page.splitlines())
    assert page.isascii()


def test_a_token_cannot_paint(inside: Run) -> None:
    page = inside("check", *CIGNA, "\x1b[31mred\x07").out
    assert "\x1b" not in page
    assert "\\x1b[31mred\\x07" in page


def test_every_word_of_the_vocabularies_has_words() -> None:
    assert set(words.ASKS) == set(Requirement)
    assert set(words.QUESTIONS) == set(Need)
    assert set(words.LIMITS) == set(Limit)
    assert set(words.CONDITIONS) == set(KINDS.values())


def test_no_answer_sounds_like_no_authorization_unless_the_list_says_so() -> None:
    told = {each: text for each, text in words.ASKS.items() if "no PA" in text}
    assert told == {
        Requirement.NOT_REQUIRED: "The list says no PA",
        Requirement.NOT_ON_LIST: "Not on the list - this does not mean no PA",
    }
