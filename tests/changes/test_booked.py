"""Booked orders from CSV text: every row is in a case or reported."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from precert.changes import read_orders
from precert.changes.booked import Orders
from precert.changes.touched import compare_orders
from precert.facts.model import Cell
from precert.requirement.case import RequestError

from .made import index, release, row

HEAD = "case_id,code,date_of_service"
FULL = f"{HEAD},plan,line_number,modifiers,units,segment,state,place_of_service"


def read(*lines: str, head: str = HEAD) -> Orders:
    return read_orders("\n".join((head, *lines)), "made")


def test_lines_of_one_case_wherever_they_stand() -> None:
    found = read("a,22551,2026-03-02", "b,22551,2026-03-02", "a,22552,2026-03-02")
    assert [(each.case_id, [line.code for line in each.case.lines], each.numbers) for each in found.orders] == [
        ("a", ["22551", "22552"], (1, 2)),
        ("b", ["22551"], (1,)),
    ]
    assert found.rows == 3


@pytest.mark.parametrize(
    "other",
    [
        "a,22552,2026-03-03,made,2,,,,,",
        "a,22552,2026-03-02,other,2,,,,,",
        "a,22552,2026-03-02,made,2,,,fl-dsnp,,",
        "a,22552,2026-03-02,made,2,,,,FL,",
        "a,22552,2026-03-02,made,2,,,,,24",
        "A,22552,2026-03-02,made,2,,,,,",
    ],
)
def test_what_makes_another_case(other: str) -> None:
    assert len(read("a,22551,2026-03-02,made,1,,,,,", other, head=FULL).orders) == 2


def test_every_column() -> None:
    (order,) = read(" a , 22551 ,2026-03-02,,7,nu; rr ,3, FL-DSNP ,fl,24", head=FULL).orders
    (line,) = order.case.lines
    assert (line.code, line.modifiers, line.units, order.numbers) == ("22551", ("NU", "RR"), 3, (7,))
    case = order.case
    assert (case.plan, case.date_of_service, case.segment, case.state, case.place_of_service) == (
        "made",
        date(2026, 3, 2),
        "fl-dsnp",
        "FL",
        "24",
    )


def test_other_columns_are_not_read() -> None:
    found = read("Somebody,a,22551,2026-03-02", head=f"patient,{HEAD}")
    assert not found.malformed
    assert "Somebody" not in repr(found)


def test_a_byte_order_mark_capitals_and_old_line_ends() -> None:
    assert len(read_orders("\ufeffCase_ID, Code ,DATE_OF_SERVICE\r\na,22551,2026-03-02\r\n\rb,22551,2026-03-02\r", "made").orders) == 2


def test_a_cell_may_hold_a_line_end_and_stranger_ones_end_no_row() -> None:
    found = read('"a\nb",22551,2026-03-02', "c\u2028d,22551,2026-03-02")
    assert [each.case_id for each in found.orders] == ["a\nb", "c\u2028d"]


def test_a_token_that_is_no_code_is_answered() -> None:
    found = read("a,h suxi,2026-03-02")
    assert not found.malformed
    assert found.orders[0].case.lines[0].code is None


MALFORMED = [
    (",22551,2026-03-02,,,,,,,", "bad-field", "case_id"),
    ("a,,2026-03-02,,,,,,,", "bad-field", "code"),
    ("a,22551,,,,,,,,", "bad-date", "date_of_service"),
    ("a,22551,03/02/2026,,,,,,,", "bad-date", "date_of_service"),
    ("a,22551,2026-03-02,,one,,,,,", "bad-field", "line_number"),
    ("a,22551,2026-03-02,,,N,,,,", "bad-modifier", "line 2"),
    ("a,22551,2026-03-02,,,,0,,,", "bad-units", "line 2"),
    ("a,22551,2026-03-02,,,,1.0,,,", "bad-units", "line 2"),
    ("a,22551,2026-03-02,,,,10000,,,", "bad-units", "line 2"),
    (f"a,22551,2026-03-02,,,,,{'x' * 65},,", "bad-field", "segment"),
    ("a,22551,2026-03-02,,,,,,Florida,", "bad-field", "state"),
    ("a,22551,2026-03-02,,,,,,,4", "bad-field", "place_of_service"),
    ("a,22551,2026-03-02", "bad-field", "3 cells under 10 columns"),
    ("a,22551,2026-03-02,,,,,,,,,", "bad-field", "12 cells"),
]


@pytest.mark.parametrize(("line", "code", "where"), MALFORMED)
def test_a_row_that_cannot_be_read_is_reported(line: str, code: str, where: str) -> None:
    found = read(line, "b,22551,2026-03-02,,,,,,,", head=FULL)
    (malformed,) = found.malformed
    assert (malformed.row, malformed.code, malformed.case_id) == (2, code, "a" if line.startswith("a") else None)
    assert where in malformed.message
    assert [each.case_id for each in found.orders] == ["b"]
    assert found.rows == 2


def test_the_rest_of_a_torn_case_is_marked() -> None:
    found = read("a,22551,2026-03-02", "a,22552,soon", "b,22551,2026-03-02")
    assert [(each.case_id, each.incomplete) for each in found.orders] == [("a", True), ("b", False)]


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("", "bad-field", "no column `case_id`"),
        ("case_id,code\na,22551", "bad-field", "no column `date_of_service`"),
        (f"{HEAD},code\na,22551,2026-03-02,22552", "bad-field", "more than once"),
        (f'{HEAD}\na,"22551,2026-03-02', "unreadable-file", "not CSV"),
        (f'{HEAD}\na,"22551"x,2026-03-02', "unreadable-file", "line 2"),
    ],
)
def test_a_file_that_cannot_be_read(text: str, code: str, says: str) -> None:
    with pytest.raises(RequestError, match=says) as raised:
        read_orders(text, "made")
    assert raised.value.code == code


cells = st.sampled_from(("a", "b", "", "22551", "h suxi", "2026-03-02", "soon", "2", "NU;RR", "made", '"', "x,y", "\n", "24", "FL"))


@given(st.lists(st.lists(cells, min_size=9, max_size=11), max_size=6))
def test_no_row_is_dropped(rows: list[list[str]]) -> None:
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in each) for each in rows]
    found = read(*lines, head=FULL)
    assert sum(len(each.case.lines) for each in found.orders) + len(found.malformed) == len(rows) == found.rows


def test_orders_of_other_plans_are_counted() -> None:
    before, after = (index(release(row("22551", printed=cell))) for cell in (Cell.YES, Cell.NO))
    found = read("a,22551,2026-03-02,,", "b,22551,2026-03-02,other,", "c,22551,2026-03-02,another,", "d,22551,2026-03-02,other,",
                 head=f"{HEAD},plan,units")  # fmt: skip
    booked = compare_orders(found, before, after)
    assert (booked.rows, booked.compared, booked.other_plans) == (4, 1, (("another", 1), ("other", 2)))
    assert [each.order.case_id for each in booked.touched] == ["a"]


def test_lines_keep_the_numbers_of_the_file() -> None:
    primary, add_on = row("22551"), row("22552", 2, printed=Cell.ADD_ON)
    before, after = index(release(row("22551", printed=Cell.NO), add_on)), index(release(primary, add_on))
    (order,) = read("a,22552,2026-03-02,20", "a,22551,2026-03-02,10", head=f"{HEAD},line_number").orders
    (touched,) = compare_orders(Orders(rows=2, orders=(order,), malformed=()), before, after).touched
    assert [(each.number, each.after.primary_lines) for each in touched.lines] == [(20, (10,)), (10, ())]
    assert [group.lines for group in touched.after.cases] == [(20, 10)]
