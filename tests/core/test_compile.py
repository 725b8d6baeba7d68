"""Compiling: which rows name a code, in which order, and what two lists of one plan become together."""

from dataclasses import replace
from datetime import date

import pytest

import precert
from precert import bundled
from precert.facts import condition, model
from precert.facts.compile import compile_releases
from precert.facts.condition import ManagedWith, PurchaseOnly, Reads, SegmentOnly
from precert.facts.model import Cell
from precert.facts.release import parse, read
from tests.naive.sources import manifest

from .build import DAY, DOCUMENT, KNOWN_AT, NIGHT, ask, at, found, header, index, lines_of, listing, raw, reasons, release, row

SECOND = ("second.txt", "cd" * 32)
FAR, LATE = model.Program(name="Far", elsewhere=True), model.Program(name="Late", setting="home")


def test_rows_come_in_document_order() -> None:
    held = listing(row("22551", program="Night"), row("22552"), row("22551"))
    assert [each.listing.citation.line for each in held.rows("22551")] == [1, 3]
    assert [each.position for each in held.rows("22551")] == [0, 2]
    assert list(held.codes()) == ["22551", "22552"]
    assert held.size == 3
    assert held.rows("99213") == ()


def test_rows_are_built_once() -> None:
    held = listing(row("22551"))
    assert held.rows("22551")[0] is held.rows("22551")[0]
    assert held.rows("99213") == ()
    assert list(held._rows) == ["22551"]


def test_rows_that_read_alike_are_two_rows() -> None:
    one, other = listing(row("22551"), row("22551")).rows("22551")
    assert one != other


def test_a_row_knows_what_its_release_adds() -> None:
    held = listing(
        row("22551", Cell.ADD_ON, ManagedWith(family="bones"), SegmentOnly(segment="gold"), product="Bones", program="Home"),
        row("22552", product="Skin"),
    )
    (one,), (other,) = held.rows("22551"), held.rows("22552")
    assert (one.setting, one.families) == ("home", frozenset({"bones"}))
    assert one.delegate is not None
    assert one.delegate.name == "Runner"
    assert (other.setting, other.families, other.conditions, other.reads) == (None, frozenset(), {}, frozenset())
    assert one.conditions == {ManagedWith: ManagedWith(family="bones"), SegmentOnly: SegmentOnly(segment="gold")}
    assert one.reads == {Reads.OTHER_LINES, Reads.SEGMENT}


def test_a_program_that_the_header_does_not_name_has_no_setting() -> None:
    (one,) = listing(row("22551", program="Noon")).rows("22551")
    assert one.setting is None


def test_what_is_held() -> None:
    made = release(
        row("22551"), about=header(references=(model.Reference(name="r", edition="e", id="sha256:0"),), secondary=True, dated=True)
    )
    held = index(made)
    (one,) = held.held
    assert (one.id, one.list, one.title, one.edition, one.known_at, one.documents) == (
        made.id,
        "sample",
        "A sample",
        "2026",
        KNOWN_AT,
        (DOCUMENT,),
    )
    assert (one.secondary, one.dated) == (True, True)
    assert (held.plan, held.payer, [each.name for each in held.references]) == ("sample", "Sample", ["r"])


# --- two lists of one plan -----------------------------------------------------------------------------------------------------


def two() -> tuple[model.Listing, ...]:
    """The rows of a second list; they cite its own document."""
    cited = model.Citation(document=SECOND[0], sha256=SECOND[1], line=1)
    rows = (
        row("22551", Cell.OUT_OF_SCOPE, program="Late"),
        row("J0129", Cell.YES, program="Late"),
        row("K0823", Cell.YES, PurchaseOnly(over=4), program="Late"),
    )
    return tuple(replace(each, citation=replace(cited, line=n)) for n, each in enumerate(rows, 1))


REFERENCE = model.Reference(name="ncci-add-on", edition="2024Q2", id="sha256:1")


def both() -> precert.Rulebook:
    first = release(
        row("22551"),
        row("E1002", Cell.NO, category="Chairs"),
        row("22552", Cell.ADD_ON),
        about=header(programs=(DAY, NIGHT), references=(REFERENCE,)),
        add_ons=(model.AddOn(code="22552", primaries=("22551", "22561")),),
        set_aside=(model.SetAside(reason="blank-code", printed="", program="Day", citation=at(9)),),
    )
    second = release(
        *two(),
        about=header(
            list="second",
            title="A second",
            edition="2027",
            payer="Other",
            delegate=None,
            documents=(SECOND,),
            programs=(LATE, FAR),
            families=(),
            components=None,
            references=(REFERENCE, replace(REFERENCE, id="sha256:2")),
        ),
        add_ons=(model.AddOn(code="22552", primaries=("J0129",)),),
    )
    return precert.Rulebook(compile_releases([(raw(first), KNOWN_AT), (raw(second), date(2026, 2, 1))]))


def test_two_lists_of_one_plan_answer_together() -> None:
    held = both().index
    answer = ask(held, "22551")
    (line,) = answer["lines"]
    assert (line["requirement"], line["conflict"], line["program"]) == ("required", True, "Day")
    assert [(each["document"], each["line"]) for each in line["citations"]] == [("list.txt", 1), ("second.txt", 1)]
    assert [(each["list"], each["edition"], each["known_at"]) for each in answer["releases"]] == [
        ("sample", "2026", "2026-01-15"),
        ("second", "2027", "2026-02-01"),
    ]
    assert [each["id"] for each in answer["references"]] == ["sha256:1", "sha256:2"]
    assert found(answer) == [("dos-before-edition", [])]
    assert [each["message"] for each in answer["findings"] if "second" in each["message"]]


def test_each_row_keeps_its_own_delegate_and_setting() -> None:
    first, second = ask(both().index, "22552", "J0129")["lines"]
    assert second["managed_by"] == {"kind": "unstated", "name": None}
    assert [each["kind"] for each in second["notices"]] == ["home-setting"]
    assert first["primary_lines"] == [2]


def test_federal_primaries_known_from_either_list_count() -> None:
    """R15: each release carries only the part of the table that touches its own codes."""
    assert both().index.add_ons["22552"].primaries == ("22551", "22561", "J0129")
    for primary in ("22551", "J0129"):
        assert ask(both().index, "22552", primary)["lines"][0]["requirement"] == "follows-primary"


def test_components_of_one_list_count_for_the_other() -> None:
    line = ask(both().index, "K0823", {"code": "E1002", "units": 5})["lines"][0]
    assert line["limits"] == ["purchase-only"]


def test_unread_rows_of_one_list_and_programs_elsewhere_of_the_other() -> None:
    answer = ask(both().index, "99213", day="2027-01-01")
    assert (found(answer)[-1], answer["elsewhere"]) == (("list-has-unread-rows", [1]), ["Far"])


def test_every_list_may_be_stale() -> None:
    """R44."""
    stale = ask(both().index, "22551", day="2027-06-01")["findings"]
    assert [each["code"] for each in stale] == ["list-may-be-stale"] * 2
    assert len({each["message"] for each in stale}) == 2


def test_neither_list_was_known_before_the_second() -> None:
    with pytest.raises(precert.RequestError) as caught:
        ask(both().index, "22551", known_at="2026-01-20")
    assert caught.value.code == "no-release"


def test_a_book_counts_and_lists_in_order() -> None:
    book = both()
    assert len(book) == 6
    assert [each.code for each in book] == ["22551", "E1002", "22552", "22551", "J0129", "K0823"]
    assert [each.list for each in book.releases] == ["sample", "second"]
    assert (book.plan, repr(book)) == ("sample", "<Rulebook sample: 6 listings in sample, second>")
    assert book.determine({"plan": "sample", "date_of_service": "2026-03-02", "lines": [{"code": "22551"}]}).lines[0].ruling.conflict


# --- codes named beside the rows -------------------------------------------------------------------------------------------------


def test_damaged_rows_are_found_by_what_they_print_and_what_is_proposed() -> None:
    aside = model.SetAside(reason="malformed-code", printed="k0823", program="Day", citation=at(5))
    repair = model.Proposal(id="p", printed="k0823", proposed="22551", confidence=0.9, evidence=("seen",), status="open", citation=at(5))
    held = listing(
        set_aside=(aside,), proposals=(repair, replace(repair, id="q"), replace(repair, id="r", proposed="1", status="accepted"))
    )
    assert {code: [each.line for each in rows] for code, rows in held.damaged.items()} == {"K0823": [5], "22551": [5]}
    assert [each.line for each in held.unread] == [5]


@pytest.mark.parametrize(("printed", "code"), [("99,213", "99213"), ("2255l", "22551"), ("670", "00670"), ("22612 1", "22612")])
def test_a_set_aside_row_answers_for_every_code_that_its_print_may_be(printed: str, code: str) -> None:
    held = listing(set_aside=(model.SetAside(reason="malformed-code", printed=printed, program="Day", citation=at(5)),))
    assert [each.line for each in held.damaged[code]] == [5]


def test_forbidden_pairs_are_found_by_either_code() -> None:
    one = model.NotTogether(code="1", other="2", exception=None, citation=at(1))
    held = listing(not_together=(one, replace(one, other="3")))
    assert {code: len(pairs) for code, pairs in held.not_together.items()} == {"1": 2, "2": 1, "3": 1}


# --- the bundled releases ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", manifest(), ids=lambda entry: entry["list"])
def test_an_index_holds_what_its_release_holds(entry: dict[str, str]) -> None:
    data = (bundled.RELEASES / entry["file"]).read_bytes()
    whole = read(data, expected=entry["id"])
    held = compile_releases([(parse(data), date.fromisoformat(entry["known_at"]))])
    assert [each.listing for code in held.codes() for each in held.rows(code)] == sorted(
        whole.listings, key=lambda each: list(held.codes()).index(each.code)
    )
    assert held.size == len(whole.listings)
    for each in whole.listings:
        assert {type(one) for one in each.conditions} <= set(condition.KINDS.values())


def test_a_question_before_a_second_release_of_a_list() -> None:
    """R43: what was known on a day is answered as it was known; reasons of the day, not of today."""
    earlier, later = listing(row("22551")), listing(row("22551", Cell.NO))
    assert [ask(each, "22551")["lines"][0]["requirement"] for each in (earlier, later)] == ["required", "not-required"]
    assert reasons(ask(earlier, "22551")["lines"][0]) == ["printed-yes"]
    assert lines_of(ask(later, "22551")["lines"][0]["citations"]) == [1]
