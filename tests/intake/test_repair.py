"""Damaged codes: no proposal without evidence, and none where two codes could be meant (R7). The descriptions are made up."""

import pytest

from precert.facts.model import AddOn
from precert.intake.repair import Known
from precert.intake.repair.confusion import is_near, is_unheard_of, originals, section_of, unmarked
from precert.intake.repair.order import Gap
from tests.intake.make import HEADER, aside, codes, findings, known_list, listed, membership, proposed, read, table

NECK = "Made up, freeing a nerve of the neck"
BACK = "Made up, freeing a nerve of the back"
AROUND = (("63020", "Made up 1"), ("63030", "Made up 2"), ("63040", "Made up 3"))
AFTER = (("63050", "Made up 4"), ("63056", "Made up 5"))


# -- what may have been printed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("0.1641", {"0164T"}),
        ("63O81", {"63081"}),
        ("6308l", {"63081"}),
        ("2255|1", {"22551"}),
        (" 22 551 ", {"22551"}),
        ("22551.0", {"22551"}),
        ("604", {"00604"}),
        ("95T", {"0095T"}),
        ("h suxi", set()),
        ("", set()),
        ("22551", set()),
        ("9999999", set()),
    ],
)
def test_misreadings_are_undone(printed: str, expected: set[str]) -> None:
    assert expected <= originals(printed)
    assert len(originals(printed) - expected) <= 4


def test_a_misreading_never_gives_the_token_itself_or_a_code_of_no_form() -> None:
    assert "22551" not in originals("22551")
    assert not any(is_unheard_of(code) for code in originals("O5511"))


@pytest.mark.parametrize(
    ("code", "expected"), [("2255L", True), ("I2345", True), ("02741", True), ("0274T", False), ("22551", False), ("Q2345", False)]
)
def test_forms_that_no_code_has(code: str, expected: bool) -> None:
    assert is_unheard_of(code) is expected


@pytest.mark.parametrize(("code", "expected"), [("00600", "anesthesia"), ("22551", "surgery"), ("05000", None), ("E0601", None)])
def test_sections_of_the_code_book(code: str, expected: str | None) -> None:
    assert section_of(code) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("22551", "22551", True),
        ("22551", "22557", True),
        ("22551", "22515", True),
        ("22551", "12552", False),
        ("2255", "22551", True),
        ("225511", "22551", True),
        ("22551", "52512", False),
        ("225", "22551", False),
        ("21255", "22551", False),
    ],
)
def test_near(one: str, other: str, expected: bool) -> None:
    assert is_near(one, other) is expected
    assert is_near(other, one) is expected


@pytest.mark.parametrize(
    "printed",
    [
        "+22552",
        "#22552",
        "*22552",
        "'22552",
        "=22552",
        "22552.",
        "22552+",
        "22552^",
        "22552\u2020",
        "22552\u00b9",
        "225 52",
        "22,552",
        "22552.0",
    ],
)
def test_a_mark_alone_is_undone_without_a_neighbour(printed: str) -> None:
    assert unmarked(printed) == "22552"
    report = membership(("63050", "Made up"), (printed, NECK), ("K0800", "Made up"))
    assert proposed(report) == {3: "22552"}
    assert report.proposals[0].confidence < 0.9
    assert [each.listing.code for each in report.sheet.listed] == ["63050", "K0800"]


@pytest.mark.parametrize(
    "printed", ["22552", " 22552 ", "2255*", "E08**", "22.552", "22552, 22553", "22552 1", "2255l", "670", "I2345", ""]
)
def test_what_is_more_than_marked_is_not_taken_for_marked(printed: str) -> None:
    assert unmarked(printed) is None


def test_a_mark_is_not_undone_against_the_order_or_a_sound_row() -> None:
    assert proposed(membership(*AROUND, ("+63060", NECK), *AFTER)) == {}
    assert proposed(membership(*AROUND, ("+63045", NECK), *AFTER)) == {5: "63045"}
    assert proposed(membership(("+63050", NECK), ("63050", BACK), ("K0800", "Made up"))) == {}


def test_a_misread_token_that_may_be_one_known_code_alone_needs_no_neighbour() -> None:
    rows = (("K0800", "Made up"), ("2255l", NECK), ("E0601", "Made up"))
    assert proposed(membership(*rows, known=Known(codes=frozenset({"22551"})))) == {3: "22551"}
    assert proposed(membership(*rows)) == {}


# -- the order of a list -----------------------------------------------------------------------------------------------


def test_a_gap() -> None:
    gap = Gap(before=("63001", "63003"), after=("63006",))
    assert gap.is_ordered
    assert gap.is_closed
    assert list(gap.between()) == ["63004", "63005"]
    assert (gap.holds("63004"), gap.holds("63003"), gap.holds("63007")) == (True, False, False)
    assert not Gap(before=("63001",), after=("63006",)).is_ordered
    assert not Gap(before=("63003", "63001"), after=("63006",)).is_ordered
    assert list(Gap(before=("10004",), after=("69990",)).between()) == []
    assert list(Gap(before=(), after=("69990",)).between()) == []


# -- proposals ---------------------------------------------------------------------------------------------------------


def test_the_same_description_elsewhere() -> None:
    report = membership(*AROUND, ("", NECK), *AFTER, known=known_list(("63045", NECK)))
    (proposal,) = report.proposals
    assert (proposal.proposed, proposal.printed, proposal.status, len(proposal.evidence)) == ("63045", "", "open", 3)
    assert 0.9 < proposal.confidence < 1
    assert proposal.id == membership(*AROUND, ("", NECK), *AFTER, known=known_list(("63045", NECK))).proposals[0].id


def test_the_same_description_counts_in_a_list_without_an_order_too() -> None:
    report = membership(("63050", "Made up 1"), ("", NECK), ("63030", "Made up 2"), known=known_list(("63045", NECK)))
    assert proposed(report) == {3: "63045"}


@pytest.mark.parametrize(
    ("known", "why"),
    [
        (known_list(("63045", NECK + " too")), "nearly the same is not the same"),
        (known_list(("63045", NECK), ("63046", NECK)), "it stands beside two codes"),
        (known_list(("63030", NECK)), "a sound row has the code"),
        (known_list(("63099", NECK)), "the order speaks against it"),
        (known_list(("63045", NECK), in_force=frozenset({"63046"})), "the code book does not have it"),
        (Known(), "nobody knows it"),
    ],
)
def test_a_description_that_proves_nothing(known: Known, why: str) -> None:
    report = membership(*AROUND, ("zz", NECK), *AFTER, known=known)
    assert proposed(report) == {}, why


def test_a_short_text_proves_nothing() -> None:
    assert proposed(membership(*AROUND, ("", "Made up"), *AFTER, known=known_list(("63045", "Made up")))) == {}


def test_a_text_cut_off_elsewhere_needs_the_order_beside_it() -> None:
    cut = f"{NECK}, {'and so on ' * 30}"[:255].rstrip() + "x" * 10
    known = known_list(("63045", cut[:255]))
    assert proposed(membership(*AROUND, ("", cut + " to the end"), *AFTER, known=known)) == {5: "63045"}
    assert proposed(membership(("63050", "Made up"), ("", cut + " to the end"), ("63030", "Made up"), known=known)) == {}
    assert proposed(membership(*AROUND, ("", "Another " + cut), *AFTER, known=known)) == {}
    assert proposed(membership(*AROUND, ("", cut[:100]), *AFTER, known=known)) == {}


def test_the_same_description_in_another_program_of_the_document() -> None:
    rows = (listed("63045", description=NECK), HEADER)
    text = b"List: One\n" + table(HEADER, *rows) + b"List: Two\n" + table(HEADER, listed("", description=NECK), listed("99601"))
    by = (
        b'plan = "t"\nlist = "t"\ntitle = "T"\npayer = "T"\n[programs]\ntitle = "List: (?P<program>.+)"\n'
        b'[vocabulary.platform]\n"North Portal" = "North Portal"\n'
    )
    from precert.intake.layouts.profile import read_profile  # noqa: PLC0415 - this test alone titles programs

    report = read(text, read_profile(by))
    assert list(proposed(report).values()) == ["63045"]
    assert "One, in this document" in report.proposals[0].evidence[0]


def test_a_misread_token_needs_the_order_beside_it() -> None:
    assert proposed(membership(*AROUND, ("63O45", NECK), *AFTER)) == {5: "63045"}
    assert proposed(membership(*AROUND, ("63O60", NECK), *AFTER)) == {}
    assert proposed(membership(("63050", "Made up"), ("63O45", NECK), ("63030", "Made up"))) == {}


def test_a_token_that_says_another_code_than_the_description_is_left_to_a_person() -> None:
    assert proposed(membership(*AROUND, ("63O45", NECK), *AFTER, known=known_list(("63046", NECK), ("63045", BACK)))) == {}


def test_two_rows_that_would_have_one_code_have_none() -> None:
    assert proposed(membership(*AROUND, ("63O45", NECK), ("63.045", BACK), *AFTER)) == {}


def test_the_only_code_between_its_neighbours() -> None:
    rows = (("63043", "Made up 1"), ("63044", "Made up 2"), ("", NECK), ("63046", "Made up 3"), ("63047", "Made up 4"))
    known = Known(in_force=frozenset({"63043", "63044", "63045", "63046", "63047"}))
    assert proposed(membership(*rows, known=known)) == {4: "63045"}
    assert proposed(membership(*rows, known=Known(in_force=known.in_force - {"63045"}))) == {}
    two = (*rows[:2], ("", NECK), ("", BACK), *rows[3:])
    assert proposed(membership(*two, known=known)) == {}


def test_the_only_code_that_a_token_resembles() -> None:
    known = Known(in_force=frozenset({"63045", "63049", "63030"}))
    assert proposed(membership(*AROUND, ("6304", NECK), *AFTER, known=Known(in_force=frozenset({"63045"})))) == {5: "63045"}
    assert proposed(membership(*AROUND, ("6304", NECK), *AFTER, known=known)) == {}


def test_a_federal_add_on_of_the_primary_it_is_most_like() -> None:
    rows = (("63043", "Made up 1"), ("63045", f"{NECK}, one level"), ("", f"{NECK}, each additional level"), ("63050", "Made up 2"))
    add_on = AddOn(code="63048", primaries=("63045",))
    assert proposed(membership(*rows, known=known_list(add_ons=(add_on,)))) == {4: "63048"}
    second = AddOn(code="63049", primaries=("63045",))
    assert proposed(membership(*rows, known=known_list(add_ons=(add_on, second)))) == {}
    other = (*rows[:2], ("", "Quite another thing, each additional level"), rows[3])
    assert proposed(membership(*other, known=known_list(add_ons=(add_on,)))) == {}


def test_the_row_above_and_the_row_below_read_alike_and_neither_is_taken_for_it() -> None:
    rows = (*AROUND, ("63045", f"{NECK}; upper"), ("", f"{NECK}; middle"), ("63050", f"{NECK}; lower"))
    assert proposed(membership(*rows, known=known_list(("63045", f"{NECK}; upper"), ("63050", f"{NECK}; lower")))) == {}


def test_what_is_claimed_stands_as_a_neighbour_for_the_next() -> None:
    known = known_list(("0098T", NECK))
    rows = (*AROUND, ("00951", "Made up 7"), ("", NECK), ("0274T", "Made up 8"), ("0275T", "Made up 9"))
    assert proposed(membership(*rows, known=known)) == {5: "0095T", 6: "0098T"}


def test_only_damaged_codes_are_repaired() -> None:
    report = read(
        table(HEADER, *(listed(code) for code, _ in AROUND), listed("63045", requirement="Perhaps"), listed("63O46"), listed("63050"))
    )
    assert proposed(report) == {6: "63046"}


# -- codes that cannot be right where they stand -----------------------------------------------------------------------


def test_a_code_alone_in_its_section_of_the_code_book_and_out_of_order() -> None:
    rows = (*AROUND, ("00951", "Made up 7"), *AFTER)
    assert aside(membership(*rows)) == [(5, "implausible-code", "00951")]
    assert aside(membership(*rows, known=known_list(("00951", "Made up 7")))) == []
    assert aside(membership(("63040", "Made up 1"), ("00951", "Made up 7"), ("63001", "Made up 2"), ("63030", "Made up 3"))) == []


def test_a_code_out_of_order_whose_description_is_that_of_one_in_order() -> None:
    rows = (*AROUND, ("64035", NECK), *AFTER)
    report = membership(*rows, known=known_list(("63045", NECK)))
    assert (aside(report), proposed(report)) == ([(5, "implausible-code", "64035")], {5: "63045"})
    assert findings(membership(*rows)) == [(5, "out-of-order")]
    assert aside(membership(*rows, known=known_list(("64035", NECK)))) == []
    assert aside(membership(*rows, known=known_list(("63030", NECK)))) == []
    assert aside(membership(*rows, known=known_list(("64045", NECK)))) == []


def test_a_code_alone_of_its_kind_that_is_a_misreading_of_one_in_order() -> None:
    rows = (*AROUND, ("G3045", NECK), *AFTER)
    report = membership(*rows)
    assert (aside(report), proposed(report)) == ([(5, "implausible-code", "G3045")], {5: "63045"})
    assert aside(membership(*rows, known=known_list(("G3045", NECK)))) == []
    assert aside(membership(*AROUND, ("G3060", NECK), *AFTER)) == []


def test_a_code_of_another_kind_is_no_damage() -> None:
    report = membership(*AROUND, *AFTER, ("E0748", "Made up"), ("0274T", "Made up"), ("J7330", "Made up"))
    assert (len(codes(report)), aside(report), findings(report)) == (8, [], [])
