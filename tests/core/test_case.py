"""The question: what is read, what is refused, with which code and where."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import precert
from precert import Case, RequestError
from precert.requirement.case import ECHO, Line, nearest, read_date

from .build import steady

ORDER: dict[str, Any] = {"plan": "cigna-commercial", "date_of_service": "2026-03-02", "lines": [{"code": "22551"}]}


def read(code: str, **more: Any) -> Line:  # noqa: ANN401
    """The line of a code."""
    return Line(token=code, code=code, **more)


def refused(**changes: object) -> RequestError:
    """The error that an order with these members gives; a member that is ... is left out."""
    order = {name: value for name, value in (ORDER | changes).items() if value is not ...}
    with pytest.raises(RequestError) as caught:
        Case.from_dict(order)
    return caught.value


def line(**members: object) -> RequestError:
    """The error that a good first and this second line give."""
    return refused(lines=[{"code": "22551"}, members])


def test_the_least_case() -> None:
    assert Case.from_dict(ORDER) == Case(plan="cigna-commercial", date_of_service=date(2026, 3, 2), lines=(read("22551"),))


def test_the_whole_case() -> None:
    case = Case.from_dict(
        {
            "plan": "p",
            "date_of_service": "2024-02-29",
            "known_at": "2026-11-21",
            "segment": " FL-DSNP\n",
            "state": " fl",
            "place_of_service": "24 ",
            "programs": ["Sleep", "Day"],
            "reference": "Case-1_a.b",
            "lines": [{"code": " k0823", "modifiers": [" rr", "KX"], "units": 9999}, {"code": "x", "modifiers": None, "units": None}],
        }
    )
    assert case == Case(
        plan="p",
        date_of_service=date(2024, 2, 29),
        known_at=date(2026, 11, 21),
        segment="fl-dsnp",
        state="FL",
        place_of_service="24",
        programs=("Sleep", "Day"),
        reference="Case-1_a.b",
        lines=(read("K0823", modifiers=("RR", "KX"), units=9999), replace(read("x"), code=None)),
    )


def test_null_is_as_absent() -> None:
    optional = ("known_at", "segment", "state", "place_of_service", "programs", "reference")
    assert Case.from_dict(ORDER | dict.fromkeys(optional)) == Case.from_dict(ORDER)


def test_no_programs_is_not_as_absent() -> None:
    assert Case.from_dict(ORDER | {"programs": []}).programs == ()


def test_tuples_and_other_mappings_are_taken() -> None:
    order = MappingProxyType(ORDER | {"lines": (MappingProxyType({"code": "22551", "modifiers": ("59",)}),), "programs": ("Day",)})
    assert Case.from_dict(order).lines == (read("22551", modifiers=("59",)),)


def test_days_are_taken_as_days() -> None:
    assert Case.from_dict(ORDER | {"date_of_service": date(2026, 3, 2)}) == Case.from_dict(ORDER)


@pytest.mark.parametrize("units", [1, None])
@pytest.mark.parametrize("modifiers", [[], (), None])
def test_equal_lines_are_equal_however_written(units: object, modifiers: object) -> None:
    (only,) = Case.from_dict(ORDER | {"lines": [{"code": "22551", "units": units, "modifiers": modifiers}]}).lines
    assert only == read("22551")


# --- the case ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", [None, "22551", 7, [ORDER], ["plan"]])
def test_a_case_is_an_object(case: Any) -> None:  # noqa: ANN401
    with pytest.raises(RequestError, match="a case is an object") as caught:
        Case.from_dict(case)
    assert caught.value.code == "bad-field"


def test_a_request_error_is_a_value_error() -> None:
    assert issubclass(RequestError, ValueError)
    assert str(RequestError("bad-date", "said")) == "said"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("date_of_servce", "the case has a member `date_of_servce` that nothing reads; did you mean `date_of_service`?"),
        ("Plan", "`Plan` that nothing reads; did you mean `plan`?"),
        ("line", "did you mean `lines`?"),
        ("zzzzz", "the case has a member `zzzzz` that nothing reads"),
    ],
)
def test_an_unknown_member_is_named_with_the_nearest(name: str, said: str) -> None:
    error = refused(**{name: 1})
    assert error.code == "bad-field"
    assert said in str(error)


def test_no_suggestion_where_nothing_is_near() -> None:
    assert "did you mean" not in str(refused(zzzzz=1))


def test_a_member_that_is_no_text_is_unknown_too() -> None:
    with pytest.raises(RequestError, match="member `7`"):
        Case.from_dict({**ORDER, 7: 1})  # type: ignore[dict-item]


@pytest.mark.parametrize("plan", [..., None, ""])
def test_a_case_names_a_plan(plan: object) -> None:
    error = refused(plan=plan)
    assert (error.code, str(error)) == ("bad-field", "the case names no `plan`")


@pytest.mark.parametrize("name", ["plan", "segment", "state", "place_of_service", "reference"])
@pytest.mark.parametrize("value", [7, True, ["FL"], {"a": 1}, 24.0])
def test_texts_are_texts(name: str, value: object) -> None:
    error = refused(**{name: value})
    assert error.code == "bad-field"
    assert f"`{name}` is text" in str(error)


@pytest.mark.parametrize("name", ["date_of_service", "known_at"])
@pytest.mark.parametrize(
    "value",
    [
        *("20260302", "2026-W10-1", "2026-061", "2026-3-2", "26-03-02", "02/03/2026", "2026-03-02T00:00:00", "2026-03-02Z", "+2026-03-02"),
        *(
            "2026-03-02\n",
            " 2026-03-02",
            "2026-03-02 ",
            "2026\u201303\u201302",
            "",
            "today",
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "0000-01-01",
        ),
        *("\u0662\u0660\u0662\u0666-\u0660\u0663-\u0660\u0662", "2026-03-0\u0662", "\uff12026-03-02"),
        *(20260302, True, ["2026-03-02"], datetime(2026, 3, 2, tzinfo=UTC), 1772409600.0),
    ],
)
def test_a_day_is_written_one_way(name: str, value: object) -> None:
    error = refused(**{name: value})
    assert error.code == "bad-date"
    assert str(error) == f"`{name}` is `{value}`; it should be a day written like `2026-03-02`"


@pytest.mark.parametrize("value", [..., None])
def test_a_case_has_a_day(value: object) -> None:
    assert refused(date_of_service=value).code == "bad-date"


@steady
@given(st.dates())
def test_every_day_reads_as_itself(day: date) -> None:
    assert read_date(day.isoformat(), "day") == day
    assert read_date(day, "day") == day


@pytest.mark.parametrize("segment", ["", "  ", "\t\n", "x" * 65, "a\ud800"])
def test_a_segment_has_a_name(segment: str) -> None:
    """R19."""
    error = refused(segment=segment)
    assert error.code == "bad-field"
    assert "`segment`" in str(error)


def test_a_segment_is_trimmed_and_lowered() -> None:
    """R19."""
    assert Case.from_dict(ORDER | {"segment": " Fl-DSNP \t"}).segment == "fl-dsnp"
    assert Case.from_dict(ORDER | {"segment": " " + "X" * 64}).segment == "x" * 64


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("state", value) for value in ("", "F", "FLA", "F1", "1", "\u017fL", "F L", "FL\u0660")),
        *(("place_of_service", value) for value in ("", "2", "244", "A4", "\u0662\u0664", "2 4")),
        *(("reference", value) for value in ("", " ", "a b", "a/b", "x" * 65, "caf\u00e9", "a\n", " a", "\ud800")),
    ],
)
def test_state_place_and_reference_have_their_shape(name: str, value: str) -> None:
    error = refused(**{name: value})
    assert error.code == "bad-field"
    assert str(error).startswith(f"`{name}` is `{value}`; it should be ")


def test_a_reference_is_opaque() -> None:
    assert Case.from_dict(ORDER | {"reference": "x" * 64}).reference == "x" * 64
    assert Case.from_dict(ORDER | {"reference": "abC"}).reference == "abC"


@pytest.mark.parametrize("programs", ["Sleep", 7, {"Sleep": 1}, [7], ["Sleep", None], True])
def test_programs_are_a_list_of_names(programs: object) -> None:
    error = refused(programs=programs)
    assert (error.code, "`programs` is a list" in str(error)) == ("bad-field", True)


# --- its lines -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lines", [..., None, [], (), "22551", {}, {"code": "22551"}, 7])
def test_a_case_has_lines(lines: object) -> None:
    error = refused(lines=lines)
    assert error.code == "no-lines"
    assert "at least one code" in str(error)


@pytest.mark.parametrize("value", ["22551", None, ["22551"], 22551])
def test_a_line_is_an_object(value: object) -> None:
    error = refused(lines=[{"code": "22551"}, value])
    assert (error.code, str(error)) == ("bad-field", "line 2 is not an object with a `code`")


@pytest.mark.parametrize("members", [{}, {"code": None}, {"code": 22551}, {"code": ["22551"]}, {"units": 2}])
def test_a_line_has_a_code(members: dict[str, object]) -> None:
    error = line(**members)
    assert (error.code, str(error)) == ("bad-field", "line 2 has no `code`")


def test_an_unknown_member_of_a_line_is_named_with_the_nearest() -> None:
    error = line(code="22551", unit=2)
    assert (error.code, str(error)) == ("bad-field", "line 2 has a member `unit` that nothing reads; did you mean `units`?")


@pytest.mark.parametrize("units", [0, -1, 10000, 1.0, 1.5, "2", True, False, [2], {}, float("nan"), 10**30])
def test_units_are_whole_numbers(units: object) -> None:
    for code in ("22551", "no code"):
        error = line(code=code, units=units)
        assert (error.code, str(error)) == ("bad-units", f"line 2 has units `{units}`; they are a whole number from 1 to 9999")


@pytest.mark.parametrize("units", [1, 2, 9999])
def test_units_are_kept(units: int) -> None:
    assert Case.from_dict(ORDER | {"lines": [{"code": "22551", "units": units}]}).lines[0].units == units


@pytest.mark.parametrize("modifiers", ["NU", "", {}, 59, True, False, 0, {"NU"}])
def test_modifiers_are_a_list(modifiers: object) -> None:
    error = line(code="22551", modifiers=modifiers)
    assert (error.code, str(error)) == ("bad-modifier", "line 2: `modifiers` is a list of two-character modifiers")


@pytest.mark.parametrize("modifier", ["", "N", "NUU", "N U", None, 59, "\u0665\u0669", "\u017f1"])
def test_a_modifier_has_two_characters(modifier: object) -> None:
    error = line(code="22551", modifiers=["NU", modifier])
    assert error.code == "bad-modifier"
    assert str(error).startswith(f"line 2 has the modifier `{modifier}`;")


# --- tokens that are no code ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "shown"),
    [
        ("", ""),
        (" 2255 ", " 2255 "),
        ("22551-RR", "22551-RR"),
        ("x" * ECHO, "x" * 32),
        ("x" * 33, "x" * 32),
        ("\U0001f600" * 40, "\U0001f600" * 32),
        ("a\ud800b", "a\ufffdb"),
        ("\udfff" * 40, "\ufffd" * 32),
        ('"\\\n\x00', '"\\\n\x00'),
    ],
)
def test_a_token_that_is_no_code_is_shown_as_sent(token: str, shown: str) -> None:
    order = ORDER | {"lines": [{"code": token}, {"code": "22551"}]}
    assert Case.from_dict(order).lines[0] == Line(token=shown, code=None)
    bad, good = precert.check(order).to_dict()["lines"]
    assert (bad["code"], bad["requirement"], good["requirement"]) == (shown, "invalid-code", "required")


@steady
@given(st.text(st.characters(), max_size=50))
def test_any_text_is_answered(token: str) -> None:
    answer = precert.check(ORDER | {"lines": [{"code": token}]})
    assert answer.to_json().encode()
    assert len(answer.lines[0].line.token) <= ECHO


# --- the nearest name -----------------------------------------------------------------------------------------------------------


def test_nearest() -> None:
    assert nearest("unit", ["code", "units"]) == "units"
    assert nearest("zzz", ["code", "units"]) is None


# --- errors of a plan's lists ----------------------------------------------------------------------------------------------------


def asked(**changes: object) -> RequestError:
    with pytest.raises(RequestError) as caught:
        precert.check(ORDER | changes)
    return caught.value


def test_an_unknown_plan_is_named_with_the_nearest() -> None:
    error = asked(plan="cigna-comercial")
    assert error.code == "unknown-plan"
    assert "did you mean `cigna-commercial`?" in str(error)


def test_a_program_of_no_list_is_refused() -> None:
    error = asked(programs=["Sleep", "Slep"])
    assert error.code == "bad-field"
    assert str(error).startswith("`Slep` is no program of `cigna-commercial`")


def test_a_program_published_elsewhere_is_a_program() -> None:
    answer = precert.check(ORDER | {"programs": ["Medical Oncology", "Medical Oncology"]}).to_dict()
    assert answer["lines"][0]["requirement"] == "ask-plan"
    assert answer["programs"] == ["Medical Oncology", "Medical Oncology"]


def test_before_the_first_release_nothing_is_known() -> None:
    """R43."""
    assert asked(known_at="2026-11-20").code == "no-release"
    assert precert.check(ORDER | {"known_at": "2026-11-21"}).to_dict()["known_at"] == "2026-11-21"


def test_a_case_may_be_given_as_one() -> None:
    assert precert.check(Case.from_dict(ORDER)).to_json() == precert.check(ORDER).to_json()


def test_mappings_are_not_changed() -> None:
    order: Mapping[str, Any] = {**ORDER, "segment": " A "}
    precert.check(order)
    assert order == {**ORDER, "segment": " A "}


def test_a_case_of_more_than_five_thousand_lines_is_refused() -> None:
    """Lines look at one another: a case without end would take time without end."""
    case = {"plan": "cigna-commercial", "date_of_service": "2026-03-02"}
    lines = [{"code": "22551"}] * 5000
    assert len(Case.from_dict(case | {"lines": lines}).lines) == 5000
    with pytest.raises(RequestError) as refused:
        Case.from_dict(case | {"lines": [*lines, {"code": "22551"}]})
    assert refused.value.code == "too-many-lines"


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"date_of_service": "2026-03-02"}, "bad-date"),
        ({"date_of_service": datetime(2026, 3, 2, tzinfo=UTC)}, "bad-date"),
        ({"lines": ()}, "no-lines"),
        ({"lines": ({"code": "22551"},)}, "no-lines"),
        ({"segment": "FL-DSNP"}, "bad-field"),
    ],
)
def test_a_case_built_by_hand_is_looked_at_too(members: dict[str, Any], code: str) -> None:
    sound: dict[str, Any] = {"plan": "p", "date_of_service": date(2026, 3, 2), "lines": (Line(token="22551", code="22551"),)}
    assert Case(**sound).segment is None
    with pytest.raises(RequestError) as refused:
        Case(**(sound | members))
    assert refused.value.code == code


def test_a_state_is_one_of_the_states() -> None:
    """A state that does not exist would silently answer that nothing is listed there (R61)."""
    case = {"plan": "medicare-ffs", "date_of_service": "2026-03-02", "lines": [{"code": "K0856"}]}
    assert Case.from_dict(case | {"state": " fl "}).state == "FL"
    with pytest.raises(RequestError, match="`state` is `ZZ`"):
        Case.from_dict(case | {"state": "ZZ"})
