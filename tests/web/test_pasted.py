"""What was pasted is read leniently, repaired never, and nothing of it is lost."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from precert.surfaces.web import pasted


def lines(text: str) -> list[tuple[str, tuple[str, ...], int]]:
    return [(each.token, each.modifiers, each.units) for each in pasted.read(text).lines]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("22551, 22845x1; L8680-NU", [("22551", (), 1), ("22845", (), 1), ("L8680", ("NU",), 1)]),
        ("22845 x 2", [("22845", (), 2)]),
        ("22845 x 2 22551", [("22845", (), 2), ("22551", (), 1)]),
        ("22845\u00d73 22846*2 E2361-NU-KX:2", [("22845", (), 3), ("22846", (), 2), ("E2361", ("NU", "KX"), 2)]),
        ("22551\t22552\n\n22845|K0823-RR", [("22551", (), 1), ("22552", (), 1), ("22845", (), 1), ("K0823", ("RR",), 1)]),
        ('"22551","22552"', [("22551", (), 1), ("22552", (), 1)]),
        ("k0823-rr", [("k0823", ("rr",), 1)]),
    ],
)
def test_what_is_read(text: str, read: list[tuple[str, tuple[str, ...], int]]) -> None:
    assert lines(text) == read
    assert pasted.read(text).unread == ()


@pytest.mark.parametrize("token", ["2255l1", "O8680", "22551.0", "22551-22554", "22551x0", "22551x99999", "2255", "225511", "22551x3.5"])
def test_what_could_be_meant_as_a_code_stays_a_line_as_it_was_written(token: str) -> None:
    assert lines(f"22551 {token}") == [("22551", (), 1), (token, (), 1)]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("22551 (22845)", [("22845", (), 1)]),
        ("22551 [22845]", [("22845", (), 1)]),
        ("22551 +22552", [("22552", (), 1)]),
        ("#22551", [("22551", (), 1)]),
        ("(+22552-51x2)", [("22552", ("51",), 2)]),
        ("+(k0823-rr) x 3", [("k0823", ("rr",), 3)]),
    ],
)
def test_punctuation_around_one_code_is_left_out_and_told(text: str, read: list[tuple[str, tuple[str, ...], int]]) -> None:
    found = pasted.read(text)
    assert [(each.token, each.modifiers, each.units) for each in found.unwrapped] == read
    assert all(each.written in text and text[each.start : each.end] == each.token for each in found.unwrapped)
    assert found.unread == ()


@pytest.mark.parametrize("token", ["CPT22551", "(22551", "((22551))", "++22551", "+#22551", "(22551]", "{22551}", "(22551)x2", "(22551x0)"])
def test_a_code_inside_of_anything_else_is_not_read_and_told_by_itself(token: str) -> None:
    found = pasted.read(f"neck {token} fusion {token}")
    assert (found.lines, found.unread) == ((), ("neck", token, "fusion", token))


def test_an_answer_is_written_inside_of_the_punctuation() -> None:
    found = pasted.read("22551 (L8680)")
    assert pasted.with_modifier(found, 2, "NU") == "22551 (L8680-NU)"
    assert pasted.with_code(found, 2, "L8681") == "22551 (L8681)"


def test_words_are_told_as_not_read_line_by_line() -> None:
    read = pasted.read("CPT\tDescription\tQty\n22551\tNeck fusion\t1\nJane Doe 1970-01-02 12345678901")
    assert [each.token for each in read.lines] == ["22551"]
    assert read.unread == ("CPT Description Qty", "Neck fusion 1", "Jane Doe 1970-01-02 12345678901")


def test_an_answer_is_written_into_the_text_where_its_line_stands() -> None:
    read = pasted.read("22551; K0848x2,\n22845")
    assert pasted.with_modifier(read, 2, "RR") == "22551; K0848-RRx2,\n22845"
    assert pasted.with_code(read, 3, "22846") == "22551; K0848x2,\n22846"
    assert pasted.with_modifier(read, 9, "RR") == pasted.with_code(read, 0, "22846") == read.text
    assert pasted.with_line("22551", "22845") == "22551\n22845\n"
    assert pasted.with_line(" ", "22845") == "22845\n"


@given(st.text(alphabet='22551LKx* :-\t\n,;|"aZ()[]+#\u00d7\u202e', max_size=60))
def test_nothing_of_a_text_is_lost(text: str) -> None:
    read = pasted.read(text)
    whole = "".join(read.unread).replace(" ", "") + "".join(each.written or each.token + "".join(each.modifiers) for each in read.lines)
    for each in set(text) - set(' \t\n,;|"-xX*:\u00d7'):
        missing = text.count(each) - whole.count(each)
        units = sum(str(line.units).count(each) for line in read.lines if line.units != 1) + text.count("1")
        assert missing <= units
    for line in read.lines:
        assert text[line.start : line.end] == line.token


LONG = (
    "22551 foo 2282l\n" * 12_000,
    "A" * 200_000,
    "22551-NU" * 25_000,
    "22551 " + " x" * 90_000,
    "1-" * 99_000,
    "(" * 200_000,
    "+(22551" * 28_000,
)


@pytest.mark.parametrize("text", LONG)
def test_a_long_text_does_not_run_away(text: str) -> None:
    begun = time.perf_counter()
    pasted.read(text)
    assert time.perf_counter() - begun < 10


def test_what_is_too_long_says_so() -> None:
    assert pasted.read("22551 " * 6_000).too_long
    assert len(pasted.read("22551 " * 6_000).lines) == 5_000
    assert pasted.read("22551 " * 5_001).count == 5_001
    assert not pasted.read("22551").too_long
