"""The grammar of the page, on a made-up page in the same manner, and on the page itself where it is at hand."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from precert.anesthesiology import page as on_page
from precert.anesthesiology.page import Page, Says, Statement
from precert.anesthesiology.reading import MONTHS, read
from precert.anesthesiology.terms import FindingCode, Region
from precert.facts.model import Citation
from precert.intake.readers import Prose
from precert.intake.readers import read as read_document
from tools.anesthesia import DOCUMENT

SEED = Path(__file__).resolve().parents[3] / "shared" / "seeds" / DOCUMENT
needs_seed = pytest.mark.skipif(not SEED.is_file(), reason="the page itself is not at hand")

MADE_UP = """\
CPT 00900 - CPT 00949 (Made up)
Official descriptions and billing guidelines.
CPT Code 00900
00900 CPT Code Description: CPT 00900 can be billed for anesthesia services during procedures on the cervical spine.
Report code 00900 only if no more specific codes are available.
Don't report CPT code 00900 for percutaneous image guided procedures. Instead, use CPT 01001, CPT 01002 or CPT 01003.
The 00900 CPT code was added to Current Procedural Terminology on the first of March 1991. It has never been updated.
CPT Code 00910
CPT 00910 can be reported for anesthesia services during procedures in the thoracic region.
Only report 00910 if procedures on the thoracic spine are not specified by more specific codes.
It is performed via an anterior transthoracic approach. Only report 00910 if one lung ventilation is utilized.
Use CPT 00920 instead of CPT 00910 if one lung ventilation is not utilized.
Don't report CPT code 00910 for thoracotomy procedures other than spinal.
On the first of July 2002 it was added to Current Procedural Terminology and updated on the first of May 2004.
CPT Code 00920
Report code 00920 only if patients are in a sitting position.
CPT 00920 is an inpatient only procedure and was added to the list in 2001.
It was temporarily removed in 2002 and added back to the list in 2003.
CPT Code 00930
CPT 00930 can only be billed if lumbar sympathectomy is included. If not specified, use CPT 00900 instead.
CPT Code 00940
CPT 00940 can be billed for anesthesia services to manipulate the spine or a closed procedure on the;
- cervical spine; or the
- lumbar spine.
Vascular procedures are included as well.
CPT Code 00949
CPT 00949 can be reported for anesthesia services to patients undergoing extensive spine procedures.
CPT code 00949 includes spinal instrumentation which is not billed separately.
Spinal instrumentation is performed to aim to stabilize plates and screws.
Therapeutic or diagnostic lumbar puncture is included in 00949 and is not billed separately.
It was temporary on the IPO (Inpatient-Only) list but taken off in 2009.
It is part of the merit based incentive payment program and the description of this code is changed in 2008.
"""


def reading(text: str) -> Page:
    paragraphs = [(line, number) for number, line in enumerate(text.splitlines(), 1) if line]
    return read(Citation(document="made-up.txt", sha256="0" * 64), date(2026, 1, 1), paragraphs)


def said(code: str, says: Says, line: int, **members: Any) -> Statement:  # noqa: ANN401 - members of Statement
    return Statement(code=code, says=says, line=line, **members)


def found(page: Page) -> list[tuple[str, int]]:
    return [(each.code, each.citation.line or 0) for each in page.findings if each.citation]


def test_every_kind_of_sentence() -> None:
    cervical, thoracic = (Region.CERVICAL,), (Region.THORACIC,)
    assert reading(MADE_UP).statements == (
        said("", Says.COVERS, 1, codes=("00900", "00949")),
        said("", Says.EXPLAINS, 2, what="page"),
        said("00900", Says.SECTION, 3),
        said("00900", Says.REGION, 4, regions=cervical),
        said("00900", Says.LEAST_SPECIFIC, 5),
        said("00900", Says.USE_INSTEAD, 6, when=(("image_guided", True),), codes=("01001", "01002", "01003")),
        said("00900", Says.ADDED, 7, since="1991-03-01"),
        said("00900", Says.CHANGED, 7),
        said("00910", Says.SECTION, 8),
        said("00910", Says.REGION, 9, regions=thoracic),
        said("00910", Says.LEAST_SPECIFIC, 10),
        said("00910", Says.REGION, 10, regions=thoracic),
        said("00910", Says.REQUIRES, 11, when=(("anterior_transthoracic", True),)),
        said("00910", Says.REQUIRES, 11, when=(("one_lung", True),)),
        said("00910", Says.USE_INSTEAD, 12, when=(("one_lung", False),), codes=("00920",)),
        said("00910", Says.USE_INSTEAD, 13, when=(("non_spinal_thoracotomy", True),)),
        said("00910", Says.ADDED, 14, since="2002-07-01"),
        said("00910", Says.CHANGED, 14, since="2004-05-01"),
        said("00920", Says.SECTION, 15),
        said("00920", Says.REQUIRES, 16, when=(("sitting", True),)),
        said("00920", Says.INPATIENT_ONLY, 17, on=True, since="2001"),
        said("00920", Says.INPATIENT_ONLY, 18, on=False, since="2002"),
        said("00920", Says.INPATIENT_ONLY, 18, on=True, since="2003"),
        said("00930", Says.SECTION, 19),
        said("00930", Says.REQUIRES, 20, when=(("sympathectomy", True),)),
        said("00930", Says.USE_INSTEAD, 20, when=(("sympathectomy", False),), codes=("00900",)),
        said("00940", Says.SECTION, 21),
        said("00940", Says.REQUIRES, 22, when=(("closed_or_manipulation", True),)),
        said("00940", Says.REGION, 22, regions=(Region.CERVICAL, Region.LUMBAR)),
        said("00940", Says.INCLUDES, 25, what="vascular procedures"),
        said("00949", Says.SECTION, 26),
        said("00949", Says.REQUIRES, 27, when=(("extensive", True),)),
        said("00949", Says.INCLUDES, 28, what="instrumentation"),
        said("00949", Says.EXPLAINS, 29, what="instrumentation"),
        said("00949", Says.INCLUDES, 30, what="lumbar puncture"),
        said("00949", Says.INPATIENT_ONLY, 31, on=True),
        said("00949", Says.INPATIENT_ONLY, 31, on=False, since="2009"),
        said("00949", Says.IN_MIPS, 32, on=True),
        said("00949", Says.CHANGED, 32, since="2008"),
    )


def test_what_the_made_up_page_leaves_out() -> None:
    """No finding is about a sentence: only about what is not there."""
    page = reading(MADE_UP)
    assert {each.code for each in page.findings} == {FindingCode.NOT_STATED}
    assert [each.message for each in page.findings if each.citation and each.citation.line in {19, 31, 32}] == [
        "The page does not say when 00930 was added.",
        "The page does not say whether the wording of 00930 ever changed.",
        "The page does not say since when 00949 had been on the inpatient-only list.",
        "The page gives only the year in which the wording of 00949 changed.",
        "The page does not say since or until when these are in MIPS: 00949.",
    ]


HEADING = "CPT Code 00900"


def beside(*sentences: str) -> Page:
    return reading("\n".join([HEADING, *sentences]))


@pytest.mark.parametrize(
    "sentence",
    [
        "Something new stands here.",
        "It was added to Current Procedural Terminology on the first of Smarch 1991.",
        "It was added to Current Procedural Terminology on the first of March 1991, unless it was not.",
        "It is part of the merit based incentive payment program for emergencies.",
        "It is no longer part of the merit based incentive payment program.",
        "It is not part of the merit based incentive payment program.",
        "CPT 00900 is part of the merit based incentive payment program and CPT 00910 has never been updated.",
        "00910 CPT Code Description: CPT 00900 has never changed.",
        "Use CPT 00920 instead.",
        "CPT 00900 can only be billed if lumbar sympathectomy is included. If sitting, use CPT 00900 instead.",
        "CPT 00900 is an inpatient only procedure and was never added to the list in 2001.",
        "Report code 00900 only if more specific codes describe it.",
        "- lumbar spine.",
    ],
)
def test_a_sentence_that_is_not_understood_is_a_finding_and_says_nothing(sentence: str) -> None:
    page = beside(sentence)
    listed = sentence.startswith("- ")  # an item belongs to the paragraph above it
    assert (FindingCode.UNKNOWN_SENTENCE, 1 if listed else 2) in found(page)
    assert [each.says for each in page.statements] == ([] if listed else [Says.SECTION])


def test_the_other_sentences_of_its_paragraph_stand() -> None:
    page = beside("It has never been updated. Something new stands here. It is part of the merit based incentive payment program.")
    assert [each.says for each in page.statements] == [Says.SECTION, Says.CHANGED, Says.IN_MIPS]
    assert (FindingCode.UNKNOWN_SENTENCE, 2) in found(page)
    assert "A sentence in the section of 00900 is not understood." in [each.message for each in page.findings]


def test_before_the_first_section_nothing_can_be_said_of_a_code() -> None:
    page = reading("It has never been updated.\n" + HEADING)
    assert page.statements == (said("00900", Says.SECTION, 2),)
    assert page.findings[0].message == "A sentence in the section of no code is not understood."


def test_what_is_said_of_another_code_is_filed_under_it_and_found() -> None:
    page = beside("CPT 00910 has never been updated. It is part of the merit based incentive payment program.", "It has never changed.")
    assert [(each.code, each.says) for each in page.statements] == [
        ("00900", Says.SECTION),
        ("00910", Says.CHANGED),
        ("00910", Says.IN_MIPS),
        ("00900", Says.CHANGED),
    ]
    assert [each for each in found(page) if each[0] == "wrong-section"] == [("wrong-section", 2)] * 2


@pytest.mark.parametrize(
    ("one", "other", "contradicts"),
    [
        ("It has never changed.", "The description of this code is changed in 2008.", True),
        ("It has never changed.", "It has never been updated.", False),
        (
            "Only report 00900 if one lung ventilation is utilized.",
            "Only report 00900 if one lung ventilation is not utilized.",
            True,
        ),
        ("It is performed via an anterior transthoracic approach.", "Report code 00900 only if in a sitting position.", False),
    ],
)
def test_a_contradiction_is_a_finding_and_the_first_stands(one: str, other: str, contradicts: bool) -> None:
    page = beside(one, other)
    assert ((FindingCode.CONTRADICTS_ITSELF, 3) in found(page)) == contradicts
    assert page.first("00900", page.statements[1].says) == page.statements[1]


def test_a_section_twice_is_a_finding() -> None:
    assert (FindingCode.CONTRADICTS_ITSELF, 3) in found(reading(f"{HEADING}\nIt has never changed.\n{HEADING}"))


def test_what_is_left_out_is_found_where_one_would_look_for_it() -> None:
    bare = beside("It was added to Current Procedural Terminology on the first of March 1991.")
    assert [(each.message.split(" ", 5)[5], each.citation.line) for each in bare.findings if each.citation] == [
        ("for which procedures 00900 is.", 1),
        ("whether the wording of 00900 ever changed.", 2),
    ]


@pytest.mark.parametrize("month", MONTHS)
def test_every_month(month: str) -> None:
    page = beside(f"It was added to Current Procedural Terminology on the first of {month.title()} 1991.")
    assert page.statements[1].since == f"1991-{MONTHS.index(month) + 1:02d}-01"


def test_the_page_comes_back_from_paper() -> None:
    page = reading(MADE_UP)
    assert on_page.parse(page.text().encode()) == page
    assert on_page.parse(page.text().encode()).reference == page.reference
    assert page.codes == ("00900", "00910", "00920", "00930", "00940", "00949")


def test_a_sympathectomy_with_nothing_named_instead() -> None:
    page = beside("CPT 00900 can only be billed if lumbar sympathectomy is included.")
    assert page.statements[1:] == (said("00900", Says.REQUIRES, 2, when=(("sympathectomy", True),)),)


def test_an_empty_page() -> None:
    assert reading("") == Page(Citation(document="made-up.txt", sha256="0" * 64), date(2026, 1, 1), (), ())


# -- the page itself -------------------------------------------------------------------------------------------------------


def paragraphs() -> list[tuple[str, int]]:
    blocks = read_document(SEED.name, SEED.read_bytes()).blocks
    return [(each.text, each.citation.line or 0) for each in blocks if isinstance(each, Prose)]


def of_section(line: int) -> Iterator[tuple[str, int]]:
    """The heading above a line of the page, and the line's own paragraph."""
    headings = [each for each in paragraphs() if each[1] < line and len(each[0]) == len(HEADING)]
    yield from headings[-1:]
    listed = {51: (51, 52, 53, 54)}.get(line, (line,))
    yield from (each for each in paragraphs() if each[1] in listed)


@needs_seed
def test_every_line_of_the_page_says_something() -> None:
    page = read(Citation(document=SEED.name, sha256=""), date(2026, 1, 1), paragraphs())
    lines = {each.line for each in page.statements} | {52, 53, 54}
    assert lines == {line for _, line in paragraphs()}
    assert [each.code for each in page.findings] == ["not-stated", "wrong-section", *["not-stated"] * 3]


@needs_seed
@pytest.mark.parametrize("word", ["not", "never", "unless", "sacral", "00699"])
def test_a_word_put_in_anywhere_never_goes_unnoticed(word: str) -> None:
    """Either the sentence is not understood any more, or it says something else."""
    document, day = Citation(document=SEED.name, sha256=""), date(2026, 1, 1)
    for text, line in paragraphs():
        if line in {1, 2} or len(text) == len(HEADING) or text.startswith("- "):
            continue
        heading = [each for each in of_section(line) if each[1] != line and each[1] < line]
        after = [each for each in of_section(line) if each[1] > line]
        usual = read(document, day, [*heading, (text, line), *after])
        words = text.split(" ")
        for at in range(1, len(words)):
            changed = " ".join([*words[:at], word, *words[at:]])
            told = read(document, day, [*heading, (changed, line), *after])
            assert told.statements != usual.statements or told.findings != usual.findings, changed
