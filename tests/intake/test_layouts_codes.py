"""A code cell of several codes is understood whole, or its row is set aside whole."""

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from precert import codes as book
from precert.facts.model import Citation, Facts, Review
from precert.facts.release import read as read_release
from precert.intake.layouts.codecell import WIDEST, CodeCell, read_cell
from precert.intake.pipeline import Decided, keys
from precert.intake.pipeline import ingest as read_by
from precert.intake.repair import Known
from tests.intake.make import HEADER, aside, codes, findings, known_list, listed, profile, read, table

SEVERAL = profile("several_codes = true\n")


def named(text: str) -> list[str]:
    cell = read_cell(text)
    assert isinstance(cell, CodeCell), cell
    return list(cell.named())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("22551", ["22551"]),
        (" e0601 ", ["E0601"]),
        ("22551, 22552", ["22551", "22552"]),
        ("22551,22552, and 22554", ["22551", "22552", "22554"]),
        ("22551; 22552", ["22551", "22552"]),
        ("E0194 and K0195", ["E0194", "K0195"]),
        ("0095T / 0098T", ["0095T", "0098T"]),
        ("22551 & 22552", ["22551", "22552"]),
        ("22551 or 22552", ["22551", "22552"]),
        ("22551\n22552", ["22551", "22552"]),
        ("22551 22552", ["22551", "22552"]),
        ("CPT: 22551, 22552; HCPCS: J7318", ["22551", "22552", "J7318"]),
        ("CPT\u00ae codes 22551", ["22551"]),
        ("K0800-K0802", ["K0800", "K0801", "K0802"]),
        ("97110 thru 97112", ["97110", "97111", "97112"]),
        ("97110 THROUGH 97111", ["97110", "97111"]),
        ("97110 to 97111", ["97110", "97111"]),
        ("22510\u201322512", ["22510", "22511", "22512"]),
        ("0095T-0098T, 22551", ["0095T", "0096T", "0097T", "0098T", "22551"]),
        ("J7318-J7321 (excluding J7320)", ["J7318", "J7319", "J7321"]),
        ("J7318-J7321 except J7319 and J7320", ["J7318", "J7321"]),
        ("J7318-J7324, excluding J7319-J7322", ["J7318", "J7323", "J7324"]),
        ("22551, 22551", ["22551", "22551"]),
    ],
)
def test_these_cells_name_codes(text: str, expected: list[str]) -> None:
    assert named(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("h suxi", "malformed-code"),
        ("2255", "malformed-code"),
        ("2255 1", "malformed-code"),
        ("22551,", "malformed-code"),
        ("22551-", "malformed-code"),
        ("22551 (spine)", "malformed-code"),
        (", 22551", "malformed-code"),
        ("22551, h suxi", "malformed-code"),
        ("22551, 22552, h suxi", "malformed-code-list"),
        ("22551,, 22552", "malformed-code-list"),
        ("22551, 22552,", "malformed-code-list"),
        ("22551, 22552 and others", "malformed-code-list"),
        ("22551 with 22552", "malformed-code-list"),
        ("not 22551, 22552", "malformed-code-list"),
        ("22551-22554-22556", "malformed-code-list"),
        ("J7318-J7332 (excluding J7400)", "malformed-code-list"),
        ("J7318-J7332 (excluding)", "malformed-code-list"),
        ("J7318-J7332 (excluding J7320", "malformed-code-list"),
        ("J7318 (excluding J7318)", "malformed-code-list"),
        ("(22551, 22552)", "malformed-code-list"),
        ("22554-22551", "malformed-range"),
        ("22551-E0601", "malformed-range"),
        ("0095T-0098", "malformed-code"),
        ("00100-99999", "range-too-wide"),
        ("J0001-J9999", "range-too-wide"),
        ("22551-50", "modifier-in-code-cell"),
        ("97110-GP", "modifier-in-code-cell"),
        ("K0823 RR", "modifier-in-code-cell"),
        ("E0277 NU, RR", "modifier-in-code-cell"),
        ("K0823-RR, K0824-RR", "modifier-in-code-cell"),
        ("0095T*", "wildcard-code"),
        ("22551*, 22552", "wildcard-code"),
        ("J73xx", "wildcard-code"),
        ("E08**", "wildcard-code"),
        ("225##", "wildcard-code"),
        ("***", "malformed-code"),
        ("2255\uff11", "malformed-code"),
        ("22551\u066b22552", "malformed-code-list"),
        ("x" * 32, "malformed-code"),
        ("", "malformed-code"),
    ],
)
def test_these_cells_are_not_understood(text: str, reason: str) -> None:
    assert read_cell(text) == reason


def test_a_range_may_be_as_wide_as_a_page_of_the_code_book() -> None:
    assert len(named(f"J0100-J{100 + WIDEST - 1:04}")) == WIDEST
    assert read_cell(f"J0100-J{100 + WIDEST:04}") == "range-too-wide"
    assert len(named(", ".join(f"{letter}{n}000-{letter}{n}199" for letter in "JK" for n in range(10)))) == 20 * WIDEST
    assert read_cell(", ".join(f"{letter}{n}000-{letter}{n}199" for letter in "JKL" for n in range(10))) == "range-too-wide"


CODES = st.one_of(
    st.integers(10000, 99000).map(str), st.integers(1, 9000).map(lambda n: f"J{n:04}"), st.integers(1, 900).map(lambda n: f"{n:04}T")
)
RANGES = st.tuples(CODES, st.integers(1, WIDEST - 1)).map(lambda pair: (pair[0], book.spell(pair[0], book.number(pair[0]) + pair[1])))
ITEMS = st.one_of(CODES.map(lambda code: (code, code)), RANGES)


@given(
    st.lists(st.tuples(ITEMS, st.sampled_from([", ", "; ", " / ", " and ", "\n", ", and ", " "])), min_size=1, max_size=8), st.booleans()
)
def test_no_code_of_a_cell_is_lost(items: list[tuple[tuple[str, str], str]], lower: bool) -> None:
    written = [low if low == high else f"{low}-{high}" for (low, high), _ in items]
    text = "".join(chain.from_iterable(zip(written, (between for _, between in items), strict=True))).rstrip(" ,;/and\n")
    found = read_cell(text.lower() if lower else text)
    expected = [book.spell(low, n) for (low, high), _ in items for n in range(book.number(low), book.number(high) + 1)]
    assert isinstance(found, CodeCell)
    assert list(found.named()) == expected


@given(st.text(alphabet="0123456789TJ -,;/()*andexcpt\u2013", max_size=40))
def test_what_is_understood_holds_every_code_it_prints(text: str) -> None:
    found = read_cell(text)
    if isinstance(found, CodeCell):
        assert set(book.mentioned(text.replace("/", " "))) - found.without <= set(found.named())


# -- rows --------------------------------------------------------------------------------------------------------------


def test_each_code_of_a_row_is_a_listing_and_the_row_is_one_row() -> None:
    report = read(table(HEADER, listed("22551, 22552", description="Cervical spine work"), listed("63047")), SEVERAL)
    assert codes(report) == ["22551", "22552", "63047"]
    assert report.to_dict()["rows"] == {"total": 3, "headers": 1, "sections": 0, "listed": 2, "set_aside": 0}
    assert report.codes == 3
    first, second, alone = report.sheet.listed
    assert first.listing.citation == second.listing.citation
    # what is said of two codes together is said of neither
    assert (first.listing.facts, first.listing.fingerprint, first.descriptor) == (Facts(), None, "")
    assert alone.listing.fingerprint is not None


def test_a_profile_that_does_not_expect_several_codes_sets_the_row_aside() -> None:
    report = read(table(HEADER, listed("22551"), listed("22551, 22552"), listed("22551-50")))
    assert [reason for _, reason, _ in aside(report)] == ["malformed-code", "malformed-code"]


def test_a_code_named_twice_in_a_cell_is_listed_once_and_noted() -> None:
    report = read(table(HEADER, listed("22551, 22552, 22551")), SEVERAL)
    assert codes(report) == ["22551", "22552"]
    assert findings(report) == [(2, "code-repeated-in-cell")]


def test_a_range_lists_every_code_between_where_no_table_of_codes_is_at_hand() -> None:
    report = read(table(HEADER, listed("22551-22554")), SEVERAL)
    assert codes(report) == ["22551", "22552", "22553", "22554"]
    assert findings(report) == [(2, "range-expanded")]
    assert "no code set at hand" in report.sheet.findings[0].message


def test_of_a_range_only_codes_in_force_are_listed_where_a_table_is_at_hand_and_its_ends_in_any_case() -> None:
    known = known_list(in_force=frozenset({"22552", "22556"}))
    report = read(table(HEADER, listed("22551-22554"), listed("E0601-E0602")), SEVERAL, known)
    # the table knows no code of the letter E: it does not speak against one
    assert codes(report) == ["22551", "22552", "22554", "E0601", "E0602"]
    assert "1 between its ends are in no code set at hand and not listed: 22553" in report.sheet.findings[0].message


def test_a_row_is_not_listed_by_half() -> None:
    # I2345 is of no kind of code that is: the row names it, so the row goes
    report = read(table(HEADER, listed("63001"), listed("22551, I2345, 22552"), listed("22554")), SEVERAL)
    assert codes(report) == ["63001", "22554"]
    assert aside(report) == [(3, "malformed-code-list", "22551, I2345, 22552")]
    assert report.proposals == ()


def test_one_decided_code_does_not_stand_for_a_row_of_several() -> None:
    data = table(HEADER, listed("63001"), listed("22551, 22552, h suxi"), listed("97110-GP"))
    report = read(data, SEVERAL)
    review = Review(action="correct", by="x", at="2030-01-01T00:00:00Z", why="y", printed="z")
    decided = {key: Decided(code="22551", review=review) for key in keys(report.sheet).values()}
    again = read_by("made-up.txt", data, SEVERAL, known=Known(), decided=decided)
    assert [each.code for each in again.release.listings] == ["63001", "22551"]
    assert [each.reason for each in again.release.set_aside] == ["malformed-code-list"]


def test_a_release_of_rows_with_several_codes_is_canonical() -> None:
    report = read(table(HEADER, listed("22551-22553, 22551"), listed("22551")), SEVERAL)
    assert read_release(report.release.text().encode()) == report.release
    assert (3, "duplicate-row") in findings(report)
    places: list[Citation] = [each.citation for each in report.release.listings]
    assert len(places) > len(set(places))


def test_a_prohibition_beside_several_codes_is_noted_and_not_read() -> None:
    report = read(table(HEADER, listed("22551, 22552", description="Do not report with code 22554")), SEVERAL)
    assert report.release.not_together == ()
    assert findings(report) == [(2, "unread-prohibition")]
