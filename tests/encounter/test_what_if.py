"""R70: the neighbours of a code, and what would be answered for them."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

import precert
from precert import bootstrap
from precert.edits.shelf import bundled_book
from precert.encounter.what_if import MOST_LINES, MOST_TOLD, Kinship, LineWhatIf, document, neighbours, what_if
from precert.facts.model import AddOn, Cell, Facts, Listing
from precert.requirement.answer import Determination, digest
from precert.requirement.case import RequestError
from precert.requirement.determine import determine
from tests.core import build
from tests.core.build import listing, row

PLAN = "cigna-commercial"
EDITS = bundled_book()
Given = dict[str, Any]


def order(*codes: str, day: str = "2026-03-02", plan: str = PLAN, **more: object) -> Given:
    return {"plan": plan, "date_of_service": day, "lines": [{"code": code} for code in codes], **more}


def asked(*codes: str) -> tuple[LineWhatIf, ...]:
    return bootstrap.what_if(precert.check(order(*codes)))


def spine(code: str, printed: Cell = Cell.YES, region: str = "cervical", **more: Any) -> Listing:  # noqa: ANN401 - a listing's members
    usual: Given = {"category": "Fusion", "facts": Facts(regions=(region,) if region else ())}
    return row(code, printed, **(usual | more))


def of(*rows: Listing, codes: tuple[str, ...], add_ons: tuple[AddOn, ...] = ()) -> Determination:
    return determine(order(*codes, plan=build.PLAN), listing(*rows, add_ons=add_ons))


def near(told: Determination, at: int = 0) -> dict[str, Kinship]:
    return neighbours(told.lines[at], told.case, told.index, EDITS)


# -- who is a neighbour ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (spine("22554"), True),
        (spine("22554", program="Night"), False),
        (spine("22554", category="Other"), False),
        (spine("22554", region="lumbar"), False),
        (spine("22554", region=""), False),
        (spine("22554", facts=Facts(regions=("cervical", "thoracic"))), False),
        (spine("22554", begins=date(2026, 3, 3)), False),
        (spine("22554", begins=date(2026, 3, 2)), True),
        (spine("22554", ends=date(2026, 3, 2)), False),
        (spine("0275T"), False),  # ended before the day, by a federal file
    ],
)
def test_a_neighbour_shares_program_category_and_region_and_is_in_force(other: Listing, expected: bool) -> None:
    told = of(spine("22551"), other, codes=("22551",))
    assert near(told) == ({"22554": Kinship.SAME_PLACE} if expected else {})


def test_regions_are_compared_whatever_their_order() -> None:
    two = spine("22551", facts=Facts(regions=("cervical", "thoracic")))
    other = spine("22554", facts=Facts(regions=("thoracic", "cervical")))
    assert list(near(of(two, other, codes=("22551",)))) == ["22554"]


def test_a_code_whose_description_names_no_region_has_no_neighbour_by_place() -> None:
    assert near(of(row("22551"), row("22554"), codes=("22551",))) == {}


def test_a_code_is_no_neighbour_of_itself_and_no_code_has_none() -> None:
    told = of(spine("22551"), spine("22551", program="Night"), codes=("22551", "bad", "99213"))
    assert [near(told, at) for at in range(3)] == [{}, {}, {}]


def test_the_add_on_family_has_the_very_same_primaries() -> None:
    family = (
        AddOn(code="22845", primaries=("22551", "22554")),
        AddOn(code="22846", primaries=("22551", "22554")),
        AddOn(code="22847", primaries=("22551",)),
        AddOn(code="22848", primaries=()),
        AddOn(code="22849", primaries=()),
    )
    rows = [row(each) for each in ("22551", "22845", "22846", "22847", "22848", "22849")]
    told = of(*rows, codes=("22845", "22847", "22848", "22551"), add_ons=family)
    assert near(told) == {"22846": Kinship.ADD_ON_FAMILY}
    assert [near(told, at) for at in (1, 2, 3)] == [{}, {}, {}]
    unlisted = of(row("22551"), row("22845"), codes=("22845",), add_ons=family)
    assert near(unlisted) == {}


def test_a_neighbour_by_both_is_one_by_place() -> None:
    family = (AddOn(code="22845", primaries=("22551",)), AddOn(code="22846", primaries=("22551",)))
    told = of(spine("22845"), spine("22846"), codes=("22845",), add_ons=family)
    assert near(told) == {"22846": Kinship.SAME_PLACE}


# -- what would be answered ------------------------------------------------------------------------------------------------


def test_only_neighbours_that_differ_are_told() -> None:
    rows = (spine("22551"), spine("22554"), spine("22556", Cell.NO), spine("22558", platform="West"))
    (line,) = what_if(of(*rows, codes=("22551",)), EDITS)
    assert (line.number, line.asked, line.left_out) == (1, 3, 0)
    assert [(each.code, each.changed) for each in line.alternatives] == [
        ("22556", ("requirement", "managed_by", "platform")),
        ("22558", ("platform",)),
    ]
    assert all(each.others == () for each in line.alternatives)


@pytest.mark.parametrize("at", [0, 1, 2])
def test_other_lines_that_would_be_answered_otherwise_are_told(at: int) -> None:
    """An add-on loses its primary when that one's line changes; its own line stays as it was."""
    family = (AddOn(code="22552", primaries=("22551",)),)
    codes = ["22552", "99213"]
    codes.insert(at, "22551")
    rows = (spine("22551"), spine("22554"), row("22552", Cell.ADD_ON))
    lines = what_if(of(*rows, codes=tuple(codes), add_ons=family), EDITS)
    (only,) = lines[at].alternatives
    assert (only.code, only.changed, only.line.requirement) == ("22554", (), "required")
    ((other, changed),) = only.others
    assert other.number == codes.index("22552") + 1
    assert (other.requirement, changed) == ("undetermined", ("requirement", "managed_by", "platform", "needs"))
    assert [each.alternatives for each in lines if each.number != at + 1] == [(), ()]


def test_each_is_the_answer_to_the_case_with_that_one_code_changed() -> None:
    """Modifiers, units and every other line stay as they are."""
    case = order("22551", "62321", "64491", place_of_service="22", segment="fl-dsnp")
    case["lines"][1] |= {"modifiers": ["RR"], "units": 3}
    told = precert.check(case)
    seen = 0
    for line in bootstrap.what_if(told):
        for each in line.alternatives:
            changed = [dict(given) for given in case["lines"]]
            changed[line.number - 1]["code"] = each.code
            again = determine(case | {"lines": changed}, told.index)
            assert again.lines[line.number - 1] == each.line
            assert all(again.lines[other.number - 1] == other for other, _ in each.others)
            seen += 1
    assert seen > 5


def test_the_codes_are_in_order_and_only_the_first_are_told() -> None:
    others = [spine(f"2258{each}", Cell.NO) for each in range(9)] + [spine(f"2257{each}", Cell.NO) for each in range(5)]
    (line,) = what_if(of(spine("22551"), *others, codes=("22551",)), EDITS)
    codes = [each.code for each in line.alternatives]
    assert codes == sorted(each.code for each in others)[:MOST_TOLD]
    assert (line.asked, len(codes), line.left_out) == (14, 12, 2)
    (exactly,) = what_if(of(spine("22551"), *others[:12], codes=("22551",)), EDITS)
    assert (len(exactly.alternatives), exactly.left_out) == (12, 0)


def test_a_case_of_many_lines_is_refused() -> None:
    assert len(what_if(of(spine("22551"), codes=("22551",) * MOST_LINES), EDITS)) == MOST_LINES == 50
    with pytest.raises(RequestError, match="has 51 lines; neighbours are asked for at most 50") as refused:
        what_if(of(spine("22551"), codes=("22551",) * 51), EDITS)
    assert refused.value.code == "too-many-lines"


def test_neighbours_follow_the_lines() -> None:
    """R41."""
    codes = ("62321", "22551", "64491")
    here, there = asked(*codes), asked(*codes[::-1])
    for at, line in enumerate(here):
        assert [each.code for each in line.alternatives] == [each.code for each in there[2 - at].alternatives]


# -- the published lists ---------------------------------------------------------------------------------------------------


def test_an_injection_and_the_add_ons_beside_it() -> None:
    line, add_on = asked("62321", "64491")
    assert [each.code for each in line.alternatives] == ["0214T", "0215T", "64480", "64490", "64491", "64492", "64634"]
    assert {each.line.requirement.value for each in line.alternatives} == {"undetermined", "required"}
    primary = next(each for each in line.alternatives if each.code == "64490")
    assert [(other.number, other.requirement.value) for other, _ in primary.others] == [(2, "follows-primary")]
    assert "64490" in [each.code for each in add_on.alternatives]


def test_every_listed_code_may_be_asked() -> None:
    """Nothing fails, nothing is told that does not differ, and the bound holds."""
    for plan in bootstrap.plans():
        for code in precert.rulebook(plan).index.codes():
            told = precert.check(order(code, plan=plan))
            (line,) = bootstrap.what_if(told)
            assert len(line.alternatives) <= MOST_TOLD
            assert all(each.changed for each in line.alternatives)
            assert code not in {each.code for each in line.alternatives}


# -- as JSON ---------------------------------------------------------------------------------------------------------------


def test_the_document_is_the_answer_and_one_member() -> None:
    told = precert.check(order("62321", "22551"))
    whole = document(told, bootstrap.what_if(told))
    assert {name: value for name, value in whole.items() if name not in {"what_if", "digest"}} == {
        name: value for name, value in told.to_dict().items() if name != "digest"
    }
    assert whole["digest"] == digest(whole) != told.to_dict()["digest"]
    first, second = whole["what_if"]
    assert second == {"line": 2, "asked": 16, "alternatives": [], "left_out": 0}
    assert first["alternatives"][0] == {
        "code": "0214T",
        "kinship": "same-place",
        "changed": ["requirement", "managed_by", "platform", "needs"],
        "requirement": "undetermined",
        "managed_by": None,
        "platform": None,
        "program": "Interventional Pain Management",
        "conflict": False,
        "limits": [],
        "needs": ["primary-procedure"],
        "others": [],
    }


def test_the_document_names_the_other_lines() -> None:
    told = precert.check(order("62321", "64491"))
    whole = document(told, bootstrap.what_if(told))
    primary = next(each for each in whole["what_if"][0]["alternatives"] if each["code"] == "64490")
    assert primary["changed"] == []
    assert primary["managed_by"] == {"kind": "delegate", "name": "eviCore"}
    (other,) = primary["others"]
    assert (other["line"], other["changed"]) == (2, ["requirement", "managed_by", "platform", "needs"])
    assert (other["requirement"], other["platform"]) == ("follows-primary", "MedSolutions")


def test_findings_from_beside_play_no_part() -> None:
    told = precert.check(order("22614", "22551"))
    bare = replace(told, findings=(), references=())
    assert what_if(told, EDITS) == what_if(bare, EDITS)
