"""Forty edits of the bundled list of Cigna, reported one by one; and the booked orders they touch, against brute force."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest

from precert.changes import Kind, ListingChange, Order, Timing, apply, diff, impact
from precert.facts.compile import Index
from precert.requirement.case import Case
from precert.requirement.determine import determine

from .made import Value, index
from .next_release import DAY, LIST_CHANGES, NEW_NAME, Expected, first_release, next_release

FIRST = first_release()
NEXT, EXPECTED = next_release()
FOUND = diff(FIRST, NEXT)


def reported(change: ListingChange) -> Expected:
    return Expected(kind=change.kind, code=change.codes[0], timing=change.span.timing(DAY), since=change.effective, until=change.span.until)


def test_there_are_forty() -> None:
    assert len(EXPECTED) + len(LIST_CHANGES) == 40
    assert {each.kind for each in EXPECTED} == set(Kind)
    assert {each.timing for each in EXPECTED} == set(Timing)


def test_exactly_the_forty_are_reported() -> None:
    assert Counter(map(reported, FOUND.listings)) == Counter(EXPECTED)
    assert {(each.subject, each.action) for each in FOUND.whole} == LIST_CHANGES
    assert len(FOUND.whole) == len(LIST_CHANGES)


def test_each_tells_all_that_changed() -> None:
    told = {change.codes[0]: [each.name for each in change.members] for change in FOUND.listings}
    scope = [told[each.code] for each in EXPECTED if each.kind is Kind.REQUIREMENT_CHANGED]
    assert scope.count(["printed"]) == 4
    assert scope.count(["category", "printed"]) == 2
    assert scope.count(["changed", "conditions"]) == 1
    for change in FOUND.listings:
        for edit in change.edits:
            for member in change.members:
                assert getattr(edit.before, member.name) == member.before != member.after == getattr(edit.after, member.name)


def test_a_category_renamed_throughout_is_one_change() -> None:
    (renamed,) = [change for change in FOUND.listings if len(change.edits) > 1]
    (member,) = renamed.members
    assert (member.name, member.after) == ("category", NEW_NAME)
    assert set(renamed.codes) == {row.code for row in NEXT.listings if row.category == NEW_NAME}


def test_applied_it_gives_the_next_release() -> None:
    after = apply(FOUND, FIRST)
    assert after == NEXT
    assert after.text() == NEXT.text()


def test_the_way_back_is_reported_too() -> None:
    back = diff(NEXT, FIRST)
    assert apply(back, NEXT) == FIRST
    assert len(back.listings) + len(back.whole) == 40
    counts, there = back.counts(), FOUND.counts()
    # an announced removal that is withdrawn is a change of dates
    assert counts[Kind.ADDED] == there[Kind.REMOVED] - 2
    assert counts[Kind.REMOVED] == there[Kind.ADDED]


# -- booked orders ---------------------------------------------------------------------------------------------------------

BEFORE, AFTER = index(FIRST), index(NEXT)
ORDERS = 2_000
COMPARED = ("requirement", "managed_by", "platform", "program", "conflict", "limits", "needs", "primary_lines", "contacts")
OF_THE_LIST = {"dos-before-edition", "list-may-be-stale", "list-has-unread-rows", "secondary-source"}


def orders(count: int, seed: int = 11) -> list[Order]:
    rng = random.Random(seed)
    edited = [code for change in FOUND.listings for code in change.codes] + ["A9906", "27412"]
    listed = sorted({row.code for row in FIRST.listings})
    spine = sorted({row.code for row in FIRST.listings if row.product == "Musculoskeletal"})
    return [_order(rng, number, (edited, listed, listed, listed, spine)) for number in range(count)]


def _order(rng: random.Random, number: int, pools: tuple[list[str], ...]) -> Order:
    codes = [rng.choice(rng.choice(pools)) for _ in range(rng.randint(1, 4))]
    lines = [{"code": code, "modifiers": rng.choice(([], [], ["NU"], ["RR"]))} for code in codes]
    day = date(2025, 12, 1) + timedelta(days=rng.randint(0, 540))
    case = Case.from_dict({"plan": FIRST.header.plan, "date_of_service": day, "lines": lines})
    return Order(case_id=f"case-{number}", case=case, numbers=tuple(range(1, len(codes) + 1)))


def answer(case: Case, of: Index) -> Value:
    """What the contract's JSON says, without what is not compared."""
    told = determine(case, of).to_dict()
    lines = [
        {name: line[name] for name in COMPARED} | {"notices": [(each["kind"], each["codes"]) for each in line["notices"]]}
        for line in told["lines"]
    ]
    findings = [(each["code"], each["lines"], each["exception"]) for each in told["findings"] if each["code"] not in OF_THE_LIST]
    return lines, told["cases"], told["elsewhere"], findings


@pytest.fixture(scope="module")
def booked() -> list[Order]:
    return orders(ORDERS)


def test_exactly_the_touched_orders_are_found(booked: list[Order]) -> None:
    touched = impact(booked, BEFORE, AFTER)
    brute = [order.case_id for order in booked if answer(order.case, BEFORE) != answer(order.case, AFTER)]
    assert [each.order.case_id for each in touched] == brute
    assert 300 < len(brute) < ORDERS - 300


def test_before_and_after_are_the_answers(booked: list[Order]) -> None:
    for each in impact(booked, BEFORE, AFTER):
        for of, side in ((BEFORE, "before"), (AFTER, "after")):
            told = determine(each.order.case, of).to_dict()
            for line, answered in zip(each.lines, told["lines"], strict=True):
                said = getattr(line, side)
                for name in ("requirement", "platform", "program", "conflict"):
                    assert getattr(said, name) == answered[name]
                assert list(said.needs) == answered["needs"]
                assert list(said.primary_lines) == answered["primary_lines"]
            assert [list(group.lines) for group in getattr(each, side).cases] == [group["lines"] for group in told["cases"]]


def test_what_changed_is_named(booked: list[Order]) -> None:
    for each in impact(booked, BEFORE, AFTER):
        assert each.changed or any(line.changed for line in each.lines)
        for line in each.lines:
            for name in line.changed:
                assert getattr(line.before, name) != getattr(line.after, name)


def test_an_order_of_untouched_codes_stays_as_it_was(booked: list[Order]) -> None:
    """Answers change only by a row of one of the order's codes, by a pair or a pointer of theirs, or by lists published elsewhere."""
    named = {code for change in FOUND.listings if change.kind is not Kind.WORDING_ONLY for code in change.codes}
    named |= {code for change in FOUND.whole for name in ("code", "other") if (code := getattr(change.edit.fact, name, None))}
    for each in impact(booked, BEFORE, AFTER):
        assert named & {line.code for line in each.order.case.lines} or "elsewhere" in each.changed


def test_no_order_is_touched_by_where_rows_stand(booked: list[Order]) -> None:
    assert impact(booked, BEFORE, index(FIRST, known_at=date(2027, 8, 1))) == []
