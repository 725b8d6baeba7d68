"""The rules one by one, on small lists: what the published lists exercise, and what they do not."""

from datetime import date
from typing import Any

import pytest

import precert
from precert import RequestError
from precert.facts import condition, model
from precert.facts.condition import ManagedWith, PartOf, PlacesOnly, PurchaseOnly, Refused, SegmentOnly, StatesOnly, ThroughPlan
from precert.facts.model import Cell
from precert.requirement import hearing
from precert.requirement.case import Case
from precert.requirement.determine import determine

from .build import AWAY, Answer, ask, at, brief, found, header, index, lines_of, listing, reasons, release, row

WITH_BONES = ManagedWith(family="bones")
CONTACT = condition.Contact(phone="111-222-3333", option="5", fax="111-222-4444")


def only(answer: Answer) -> Answer:
    (line,) = answer["lines"]
    told: Answer = line
    return told


# --- R2, R11, R18: what a cell says ---------------------------------------------------------------------------------------------

CELLS: list[tuple[Cell | None, tuple[str, str | None, str | None], str]] = [
    (None, ("required", "unstated", None), "membership"),
    (Cell.YES, ("required", "delegate", "East"), "printed-yes"),
    (Cell.NO, ("not-required", None, None), "printed-no"),
    (Cell.OUT_OF_SCOPE, ("out-of-scope", "plan", None), "printed-out-of-scope"),
    (Cell.INVESTIGATIONAL, ("investigational", "delegate", "East"), "printed-investigational"),
    (Cell.UNLISTED, ("unlisted", "delegate", "East"), "printed-unlisted"),
]


@pytest.mark.parametrize(("cell", "told", "why"), CELLS)
def test_a_cell_decides(cell: Cell | None, told: tuple[str, str | None, str | None], why: str) -> None:
    line = only(ask(listing(row("22551", cell)), "22551"))
    assert brief(line) == told
    assert reasons(line) == [why]
    assert lines_of(line["citations"]) == [1]
    assert [each["decides"] for each in line["candidates"]] == [True]


@pytest.mark.parametrize(("cell", "told", "_"), CELLS)
def test_a_platform_cell_of_out_of_scope_names_none(cell: Cell | None, told: tuple[str, str | None, str | None], _: str) -> None:
    line = only(ask(listing(row("22551", cell, platform="Out of Scope")), "22551"))
    assert brief(line) == (*told[:2], None)


def test_names_come_from_the_header() -> None:
    held = listing(row("22551"), row("22552", Cell.OUT_OF_SCOPE))
    assert [line["managed_by"]["name"] for line in ask(held, "22551", "22552")["lines"]] == ["Runner", "Sample"]


def test_a_list_without_a_delegate_states_no_manager() -> None:
    held = listing(row("22551"), row("22552", Cell.INVESTIGATIONAL), row("22553", Cell.OUT_OF_SCOPE), about=header(delegate=None))
    managers = [line["managed_by"] for line in ask(held, "22551", "22552", "22553")["lines"]]
    assert managers == [{"kind": "unstated", "name": None}] * 2 + [{"kind": "plan", "name": "Sample"}]


def test_what_is_no_code_and_what_is_not_listed() -> None:
    answer = ask(listing(row("22551")), "225", "99213")
    assert [brief(line) for line in answer["lines"]] == [("invalid-code", None, None), ("not-on-list", None, None)]
    assert [reasons(line) for line in answer["lines"]] == [["invalid-code"], ["not-on-list"]]
    assert answer["elsewhere"] == ["Away"]
    assert answer["cases"] == []


def test_an_invalid_code_alone_names_no_list_elsewhere() -> None:
    assert ask(listing(row("22551")), "225")["elsewhere"] == []


# --- R7: damaged rows -----------------------------------------------------------------------------------------------------------


def damaged(*rows: model.Listing, status: str = "open") -> Any:  # noqa: ANN401
    aside = [("malformed-code", "h suxi", 8), ("unknown-requirement", "k0823", 9), ("blank-code", "", 10)]
    return listing(
        *rows,
        set_aside=tuple(model.SetAside(reason=why, printed=printed, program="Day", citation=at(line)) for why, printed, line in aside),
        proposals=(
            model.Proposal(id="p", printed="h suxi", proposed="63081", confidence=0.9, evidence=("seen",), status=status, citation=at(8)),
            model.Proposal(id="q", printed="", proposed="63081", confidence=0.8, evidence=("seen",), status="open", citation=at(10)),
        ),
    )


def test_a_code_that_a_damaged_row_may_be_needs_review() -> None:
    line = only(ask(damaged(row("22551")), "63081"))
    assert (brief(line), line["needs"], reasons(line)) == (("undetermined", None, None), ["review"], ["review"])
    assert lines_of(line["citations"]) == [8, 10]


def test_a_code_that_a_damaged_row_prints_needs_review_however_it_is_printed() -> None:
    line = only(ask(damaged(row("22551")), "K0823"))
    assert (line["requirement"], line["needs"], lines_of(line["citations"])) == ("undetermined", ["review"], [9])


def test_a_proposal_that_is_not_open_names_no_code() -> None:
    line = only(ask(damaged(row("22551"), status="rejected"), "63081"))
    assert lines_of(line["citations"]) == [10]


@pytest.mark.parametrize("printed", ["22551, 63081", "63081-GP", "63080-63082", "CODE 63081?"])
def test_every_code_that_a_damaged_cell_names_needs_review(printed: str) -> None:
    aside = model.SetAside(reason="malformed-code", printed=printed, program="Day", citation=at(7))
    line = only(ask(listing(row("22551"), set_aside=(aside,)), "63081"))
    assert (brief(line), line["needs"]) == (("undetermined", None, None), ["review"])
    assert lines_of(line["citations"]) == [7]


def test_a_sound_row_answers_for_a_damaged_one() -> None:
    answer = ask(damaged(row("63081")), "63081")
    assert (only(answer)["requirement"], found(answer)) == ("required", [])


def test_a_list_with_unread_rows_says_so_of_every_code_it_lacks() -> None:
    answer = ask(damaged(row("22551")), "99213", "22551", "99214", "225")
    assert found(answer) == [("list-has-unread-rows", [1, 3])]
    assert answer["findings"][0]["citation"]["line"] == 8
    assert found(ask(damaged(row("22551")), "22551", "63081")) == []


# --- R10, R60: dates ----------------------------------------------------------------------------------------------------------


def test_an_addition_before_its_day() -> None:
    held = listing(row("22551", begins=date(2022, 7, 1)), row("22551", begins=date(2021, 7, 1), program="Night"))
    line = only(ask(held, "22551", day="2021-06-30"))
    assert (line["requirement"], reasons(line), line["candidates"]) == ("not-on-list", ["not-on-list", "not-yet-listed"], [])
    assert "2021-07-01" in line["reasons"][1]["text"]
    assert lines_of([each["citation"] for each in only(ask(held, "22551", day="2021-07-01"))["candidates"]]) == [2]
    assert lines_of([each["citation"] for each in only(ask(held, "22551", day="2022-07-01"))["candidates"]]) == [1, 2]


def test_a_removal_from_its_day() -> None:
    """R60."""
    held = listing(row("22551", ends=date(2024, 8, 28)), row("22551", ends=date(2023, 1, 1)), row("22551", begins=date(2026, 10, 28)))
    assert only(ask(held, "22551", day="2024-08-27"))["requirement"] == "required"
    line = only(ask(held, "22551", day="2024-08-28"))
    assert (line["requirement"], reasons(line)) == ("not-on-list", ["not-on-list", "removed", "not-yet-listed"])
    assert "2024-08-28" in line["reasons"][1]["text"]
    assert "2026-10-28" in line["reasons"][2]["text"]
    assert only(ask(held, "22551", day="2026-10-28"))["requirement"] == "required"


def test_before_a_removal_whose_beginning_is_unknown() -> None:
    """R60."""
    held = listing(row("E0747", None, ends=date(2024, 8, 28), changed=date(2024, 8, 28)))
    line = only(ask(held, "E0747", day="2024-08-27"))
    assert (line["requirement"], line["needs"]) == ("undetermined", ["earlier-release"])
    assert only(ask(held, "E0747", day="2024-08-28"))["requirement"] == "not-on-list"


@pytest.mark.parametrize(
    ("printed", "beside", "after"),
    [
        (Cell.YES, (), ("required", "delegate", "East")),
        (Cell.OUT_OF_SCOPE, (condition.NotRequired(),), ("not-required", None, None)),
        (Cell.YES, (ThroughPlan(),), ("required", "plan", None)),
        (Cell.ADD_ON, (WITH_BONES,), ("ask-plan", "plan", None)),
        (Cell.IN_SEGMENT, (SegmentOnly(segment="gold"),), ("undetermined", None, None)),
        (Cell.YES, (Refused(),), ("investigational", "delegate", "East")),
    ],
)
def test_before_a_change_only_an_earlier_list_can_tell(
    printed: Cell, beside: tuple[condition.Condition, ...], after: tuple[str, str | None, str | None]
) -> None:
    held = listing(row("22551", printed, *beside, changed=date(2021, 7, 1)))
    answer = ask(held, "22551", day="2021-06-30")
    line = only(answer)
    assert (brief(line), line["needs"], reasons(line)) == (("undetermined", None, None), ["earlier-release"], ["changed-since"])
    assert "2021-07-01" in line["reasons"][0]["text"]
    assert ("notation-contradicts-cell", [1]) not in found(answer)
    assert brief(only(ask(held, "22551", day="2021-07-01"))) == after


# --- R12: through the plan ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cell", "told", "why"), CELLS)
def test_through_the_plan_keeps_what_is_printed(cell: Cell | None, told: tuple[str, str | None, str | None], why: str) -> None:
    line = only(ask(listing(row("22551", cell, ThroughPlan(contacts=(CONTACT,)))), "22551"))
    assert brief(line) == (told[0], told[1] and "plan", None)
    assert reasons(line) == ([why, "through-plan"] if told[1] else [why])
    assert line["contacts"] == [{"phone": "111-222-3333", "option": "5", "fax": "111-222-4444"}]


def test_an_add_on_through_the_plan_is_managed_by_the_plan() -> None:
    held = listing(row("1111A"), row("22551"), row("22552", Cell.ADD_ON, ThroughPlan()))
    add_on = ask(held, "22551", "22552")["lines"][1]
    assert (brief(add_on), add_on["primary_lines"]) == (("follows-primary", "plan", None), [1])


def test_a_segment_through_the_plan_is_managed_by_the_plan() -> None:
    held = listing(row("22551", Cell.IN_SEGMENT, SegmentOnly(segment="gold"), ThroughPlan()))
    assert brief(only(ask(held, "22551", segment="gold"))) == ("required", "plan", None)


def test_equal_contacts_are_told_once() -> None:
    through = ThroughPlan(contacts=(CONTACT,))
    held = listing(
        row("22551", Cell.YES, through),
        row("22551", Cell.YES, through, program="Night"),
        row("22551", Cell.YES, ThroughPlan(), program="Home"),
    )
    line = only(ask(held, "22551"))
    assert len(line["contacts"]) == 1
    assert lines_of(line["citations"]) == [1, 2, 3]


# --- R13, R14 -------------------------------------------------------------------------------------------------------------------


def test_no_pa_required_whatever_the_cell_prints() -> None:
    dated = only(ask(listing(row("22551", Cell.OUT_OF_SCOPE, condition.NotRequired(), changed=date(2022, 1, 1))), "22551"))
    undated = only(ask(listing(row("22551", Cell.YES, condition.NotRequired())), "22551"))
    assert brief(dated) == brief(undated) == ("not-required", None, None)
    assert "2022-01-01" in dated["reasons"][0]["text"]
    assert "the list was published" in undated["reasons"][0]["text"]


def test_refused_if_requested() -> None:
    held = listing(
        row("43206", Cell.OUT_OF_SCOPE, Refused(), platform="Out of Scope"),
        row("43252", Cell.INVESTIGATIONAL, Refused()),
        row("43253", Cell.YES, Refused()),
    )
    answer = ask(held, "43206", "43252", "43253")
    assert [brief(line) for line in answer["lines"]] == [
        ("investigational", "delegate", None),
        ("investigational", "delegate", "East"),
        ("investigational", "delegate", "East"),
    ]
    assert found(answer) == [("notation-contradicts-cell", [1]), ("notation-contradicts-cell", [3])]
    assert lines_of([each["citation"] for each in answer["findings"]]) == [1, 3]


def test_a_contradiction_is_seen_in_any_deciding_row() -> None:
    held = listing(row("43206", Cell.INVESTIGATIONAL, Refused()), row("43206", Cell.YES, Refused(), program="Night"))
    answer = ask(held, "43206")
    assert (found(answer), lines_of([each["citation"] for each in answer["findings"]])) == ([("notation-contradicts-cell", [1])], [2])


def test_a_notation_that_does_not_decide_contradicts_nothing() -> None:
    answer = ask(listing(row("43206", Cell.OUT_OF_SCOPE, Refused())), "43206", programs=[])
    assert (only(answer)["requirement"], found(answer)) == ("ask-plan", [])


def test_a_refusal_that_lost_to_a_printed_investigational_contradicts_nothing() -> None:
    """Both say investigational, on two platforms: the earlier row decides, and its cell agrees with itself."""
    held = listing(
        row("43206", Cell.INVESTIGATIONAL),
        row("43206", Cell.YES, Refused(), program="Night", platform="West"),
    )
    told = ask(held, "43206")
    assert (only(told)["requirement"], only(told)["platform"], only(told)["conflict"]) == ("investigational", "East", True)
    assert found(told) == []


# --- R15: add-ons ---------------------------------------------------------------------------------------------------------------

PLACE: dict[str, Any] = {"program": "Day", "category": "Neck", "section": "Upper"}


def test_without_a_federal_table_a_primary_stands_in_the_same_place() -> None:
    held = listing(
        row("22552", Cell.ADD_ON, **PLACE, platform="Out of Scope"),
        row("22551", Cell.YES, **PLACE),
        row("22561", Cell.YES, **(PLACE | {"program": "Night"})),
        row("22571", Cell.YES, **(PLACE | {"category": "Back"})),
        row("22581", Cell.YES, **(PLACE | {"section": None})),
        row("22591", Cell.UNLISTED, **PLACE),
        row("22553", Cell.ADD_ON, **PLACE),
    )
    for other in ("22561", "22571", "22581", "22591", "22553", "22552", "99213", "225"):
        line = ask(held, "22552", other)["lines"][0]
        assert (brief(line), line["needs"], reasons(line)) == (("undetermined", None, None), ["primary-procedure"], ["no-primary"]), other
    answer = ask(held, "22551", "22552", "22561", "22551", "22553")
    carried = answer["lines"][1]
    assert (brief(carried), carried["primary_lines"], reasons(carried)) == (("follows-primary", "delegate", None), [1, 4], ["has-primary"])
    assert answer["lines"][4]["primary_lines"] == [1, 4]


def test_a_federal_table_decides_whatever_the_place() -> None:
    held = listing(
        row("22552", Cell.ADD_ON, **PLACE),
        row("22551", Cell.YES, **PLACE),
        row("33333", Cell.YES, program="Night"),
        row("33334", Cell.OUT_OF_SCOPE, program="Night"),
        add_ons=(model.AddOn(code="22552", primaries=("33333", "33334")),),
    )
    line = ask(held, "22552", "22551", "33334", "33333")["lines"][0]
    assert (line["requirement"], line["primary_lines"]) == ("follows-primary", [4])
    assert ask(held, "22552", "22551")["lines"][0]["needs"] == ["primary-procedure"]


def test_a_federal_table_that_names_no_primary_leaves_it_to_the_place() -> None:
    held = listing(row("22552", Cell.ADD_ON, **PLACE), row("22551", Cell.YES, **PLACE), add_ons=(model.AddOn(code="22552", primaries=()),))
    assert ask(held, "22552", "22551")["lines"][0]["primary_lines"] == [2]


def test_a_primary_is_what_resolves_to_required() -> None:
    """Whatever its rows say one by one: torn towards required, settled away from it, refused, for another segment, not yet."""
    held = listing(
        row("22552", Cell.ADD_ON),
        row("11111", Cell.OUT_OF_SCOPE),
        row("11111", Cell.YES, program="Night"),  # torn: required, by Night
        row("11112", Cell.YES, Refused()),
        row("11113", Cell.IN_SEGMENT, SegmentOnly(segment="gold")),
        row("11114", Cell.YES, changed=date(2026, 7, 1)),
        row("11115", Cell.YES),
        row("11115", Cell.ADD_ON, program="Night"),  # torn between required and an add-on: required, by Day
        row("11116", Cell.ADD_ON),
        row("11116", Cell.ADD_ON, program="Night"),
        row("11117", Cell.YES),
        row("11117", Cell.YES, program="Night"),  # agreed: by the first
        add_ons=(),
    )

    def carried(*codes: str, **case: Any) -> list[int]:  # noqa: ANN401
        primaries: list[int] = ask(held, "22552", *codes, **case)["lines"][0]["primary_lines"]
        return primaries

    assert carried("11111") == []
    assert carried("11112") == []
    assert carried("11113") == []
    assert carried("11113", segment="gold") == [2]
    assert carried("11114") == []
    assert carried("11114", day="2026-07-01") == [2]
    assert carried("11115") == [2]
    assert carried("11116") == []
    assert carried("11117") == [2]
    assert carried("11111", "11117", "11115") == [3, 4]


# --- R16, R17: managed with a program ---------------------------------------------------------------------------------------------


def bones() -> Any:  # noqa: ANN401
    return listing(
        row("L1111", Cell.ADD_ON, WITH_BONES, product="Bones", platform="West"),
        row("27447", Cell.YES, product="Bones", platform="East"),
        row("27448", Cell.YES, product="Bones", platform="West"),
        row("27449", Cell.UNLISTED, product="Bones"),
        row("27450", Cell.YES, product="Skin"),
        row("L2222", Cell.YES, WITH_BONES, product="Bones"),
        row("27451", Cell.YES, product="Bones", platform="Out of Scope"),
        row("27452", Cell.YES, product="Bones"),
        row("27452", Cell.ADD_ON, WITH_BONES, product="Bones", program="Night"),
        row("27453", Cell.YES, Refused(), product="Bones"),
        row("L3333", Cell.ADD_ON, ManagedWith(family="other"), product="Bones"),
    )


def test_with_an_anchor() -> None:
    answer = ask(bones(), "27447", "L1111", "27450", "27447")
    line = answer["lines"][1]
    assert (brief(line), line["primary_lines"], reasons(line)) == (("follows-primary", "delegate", "East"), [1, 4], ["has-anchor"])


@pytest.mark.parametrize(
    ("others", "platform"), [(["27447"], "East"), (["27447", "27448"], "West"), (["27448", "27447"], "West"), (["27451"], None)]
)
def test_the_platform_is_the_printed_one_if_an_anchor_prints_it(others: list[str], platform: str | None) -> None:
    assert ask(bones(), "L1111", *others)["lines"][0]["platform"] == platform


@pytest.mark.parametrize("other", ["27450", "L2222", "L3333", "99213", "225", "L1111"])
def test_without_an_anchor_the_plan_is_asked(other: str) -> None:
    line = ask(bones(), "L1111", other)["lines"][0]
    assert (brief(line), line["needs"], reasons(line)) == (("ask-plan", "plan", None), [], ["no-anchor"])
    assert line["managed_by"]["name"] == "Sample"


@pytest.mark.parametrize("other", ["27449", "27452"])
def test_with_what_may_be_an_anchor(other: str) -> None:
    line = ask(bones(), "L1111", other)["lines"][0]
    assert (brief(line), line["needs"], reasons(line)) == (("undetermined", None, None), ["primary-procedure"], ["weak-anchor"])


def test_an_anchor_counts_whatever_its_outcome() -> None:
    answer = ask(bones(), "L1111", "27453")
    assert [line["requirement"] for line in answer["lines"]] == ["follows-primary", "investigational"]
    assert [group["lines"] for group in answer["cases"]] == [[1]]


def test_a_family_that_nothing_belongs_to_has_no_anchors() -> None:
    assert ask(bones(), "L3333", "27447")["lines"][0]["requirement"] == "ask-plan"


def test_the_condition_refines_an_add_on_cell_only() -> None:
    """ADR 0002 (e)."""
    assert ask(bones(), "L2222", "27447")["lines"][0]["requirement"] == "required"


def companions() -> Any:  # noqa: ANN401
    return listing(
        row("J7330", Cell.ADD_ON, ManagedWith(family="bones", companions=("27412", "27415")), product="Bones"),
        row("27412", Cell.YES, product="Bones"),
        row("27415", Cell.OUT_OF_SCOPE, product="Bones"),
        row("27447", Cell.YES, product="Bones"),
    )


def test_companions_come_first() -> None:
    """R17."""
    answer = ask(companions(), "27447", "J7330", "27412", "27447")
    line = answer["lines"][1]
    assert (line["primary_lines"], reasons(line), found(answer)) == ([3, 1, 4], ["has-companion"], [])


def test_a_missing_companion_is_found() -> None:
    """R17."""
    answer = ask(companions(), "27447", "J7330")
    line = answer["lines"][1]
    assert (line["primary_lines"], reasons(line), found(answer)) == ([1], ["has-anchor"], [("companion-missing", [2])])
    assert "27412, 27415" in answer["findings"][0]["message"]
    assert answer["findings"][0]["citation"]["line"] == 1


def test_a_companion_that_is_no_anchor_is_not_missing() -> None:
    """ADR 0002 (f)."""
    assert found(ask(companions(), "27447", "J7330", "27415")) == []
    assert found(ask(companions(), "J7330")) == []  # nor where nothing carries it


# --- R19: segments ----------------------------------------------------------------------------------------------------------------


def test_a_row_of_one_segment() -> None:
    held = listing(row("T1031", Cell.IN_SEGMENT, SegmentOnly(segment="gold")))
    told = [only(ask(held, "T1031", segment=segment)) for segment in (None, " GOLD ", "silver")]
    assert [(brief(line), line["needs"], reasons(line)) for line in told] == [
        (("undetermined", None, None), ["segment"], ["segment-unknown"]),
        (("required", "delegate", "East"), [], ["in-segment"]),
        (("out-of-scope", "plan", None), [], ["other-segment"]),
    ]
    assert [line["candidates"][0]["printed"]["requirement"] for line in told] == ["In Scope for GOLD Only"] * 3


def test_a_segment_named_in_a_descriptor_is_a_notice() -> None:
    held = listing(row("T1021", Cell.OUT_OF_SCOPE, SegmentOnly(segment="gold", notice=True)))
    for segment in (None, "gold", "silver"):
        line = only(ask(held, "T1021", segment=segment))
        assert (line["requirement"], [each["kind"] for each in line["notices"]]) == ("out-of-scope", ["fl-dsnp-only"])


# --- R20: purchase only -----------------------------------------------------------------------------------------------------------


def chairs(cell: Cell = Cell.YES, **about: Any) -> Any:  # noqa: ANN401
    return listing(
        row("K0823", cell, PurchaseOnly(over=4), category="Chairs"),
        row("K0010", cell, PurchaseOnly(), category="Chairs"),
        row("E1002", Cell.NO, category="Chairs"),
        row("E1002", Cell.NO, category="Beds", program="Night"),
        row("E0100", Cell.YES, category="Beds"),
        about=header(**about),
    )


@pytest.mark.parametrize(
    ("modifiers", "needs", "findings"),
    [
        ([], ["purchase-or-rental"], []),
        (["59", "KX"], ["purchase-or-rental"], []),
        (["NU"], [], []),
        ([" ue"], [], []),
        (["RR"], [], [("rental-of-purchase-only", [1])]),
        (["NU", "RR"], [], [("rental-of-purchase-only", [1])]),
    ],
)
@pytest.mark.parametrize("cell", [Cell.YES, Cell.NO, Cell.OUT_OF_SCOPE])
def test_purchase_only(cell: Cell, modifiers: list[str], needs: list[str], findings: list[tuple[str, list[int]]]) -> None:
    answer = ask(chairs(cell), {"code": "K0010", "modifiers": modifiers})
    line = only(answer)
    assert (line["limits"], line["needs"], found(answer)) == (["purchase-only"], needs, findings)
    assert reasons(line)[-1] == "purchase-only"
    assert line["requirement"] == only(ask(listing(row("K0010", cell)), "K0010"))["requirement"]


@pytest.mark.parametrize(
    ("others", "limited"),
    [
        ([], False),
        ([{"code": "E1002", "units": 4}], False),
        ([{"code": "E1002", "units": 5}], True),
        ([{"code": "E1002", "units": 2}, {"code": "E1002", "units": 3}], True),
        ([{"code": "E0100", "units": 9}], False),  # of another category
        ([{"code": "K0010", "units": 9}], False),  # a base
        ([{"code": "K0823", "units": 5}], True),  # not excluded here, and no line counts itself
        ([{"code": "99213", "units": 9}, {"code": "225", "units": 9}], False),
    ],
)
def test_purchase_only_with_many_components(others: list[dict[str, object]], limited: bool) -> None:
    line = ask(chairs(), {"code": "K0823", "units": 9}, *others)["lines"][0]
    assert line["limits"] == (["purchase-only"] if limited else [])


def test_a_list_that_counts_no_components_has_none() -> None:
    line = ask(chairs(components=None), "K0823", {"code": "E1002", "units": 9})["lines"][0]
    assert line["limits"] == []


def test_a_component_of_a_program_left_out_is_none() -> None:
    """R28."""
    parts = {"code": "E1002", "units": 9}
    assert ask(chairs(), "K0823", parts, programs=["Day"])["lines"][0]["limits"] == ["purchase-only"]
    elsewhere = listing(row("K0823", Cell.YES, PurchaseOnly(over=4)), row("E1002", Cell.NO, category="Chairs", program="Night"))
    assert ask(elsewhere, "K0823", parts, programs=["Day"])["lines"][0]["limits"] == []


def test_a_need_joins_those_there_are() -> None:
    held = listing(row("22552", Cell.ADD_ON, PurchaseOnly()))
    line = only(ask(held, "22552"))
    assert (line["needs"], line["limits"]) == (["primary-procedure", "purchase-or-rental"], ["purchase-only"])


# --- R21: cross-reference -----------------------------------------------------------------------------------------------------------

PART = PartOf(program="Night")


def test_the_program_referred_to_decides() -> None:
    held = listing(row("A4604", Cell.OUT_OF_SCOPE, PART), row("A4604", Cell.NO, program="Night"))
    line = only(ask(held, "A4604"))
    assert (line["requirement"], line["conflict"], line["notices"], lines_of(line["citations"])) == ("not-required", False, [], [2])
    assert [each["decides"] for each in line["candidates"]] == [False, True]


@pytest.mark.parametrize("more", [(), (row("A4604", Cell.NO, program="Night", begins=date(2027, 1, 1)),)])
def test_a_row_whose_program_does_not_name_the_code_stands(more: tuple[model.Listing, ...]) -> None:
    line = only(ask(listing(row("A4604", Cell.OUT_OF_SCOPE, PART), *more), "A4604"))
    assert (line["requirement"], [each["kind"] for each in line["notices"]]) == ("out-of-scope", ["part-of-sleep-dme"])


def test_a_row_whose_program_was_not_bought_stands() -> None:
    """ADR 0002 (b)."""
    held = listing(row("A4604", Cell.OUT_OF_SCOPE, PART), row("A4604", Cell.NO, program="Night"))
    assert only(ask(held, "A4604", programs=["Day"]))["requirement"] == "out-of-scope"


def test_a_row_that_refers_to_its_own_program_stands() -> None:
    held = listing(row("A4604", Cell.YES, PART, program="Night"), row("A4604", Cell.OUT_OF_SCOPE, PART))
    line = only(ask(held, "A4604"))
    assert (line["requirement"], lines_of(line["citations"]), line["conflict"]) == ("required", [1], False)


# --- R22, R23, R25-R27: notices --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("beside", "kind"),
    [
        (condition.RegisterDevice(), "register-device"),
        (condition.ClientSpecific(), "client-specific"),
        (condition.Uninterpreted(), "uninterpreted"),
    ],
)
def test_a_notice_cites_its_row(beside: condition.Condition, kind: str) -> None:
    line = only(ask(listing(row("22550"), row("22551", Cell.NO, beside)), "22551"))
    (notice,) = line["notices"]
    assert (notice["kind"], notice["codes"], notice["citation"]["line"]) == (kind, [], 2)


def test_a_row_that_does_not_decide_gives_no_notice_but_what_nobody_reads() -> None:
    """R25: what nobody has interpreted never disappears."""
    beside = (condition.RegisterDevice(), condition.Uninterpreted())
    line = only(ask(listing(row("22551"), row("22551", Cell.NO, *beside, program="Night")), "22551"))
    assert [(each["kind"], each["citation"]["line"]) for each in line["notices"]] == [("uninterpreted", 2)]
    left_out = only(ask(listing(row("22551", Cell.NO, *beside)), "22551", programs=[]))
    assert [each["kind"] for each in left_out["notices"]] == ["uninterpreted"]


def test_pointers() -> None:
    """R26, ADR 0002 (a)."""
    held = listing(
        row("77799"),
        row("L5681"),
        pointers=(
            model.Pointer(code="77776", use=("77799",), when="", citation=at(1)),
            model.Pointer(code="L5681", use=("L5673", "L5679"), when=" when so", citation=at(2)),
        ),
    )
    replaced, listed, none = ask(held, "77776", "L5681", "77799")["lines"]
    assert (replaced["requirement"], replaced["citations"], none["notices"]) == ("not-on-list", [], [])
    (notice,) = replaced["notices"]
    assert (notice["kind"], notice["codes"], notice["citation"]["line"]) == ("see-code", ["77799"], 1)
    (notice,) = listed["notices"]
    assert (notice["codes"], notice["text"]) == (["L5673", "L5679"], "The list names another code to use: L5673 or L5679 when so.")


def test_a_code_that_stands_only_at_home() -> None:
    """R27."""
    held = listing(row("J0129", Cell.YES, program="Home"), row("J0130", Cell.YES, program="Home"), row("J0130", Cell.YES))
    answer = ask(held, "J0129")
    assert ([each["kind"] for each in only(answer)["notices"]], answer["elsewhere"]) == (["home-setting"], ["Away"])
    answer = ask(held, "J0130")
    assert (only(answer)["notices"], answer["elsewhere"]) == ([], [])
    assert [each["kind"] for each in only(ask(held, "J0130", programs=["Home"]))["notices"]] == ["home-setting"]


# --- R24: not together ------------------------------------------------------------------------------------------------------------


def test_forbidden_pairs_listed_or_not() -> None:
    pairs = [model.NotTogether(code="0797T", other=code, exception="ours", citation=at(1)) for code in ("93451", "93453")]
    held = listing(row("0797T"), not_together=(*pairs, model.NotTogether(code="93451", other="93451", exception=None, citation=at(1))))
    answer = ask(held, "93453", "0797T", "93451", "0797T")
    assert found(answer) == [
        ("do-not-report-together", [1, 2, 4]),
        ("do-not-report-together", [2, 3, 4]),
    ]
    assert found(ask(held, "0797T", "93453", "93451")) == [("do-not-report-together", [1, 2]), ("do-not-report-together", [1, 3])]
    assert {each["exception"] for each in answer["findings"]} == {"ours"}
    assert {each["citation"]["line"] for each in answer["findings"]} == {1}
    assert answer["findings"][0]["message"] == "The list forbids reporting 93453 together with 0797T."
    assert found(ask(held, "0797T", "0797T", "225")) == []


# --- R28: programs of the client --------------------------------------------------------------------------------------------------


def test_a_program_left_out() -> None:
    held = listing(row("22551", Cell.NO), row("22551", Cell.YES, program="Night"), row("22552", Cell.YES, program="Night"))
    assert brief(only(ask(held, "22551", programs=["Day"]))) == ("not-required", None, None)
    assert len(only(ask(held, "22551", programs=["Day"]))["candidates"]) == 2
    line = only(ask(held, "22551", programs=["Home"]))
    assert (brief(line), reasons(line), line["program"]) == (("ask-plan", "plan", None), ["program-not-purchased"], "Day")
    assert lines_of(line["citations"]) == [1, 2]
    assert [each["decides"] for each in line["candidates"]] == [False, False]
    assert only(ask(held, "22552", programs=[]))["requirement"] == "ask-plan"
    assert only(ask(held, "99213", programs=[]))["requirement"] == "not-on-list"
    assert only(ask(held, "225", programs=[]))["requirement"] == "invalid-code"


def test_a_program_left_out_settles_and_anchors_nothing() -> None:
    held = listing(
        row("22551", Cell.NO),
        row("22551", Cell.YES, program="Night"),
        row("33333", Cell.YES, product="Bones"),
        row("L1111", Cell.ADD_ON, WITH_BONES, program="Night"),
        row("22552", Cell.ADD_ON, program="Night"),
        add_ons=(model.AddOn(code="22552", primaries=("33333",)),),
    )
    bought = ask(held, "22551", "33333", "L1111", "22552")["lines"]
    assert [line["requirement"] for line in bought] == ["not-required", "required", "follows-primary", "follows-primary"]
    left_out = ask(held, "22551", "33333", "L1111", "22552", programs=["Night"])["lines"]
    assert [line["requirement"] for line in left_out] == ["required", "ask-plan", "ask-plan", "undetermined"]


def test_a_program_of_no_list_is_a_request_error() -> None:
    with pytest.raises(RequestError, match="`Noon` is no program of `sample`; its programs are Day, Night, Home, Away") as caught:
        ask(listing(row("22551")), "22551", programs=["Day", "Noon"])
    assert caught.value.code == "bad-field"


# --- R30-R32: one code, several programs --------------------------------------------------------------------------------------------


def test_programs_that_agree_are_one_answer() -> None:
    """R30."""
    held = listing(row("22551", program="Night"), row("22551"), row("22551"))
    line = only(ask(held, "22551"))
    assert (line["program"], line["conflict"], reasons(line)) == ("Night", False, ["printed-yes", "programs-agree"])
    assert lines_of(line["citations"]) == [1, 2, 3]


@pytest.mark.parametrize(
    "more", [{"platform": "West"}, {"printed": Cell.UNLISTED}, {"conditions": (ThroughPlan(),)}, {"conditions": (PurchaseOnly(),)}]
)
def test_programs_differ_by_requirement_manager_platform_limits_and_needs(more: dict[str, Any]) -> None:
    other = {"printed": Cell.YES, "conditions": ()} | more
    held = listing(row("22551"), row("22551", other.pop("printed"), *other.pop("conditions"), program="Night", **other))
    line = only(ask(held, "22551"))
    assert (line["conflict"], line["program"], reasons(line)[-1]) == (True, "Day", "strictest")
    assert lines_of(line["citations"]) == [1, 2]


def torn() -> Any:  # noqa: ANN401
    return listing(
        row("22899", Cell.NO),
        row("22899", Cell.YES, program="Night"),
        row("11111", Cell.YES),
        row("11112", Cell.UNLISTED),
        row("22222", Cell.YES, program="Night"),
        row("33333", Cell.YES, program="Home"),
        row("44444", Cell.YES),
        row("44444", Cell.YES, program="Night"),
        row("11113", Cell.YES, changed=date(2027, 1, 1)),
        row("11114", Cell.YES, ThroughPlan()),
        row("11115", Cell.NO),
        row("11115", Cell.YES),
    )


@pytest.mark.parametrize(
    ("others", "program"),
    [
        ([], None),
        (["11111"], "Day"),
        (["22222"], "Night"),
        (["11111", "22222"], None),  # both
        (["33333"], None),  # neither
        (["11111", "33333"], "Day"),
        (["11112"], None),  # prints no Yes
        (["44444"], None),  # in two programs
        (["11113"], "Day"),  # whatever its outcome
        (["11114"], "Day"),
        (["11115"], "Day"),  # one program, and one of its rows prints Yes
        (["22899"], None),  # torn itself
        (["99213", "225"], None),
    ],
)
def test_other_lines_settle(others: list[str], program: str | None) -> None:
    """R31."""
    line = ask(torn(), "22899", *others)["lines"][0]
    if program is None:
        assert (line["requirement"], line["program"], line["conflict"], reasons(line)[-1]) == ("required", "Night", True, "strictest")
        assert lines_of(line["citations"]) == [1, 2]
    else:
        assert (line["program"], line["conflict"], reasons(line)[-1]) == (program, False, "settled")
        assert lines_of(line["citations"]) == [1 if program == "Day" else 2]
    assert len(line["candidates"]) == 2


def test_a_settled_program_with_two_rows_that_agree() -> None:
    held = listing(row("22899", Cell.NO), row("22899", Cell.YES, program="Night"), row("22899", Cell.NO), row("11111"))
    line = ask(held, "22899", "11111")["lines"][0]
    assert (line["requirement"], line["conflict"], lines_of(line["citations"])) == ("not-required", False, [1, 3])


def test_a_settled_program_with_two_rows_that_disagree_stays_torn() -> None:
    held = listing(row("22899", Cell.NO), row("22899", Cell.YES, program="Night"), row("22899", Cell.OUT_OF_SCOPE), row("11111"))
    line = ask(held, "22899", "11111")["lines"][0]
    assert (line["requirement"], line["conflict"], reasons(line)) == (
        "out-of-scope",
        True,
        ["printed-out-of-scope", "settled", "strictest"],
    )
    assert lines_of(line["citations"]) == [1, 2, 3]


ORDER: list[tuple[str, Cell, tuple[condition.Condition, ...]]] = [
    ("investigational", Cell.INVESTIGATIONAL, ()),
    ("required", Cell.YES, ()),
    ("unlisted", Cell.UNLISTED, ()),
    ("undetermined", Cell.IN_SEGMENT, (SegmentOnly(segment="gold"),)),
    ("ask-plan", Cell.ADD_ON, (WITH_BONES,)),
    ("out-of-scope", Cell.OUT_OF_SCOPE, ()),
    ("not-required", Cell.NO, ()),
]


@pytest.mark.parametrize("strict", range(len(ORDER)))
def test_the_strictest_decides(strict: int) -> None:
    """R32."""
    for lax in range(strict + 1, len(ORDER)):
        for first, second in ((strict, lax), (lax, strict)):
            (_, cell, beside), (_, other, besides) = ORDER[first], ORDER[second]
            line = only(ask(listing(row("22899", cell, *beside), row("22899", other, *besides, program="Night")), "22899"))
            assert (line["requirement"], line["conflict"]) == (ORDER[strict][0], True)


def test_what_follows_a_primary_is_between_asking_and_out_of_scope() -> None:
    for cell, told in ((Cell.OUT_OF_SCOPE, "follows-primary"), (Cell.ADD_ON, "ask-plan")):
        beside = (ManagedWith(family="none"),) if cell is Cell.ADD_ON else ()
        held = listing(row("22551", program="Night"), row("22899", cell, *beside), row("22899", Cell.ADD_ON, program="Night"), row("22551"))
        assert ask(held, "22899", "22551")["lines"][0]["requirement"] == told


def test_the_earliest_row_wins_a_tie() -> None:
    held = listing(row("22899", Cell.YES, platform="West"), row("22899", Cell.YES, program="Night"))
    assert only(ask(held, "22899"))["platform"] == "West"


# --- R40: the cases to build ----------------------------------------------------------------------------------------------------------


def grouped(answer: Answer) -> list[tuple[str | None, str | None, list[int]]]:
    return [(group["platform"], group["program"], group["lines"]) for group in answer["cases"]]


def test_cases_are_grouped_by_manager_platform_and_program() -> None:
    held = listing(
        row("11111"),
        row("11112", Cell.UNLISTED),
        row("11113", platform="West"),
        row("11114", program="Night"),
        row("11115", Cell.YES, ThroughPlan()),
        row("11116", Cell.NO),
        row("11117", Cell.INVESTIGATIONAL),
    )
    answer = ask(held, "11116", "11114", "11111", "11113", "11117", "11112", "11115", "11114")
    assert grouped(answer) == [("East", "Night", [2, 8]), ("East", "Day", [3, 6]), ("West", "Day", [4]), (None, "Day", [7])]
    assert [group["managed_by"]["kind"] for group in answer["cases"]] == ["delegate", "delegate", "delegate", "plan"]


def test_a_line_joins_its_earliest_primary_on_its_platform() -> None:
    held = listing(
        row("33331", platform="West"),
        row("33332", program="Night"),
        row("33333", program="Home"),
        row("22552", Cell.ADD_ON),
        add_ons=(model.AddOn(code="22552", primaries=("33331", "33332", "33333")),),
    )
    assert grouped(ask(held, "22552", "33333", "33332", "33331")) == [
        ("East", "Night", [1, 3]),
        ("East", "Home", [2]),
        ("West", "Day", [4]),
    ]
    assert grouped(ask(held, "22552", "33331")) == [("East", "Day", [1]), ("West", "Day", [2])]


def test_a_line_does_not_join_a_primary_that_opens_no_case() -> None:
    """ADR 0002 (g)."""
    held = listing(row("27453", Cell.YES, Refused(), product="Bones", program="Night"), row("L1111", Cell.ADD_ON, WITH_BONES))
    assert grouped(ask(held, "27453", "L1111")) == [("East", "Day", [2])]


# --- R43, R44, R63, R64: the list of the day ---------------------------------------------------------------------------------------------


def test_a_case_of_another_plan() -> None:
    with pytest.raises(RequestError, match="of plan `other`, and these are the lists of `sample`") as caught:
        determine({"plan": "other", "date_of_service": "2026-03-02", "lines": [{"code": "1"}]}, listing(row("22551")))
    assert caught.value.code == "unknown-plan"


def test_what_was_not_known_yet() -> None:
    """R43."""
    held = listing(row("22551"))
    with pytest.raises(RequestError, match="not known on 2026-01-14") as caught:
        ask(held, "22551", known_at="2026-01-14")
    assert caught.value.code == "no-release"
    assert ask(held, "22551", known_at="2026-01-15")["known_at"] == "2026-01-15"


def test_a_case_made_in_code() -> None:
    held = listing(row("22551"))
    case = Case.from_dict({"plan": "sample", "date_of_service": "2026-03-02", "lines": [{"code": "22551"}]})
    assert determine(case, held).case is case


@pytest.mark.parametrize(
    ("day", "codes"),
    [
        ("2025-12-31", ["dos-before-edition"]),
        ("2026-01-01", []),
        ("2026-04-17", []),
        ("2026-04-18", ["list-may-be-stale"]),
        ("0001-01-01", ["dos-before-edition"]),
        ("9999-12-31", ["list-may-be-stale"]),
    ],
)
def test_editions(day: str, codes: list[str]) -> None:
    """R44."""
    answer = ask(listing(row("22551")), "22551", day=day)
    assert found(answer) == [(code, []) for code in codes]
    assert only(answer)["requirement"] == "required"


def test_a_list_without_an_edition_has_none_to_be_before() -> None:
    assert found(ask(listing(row("22551"), about=header(edition="")), "22551", day="1999-01-01")) == []


def test_a_dated_list_has_no_edition_to_be_before() -> None:
    """R64."""
    assert found(ask(listing(row("22551"), about=header(dated=True)), "22551", day="1999-01-01")) == []


def test_a_copy_says_so() -> None:
    """R63."""
    answer = ask(listing(row("22551"), about=header(secondary=True)), "99213")
    assert found(answer) == [("secondary-source", [])]
    assert answer["findings"][0]["severity"] == "info"


# --- R61, R62: states and places ----------------------------------------------------------------------------------------------------------


def medicare(*beside: condition.Condition, printed: Cell | None = None, **more: Any) -> Any:  # noqa: ANN401
    return listing(row("K0856", printed, *beside, platform=None, **more), about=header(delegate=None))


def test_a_row_of_some_states() -> None:
    """R61."""
    held = medicare(StatesOnly(states=("FL", "IL")))
    told = [only(ask(held, "K0856", state=state)) for state in (None, "fl", "TX")]
    assert [(brief(line), line["needs"], reasons(line)) for line in told] == [
        (("undetermined", None, None), ["state"], ["state-unknown"]),
        (("required", "unstated", None), [], ["membership", "state-listed"]),
        (("not-on-list", None, None), [], ["not-on-list", "other-state"]),
    ]
    assert [len(line["candidates"]) for line in told] == [1, 1, 0]


def test_a_row_of_every_state_needs_none() -> None:
    held = listing(row("K0856", None, StatesOnly(states=("FL",)), ends=date(2026, 1, 1)), row("K0856", None, begins=date(2026, 1, 1)))
    assert only(ask(held, "K0856"))["requirement"] == "required"
    assert only(ask(held, "K0856", day="2025-12-31"))["needs"] == ["state"]
    line = only(ask(held, "K0856", day="2025-12-31", state="TX"))
    assert reasons(line) == ["not-on-list", "other-state", "not-yet-listed"]


def test_a_row_of_some_places() -> None:
    """R62."""
    held = medicare(PlacesOnly(places=("19", "22")))
    told = [only(ask(held, "K0856", place_of_service=place)) for place in (None, "22", "11")]
    assert [(brief(line), line["needs"], reasons(line)) for line in told] == [
        (("undetermined", None, None), ["place-of-service"], ["place-unknown"]),
        (("required", "unstated", None), [], ["membership", "place-listed"]),
        (("out-of-scope", "plan", None), [], ["other-place"]),
    ]


def test_every_missing_fact_is_named() -> None:
    """An answer that needs several facts names each of them, and asks for none it has."""
    held = medicare(StatesOnly(states=("FL",)), PlacesOnly(places=("22",)), printed=Cell.ADD_ON)
    assert only(ask(held, "K0856"))["needs"] == ["state", "place-of-service", "primary-procedure"]
    assert only(ask(held, "K0856", state="FL"))["needs"] == ["place-of-service", "primary-procedure"]
    assert only(ask(held, "K0856", state="FL", place_of_service="22"))["needs"] == ["primary-procedure"]
    assert only(ask(held, "K0856", place_of_service="11"))["needs"] == ["state"]
    assert only(ask(held, "K0856", place_of_service="11", state="FL"))["requirement"] == "out-of-scope"


@pytest.mark.parametrize("beside", [(), (condition.NotRequired(),)])
def test_no_row_of_some_states_says_no_where_the_state_is_not_given(beside: tuple[condition.Condition, ...]) -> None:
    held = medicare(StatesOnly(states=("FL",)), *beside, printed=Cell.NO)
    assert only(ask(held, "K0856"))["requirement"] == "undetermined"
    assert only(ask(held, "K0856", state="FL"))["requirement"] == "not-required"
    assert only(ask(held, "K0856", state="TX"))["requirement"] == "not-on-list"


# --- what is remembered -------------------------------------------------------------------------------------------------------------------


def test_an_index_that_remembers_no_more_answers_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    questions = [(code, other) for code in ("L1111", "27452", "27447", "L3333") for other in ("27447", "27448", "27449", "99213")]
    first = [ask(bones(), *each) for each in questions]
    monkeypatch.setattr(hearing, "_MOST_KEPT", 0)
    held = bones()
    assert [ask(held, *each) for each in questions] == first
    assert [ask(held, *each) for each in questions] == first


def test_codes_that_nobody_lists_are_not_remembered() -> None:
    held = listing(row("22551"))
    before = len(held.memory)
    for number in range(300):
        assert only(ask(held, f"9{number:04d}"))["requirement"] == "not-on-list"
    assert len(held.memory) == before


def test_two_questions_of_one_index_do_not_meet() -> None:
    """A line that stands alone, then with others, then alone, on other days and for other clients."""
    held = listing(
        row("22552", Cell.ADD_ON),
        row("22551"),
        row("22899", Cell.NO),
        row("22899", Cell.YES, program="Night"),
        row("T1031", Cell.IN_SEGMENT, SegmentOnly(segment="gold")),
        row("K0856", None, StatesOnly(states=("FL",))),
        row("G0001", begins=date(2022, 1, 1)),
    )
    questions: list[tuple[list[str], dict[str, Any]]] = [
        (["22552"], {}),
        (["22552", "22551"], {}),
        (["22551", "22552"], {"programs": ["Night"]}),
        (["22899"], {}),
        (["22899", "22551"], {}),
        (["22899"], {"programs": ["Day"]}),
        (["T1031"], {"segment": "gold"}),
        (["T1031"], {}),
        (["K0856"], {"state": "FL"}),
        (["K0856"], {"state": "TX"}),
        (["K0856"], {}),
        (["G0001"], {"day": "2021-12-31"}),
        (["G0001"], {}),
    ]
    for codes, case in [*questions, *reversed(questions)]:
        fresh = index(release(*[listing_of.listing for code in held.codes() for listing_of in held.rows(code)]))
        assert ask(held, *codes, **case)["lines"] == ask(fresh, *codes, **case)["lines"]


def test_elsewhere_names_every_list_published_elsewhere_once_each() -> None:
    other = model.Program(name="Far", elsewhere=True)
    held = listing(row("22551"), about=header(programs=(*header().programs, other)))
    assert ask(held, "99213", "99214")["elsewhere"] == [AWAY.name, "Far"]


def test_a_cross_reference_that_takes_a_row_out_is_said() -> None:
    """R21: the reasons tell why one of two rows is no rival."""
    answer = precert.check({"plan": "cigna-commercial", "date_of_service": "2026-03-02", "lines": [{"code": "E0470"}, {"code": "E0472"}]})
    told = [[each["code"] for each in line["reasons"]] for line in answer.to_dict()["lines"]]
    assert told == [["printed-no", "superseded"], ["printed-out-of-scope", "part-of"]]


@pytest.mark.parametrize("plan", [None, 5, ["cigna-commercial"]])
def test_a_rulebook_is_asked_for_by_a_plans_id(plan: Any) -> None:  # noqa: ANN401
    with pytest.raises(precert.RequestError) as refused:
        precert.rulebook(plan)
    assert refused.value.code == "unknown-plan"
