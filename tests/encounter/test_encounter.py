"""R53, R66-R68 in an order: what stands beside the lists, and that it changes nothing of what they ask."""

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, NoReturn

import pytest

import precert
from precert import bootstrap
from precert.anesthesiology.shelf import bundled_book as spine_book
from precert.anesthesiology.terms import FindingCode as SpineFinding
from precert.edits import book as edits_book
from precert.edits.shelf import bundled_book
from precert.encounter.answer import SPINE_ANESTHESIA, Beside, answer
from precert.encounter.terms import EncounterCode
from precert.facts.model import Cell
from precert.requirement.determine import determine
from precert.requirement.terms import FindingCode, Severity

CIGNA, ALLIANCE = "cigna-commercial", "health-alliance-medical"
Given = dict[str, Any]


def order(*codes: str, plan: object = CIGNA, day: object = "2026-03-02", **more: object) -> Given:
    return {"plan": plan, "date_of_service": day, "lines": [{"code": code} for code in codes], **more}


def told(*codes: str, **more: object) -> list[tuple[str, list[int]]]:
    """The findings from beside the lists."""
    findings = precert.check(order(*codes, **more)).to_dict()["findings"]
    return [(each["code"], each["lines"]) for each in findings if each["code"] not in set(FindingCode)]


def message(code: str, *codes: str, **more: object) -> str:
    (found,) = (each for each in precert.check(order(*codes, **more)).findings if each.code == code)
    return found.message


# -- coding edits ----------------------------------------------------------------------------------------------------------


def test_a_federal_add_on_whose_case_has_no_primary() -> None:
    assert told("22614", "22551") == [("add-on-without-listed-primary", [1])]
    assert told("22614", "22612") == []
    assert told("22614", "22614") == [("add-on-without-listed-primary", [1, 2])]
    assert "22600, 22610, 22612, 22630 or 22633" in message("add-on-without-listed-primary", "22614")


def test_an_add_on_label_is_another_notion() -> None:
    """A row that is labelled and that the federal table does not know, and the other way round."""
    index, federal = precert.rulebook(CIGNA).index, bundled_book().add_ons.codes
    labelled = next(code for code in index.codes() if code not in federal and index.rows(code)[0].listing.printed is Cell.ADD_ON)
    assert told(labelled) == []
    assert precert.check(order(labelled)).lines[0].requirement == "undetermined"
    assert ("add-on-without-listed-primary", [1]) in told("22853")
    assert precert.check(order("22853")).lines[0].requirement == "required"


@pytest.mark.parametrize("code", ["K0553", "J2505", "K1001", "E2300"])
def test_codes_that_ended_by_2024(code: str) -> None:
    assert told("22551", code) == [("code-ended", [2])]
    assert told(code, day="2021-07-01") == []


def test_a_code_that_was_not_added_yet() -> None:
    assert told("E0492", day="2023-12-31") == [("code-not-yet-added", [1])]
    assert told("E0492", day="2024-01-01") == []
    assert told("37254", day="2025-12-31") == [("code-not-yet-added", [1])]
    assert told("37254", day="2026-01-15") == []


def test_a_finding_names_the_table_that_it_was_made_from_and_no_other() -> None:
    def names(*codes: str) -> list[tuple[str, str]]:
        return [(each["name"], each["edition"]) for each in precert.check(order(*codes)).to_dict()["references"]]

    lists = names("22551")
    assert lists == [("ncci-add-on", "2024Q2")]
    assert names("K0553") == [*lists, ("hcpcs-codes", "2024")]
    assert names("22614", "0275T", "K0553") == [*lists, ("hcpcs-codes", "2024"), ("ncci-add-on", "2024Q2"), ("opps-codes", "2026-04")]
    page = spine_book().page.reference
    assert names("00630") == [*lists, (page.name, page.edition)]
    ids = [each["id"] for each in precert.check(order("22614", "K0553")).to_dict()["references"]]
    assert ids[1:] == [bundled_book().hcpcs.reference.id, bundled_book().add_ons.reference.id]


def test_a_reference_that_a_release_names_already_is_named_once() -> None:
    index = precert.rulebook(CIGNA).index
    carried = bundled_book().add_ons.reference
    beside = Beside(edits=bundled_book, anesthesia=spine_book)
    known = replace(index, references=(*index.references, carried), written=None)
    assert answer(order("22614"), known, beside).references == ()
    assert answer(order("22614"), index, beside).references == (carried,)
    assert [each["id"] for each in answer(order("22614"), known, beside).to_dict()["references"]].count(carried.id) == 1
    bare = replace(index, references=(), written=None)
    assert answer(order("22614"), bare, beside).to_dict()["references"] == [
        {"name": carried.name, "edition": carried.edition, "id": carried.id}
    ]


# -- anesthesia ------------------------------------------------------------------------------------------------------------


def test_a_cervical_surgery_with_lumbar_anesthesia() -> None:
    found = told("22551", "00630")
    assert found == [("anesthesia-goes-with", [1, 2]), ("anesthesia-region-mismatch", [1, 2])]
    mismatch = precert.check(order("22551", "00630")).to_dict()["findings"][1]
    assert mismatch["message"] == "00630 is for the lumbar spine; the surgery is cervical."
    assert (mismatch["severity"], mismatch["citation"]["line"]) == ("warning", 34)


@pytest.mark.parametrize(
    ("code", "others"), [("00600", ["22551"]), ("00630", ["22551", "22612"]), ("00640", ["22551"]), ("00670", ["22612"])]
)
def test_anesthesia_that_contradicts_nothing(code: str, others: list[str]) -> None:
    assert [what for what, _ in told(*others, code)] == ["anesthesia-goes-with"]


def test_the_case_whose_authorization_it_goes_with() -> None:
    assert message("anesthesia-goes-with", "22551", "99213", "00600") == (
        "00600 is anesthesia for spine surgery; it goes with the authorization of the case for Spine Surgery (eviCore, CareCore National)."
    )
    assert told("22551", "K0553", "00600", "22845")[1] == ("anesthesia-goes-with", [1, 3, 4])
    (found,) = (each for each in precert.check(order("22551", "00600")).findings if each.code == "anesthesia-goes-with")
    assert (found.severity, found.citation) == (Severity.INFO, None)


def test_it_goes_with_the_surgery_of_its_own_region() -> None:
    """62323 is lumbar and 22551 cervical, each in a case of its own."""
    assert [group.lines for group in precert.check(order("22551", "62323")).cases] == [(1,), (2,)]
    assert told("22551", "62323", "00600") == [("anesthesia-goes-with", [1, 3])]
    assert told("22551", "62323", "00630") == [("anesthesia-goes-with", [2, 3])]
    assert told("22551", "62323", "00670") == [("anesthesia-goes-with", [1, 3]), ("anesthesia-goes-with", [2, 3])]
    may = [each.message for each in precert.check(order("22551", "62323", "00670")).findings]
    assert all("it may go with the authorization of the case for " in each for each in may)
    thoracic = told("22551", "62323", "00620")
    assert [what for what, _ in thoracic] == ["anesthesia-goes-with", "anesthesia-goes-with", "anesthesia-region-mismatch"]
    assert thoracic[-1] == ("anesthesia-region-mismatch", [1, 2, 3])


def test_no_case_to_go_with() -> None:
    assert told("00630") == [("anesthesia-without-case", [1])]
    assert told("99213", "00630", "00630") == [("anesthesia-without-case", [2, 3])]
    assert "the list names a part of the spine for no other line" in message("anesthesia-without-case", "00630")
    torn = next(code for code in ("64491", "64480", "64634") if precert.check(order(code)).lines[0].requirement == "undetermined")
    assert told("00600", torn)[-1] == ("anesthesia-without-case", [1, 2])
    assert "no case is to be built for the surgery" in message("anesthesia-without-case", "00600", torn)


def test_a_list_that_names_neither_manager_nor_platform() -> None:
    assert message("anesthesia-goes-with", "22551", "00600", plan=ALLIANCE).endswith("the authorization of the case for Spine.")


def test_several_anesthesia_lines_are_each_looked_at() -> None:
    assert told("22551", "00600", "00630") == [
        ("anesthesia-goes-with", [1, 2]),
        ("anesthesia-goes-with", [1, 3]),
        ("anesthesia-region-mismatch", [1, 3]),
    ]


# -- inpatient-only --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "day", "expected"),
    [("24", "2026-05-01", True), ("22", "2018-06-01", True), ("21", "2026-05-01", False), (None, "2026-05-01", False)],
)
def test_00632_at_an_outpatient_place(place: str | None, day: str, expected: bool) -> None:
    found = told("00632", place_of_service=place, day=day)
    assert (("inpatient-only-outpatient", [1]) in found) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2018-06-01", True), ("2020-06-01", True), ("2021-06-01", False), ("2023-06-01", True), ("2026-05-01", False)],
)
def test_00604_by_date(day: str, expected: bool) -> None:
    assert (("inpatient-only-outpatient", [2]) in told("22551", "00604", place_of_service="24", day=day)) == expected


def test_a_surgical_code_that_is_inpatient_only() -> None:
    status = spine_book().status
    listed = precert.rulebook(CIGNA).index
    inpatient = next(code for code in listed.codes() if status.letter(code, "2026-02") == "C")
    assert told(inpatient, place_of_service="22") == [("inpatient-only-outpatient", [1])]
    assert told(inpatient, place_of_service="21") == []
    references = [each["name"] for each in precert.check(order(inpatient, place_of_service="22")).to_dict()["references"]]
    assert references == ["ncci-add-on", "opps-status"]
    page = [each.name for each in precert.check(order("00632", place_of_service="22", day="2018-06-01")).references]
    assert "opps-status" not in page


# -- laws ------------------------------------------------------------------------------------------------------------------


def orders(count: int, seed: int) -> Iterator[Given]:
    draw = random.Random(seed)
    for _ in range(count):
        plan = draw.choice(bootstrap.plans())
        listed = list(precert.rulebook(plan).index.codes())
        watched = sorted(bundled_book().watched.intersection(listed))
        codes = [
            draw.choice((listed, watched or listed, sorted(SPINE_ANESTHESIA), ["99213", "bad", ""])[draw.randrange(4)]) for _ in range(6)
        ]
        day = date.fromordinal(draw.randint(date(2016, 1, 1).toordinal(), date(2027, 1, 1).toordinal()))
        yield order(*codes[: draw.randint(1, 6)], plan=plan, day=day.isoformat(), place_of_service=draw.choice([None, "11", "21", "24"]))


@pytest.mark.parametrize("seed", range(3))
def test_what_stands_beside_changes_nothing_of_what_the_lists_ask(seed: int) -> None:
    some = 0
    for case in orders(200, seed):
        whole, lists = precert.check(case), determine(case, precert.rulebook(case["plan"]).index)
        own = [each for each in whole.findings if isinstance(each.code, FindingCode)]
        some += len(whole.findings) > len(own)
        assert replace(whole, findings=tuple(own), references=()) == lists
        assert whole.findings[: len(own)] == lists.findings
        if len(own) == len(whole.findings):
            assert whole.to_json() == lists.to_json()
        else:
            assert whole.references
    assert some > 50


def test_findings_follow_their_lines() -> None:
    """R41: another order of the lines gives the same findings about the same codes."""

    def beside(case: Given) -> list[tuple[str, tuple[int, ...], str]]:
        return [(each.code, each.lines, each.message) for each in precert.check(case).findings if not isinstance(each.code, FindingCode)]

    for case in orders(150, 9):
        turned, size = case | {"lines": case["lines"][::-1]}, len(case["lines"])
        moved = [(code, tuple(sorted(size + 1 - line for line in lines)), said) for code, lines, said in beside(turned)]
        assert sorted(moved) == sorted(beside(case))
        assert precert.check(case).references == precert.check(turned).references


def test_the_ten_codes_are_those_of_the_page() -> None:
    assert frozenset(spine_book().page.codes) == SPINE_ANESTHESIA


def test_the_two_rooms_share_the_two_findings_of_r53() -> None:
    assert {str(each) for each in EncounterCode} & {str(each) for each in SpineFinding} == {
        "anesthesia-region-mismatch",
        "inpatient-only-outpatient",
    }


def test_what_is_not_needed_is_not_opened() -> None:
    def refuse() -> NoReturn:
        raise AssertionError("opened")

    index = precert.rulebook(CIGNA).index
    beside = Beside(edits=bundled_book, anesthesia=refuse)
    assert answer(order("22551", "K0553"), index, beside).lines[0].requirement == "required"
    for case in (order("00630"), order("22551", place_of_service="11")):
        with pytest.raises(AssertionError, match="opened"):
            answer(case, index, beside)
    nothing = edits_book.Table(name="none", edition="", source="", codes={})
    silent = edits_book.Book(add_ons=nothing, hcpcs=nothing, opps=nothing)
    assert answer(order("K0553"), index, Beside(edits=lambda: silent, anesthesia=refuse)).findings == ()


def test_an_order_without_anesthesia_imports_no_such_room() -> None:
    script = (
        "import sys, precert\n"
        "precert.check({'plan': 'cigna-commercial', 'date_of_service': '2026-03-02', 'lines': [{'code': '22614'}]})\n"
        "print([name for name in sys.modules if 'anesthesi' in name or 'what_if' in name])"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
    assert json.loads(done.stdout.decode().replace("'", '"')) == []
