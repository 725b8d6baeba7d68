"""Every combination of the facts, against the rules restated plainly, and the laws that the table keeps."""

import json
from datetime import date
from functools import cache
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from precert.anesthesiology.answer import Choice, anesthesia
from precert.anesthesiology.question import Question
from precert.anesthesiology.shelf import bundled_book
from precert.anesthesiology.terms import REGION, Flag, Region

REGIONS = (None, "cervical", "thoracic", "lumbar")
FLAGS = (
    "sitting",
    "anterior_transthoracic",
    "one_lung",
    "sympathectomy",
    "lumbar_puncture",
    "closed_or_manipulation",
    "extensive",
    "image_guided",
    "non_spinal_thoracotomy",
)
IMAGE_GUIDED = ("01937", "01938", "01939", "01940", "01941", "01942")
THORACOTOMY = ("00540", "00541")
ADDED = {
    "00600": date(1990, 1, 1),
    "00604": date(1990, 1, 1),
    "00620": date(1990, 1, 1),
    "00625": date(2010, 1, 1),
    "00626": date(2007, 1, 1),
    "00630": date(1990, 1, 1),
    "00632": date(1990, 1, 1),
    "00635": date(2001, 1, 1),
    "00640": date(2003, 1, 1),
    "00670": date(1990, 1, 1),
}
POINTED = {IMAGE_GUIDED: date(2022, 1, 1), THORACOTOMY: date(1990, 1, 1)}
EDGES = sorted({*ADDED.values(), *POINTED.values()})

Told = tuple[str | None, tuple[str, ...], tuple[str, ...]]
Given = dict[str, Any]


@cache
def undated(region: str | None, flags: tuple[bool | None, ...]) -> Told:
    """The rules of semantics.md, one after the other, before dates."""
    sitting, transthoracic, one_lung, sympathectomy, puncture, closed, extensive, guided, thoracotomy = flags
    code = None
    if guided:
        return None, IMAGE_GUIDED, ()
    if thoracotomy:
        return None, THORACOTOMY, ()
    if extensive:
        code = "00670"
    elif closed:
        code = "00640"
    elif region == "cervical":
        code = "00604" if sitting else "00600"
    elif region == "thoracic":
        if transthoracic and one_lung is None:
            return None, (), ("one-lung",)
        code = "00620" if not transthoracic else "00626" if one_lung else "00625"
    elif region == "lumbar":
        code = "00632" if sympathectomy else "00635" if puncture else "00630"
    else:
        return None, (), ("region",)
    return code, (), ()


def naive(region: str | None, flags: tuple[bool | None, ...], day: date) -> Told:
    """The same on a day: nothing is offered before it existed (R50)."""
    code, pointers, needs = undated(region, flags)
    if (code and day < ADDED[code]) or (pointers and day < POINTED[pointers]):
        return None, (), ("earlier-edition",)
    return code, pointers, needs


def asked(region: str | None, flags: tuple[bool | None, ...]) -> Given:
    return {REGION: region, **dict(zip(FLAGS, flags, strict=True))}


def told(choice: Choice) -> Told:
    return choice.code, choice.pointers, tuple(map(str, choice.needs))


@pytest.mark.parametrize("day", ["2026-05-01", "2008-06-01"])
def test_every_combination_of_the_facts(day: str) -> None:
    on, seen = date.fromisoformat(day), 0
    for region, flags in product(REGIONS, product((None, True, False), repeat=len(FLAGS))):
        answer = told(anesthesia(date=on, **asked(region, flags)))
        assert answer == naive(region, flags, on), (region, flags)
        assert sum(map(bool, answer)) == 1
        seen += 1
    assert seen == 4 * 3**9


@pytest.mark.parametrize("edge", EDGES, ids=str)
def test_the_day_before_and_the_day_of_every_date(edge: date) -> None:
    """With every way to know the facts that some rule asks for, and none that it does not."""
    before = date.fromordinal(edge.toordinal() - 1)
    for region, flags in product(REGIONS, product((None, True), repeat=len(FLAGS))):
        for on in (before, edge):
            assert told(anesthesia(date=on, **asked(region, flags))) == naive(region, flags, on)


@pytest.mark.parametrize(
    ("day", "facts", "expected"),
    [
        ("2006-12-31", {"one_lung": True}, "earlier-edition"),
        ("2007-01-01", {"one_lung": True}, "00626"),
        ("2009-12-31", {"one_lung": False}, "earlier-edition"),
        ("2010-01-01", {"one_lung": False}, "00625"),
        ("1985-07-01", {"one_lung": None}, "one-lung"),
        ("2026-05-01", {"one_lung": None}, "one-lung"),
    ],
)
def test_transthoracic_by_date(day: str, facts: Given, expected: str) -> None:
    choice = anesthesia(region="thoracic", anterior_transthoracic=True, date=day, **facts)
    assert (choice.code or choice.needs[0]) == expected
    offered = json.dumps(choice.to_dict()["would_change"])
    assert ("00626" in offered) == (day >= "2007-01-01" and facts["one_lung"] is None)
    assert ("00625" in offered) == (day >= "2010-01-01" and facts["one_lung"] is None)


@pytest.mark.parametrize(("day", "pointers", "needs"), [("2021-12-31", (), ("earlier-edition",)), ("2022-01-01", IMAGE_GUIDED, ())])
def test_image_guided_codes_by_date(day: str, pointers: tuple[str, ...], needs: tuple[str, ...]) -> None:
    assert told(anesthesia(image_guided=True, date=day)) == (None, pointers, needs)


def test_the_bundled_status_dates_the_image_guided_codes() -> None:
    status = bundled_book().status
    assert {status.codes[code][0][0] for code in IMAGE_GUIDED} == {"2022-01"}


def test_the_names_are_the_contracts() -> None:
    assert tuple(Flag) == FLAGS
    assert (None, *Region) == REGIONS


# -- laws ------------------------------------------------------------------------------------------------------------------

FACTS = st.fixed_dictionaries(
    {},
    optional={"region": st.sampled_from(REGIONS[1:]), **dict.fromkeys(FLAGS, st.booleans())},
)
DAYS = st.dates(date(1985, 1, 1), date(2030, 1, 1))


@given(FACTS, DAYS)
def test_what_would_change_it_does(facts: Given, day: date) -> None:
    """Each entry's facts were unknown; with them known, the answer is the entry's, and another one."""
    answer = anesthesia(date=day, **facts).to_dict()
    for each in answer["would_change"]:
        assert not each["facts"].keys() & facts.keys()
        other = anesthesia(date=day, **facts, **each["facts"]).to_dict()
        assert all(other[name] == each[name] for name in ("code", "pointers", "needs"))
        assert [other["code"], other["pointers"]] != [answer["code"], answer["pointers"]] or "earlier-edition" in other["needs"]


@given(FACTS, DAYS, st.data())
def test_nothing_else_changes_it(facts: Given, day: date, data: st.DataObject) -> None:
    """An unknown fact that no higher rule waits for does not change the answer."""
    answer = anesthesia(date=day, **facts)
    book = bundled_book()
    awaited = {name for rule in book.table.open(answer.rule, answer.question.facts) for name, _ in rule.missing(answer.question.facts)}
    others = [name for name in FLAGS if name not in awaited and name not in facts]
    more: Given = {name: data.draw(st.booleans()) for name in others}
    assert told(anesthesia(date=day, **facts, **more)) == told(answer)


@given(FACTS, DAYS)
def test_every_other_code_is_accounted_for(facts: Given, day: date) -> None:
    answer = anesthesia(date=day, **facts).to_dict()
    codes = [each["code"] for each in answer["not_chosen"]]
    assert sorted([*codes, *([answer["code"]] if answer["code"] else [])]) == sorted(ADDED)
    late = {each["code"] for each in answer["not_chosen"] if each["why"].startswith("It was added on ")}
    assert late == {code for code, added in ADDED.items() if day < added}


@given(FACTS, DAYS)
def test_the_order_in_which_facts_are_given_does_not_matter(facts: Given, day: date) -> None:
    """R42: the same question gives the same bytes."""
    turned = dict(reversed(facts.items()))
    assert json.dumps(anesthesia(date=day, **facts).to_dict()) == json.dumps(anesthesia(date=day.isoformat(), **turned).to_dict())


def test_what_is_not_known_is_not_echoed() -> None:
    given = dict.fromkeys(FLAGS) | {"sitting": False}
    assert anesthesia(date="2026-05-01", **given).to_dict()["facts"] == {"sitting": False}
    assert anesthesia(date="2026-05-01").question == Question(date(2026, 5, 1), {})


# -- the table itself ------------------------------------------------------------------------------------------------------


def test_no_rule_is_out_of_reach() -> None:
    decided = {anesthesia(date="2026-05-01", **dict(rule.when)).rule for rule in bundled_book().table.rules}  # type: ignore[arg-type]
    assert decided == set(bundled_book().table.rules)


def test_ranks_are_in_order_and_the_inferences_are_two() -> None:
    rules = bundled_book().table.rules
    assert [rule.rank for rule in rules] == sorted(rule.rank for rule in rules)
    assert {rule.rank for rule in rules} == set(range(1, 12))
    assert [rule.rank for rule in rules if rule.inferred] == [1, 9]
    assert [rule.rank for rule in rules if rule.pointers and not rule.note] == []
