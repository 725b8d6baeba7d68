"""Well-formed codes beside the last release of the same list: what is doubted, and what is new, revised or gone as in any release."""

from dataclasses import replace
from datetime import date

import pytest

from precert.facts.model import Citation, Listing
from precert.intake import descriptor
from precert.intake.pipeline import IngestReport
from precert.intake.repair import Known
from precert.intake.repair.confusion import resembles, variants
from precert.intake.repair.last import Last
from tests.intake.make import HEADER, aside, codes, findings, known_list, listed, membership, proposed, read, table

Rows = tuple[tuple[str, str], ...]
LIST: Rows = (
    ("63001", "Made up, freeing a nerve of the neck"),
    ("63005", "Made up, freeing a nerve of the back"),
    ("63012", "Made up, taking out a bone of the back"),
    ("63020", "Made up, opening a joint of the neck"),
    ("63030", "Made up, opening a joint of the back"),
    ("63042", "Made up, opening it a second time"),
    ("63047", "Made up, widening the canal of the back"),
)
DISAGREES = "code-disagrees-with-text"


def last(*rows: tuple[str, str], known: Known | None = None) -> Known:
    """Return what is known, with a last release of (code, description)."""
    listings = tuple(
        Listing(
            code=code,
            program="Back",
            fingerprint=descriptor.fingerprint(text),
            citation=Citation(document="last.txt", sha256="1" * 64, line=line),
        )
        for line, (code, text) in enumerate(rows, 2)
    )
    return replace(known or Known(), last=listings)


def printed(*changes: tuple[str, str | None, str | None], known: Known | None = None, before: Rows = LIST) -> IngestReport:
    """Read the list with rows changed to (code, description): a row without either is taken out."""
    by = {code: (new, text) for code, new, text in changes}
    rows = [(by.get(code, (code, text))[0], by.get(code, (code, text))[1] or text) for code, text in before]
    return membership(*((code, text) for code, text in rows if code is not None), known=known or last(*before))


def test_the_same_list_again_is_sound() -> None:
    report = printed()
    assert (len(codes(report)), aside(report), findings(report)) == (len(LIST), [], [])


@pytest.mark.parametrize("code", ["63031", "63080", "36020", "63021", "99213", "0275T"])
def test_a_code_beside_the_text_of_another_is_set_aside_whatever_it_is(code: str) -> None:
    report = printed(("63020", code, None))
    assert (aside(report), findings(report)) == ([(5, DISAGREES, code)], [(5, DISAGREES)])
    assert "63020" in report.sheet.findings[0].message
    assert proposed(report) == {5: "63020"}
    assert "last release" in report.proposals[0].evidence[0]


def test_a_code_beside_the_text_of_another_is_set_aside_where_both_are_listed() -> None:
    report = printed(("63020", "63030", None))
    assert (aside(report), proposed(report)) == ([(5, DISAGREES, "63030")], {5: "63020"})
    assert "63030" in codes(report)


def test_two_texts_that_changed_places_are_both_set_aside() -> None:
    first, second = LIST[3][1], LIST[4][1]
    report = printed(("63020", "63020", second), ("63030", "63030", first))
    assert [(line, reason) for line, reason, _ in aside(report)] == [(5, DISAGREES), (6, DISAGREES)]


def test_what_is_new_revised_or_gone_is_sound() -> None:
    report = membership(
        LIST[0], ("63005", "Made up, worded anew"), ("63008", "Made up, and new"), *LIST[3:], ("63050", "New as well"), known=last(*LIST)
    )
    assert (len(codes(report)), aside(report), findings(report)) == (8, [], [])


def test_a_new_code_with_a_new_text_is_doubted_in_the_place_of_one_it_resembles() -> None:
    report = printed(("63020", "63026", "Made up, and new"))
    assert (aside(report), proposed(report)) == ([(5, DISAGREES, "63026")], {5: "63020"})
    assert "the last release of the list has this code here" in " ".join(report.proposals[0].evidence)
    assert aside(printed(("63020", "63018", "Made up, and new"))) == []
    elsewhere = printed(("63020", None, None), ("63047", "63047", None), before=LIST)
    assert aside(elsewhere) == []


def test_a_new_code_is_sound_where_the_code_it_resembles_still_stands() -> None:
    rows = (*LIST[:4], ("63026", "Made up, and new"), *LIST[4:])
    assert aside(membership(*rows, known=last(*LIST))) == []


def test_a_code_printed_twice_with_a_new_text_is_doubted_where_one_it_resembles_is_gone() -> None:
    report = printed(("63042", "63047", "Made up, and new"))
    assert [(line, reason) for line, reason, _ in aside(report)] == [(7, DISAGREES)]


def test_a_revised_text_is_doubted_only_where_a_look_alike_may_stand_behind_it() -> None:
    before = (*LIST[:3], ("63021", "Made up, a look-alike"), *LIST[3:])
    taken_out = printed(("63021", None, None), ("63020", "63020", "Made up, worded anew"), before=before)
    assert aside(taken_out) == []
    unread = membership(*LIST[:3], ("h suxi", "Gone"), ("63020", "Made up, worded anew"), *LIST[4:], known=last(*before))
    assert aside(unread) == [(5, "malformed-code", "h suxi"), (6, DISAGREES, "63020")]
    read = membership(*LIST[:3], ("63O21", "Worded anew"), ("63020", "Made up, worded anew"), *LIST[4:], known=last(*before))
    assert aside(read) == [(5, "malformed-code", "63O21")]


def test_one_text_on_two_codes_is_no_damage_and_one_code_twice_is_where_the_other_is_gone() -> None:
    text = "Made up, one text for two codes"
    before = (*LIST[:2], ("63010", text), ("63011", text), *LIST[2:])
    assert aside(printed(before=before)) == []
    twice = printed(("63010", "63011", None), before=before)
    assert [(line, reason) for line, reason, _ in aside(twice)] == [(4, DISAGREES), (5, DISAGREES)]
    assert aside(membership(*before, ("63011", text), known=last(*before))) == []


def test_a_short_text_speaks_against_a_code_only_where_its_own_is_gone() -> None:
    before = (*LIST, ("63050", "Short"))
    assert aside(membership(*before, ("63088", "Short"), known=last(*before))) == []
    assert aside(printed(("63050", "63088", None), before=before)) == [(9, DISAGREES, "63088")]


def test_without_texts_only_the_place_speaks() -> None:
    bare = tuple((code, "") for code, _ in LIST)
    assert aside(printed(before=bare)) == []
    assert aside(printed(("63020", "63026", None), before=bare)) == [(5, DISAGREES, "63026")]
    assert aside(printed(("63020", None, None), before=bare)) == []
    assert aside(printed(("63020", "63019", None), before=bare)) == []


def test_what_the_last_release_says_too_is_not_doubted_for_its_order() -> None:
    before = (*LIST[:3], ("69990", "Made up, out of order"), *LIST[3:])
    alone = membership(*before)
    assert findings(alone)
    report = printed(before=before)
    assert (aside(report), findings(report)) == ([], [])


def test_a_blank_code_is_proposed_from_the_place_it_had() -> None:
    report = printed(("63020", "", "Made up, worded anew"))
    assert proposed(report) == {5: "63020"}
    assert proposed(printed(("63020", "", "Made up, worded anew"), ("63030", "", "Made up, this one too"))) == {}


def test_a_program_that_has_a_new_name_is_compared_with_the_whole_list() -> None:
    known = replace(last(*LIST), last=tuple(replace(each, program="Spine") for each in last(*LIST).last))
    assert aside(printed(("63020", "63026", None), known=known)) == [(5, DISAGREES, "63026")]
    assert aside(printed(("63020", "63026", "Made up, and new"), known=known)) == [(5, DISAGREES, "63026")]


def test_a_text_cut_off_in_the_last_release_is_the_same_text() -> None:
    long = "Made up, a long text that somebody cut off " * 12
    before = (*LIST[:3], ("63020", long[:255]), *LIST[4:])
    assert aside(printed(("63020", "63020", long), before=before)) == []
    assert aside(printed(("63020", "63026", long), before=before)) == [(5, DISAGREES, "63026")]


# -- without a last release --------------------------------------------------------------------------------------------


def test_a_text_known_beside_a_look_alike_elsewhere_sets_a_row_aside() -> None:
    rows = (("63040", "Made up 1"), ("63046", "Made up, known elsewhere"), ("63030", "Made up 2"))
    report = membership(*rows, known=known_list(("63045", "Made up, known elsewhere")))
    assert (aside(report), proposed(report)) == ([(3, DISAGREES, "63046")], {3: "63045"})
    both = known_list(("63045", "Made up, known elsewhere"), ("63046", "Made up, known elsewhere"))
    assert aside(membership(*rows, known=both)) == []
    assert aside(membership(*rows, known=known_list(("63099", "Made up, known elsewhere")))) == []
    assert aside(membership(*rows, ("63045", "Made up 3"), known=known_list(("63045", "Made up, known elsewhere")))) == []


def test_a_code_far_out_of_order_is_set_aside_where_one_it_resembles_would_fit() -> None:
    rows = (("63001", "Made up 1"), ("63005", "Made up 2"), ("93012", "Made up 3"), ("63020", "Made up 4"), ("63030", "Made up 5"))
    assert aside(membership(*rows)) == [(4, "implausible-code", "93012")]
    assert aside(membership(*rows, known=known_list(("93012", "Made up 3")))) == []
    taken = frozenset(code for code, _ in rows)
    assert aside(membership(*rows, known=Known(in_force=taken))) == [], "no code set has one that would fit"
    assert findings(membership(*rows, known=Known(in_force=taken))) == [(4, "out-of-order")]


def test_a_code_printed_twice_is_set_aside_where_it_is_out_of_order() -> None:
    rows = (("63001", "Made up 1"), ("63005", "Made up 2"), ("63030", "Made up 3"), ("63020", "Made up 4"), ("63030", "Made up 5"))
    more = (*rows, ("63042", "Made up 6"), ("63047", "Made up 7"))
    assert (4, "implausible-code", "63030") in aside(membership(*more))


def test_a_code_that_no_code_set_has_is_set_aside_where_they_are_as_new_as_the_list() -> None:
    rows = b"Copyright 2026 Example\n" + table(HEADER, *(listed(code) for code in ("63001", "63005", "63007", "63020", "63030")))
    sets = frozenset({"63001", "63005", "63003", "63017", "63020", "63030"})
    assert aside(read(rows, known=Known(in_force=sets, as_of=date(2026, 4, 1)))) == [(5, "implausible-code", "63007")]
    assert aside(read(rows, known=Known(in_force=sets, as_of=date(2025, 4, 1)))) == []
    assert aside(read(rows, known=Known(in_force=frozenset({"A0021"}), as_of=date(2026, 4, 1)))) == []


def test_a_code_that_ended_before_the_list_is_a_finding_of_the_report_alone() -> None:
    rows = b"Copyright 2026 Example\n" + table(HEADER, *(listed(code) for code in ("63001", "63005", "63020", "63030")))
    spans = {"63001": (None, date(2026, 1, 1)), "63005": (None, date(2026, 1, 2)), "63020": (date(2027, 1, 1), None), "63030": (None, None)}
    report = read(rows, known=Known(spans=spans))
    assert [(each.code, each.citation.line) for each in report.doubts] == [("code-not-in-force", 3), ("code-not-in-force", 5)]
    assert {each["code"] for each in report.to_dict()["findings"]} == {"code-not-in-force"}
    assert (report.release.findings, len(codes(report))) == ((), 4)


# -- small things ------------------------------------------------------------------------------------------------------


def test_no_last_release_says_nothing() -> None:
    assert (Last(()).of("Back"), Last(()).beside("Made up, anything at all", "Back")) == ([], frozenset())


@pytest.mark.parametrize(("token", "code", "expected"), [("63046", "63045", True), ("63054", "63045", True), ("00951", "0095T", True)])
def test_resemblance(token: str, code: str, expected: bool) -> None:
    assert resembles(token, code) is expected
    assert (code in variants(token)) is expected


def test_a_code_is_no_variant_of_itself() -> None:
    assert "63045" not in variants("63045")
    assert all(resembles("63045", each) for each in variants("63045"))
