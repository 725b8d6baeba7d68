"""One law per atom: what the tables say a line hears is what the meaning says of the whole case. And nothing is left without a form."""

from dataclasses import fields
from functools import cache
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import precert
from precert.batch import atoms, tabulate
from precert.batch.atoms import ANCHOR, COMPONENT, FREE, PRIMARY, REQUIRED, SETTLES, Role, Stage, is_torn, place, plays
from precert.batch.tabulate import SILENT, furnished
from precert.facts.condition import Condition, ManagedWith, PurchaseOnly, Reads
from precert.facts.model import Listing
from precert.requirement.case import Case, Line
from precert.requirement.determine import determine
from precert.requirement.hearing import Hearing
from tests.core.build import steady as usual
from tests.naive.rows import CIGNA
from tests.naive.sample import STRANGERS, Deck
from tests.naive.sources import releases

steady = settings(usual, max_examples=60)
DAYS = [*Deck(CIGNA, releases()).days()]


@cache
def stage() -> Stage:
    return Stage.of(precert.rulebook(CIGNA).index)


@cache
def pools() -> list[list[str]]:
    deck = Deck(CIGNA, releases())
    pools = [deck.codes, deck.torn, deck.add_ons, deck.devices, deck.anchors, deck.weak_anchors, deck.chairs, deck.bought, STRANGERS]
    return [*pools, sorted(stage().companions), sorted(stage().primaries & set(deck.codes)), list(deck.dated)]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    code = st.sampled_from(pools()).flatmap(st.sampled_from)
    line = st.builds(lambda code, units: Line(token=code, code=code, units=units), code, st.integers(1, 9))
    return Case(
        plan=CIGNA,
        date_of_service=draw(st.sampled_from(DAYS)),
        segment=draw(st.sampled_from([None, "fl-dsnp", "medicaid"])),
        lines=tuple(draw(st.lists(line, min_size=2, max_size=6))),
    )


def alone(case: Case, line: Line) -> Case:
    return Case(plan=case.plan, date_of_service=case.date_of_service, segment=case.segment, lines=(line, SILENT))


def tabulated(case: Case, at: int) -> set[Role]:
    """The roles of one line, as the tables have them."""
    line = case.lines[at]
    told = determine(alone(case, line), stage().index).lines[0].ruling
    torn = any(each.row.conditions or each.row.listing.printed for each in told.candidates) and is_torn(told)
    return {each.role for each in plays(line.code or "", alone(case, line), stage(), torn=torn, late=False) if each.under is None}


def others(case: Case, at: int) -> list[int]:
    return [other for other in range(len(case.lines)) if other != at]


def heard(case: Case, at: int, kind: str) -> set[Role]:
    return {role for other in others(case, at) for role in tabulated(case, other) if role[0] == kind}


def hearing(case: Case) -> Hearing:
    return Hearing(case, stage().index, [None] * len(case.lines))


@steady
@given(case=cases())
def test_settlers(case: Case) -> None:
    for at in range(len(case.lines)):
        assert {program for _, program in heard(case, at, SETTLES)} == hearing(case)._settling_programs(at)


@steady
@given(case=cases())
def test_anchors_and_those_that_are_free_of_the_condition(case: Case) -> None:
    voices = hearing(case).voices
    for at in range(len(case.lines)):
        for family in stage().families:
            runs = {str(stage().runs[family, row.position]) for other in others(case, at) for row in voices[other].anchors(family)}
            assert {run for _, of, run in heard(case, at, ANCHOR) if of == family} == runs
            assert bool(heard(case, at, FREE)) == any(voices[other].free_of_condition(family) for other in others(case, at))


@steady
@given(case=cases())
def test_a_run_has_one_platform_and_keeps_the_order_of_the_document(case: Case) -> None:
    voices = hearing(case).voices
    for family in stage().families:
        rows = sorted({row.position: row for each in voices for row in each.anchors(family)}.values(), key=lambda row: row.position)
        runs = [stage().runs[family, row.position] for row in rows]
        assert runs == sorted(runs)
        platforms = {run: row.listing.platform for run, row in zip(runs, rows, strict=True)}
        assert [platforms[run] for run in runs] == [row.listing.platform for row in rows]


@steady
@given(case=cases())
def test_components(case: Case) -> None:
    for at in range(len(case.lines)):
        units = sum(case.lines[other].units for other in others(case, at) if (COMPONENT,) in tabulated(case, other))
        assert units == hearing(case)._components(at)


@steady
@given(case=cases())
def test_required_lines_that_are_not_torn(case: Case) -> None:
    for at, line in enumerate(case.lines):
        ruling = determine(alone(case, line), stage().index).lines[0].ruling
        if is_torn(ruling):
            continue
        by = hearing(case).required_by(at)
        roles = tabulated(case, at)
        assert {role for role in roles if role[0] == REQUIRED} == ({(REQUIRED, *(each or "" for each in place(by)))} if by else set())
        assert ((PRIMARY, line.code) in roles) == bool(by and line.code in stage().primaries)


@steady
@given(case=cases())
def test_a_torn_line_is_required_by_its_answer(case: Case) -> None:
    """What a late line is told of a torn one, its answer, is what the meaning looks at."""
    answers = determine(case, stage().index).lines
    for at, line in enumerate(case.lines):
        ruling = determine(alone(case, line), stage().index).lines[0].ruling
        if is_torn(ruling):
            by = hearing(case).required_by(at)
            told = answers[at].ruling
            assert (by is not None) == (told.outcome.requirement == "required")
            assert by is None or by is told.decider


@steady
@given(modifiers=st.lists(st.sampled_from(["NU", "UE", "RR", "59", "KX"])))
def test_furnished(modifiers: list[str]) -> None:
    """R20 asks three things of the modifiers: rented, else bought, else nothing said."""
    assert furnished(modifiers) == ("RR" if "RR" in modifiers else "NU" if {"NU", "UE"} & set(modifiers) else "")


@pytest.mark.parametrize("condition", get_args(Condition))
def test_every_condition_that_reads_other_lines_says_what_it_hears(condition: type[Condition]) -> None:
    assert (condition in atoms.HEARS) == (Reads.OTHER_LINES in condition.reads)
    assert (Reads.MODIFIERS in condition.reads) == (condition is PurchaseOnly)
    assert {ManagedWith, PurchaseOnly} == {*atoms.HEARS}


def test_everything_a_row_can_read_has_a_form() -> None:
    assert {*atoms.FACETS, *atoms.ELSEWHERE} == {*Reads}
    assert not {*atoms.FACETS} & {*atoms.ELSEWHERE}


def test_every_member_of_a_listing_is_weighed() -> None:
    """A new member of a listing must be said to be part of an answer's columns, or not."""
    assert {*tabulate._SAID} == {"program", "product", "category", "section", "printed", "platform", "conditions"}
    assert {each.name for each in fields(Listing)} == {*tabulate._SAID, *tabulate._NOT_SAID}
