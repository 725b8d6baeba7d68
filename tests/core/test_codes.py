"""Codes and modifiers: what is one, what may be done to a token, ranges, and codes named in a text."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from precert import codes
from tests.naive.engine import may_print

from .build import steady

CODES = st.from_regex(r"[0-9]{4}[0-9A-Z]|[A-Z][0-9]{4}", fullmatch=True)


@pytest.mark.parametrize("code", ["22551", "0095T", "0001F", "1234Z", "K0823", "A0000", "Z9999", "00000"])
def test_a_code_is_itself(code: str) -> None:
    assert codes.parse(code) == code


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("k0823", "K0823"),
        (" 22551 ", "22551"),
        ("\t0095t\n", "0095T"),
        ("\u00a022551\u3000", "22551"),
        ("22551\n", "22551"),
        ("22551\x1f", "22551"),
    ],
)
def test_blanks_go_and_letters_rise(token: str, code: str) -> None:
    assert codes.parse(token) == code


@pytest.mark.parametrize(
    "token",
    [
        *("", " ", "2255", "225511", "22 551", "AB123", "2255-1", "2A551", "225AB", "K082", "K08233", "-2551", "22551-59"),
        *("\u0662\u0662\u0665\u0665\u0661", "2255\u0661", "K082\uff13"),  # digits, but not ASCII ones
        *("\u017f9364", "\u212a0823", "2255\u0131", "\u03919364", "0095\u0422"),  # upper() would make S, K, I of the first three
        *("22551\x00", "22551\n22552", "2255\ud800", "<b>22551</b>", "+2551", "2255."),
    ],
)
def test_nothing_else_is_a_code(token: str) -> None:
    assert codes.parse(token) is None


@steady
@given(CODES, st.text(" \t\n\r\u00a0\u2003", max_size=3), st.text(" \t\n", max_size=3))
def test_parsing_keeps_a_code_through_blanks_and_case(code: str, before: str, after: str) -> None:
    assert codes.parse(before + code.lower() + after) == code
    assert codes.parse(code) == code


@steady
@given(st.text())
def test_what_is_parsed_parses_to_itself(token: str) -> None:
    code = codes.parse(token)
    assert code is None or codes.parse(code) == code


@steady
@given(st.text())
def test_folding_touches_only_ascii_letters(token: str) -> None:
    folded = codes.fold(token)
    assert len(folded) == len(token.strip())
    for before, after in zip(token.strip(), folded, strict=True):
        assert after == (before.upper() if before in string.ascii_lowercase else before)


@pytest.mark.parametrize(("token", "modifier"), [("NU", "NU"), (" rr ", "RR"), ("59", "59"), ("x1", "X1"), ("zz\n", "ZZ")])
def test_a_modifier_is_two_letters_or_digits(token: str, modifier: str) -> None:
    assert codes.parse_modifier(token) == modifier


@pytest.mark.parametrize("token", ["", "N", "NUX", "N U", "N-", "\u0661\u0662", "\u017f1", "N\u00dc"])
def test_nothing_else_is_a_modifier(token: str) -> None:
    assert codes.parse_modifier(token) is None


@pytest.mark.parametrize(("code", "family"), [("22551", ("", "")), ("0095T", ("", "T")), ("K0800", ("K", "")), ("0001F", ("", "F"))])
def test_family(code: str, family: tuple[str, str]) -> None:
    assert codes.family(code) == family


@pytest.mark.parametrize(("code", "number"), [("22551", 22551), ("0095T", 95), ("K0800", 800), ("A0000", 0)])
def test_number(code: str, number: int) -> None:
    assert codes.number(code) == number


@steady
@given(CODES)
def test_a_code_is_its_family_and_its_number(code: str) -> None:
    assert codes.spell(code, codes.number(code)) == code


RANGES = (("K0001", "K0014"), ("E1161", "E1161"), ("0095T", "0098T"))


@pytest.mark.parametrize("code", ["K0001", "K0007", "K0014", "E1161", "0095T", "0098T"])
def test_within_holds_both_ends(code: str) -> None:
    assert codes.within(code, RANGES)


@pytest.mark.parametrize("code", ["K0000", "K0015", "E1160", "E1162", "0094T", "0099T", "L0007", "0096F", "00007", "00096"])
def test_within_holds_nothing_else(code: str) -> None:
    assert not codes.within(code, RANGES)


def test_within_nothing() -> None:
    assert not codes.within("K0007", ())


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", []),
        ("no code in 2026 here", []),
        ("one 22551, one k0823.", ["22551", "K0823"]),
        ("S9365-S9368", ["S9365", "S9366", "S9367", "S9368"]),
        ("from s9365 thru s9367", ["S9365", "S9366", "S9367"]),
        ("0095T through 0098T", ["0095T", "0096T", "0097T", "0098T"]),
        ("22551 \u2013 22553", ["22551", "22552", "22553"]),
        ("22551-22551", ["22551"]),
        ("22553-22551", ["22553"]),  # a range that falls names its first code
        ("22551-K0001", ["22551"]),  # no range between two families
        ("0095T-00990", ["0095T"]),
        ("122551 22551a X22551 225512", []),  # part of something longer
        ("(22551)/22552", ["22551", "22552"]),
        ("22551 22551", ["22551", "22551"]),
        ("\u0662\u0662\u0665\u0665\u0661", []),
    ],
)
def test_mentioned(text: str, named: list[str]) -> None:
    assert list(codes.mentioned(text)) == named


@steady
@given(st.lists(CODES, max_size=6))
def test_every_code_of_a_list_is_mentioned(listed: list[str]) -> None:
    assert list(codes.mentioned(", ".join(listed))) == listed


# --- what a damaged print may mean --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "codes_meant"),
    [
        *[(mark + "22612", {"22612"}) for mark in ("+", "#", "*", "^", "'", "=", "\u200b", "\ufeff")],
        *[("22612" + mark, {"22612"}) for mark in ("+", "*", "^", "\u2020", "\u00b9", ".", " 1", "\u200b")],
        ("7\u200b2156", {"72156"}),
        ("72\u00ad156", {"72156"}),
        ("99,213", {"99213"}),
        ("72 148", {"72148"}),
        ("E 0194", {"E0194"}),
        ("670", {"00670"}),
        ("95t", {"0095T"}),
        ("670.0", {"00670", "06700"}),
        ("72157.00", {"72157"}),
        ("7.2148E+04", {"72148", "2148E"}),
        ("7E+4", {"70000"}),
        ("\uff12\uff12\uff15\uff15\uff11", {"22551"}),
        ("2255l", {"22551", "2255L"}),
        ("O0670", {"00670", "O0670"}),
        ("eO194", {"E0194"}),
        ("22551; +22552", {"22551", "22552"}),
    ],
)
def test_a_damaged_print_may_be_the_codes_that_known_damage_makes_it_of(printed: str, codes_meant: set[str]) -> None:
    assert set(codes.may_be(printed)) == codes_meant


@pytest.mark.parametrize("printed", ["", "-", "h suxi", "9", "1234567", "see the policy", "L", "226121"])
def test_what_is_no_code_however_it_is_read_may_be_none(printed: str) -> None:
    assert list(codes.may_be(printed)) == []


@pytest.mark.parametrize("code", ["L1900", "l0450", "22551", "0095T", "K0823"])
def test_a_sound_code_may_be_nothing_else(code: str) -> None:
    assert set(codes.may_be(code)) == {code.upper()}


MARKS = st.text("+#*^'=. \u2020\u00b9\u200b\ufeff\u00ad", max_size=3)


@steady
@given(CODES, MARKS, MARKS, MARKS, st.integers(1, 4))
def test_no_mark_hides_a_code_and_two_engines_say_so(code: str, before: str, inside: str, after: str, at: int) -> None:
    printed = before + code[:at] + inside + code[at:] + after
    assert code in set(codes.may_be(printed))
    assert may_print(printed, code)


@steady
@given(st.text("0123456789EOILT .+,*\u200b", max_size=9))
def test_two_engines_read_a_damaged_print_alike(printed: str) -> None:
    read = set(codes.may_be(printed))
    assert len(read) <= 8
    assert all(may_print(printed, code) for code in read)


def test_a_damaged_print_of_any_length_is_read_in_no_time() -> None:
    assert list(codes.may_be("9" * 32_767)) == []
    assert len(set(codes.may_be("+22551 " * 4_000))) == 1
