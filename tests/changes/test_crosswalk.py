"""Plans side by side, and one code through the releases of a plan."""

from datetime import date

import pytest

import precert
from precert.bootstrap import plans, rulebook
from precert.changes import Kind, codes_under, crosswalk, history
from precert.facts.model import Cell
from precert.requirement.case import RequestError

from .made import Value, header, index, release, row
from .next_release import first_release, next_release

DAY = date(2026, 11, 21)
BOOKS = {plan: rulebook(plan).index for plan in plans()}
MEMBERS = ("requirement", "platform", "program", "category", "conflict", "limits", "needs")
D1, D2, D3 = date(2026, 1, 1), date(2026, 7, 1), date(2027, 1, 1)


@pytest.mark.parametrize("day", [date(2018, 12, 31), date(2021, 6, 30), DAY], ids=str)
def test_every_cell_is_the_single_answer(day: date) -> None:
    listed = sorted({code for book in BOOKS.values() for code in book.codes()})
    codes = [*listed[::5], "99213", "77776", "63081", "h suxi"]
    matrix = crosswalk(codes, BOOKS, day)
    assert [row.code for row in matrix.rows] == codes
    for line in matrix.rows:
        for says in line.plans:
            case = {"plan": says.plan, "date_of_service": day, "lines": [{"code": line.code}]}
            (single,) = precert.check(case).to_dict()["lines"]
            told = {name: getattr(says, name) for name in MEMBERS}
            assert {name: list(value) if isinstance(value, tuple) else value for name, value in told.items()} == {
                name: single[name] for name in MEMBERS
            }
            assert (says.managed_by and (says.managed_by.kind, says.managed_by.name)) == (
                single["managed_by"] and (single["managed_by"]["kind"], single["managed_by"]["name"])
            )
            assert [each.line for each in says.citations] == [each["line"] for each in single["citations"]]


def test_a_code_given_twice_is_asked_once() -> None:
    assert [row.code for row in crosswalk(["22551", " 22551", "l8680", "L8680"], BOOKS, DAY).rows] == ["22551", "L8680"]


def test_the_releases_that_answered_are_named() -> None:
    assert {each.id for each in crosswalk(["22551"], BOOKS, DAY).releases} == {held.id for book in BOOKS.values() for held in book.held}


def test_plans_that_differ() -> None:
    matrix = crosswalk(["22551", "99213", "E0470"], BOOKS, DAY)
    assert [row.differs for row in matrix.rows] == [True, False, True]


@pytest.mark.parametrize(
    ("members", "since", "until"),
    [
        ({}, None, None),
        ({"begins": D1}, D1, None),
        ({"changed": D2}, D2, None),
        ({"begins": D1, "changed": D2}, D2, None),
        ({"begins": D1, "changed": D3}, D1, None),
        ({"ends": D3}, None, D3),
    ],
)
def test_since_when(members: dict[str, Value], since: date | None, until: date | None) -> None:
    (line,) = crosswalk(["22551"], {"made": index(release(row("22551", **members)))}, DAY).rows
    (says,) = line.plans
    assert (says.since, says.until) == (since, until)


def test_codes_under_a_category_or_a_program() -> None:
    spine = codes_under("spine surgery", BOOKS)
    assert "22551" in spine
    rows = [row.listing for book in BOOKS.values() for code in book.codes() for row in book.rows(code)]
    assert set(spine) == {each.code for each in rows if each.category == "Spine Surgery"}
    assert codes_under(" SLEEP ", BOOKS, program=True) == list(dict.fromkeys(each.code for each in rows if each.program == "Sleep"))


@pytest.mark.parametrize(("name", "says"), [("Spine Surgry", "did you mean `Spine Surgery`"), ("\u2603", "there are CID")])
def test_no_such_category(name: str, says: str) -> None:
    with pytest.raises(RequestError, match=says):
        codes_under(name, BOOKS)


# -- history ---------------------------------------------------------------------------------------------------------------


def test_the_past_of_a_code() -> None:
    first, (second, expected) = first_release(), next_release()
    removed = next(each.code for each in expected if each.kind is Kind.REMOVED and not each.since)
    published = [(first, DAY), (second, D3)]
    one, two = history(removed, published)
    assert (one.release, one.known_at, one.first, len(one.listings), one.changes) == (first.id, DAY, True, 1, ())
    assert (two.release, two.first, two.listings) == (second.id, False, ())
    assert [each.kind for each in two.changes] == [Kind.REMOVED]
    assert [each.changes for each in history("22551", published)] == [(), ()]


def test_a_label_renamed_throughout_is_told_of_the_code_only() -> None:
    first, (second, expected) = first_release(), next_release()
    code = next(each.code for each in expected if each.kind is Kind.LABEL_CHANGED)
    _, entry = history(code, [(first, DAY), (second, D3)])
    (change,) = entry.changes
    assert change.codes == (code,)


def test_releases_of_two_lists_are_told_apart() -> None:
    other = header(list="other")
    published = [
        (release(row("22551")), D1),
        (release(row("22551"), of=other), D2),
        (release(row("22551", printed=Cell.NO)), D3),
    ]
    assert [(each.list, each.first, len(each.changes)) for each in history("22551", published)] == [
        ("made", True, 0),
        ("other", True, 0),
        ("made", False, 1),
    ]
