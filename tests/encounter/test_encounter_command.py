"""What stands beside the lists, as the command shows it: findings, `--what-if`, and `show`."""

import json
from itertools import pairwise
from typing import Any

import pytest
from typer.testing import CliRunner

import precert
from precert import bootstrap
from precert.anesthesiology.shelf import bundled_book as spine_book
from precert.edits.shelf import bundled_book
from precert.encounter import code as codes
from precert.encounter.what_if import document
from precert.surfaces.cli.main import app

CIGNA = ("--plan", "cigna-commercial", "--date", "2026-03-02")
Given = dict[str, Any]


def run(*args: str, status: int = 0) -> str:
    done = CliRunner(env={"COLUMNS": "100"}).invoke(app, list(args), prog_name="precert")
    assert done.exit_code == status, done.stderr
    return done.stderr if status == 2 else done.stdout


def page(*args: str) -> str:
    return " ".join(run(*args).split())


# -- what if ---------------------------------------------------------------------------------------------------------------


def test_the_page_says_who_would_differ_and_how() -> None:
    told = page("check", *CIGNA, "62321", "64491", "22551", "22846", "99213", "--what-if")
    assert "WHAT IF ANOTHER CODE IS ORDERED" in told
    assert (
        "Line 1 (62321): 14 neighbours asked; these differ: "
        "- 0214T, 0215T, 64480, 64491, 64492 or 64634: Cannot tell yet; missing: primary-procedure "
        "- 64490: the same; line 2 (64491) then: Goes with line 1 (eviCore, MedSolutions)"
    ) in told
    assert "Line 3 (22551): 16 neighbours asked, no difference" in told
    assert "Line 5 (99213): the lists name no neighbour of this code" in told
    assert "WHAT IF" not in page("check", *CIGNA, "62321")


def test_a_bound_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("precert.encounter.what_if.MOST_TOLD", 2)
    told = page("check", *CIGNA, "62321", "--what-if")
    assert "- 0214T or 0215T: Cannot tell yet; missing: primary-procedure and 4 more" in told


def test_json_has_one_member_more() -> None:
    asked = {"plan": "cigna-commercial", "date_of_service": "2026-03-02", "lines": [{"code": "62321"}, {"code": "22551"}]}
    told = precert.check(asked)
    assert json.loads(run("check", *CIGNA, "62321", "22551", "--what-if", "--json")) == document(told, bootstrap.what_if(told))
    assert "what_if" not in json.loads(run("check", *CIGNA, "62321", "--json"))


def test_a_long_case_is_refused_in_one_line() -> None:
    told = run("check", *CIGNA, *["22551"] * 51, "--what-if", status=2)
    assert told == "precert: the case has 51 lines; neighbours are asked for at most 50\n"
    assert len(json.loads(run("check", *CIGNA, *["22551"] * 51, "--json"))["lines"]) == 51


# -- findings --------------------------------------------------------------------------------------------------------------


def test_the_page_shows_findings_with_their_lines() -> None:
    told = page("check", *CIGNA, "--pos", "24", "22551", "22614", "00632")
    assert "LOOK AT THIS - Line 2: 22614 is an add-on to 22600, 22610, 22612, 22630 or 22633 by the federal table of 2024Q2" in told
    assert "- Lines 1, 2 and 3: 00632 is anesthesia for spine surgery; it goes with the authorization of the case for Spine Surgery" in told
    assert "- Lines 1 and 3: 00632 is for the lumbar spine; the surgery is cervical." in told
    assert "- Line 3: 00632 is inpatient-only on 2026-03-02 by CMS's file of 2026-02; place of service 24 is an outpatient one." in told


# -- one code --------------------------------------------------------------------------------------------------------------


def known(code: str) -> Given:
    told: Given = json.loads(run("show", code, "--json"))["beside"]
    return told


def names(told: Given) -> list[str]:
    return [each["name"] for each in told["references"]]


def test_what_is_known_of_a_code_that_ended() -> None:
    told = known("K0553")
    assert [told[name] for name in ("added", "last", "first_file", "gone_since")] == ["2017-07-01", "2022-12-31", "2019-01", "2023-01"]
    assert [(each["since"], each["status"], each["source"]) for each in told["inpatient_only"]] == [
        ("2019-01", False, "opps"),
        ("2023-01", None, "opps"),
    ]
    assert names(told) == ["hcpcs-codes", "opps-codes", "opps-status"]
    shown = page("show", "K0553")
    assert "In force from 2017-07-01 to 2022-12-31, by CMS's HCPCS file" in shown
    assert "In CMS's outpatient files from 2019-01 on, and no longer since 2023-01" in shown


def test_what_is_known_of_an_anesthesia_code_shows_both_sources() -> None:
    told = known("00604")
    assert [(each["since"], each["status"], each["source"]) for each in told["inpatient_only"]] == [
        *(("2019-01", True, "opps"), ("2021-01", False, "opps"), ("2022-01", True, "opps"), ("2026-02", False, "opps")),
        *(("2017", True, "page"), ("2021", False, "page"), ("2022", True, "page")),
    ]
    assert [each["citation"] and each["citation"]["line"] for each in told["inpatient_only"]] == [None] * 4 + [12] * 3
    assert (told["added"], told["first_file"], names(told)) == (None, None, ["opps-status", "spine-anesthesia"])
    shown = page("show", "00604")
    assert "00604 beside the lists" in shown
    assert "by CMS's quarterly files: yes from 2019-01, no from 2021-01, yes from 2022-01, no from 2026-02" in shown
    assert "by the page about spine anesthesia: yes from 2017, no from 2021, yes from 2022" in shown
    assert "yes from an earlier day, no from 2019" in page("show", "00670")


def test_a_code_that_nothing_is_known_of() -> None:
    assert known("99213") == {
        **dict.fromkeys(("added", "last", "first_file", "gone_since")),
        "inpatient_only": [],
        "references": [],
    }
    assert "beside the lists" not in run("show", "99213")


def test_a_code_still_in_force_has_no_last_day() -> None:
    told = known("E0492")
    assert (told["added"], told["last"], told["first_file"], told["gone_since"]) == ("2024-01-01", None, "2024-01", None)
    assert names(told) == ["hcpcs-codes", "opps-codes", "opps-status"]
    assert "In force from 2024-01-01, by CMS's HCPCS file - In CMS's outpatient files from 2024-01 on Inpatient-only" in page(
        "show", "E0492"
    ).replace(" - Inpatient", " Inpatient")


def test_quarters_of_one_answer_are_one_period() -> None:
    """From one payable status to another, a code stays not inpatient-only; every quarter is still told."""
    spine = spine_book()
    for code in sorted(spine.status.codes)[::40]:
        periods = [each for each in codes.known(code, bundled_book(), spine).inpatient_only if each.source == "opps"]
        assert all(one.status != two.status for one, two in pairwise(periods))
        for quarter in spine.status.quarters:
            letter = spine.status.letter(code, quarter)
            past = [each.status for each in periods if each.since and each.since <= quarter]
            assert (past[-1] if past else None) == (None if letter is None else letter == "C")
