"""What a change of a row is called, and the dates of service it can matter on."""

from datetime import date
from typing import Any

import pytest

from precert.changes import Kind, Timing, diff
from precert.changes.difference import ListChange, Span, span_of
from precert.facts.condition import Contact, ManagedWith, NotRequired, PurchaseOnly, Refused, ThroughPlan
from precert.facts.model import AddOn, Cell, Delegate, Facts, Fingerprint, NotTogether, Pointer, Program, Proposal, SetAside
from precert.facts.release import Release

from .made import cite, header, release, row

D1, D2, D3 = date(2026, 1, 1), date(2026, 7, 1), date(2027, 1, 1)
SPELLED = Fingerprint(length=5, digest="0" * 16)


def kinds(before: Release, after: Release) -> list[Kind]:
    return [change.kind for change in diff(before, after).listings]


CHANGES: list[tuple[str, dict[str, Any], dict[str, Any], Kind]] = [
    ("the cell", {}, {"printed": Cell.NO}, Kind.REQUIREMENT_CHANGED),
    ("no more PA", {}, {"conditions": (NotRequired(),)}, Kind.REQUIREMENT_CHANGED),
    ("refused", {"conditions": (Refused(),)}, {}, Kind.REQUIREMENT_CHANGED),
    ("the platform", {}, {"platform": "Beta"}, Kind.MANAGER_OR_PLATFORM_CHANGED),
    ("through the plan", {}, {"conditions": (ThroughPlan(),)}, Kind.MANAGER_OR_PLATFORM_CHANGED),
    (
        "another phone of the plan",
        {"conditions": (ThroughPlan(),)},
        {"conditions": (ThroughPlan(contacts=(Contact(phone="1-2"),)),)},
        Kind.CONDITION_CHANGED,
    ),
    ("a condition", {}, {"conditions": (PurchaseOnly(),)}, Kind.CONDITION_CHANGED),
    (
        "a companion",
        {"conditions": (ManagedWith(family="msk"),)},
        {"conditions": (ManagedWith(family="msk", companions=("27412",)),)},
        Kind.CONDITION_CHANGED,
    ),
    (
        "the order of conditions",
        {"conditions": (Refused(), PurchaseOnly())},
        {"conditions": (PurchaseOnly(), Refused())},
        Kind.CONDITION_CHANGED,
    ),
    ("a first day", {}, {"begins": D1}, Kind.CONDITION_CHANGED),
    ("another first day", {"begins": D1}, {"begins": D2}, Kind.CONDITION_CHANGED),
    ("a day of change", {}, {"changed": D1}, Kind.CONDITION_CHANGED),
    ("a last day", {}, {"ends": D3}, Kind.REMOVED),
    ("a last day and a label", {}, {"ends": D3, "category": "C"}, Kind.REMOVED),
    ("another last day", {"ends": D2}, {"ends": D3}, Kind.CONDITION_CHANGED),
    ("no last day any more", {"ends": D3}, {}, Kind.CONDITION_CHANGED),
    ("a last day and a condition", {}, {"ends": D3, "conditions": (PurchaseOnly(),)}, Kind.CONDITION_CHANGED),
    ("a last day and a first", {}, {"ends": D3, "begins": D1}, Kind.CONDITION_CHANGED),
    ("a last day and the cell", {}, {"ends": D3, "printed": Cell.NO}, Kind.REQUIREMENT_CHANGED),
    ("the program", {}, {"program": "Joint"}, Kind.MOVED_PROGRAM),
    ("the program and a label", {}, {"program": "Joint", "category": "C"}, Kind.MOVED_PROGRAM),
    ("the product", {}, {"product": "P"}, Kind.LABEL_CHANGED),
    ("the category", {}, {"category": "C"}, Kind.LABEL_CHANGED),
    ("the section", {}, {"section": "S"}, Kind.LABEL_CHANGED),
    ("the grouping", {}, {"grouping": "G"}, Kind.LABEL_CHANGED),
    ("UM + CS", {}, {"um_cs": "Yes"}, Kind.LABEL_CHANGED),
    ("what the description states", {}, {"facts": Facts(unlisted=True), "fingerprint": SPELLED}, Kind.DESCRIPTION_CHANGED),
    ("the wording", {}, {"fingerprint": SPELLED}, Kind.WORDING_ONLY),
    ("everything", {}, {"printed": Cell.NO, "platform": None, "program": "Joint", "fingerprint": SPELLED}, Kind.REQUIREMENT_CHANGED),
]


@pytest.mark.parametrize(("before", "after", "kind"), [each[1:] for each in CHANGES], ids=[each[0] for each in CHANGES])
def test_kind(before: dict[str, Any], after: dict[str, Any], kind: Kind) -> None:
    (change,) = diff(release(row("22551", 1, **before)), release(row("22551", 9, **after))).listings
    assert change.kind is kind
    assert {each.name for each in change.members} == before.keys() | after.keys()


def test_where_a_row_stands_is_no_change() -> None:
    assert kinds(release(row("22551", 1)), release(row("22551", 9))) == []


SPANS: list[tuple[str, dict[str, Any] | None, dict[str, Any] | None, tuple[date | None, date | None]]] = [
    ("added", None, {}, (None, None)),
    ("added from a day", None, {"begins": D1}, (D1, None)),
    ("added for a time", None, {"begins": D1, "ends": D2}, (D1, D2)),
    ("added, and known since a change only", None, {"changed": D2}, (D2, None)),
    ("removed", {}, None, (None, None)),
    ("removed, though it had ended", {"ends": D2}, None, (None, D2)),
    ("ends", {}, {"ends": D3}, (D3, None)),
    ("ends later", {"ends": D2}, {"ends": D3}, (D2, D3)),
    ("began only then", {}, {"begins": D1}, (None, D1)),
    ("began earlier", {"begins": D2}, {"begins": D1}, (D1, D2)),
    ("says another thing", {}, {"printed": Cell.NO}, (None, None)),
    ("says another thing since a day", {}, {"printed": Cell.NO, "changed": D2}, (D2, None)),
    ("says another thing within its dates", {"begins": D1, "ends": D3}, {"begins": D1, "ends": D3, "printed": Cell.NO}, (D1, D3)),
    ("is known of earlier days too", {"changed": D2}, {}, (None, D2)),
    ("is no longer known of earlier days", {}, {"changed": D2}, (None, D2)),
    ("was never in force", {"begins": D2, "ends": D1}, {"begins": D2, "ends": D1, "printed": Cell.NO}, (None, None)),
]


@pytest.mark.parametrize(("before", "after", "expected"), [each[1:] for each in SPANS], ids=[each[0] for each in SPANS])
def test_span(before: dict[str, Any] | None, after: dict[str, Any] | None, expected: tuple[date | None, date | None]) -> None:
    old, new = ([] if members is None else [row("22551", **members)] for members in (before, after))
    (change,) = diff(release(row("0001A"), *old), release(row("0001A"), *new)).listings
    assert (change.effective, change.span.until) == expected


@pytest.mark.parametrize(
    ("span", "day", "timing"),
    [
        (Span(), D2, Timing.CURRENT),
        (Span(since=D2), D2, Timing.CURRENT),
        (Span(since=D3), D2, Timing.FUTURE),
        (Span(until=D2), D2, Timing.PAST),
        (Span(until=D3), D2, Timing.CURRENT),
        (Span(since=D1, until=D2), D3, Timing.PAST),
    ],
)
def test_timing(span: Span, day: date, timing: Timing) -> None:
    assert span.timing(day) is timing


def test_spans_joined() -> None:
    assert span_of([Span(since=D1, until=D2), Span(since=D2, until=D3)]) == Span(since=D1, until=D3)
    assert span_of([Span(since=D1, until=D2), Span()]) == Span()


# -- which row is which ----------------------------------------------------------------------------------------------------


def test_several_rows_of_one_code_are_matched_by_agreement() -> None:
    suspended, again = row("E0748", 1, begins=D1, ends=D2), row("E0748", 2, begins=D3)
    found = diff(release(suspended, again), release(row("E0748", 3, begins=D3, platform="Beta"), row("E0748", 4, begins=D1, ends=D2)))
    (change,) = found.listings
    assert change.kind is Kind.MANAGER_OR_PLATFORM_CHANGED
    assert change.edits[0].before == again


def test_a_code_added_again_is_an_addition() -> None:
    once = row("L1833", begins=D1, ends=D2)
    (change,) = diff(release(once), release(once, row("L1833", 2, begins=D3))).listings
    assert (change.kind, change.effective, change.span.timing(D2)) == (Kind.ADDED, D3, Timing.FUTURE)


def test_a_code_that_stays_and_enters_another_program_is_added_there() -> None:
    here, there = row("22551", program="Spine"), row("22551", 2, program="Joint")
    assert kinds(release(here), release(here, there)) == [Kind.ADDED]
    assert kinds(release(here, there), release(there)) == [Kind.REMOVED]


def test_a_code_moves_to_where_it_says_most_of_the_same() -> None:
    before = release(row("22551", program="Sleep", platform="Beta"))
    after = release(row("22551", 1, program="Joint", printed=Cell.NO), row("22551", 2, program="Spine", platform="Beta"))
    found = diff(before, after)
    assert [change.kind for change in found.listings] == [Kind.ADDED, Kind.MOVED_PROGRAM]
    assert [change.program for change in found.listings] == ["Joint", "Spine"]


# -- labels renamed throughout ---------------------------------------------------------------------------------------------


def test_a_label_renamed_on_every_row_is_one_change() -> None:
    before = release(row("22551", category="C"), row("22552", 2, category="C"), row("22558", 3, category="D"))
    after = release(row("22551", category="E"), row("22552", 2, category="E"), row("22558", 3, category="D"))
    (change,) = diff(before, after).listings
    assert (change.kind, change.codes) == (Kind.LABEL_CHANGED, ("22551", "22552"))


def test_a_label_renamed_on_some_rows_is_a_change_of_each() -> None:
    before = release(*(row(code, at, category="C") for at, code in enumerate(("22551", "22552", "22558"), 1)))
    after = release(*(row(code, at, category=new) for at, (code, new) in enumerate((("22551", "E"), ("22552", "E"), ("22558", "C")), 1)))
    assert kinds(before, after) == [Kind.LABEL_CHANGED, Kind.LABEL_CHANGED]


def test_a_row_that_changed_otherwise_too_is_told_apart() -> None:
    before = release(*(row(code, at, category="C") for at, code in enumerate(("22551", "22552", "22558"), 1)))
    rows = [row(code, at, category="E") for at, code in enumerate(("22551", "22552"), 1)]
    found = diff(before, release(*rows, row("22558", 3, category="E", printed=Cell.NO)))
    assert [(change.kind, change.codes) for change in found.listings] == [
        (Kind.REQUIREMENT_CHANGED, ("22558",)),
        (Kind.LABEL_CHANGED, ("22551", "22552")),
    ]


def test_a_platform_renamed_throughout_is_one_change_of_platform() -> None:
    before, after = (release(row("22551", platform=name), row("22552", 2, platform=name, begins=D1)) for name in ("Alpha", "Beta"))
    (change,) = diff(before, after).listings
    assert (change.kind, change.effective, len(change.edits)) == (Kind.MANAGER_OR_PLATFORM_CHANGED, None, 2)


def _programs(*names: str) -> tuple[Program, ...]:
    return tuple(Program(name=name) for name in names)


def test_a_program_that_is_called_otherwise_moves_no_code() -> None:
    before = release(row("22551"), row("22552", 2), of=header(programs=_programs("Spine", "Joint")))
    after = release(row("22551", program="Back"), row("22552", 2, program="Back"), of=header(programs=_programs("Back", "Joint")))
    found = diff(before, after)
    assert [(change.kind, change.codes) for change in found.listings] == [(Kind.LABEL_CHANGED, ("22551", "22552"))]
    assert [(change.subject, change.action) for change in found.whole] == [("programs", "changed")]


def test_a_program_that_goes_into_another_moves_its_codes() -> None:
    rows = [row("22551", program="Joint"), row("22552", 2, program="Joint")]
    before = release(row("22551"), row("22552", 2), of=header(programs=_programs("Spine", "Joint")))
    found = diff(before, release(*rows, of=header(programs=_programs("Joint"))))
    assert [(change.kind, change.codes) for change in found.listings] == [(Kind.MOVED_PROGRAM, ("22551", "22552"))]
    assert [(change.subject, change.action) for change in found.whole] == [("programs", "removed")]


def test_one_program_becomes_two() -> None:
    """The larger part is the program under its new name; the rest moved."""
    codes = ("22551", "22552", "22558", "22585", "22586")
    before = release(*(row(code, at) for at, code in enumerate(codes)), of=header(programs=_programs("Spine")))
    split = ("Neck", "Neck", "Back", "Back", "Back")
    after = [row(code, at, program=name) for at, (code, name) in enumerate(zip(codes, split, strict=True))]
    found = diff(before, release(*after, of=header(programs=_programs("Neck", "Back"))))
    assert [(each.subject, each.action) for each in found.whole] == [("programs", "added"), ("programs", "changed")]
    assert [(change.kind, change.program, len(change.edits)) for change in found.listings] == [
        (Kind.MOVED_PROGRAM, "Neck", 2),
        (Kind.LABEL_CHANGED, "Back", 3),
    ]


# -- the list as a whole ---------------------------------------------------------------------------------------------------

_PLAIN = release(row("22551"))


def whole(after: Release, before: Release = _PLAIN) -> list[ListChange]:
    found = diff(before, after)
    assert not found.listings
    return list(found.whole)


WHOLE: list[tuple[str, Release, str]] = [
    ("delegate", release(row("22551"), of=header(delegate=Delegate(name="Another", evidence="made up"))), "changed"),
    ("delegate", release(row("22551"), of=header(delegate=None)), "removed"),
    ("edition", release(row("22551"), of=header(edition="2027")), "changed"),
    ("title", release(row("22551"), of=header(title="Another title")), "changed"),
    ("payer", release(row("22551"), of=header(payer="Another")), "changed"),
    ("dated", release(row("22551"), of=header(dated=True)), "changed"),
    ("families", release(row("22551"), of=header(families=(("msk", "Spine"),))), "added"),
    ("programs", release(row("22551"), of=header(programs=_programs("Spine"))), "removed"),
    ("programs", release(row("22551"), of=header(programs=(Program(name="Spine", setting="home"), Program(name="Joint")))), "changed"),
    ("elsewhere", release(row("22551"), of=header(programs=(*_programs("Spine", "Joint"), Program(name="X", elsewhere=True)))), "added"),
    (
        "set-aside",
        release(row("22551"), set_aside=(SetAside(reason="blank-code", printed="", program="Spine", citation=cite(2)),)),
        "added",
    ),
    (
        "proposals",
        release(
            row("22551"),
            proposals=(
                Proposal(id="1", printed="", proposed="22552", confidence=0.9, evidence=("it is",), status="open", citation=cite(2)),
            ),
        ),
        "added",
    ),
    ("pointers", release(row("22551"), pointers=(Pointer(code="22552", use=("22551",), when="", citation=cite(1)),)), "added"),
    ("not-together", release(row("22551"), not_together=(NotTogether(code="1", other="2", exception=None, citation=cite(1)),)), "added"),
    ("add-ons", release(row("22551"), add_ons=(AddOn(code="22552", primaries=("22551",)),)), "added"),
]


@pytest.mark.parametrize(("subject", "after", "action"), WHOLE)
def test_the_list_as_a_whole(subject: str, after: Release, action: str) -> None:
    assert [(each.subject, each.action) for each in whole(after)] == [(subject, action)]
    back = {"added": "removed", "removed": "added", "changed": "changed"}[action]
    assert [(each.subject, each.action) for each in whole(_PLAIN, after)] == [(subject, back)]


def test_what_changed_in_what_stands_beside_the_rows() -> None:
    old = Pointer(code="22552", use=("22551",), when="", citation=cite(1))
    new = Pointer(code="22552", use=("22558",), when="", citation=cite(4))
    (change,) = whole(release(row("22551"), pointers=(new,)), release(row("22551"), pointers=(old,)))
    assert [(each.name, each.before, each.after) for each in change.members] == [("use", ("22551",), ("22558",))]


def test_a_proposal_read_from_another_line_is_the_same() -> None:
    """Its id is made from its place."""
    old, new = (
        Proposal(id=each, printed="h", proposed="22552", confidence=0.9, evidence=("it is",), status="open", citation=cite(line))
        for each, line in (("1", 2), ("2", 7))
    )
    before, after = (release(row("22551"), proposals=(each,)) for each in (old, new))
    found = diff(before, after)
    assert found.says_the_same
    assert not found.empty
