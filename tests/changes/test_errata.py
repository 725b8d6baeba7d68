"""What a list gets wrong by its own account: each kind of mistake, its places, and nothing that may be meant."""

import json

import pytest

from precert.changes import errata_pages
from precert.changes.errata import Erratum, Mistake, errata
from precert.changes.errata_pages import Errata
from precert.facts.condition import SegmentOnly
from precert.facts.model import Cell, Finding, Fingerprint, Proposal, SetAside
from precert.facts.release import Release
from tests.changes.made import KNOWN, cite, header, index, release, row
from tests.changes.test_pages import as_text, validator

TEXT = Fingerprint(length=30, digest="a" * 16)


def found(of: Release) -> list[Erratum]:
    return list(errata(of, index(of), KNOWN))


def aside(line: int, reason: str, printed: str = "") -> SetAside:
    return SetAside(reason=reason, printed=printed, program="Spine", citation=cite(line))


def proposal(line: int, code: str) -> Proposal:
    return Proposal(id="a" * 12, printed="", proposed=code, confidence=0.9, evidence=("a reason",), status="open", citation=cite(line))


def test_a_sound_list_has_no_errata() -> None:
    assert found(release(row("22551", 1, fingerprint=TEXT), row("22552", 2))) == []


@pytest.mark.parametrize("reason", ["blank-code", "malformed-code", "implausible-code", "code-disagrees-with-text"])
def test_a_damaged_code_with_what_may_be_meant(reason: str) -> None:
    (one,) = found(release(row("22551", 1), set_aside=(aside(2, reason, "22S52"),), proposals=(proposal(2, "22552"),)))
    assert (one.mistake, one.codes, one.meant, one.evidence) == (Mistake.DAMAGED_CODE, ("22S52",), "22552", ("a reason",))


def test_a_word_outside_the_vocabulary() -> None:
    (one,) = found(release(row("22551", 1), set_aside=(aside(2, "unknown-requirement", "22552"),)))
    assert (one.mistake, one.meant) == (Mistake.UNKNOWN_WORD, None)


def test_a_row_the_reader_could_not_read_is_no_mistake_of_the_publisher() -> None:
    assert found(release(row("22551", 1), set_aside=(aside(2, "no-header"), aside(3, "hidden-text")))) == []
    assert found(release(row("22551", 1), findings=(Finding(code="uninterpreted-notation", message="m", citation=cite(1)),))) == []


def test_findings_that_say_the_same_are_one_mistake_in_several_places() -> None:
    findings = tuple(Finding(code="label-alias", message="the product `A` stands for `B`", citation=cite(line)) for line in (2, 1))
    (one,) = found(release(row("22551", 1), row("22552", 2), findings=findings))
    assert (one.mistake, one.codes) == (Mistake.WRONG_CATEGORY, ("22551", "22552"))
    assert [each.line for each in one.citations] == [1, 2]


def test_one_text_beside_several_codes() -> None:
    rows = (row("22551", 1, fingerprint=TEXT), row("22551", 2, fingerprint=TEXT, program="Joint"), row("22552", 3, fingerprint=TEXT))
    (one,) = found(release(*rows))
    assert (one.mistake, one.codes, len(one.citations)) == (Mistake.ONE_TEXT_SEVERAL_CODES, ("22551", "22552"), 3)


def test_two_short_texts_may_well_be_alike() -> None:
    short = Fingerprint(length=3, digest="a" * 16)
    assert found(release(row("22551", 1, fingerprint=short), row("22552", 2, fingerprint=short))) == []


def test_texts_that_the_document_cut_off_may_go_on_differently() -> None:
    cut = Fingerprint(length=30, digest="a" * 16, cut=True)
    assert found(release(row("22551", 1, fingerprint=cut), row("22552", 2, fingerprint=cut))) == []


def test_programs_that_contradict_each_other_on_several_codes() -> None:
    rows = [row(code, line, printed=cell, program=program) for line, (code, cell, program) in enumerate(
        [("22551", Cell.YES, "Spine"), ("22552", Cell.YES, "Spine"), ("22551", Cell.NO, "Joint"), ("22552", Cell.NO, "Joint")], 1
    )]  # fmt: skip
    (one,) = found(release(*rows))
    assert (one.mistake, one.codes) == (Mistake.CONTRADICTING_ROWS, ("22551", "22552"))
    assert [each.line for each in one.citations] == [1, 2, 3, 4]
    assert "Spine: required, Alpha" in one.wrong
    assert "Joint: not-required" in one.wrong


def test_programs_whose_rows_say_when_which_holds_do_not_contradict() -> None:
    limited = row("22551", 2, printed=Cell.IN_SEGMENT, program="Joint", conditions=(SegmentOnly(segment="gold"),))
    assert found(release(row("22551", 1), limited)) == []


def test_mistakes_stand_in_the_order_of_the_document() -> None:
    of = release(row("22551", 5), set_aside=(aside(9, "blank-code"), aside(10, "blank-code"), aside(3, "blank-code")))
    assert [each.citations[0].line for each in found(of)] == [3, 9, 10]


# -- as read ---------------------------------------------------------------------------------------------------------------

MANY = release(
    *(row(f"225{number}", number) for number in range(10, 40)),
    set_aside=(aside(2, "malformed-code", "=22S52"), aside(1, "blank-code")),
    proposals=(proposal(2, "22552"),),
    findings=tuple(Finding(code="empty-label", message="the category cell is blank", citation=cite(line)) for line in range(10, 40)),
)
REPORT = Errata(release=MANY, day=KNOWN, found=errata(MANY, index(MANY), KNOWN))


def test_json_fits_its_schema_and_names_every_place() -> None:
    document = json.loads(as_text(errata_pages.to_dict(REPORT)))
    validator("errata-1.json").validate(document)
    assert [(each["mistake"], len(each["citations"])) for each in document["errata"]] == [
        ("damaged-code", 1),
        ("damaged-code", 1),
        ("wrong-category", 30),
    ]


def test_the_sheet_has_a_row_for_each_place_and_no_formula() -> None:
    lines = errata_pages.csv(REPORT).splitlines()
    assert len(lines) == 1 + 2 + 30
    assert lines[0] == "mistake,document,page,sheet,row,line,codes,wrong,meant,evidence"
    assert "'=22S52" in lines[2]


def test_the_page_is_short_about_many_places() -> None:
    page = errata_pages.text(REPORT)
    assert "3 things to look at: 2 damaged code, 1 wrong category" in page
    assert "made.txt, lines 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21 and 18 more places" in page
    assert "meant, perhaps: 22552" in page
    assert "(blank): the code cell is blank" in page
    assert errata_pages.markdown(REPORT).count("\n| ") == 2 + 3  # head, rule, and the mistakes


def test_a_list_without_mistakes_says_so() -> None:
    nothing = Errata(release=release(row("22551"), of=header(edition="")), day=KNOWN, found=())
    assert "edition unknown" in errata_pages.text(nothing)
    assert "0 things to look at\n" in errata_pages.text(nothing)
