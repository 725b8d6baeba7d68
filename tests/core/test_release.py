"""A release on paper: one canonical text, its address, the way back, and every text that is refused."""

import hashlib
import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from precert import bundled
from precert.facts import condition, model
from precert.facts.model import Cell, Citation, Listing
from precert.facts.release import SCHEMA, Header, Release, ReleaseError, add_ons_address, address, parse, read
from tests.naive.sources import manifest

from .build import DOCUMENT, at, header, release, row, steady

TWO = (DOCUMENT, ("list.txt", "cd" * 32), ("other.pdf", "ab" * 32))


def refused(data: bytes, expected: str | None = None) -> str:
    """What is said of a text, by both ways to open one."""
    with pytest.raises(ReleaseError) as caught:
        read(data, expected=expected)
    assert isinstance(caught.value, ValueError)
    return str(caught.value)


def text_of(*members: Any) -> bytes:  # noqa: ANN401
    """A text of a good header and these further lines, each canonical."""
    lines = [
        release().text().rstrip("\n"),
        *(json.dumps(each, ensure_ascii=False, sort_keys=True, separators=(",", ":")) for each in members),
    ]
    return ("\n".join(lines) + "\n").encode()


# --- there and back ----------------------------------------------------------------------------------------------------------

WHOLE = release(
    row(
        "22551",
        Cell.YES,
        condition.ManagedWith(family="bones", companions=("27412", "27415")),
        condition.ThroughPlan(contacts=(condition.Contact(phone="111-222-3333", option="5"), condition.Contact(fax="1-2"))),
        condition.PurchaseOnly(over=0),
        product="Bones",
        category="Neck",
        section="Upper",
        grouping="G",
        um_cs="U",
        begins=date(2020, 1, 1),
        ends=date(2027, 1, 1),
        changed=date(2021, 2, 28),
        facts=model.Facts(regions=("cervical",), approach="anterior", each_additional=True, unlisted=True),
        fingerprint=model.Fingerprint(length=12, digest="0123456789abcdef", cut=True),
        review=model.Review(action="correct", by="A", at="2026-01-02T03:04:05Z", why="", printed=""),
    ),
    row("22552", None, platform=None),
    row("\u00e9\u2028\U0001f600", Cell.IN_SEGMENT, condition.SegmentOnly(segment="gold", notice=True), condition.Refused()),
    row("1", Cell.NO, condition.StatesOnly(states=("FL", "IL")), condition.PlacesOnly(places=("19", "22")), condition.NotRequired()),
    row(
        "2",
        Cell.ADD_ON,
        condition.PartOf(program="Night"),
        condition.RegisterDevice(),
        condition.ClientSpecific(),
        condition.Uninterpreted(),
    ),
    about=header(
        documents=TWO, references=(model.Reference(name="ncci-add-on", edition="2024Q2", id="sha256:0"),), secondary=True, dated=True
    ),
    set_aside=(
        model.SetAside(
            reason="blank-code", printed="", program="Day", citation=Citation(document="other.pdf", sha256="ab" * 32, page=0, row=0)
        ),
    ),
    proposals=(
        model.Proposal(id="p", printed="", proposed="22553", confidence=0.0, evidence=(), status="open", citation=at(9)),
        model.Proposal(id="q", printed="x", proposed="22554", confidence=0.5, evidence=("seen", ""), status="rejected", citation=at(0)),
    ),
    not_together=(
        model.NotTogether(code="1", other="2", exception=None, citation=at(1)),
        model.NotTogether(code="1", other="3", exception="ours", citation=at(2)),
    ),
    pointers=(
        model.Pointer(code="1", use=("2", "3"), when="", citation=Citation(document="list.txt", sha256="cd" * 32, sheet="S", row=3)),
    ),
    add_ons=(model.AddOn(code="1", primaries=("2",)), model.AddOn(code="2", primaries=())),
    findings=(model.Finding(code="odd", message="ours", citation=at(4)),),
)


def test_a_whole_release_comes_back_as_it_went() -> None:
    assert read(WHOLE.text().encode(), expected=WHOLE.id) == WHOLE


def test_a_bare_release_comes_back_as_it_went() -> None:
    bare = Release(header=Header(plan="p", list="l", title="t", edition="", payer="", documents=(DOCUMENT,), programs=()))
    assert read(bare.text().encode()) == bare


@pytest.mark.parametrize("entry", manifest(), ids=lambda entry: entry["list"])
def test_the_bundled_releases_come_back_byte_for_byte(entry: dict[str, str]) -> None:
    data = (bundled.RELEASES / entry["file"]).read_bytes()
    opened = read(data, expected=entry["id"])
    assert opened.text().encode() == data
    assert opened.id == entry["id"] == address(data)


NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
CONDITIONS = st.one_of(
    st.builds(condition.ManagedWith, family=NAMES, companions=st.lists(NAMES, max_size=2).map(tuple)),
    st.builds(
        condition.ThroughPlan,
        contacts=st.lists(
            st.builds(condition.Contact, phone=st.none() | NAMES, option=st.none() | NAMES, fax=st.none() | NAMES), max_size=2
        ).map(tuple),
    ),
    st.builds(condition.SegmentOnly, segment=NAMES, notice=st.booleans()),
    st.builds(condition.StatesOnly, states=st.lists(NAMES, min_size=1, max_size=2).map(tuple)),
    st.builds(condition.PlacesOnly, places=st.lists(NAMES, min_size=1, max_size=2).map(tuple)),
    st.builds(condition.PurchaseOnly, over=st.none() | st.integers(0, 9)),
    st.builds(condition.PartOf, program=NAMES),
    st.sampled_from(
        [condition.NotRequired(), condition.Refused(), condition.RegisterDevice(), condition.ClientSpecific(), condition.Uninterpreted()]
    ),
)
LISTINGS = st.builds(
    Listing,
    code=NAMES,
    program=NAMES,
    product=st.none() | NAMES,
    category=st.none() | NAMES,
    section=st.none() | NAMES,
    printed=st.none() | st.sampled_from(Cell),
    platform=st.none() | NAMES,
    grouping=st.none() | NAMES,
    um_cs=st.none() | NAMES,
    begins=st.none() | st.dates(),
    ends=st.none() | st.dates(),
    changed=st.none() | st.dates(),
    conditions=st.lists(CONDITIONS, max_size=3).map(tuple),
    facts=st.builds(
        model.Facts,
        regions=st.lists(NAMES, max_size=2).map(tuple),
        approach=st.none() | NAMES,
        each_additional=st.booleans(),
        unlisted=st.booleans(),
    ),
    fingerprint=st.none() | st.builds(model.Fingerprint, length=st.integers(0, 300), digest=NAMES, cut=st.booleans()),
    review=st.none(),
    citation=st.sampled_from(TWO).flatmap(
        lambda of: st.builds(
            Citation,
            document=st.just(of[0]),
            sha256=st.just(of[1]),
            line=st.none() | st.integers(0, 9),
            page=st.none() | st.integers(0, 9),
            sheet=st.none() | NAMES,
            row=st.none() | st.integers(0, 9),
        )
    ),
)


@steady
@given(st.lists(LISTINGS, max_size=3))
def test_any_listing_comes_back_as_it_went(listings: list[Listing]) -> None:
    made = Release(header=header(documents=TWO), listings=tuple(listings))
    assert read(made.text().encode(), expected=made.id) == made


# --- its canonical text -------------------------------------------------------------------------------------------------------


def test_a_line_has_sorted_keys_no_blanks_and_nothing_empty() -> None:
    first, *facts = WHOLE.text().split("\n")
    assert facts.pop() == ""
    for line in (first, *facts):
        members = json.loads(line)
        assert line == json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert not [name for name, value in members.items() if value is None or value is False or value == []]
    assert json.loads(first)["schema"] == SCHEMA
    assert len(facts) == 5 + 1 + 2 + 2 + 1 + 2 + 1


def test_zero_is_a_value() -> None:
    """0 equals False, and is no absence."""
    assert condition.PurchaseOnly(over=0) in read(WHOLE.text().encode()).listings[0].conditions
    assert read(WHOLE.text().encode()).proposals[0].confidence == 0


def test_two_documents_of_one_name_are_two() -> None:
    """Citations refer to documents by what they are, not by what they are called."""
    second = Citation(document="list.txt", sha256="cd" * 32, line=7)
    made = release(replace(row("1"), citation=second), about=header(documents=TWO))
    assert read(made.text().encode()).listings[0].citation == second


def test_a_citation_of_a_document_that_is_not_held_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        release(replace(row("1"), citation=Citation(document="list.txt", sha256="ee" * 32, line=7))).text()


def test_the_id_is_the_digest_of_the_text() -> None:
    assert WHOLE.id == "sha256:" + hashlib.sha256(WHOLE.text().encode()).hexdigest()
    assert release(row("1")).id != release(row("2")).id


def test_the_address_of_the_add_ons_is_that_of_their_lines() -> None:
    one, two = model.AddOn(code="1", primaries=("2",)), model.AddOn(code="3", primaries=())
    assert add_ons_address([one, two]) == address(b'{"code":"1","primaries":["2"]}\n{"code":"3"}\n')
    assert add_ons_address([two, one]) != add_ons_address([one, two])
    assert add_ons_address([]) == address(b"")


@pytest.mark.parametrize("entry", manifest(), ids=lambda entry: entry["list"])
def test_a_bundled_reference_is_named_by_what_is_carried(entry: dict[str, str]) -> None:
    opened = read((bundled.RELEASES / entry["file"]).read_bytes())
    for reference in opened.header.references:
        assert reference.id == add_ons_address(opened.add_ons)


# --- what is refused ------------------------------------------------------------------------------------------------------------


def test_an_altered_release_is_refused() -> None:
    data = WHOLE.text().encode()
    altered = data.replace(b'"printed":"Yes"', b'"printed":"No"')
    assert altered != data
    said = refused(altered, expected=WHOLE.id)
    assert said == f"the release is altered: expected {WHOLE.id}, found {address(altered)}"
    with pytest.raises(ReleaseError, match="altered"):
        parse(altered, expected=WHOLE.id)


def test_a_release_cut_short_is_refused_wherever_it_is_cut() -> None:
    """But for a cut between two lines, which only the expected address can tell."""
    data = WHOLE.text().encode()
    for end in range(len(data)):
        if data[:end].endswith(b"\n"):
            assert "altered" in refused(data[:end], expected=WHOLE.id)
        else:
            assert "cut short" in refused(data[:end])


@pytest.mark.parametrize("data", [b"\n", b"\n\n", b"{}\n", b"[]\n", b"7\n", b'"text"\n', b"null\n", b"{\n", b"\xff\n", b"{},{}\n", b"[[\n"])
def test_what_is_no_release_is_refused(data: bytes) -> None:
    assert refused(data) == "the release cannot be read"


@pytest.mark.parametrize(
    ("old", "new"), [(b'"kind":"release"', b'"kind":"listing"'), (SCHEMA.encode(), b"precert.release/2"), (SCHEMA.encode(), b"")]
)
def test_another_schema_is_refused_by_name(old: bytes, new: bytes) -> None:
    data = release(row("1")).text().encode().replace(old, new, 1)
    assert refused(data).startswith("the release is of schema `")


def test_a_schema_to_come_is_named_even_if_its_facts_are_of_new_kinds() -> None:
    data = text_of({"kind": "of-the-future"}).replace(SCHEMA.encode(), b"precert.release/2")
    assert refused(data) == f"the release is of schema `precert.release/2`, and this version reads {SCHEMA}"


@pytest.mark.parametrize(
    "header_change",
    [
        {"plan": ...},
        {"documents": [["a"]]},
        {"documents": 7},
        {"documents": ...},
        {"delegate": {"who": "x"}},
        {"delegate": "x"},
        {"programs": [{}]},
        {"families": [["a"]]},
        {"components": {"category": "c"}},
        {"references": [{"name": "n"}]},
    ],
)
def test_a_header_of_another_shape_is_refused(header_change: dict[str, Any]) -> None:
    members = {name: value for name, value in (json.loads(release().text()) | header_change).items() if value is not ...}
    assert refused(json.dumps(members).encode() + b"\n") == "the release cannot be read"


@pytest.mark.parametrize(
    "fact",
    [
        *(7, [], "text", {}, {"kind": "unheard-of"}, {"kind": ["listing"]}, {"kind": "listing"}),
        {"kind": "listing", "code": "1", "program": "Day", "line": 1, "printed": "Maybe"},
        {"kind": "listing", "code": "1", "program": "Day", "line": 1, "conditions": [{"kind": "unheard-of"}]},
        {"kind": "listing", "code": "1", "program": "Day", "line": 1, "conditions": [{"kind": "refused", "of": "what"}]},
        {"kind": "listing", "code": "1", "program": "Day", "line": 1, "conditions": [{"kind": "segment-only"}]},
        {"kind": "listing", "code": "1", "program": "Day", "line": 1, "begins": "2026-02-30"},
        {"kind": "listing", "code": "1", "program": "Day", "line": 1, "begins": 7},
        {"kind": "listing", "code": "1", "program": "Day", "line": 1, "facts": {"weight": 1}},
        {"kind": "listing", "code": "1", "program": "Day", "line": 1, "facts": [1]},
        {"kind": "listing", "code": "1", "program": "Day", "line": 1, "document": 1},
        {"kind": "listing", "code": "1\ud800", "program": "Day", "line": 1},
        {"kind": "set-aside", "reason": "blank-code", "line": 1},
        {"kind": "proposal", "id": "p", "line": 1},
        {"kind": "not-together", "code": "1", "line": 1},
        {"kind": "pointer", "code": "1", "line": 1},
        {"kind": "add-on"},
        {"kind": "finding", "code": "odd", "line": 1},
    ],
)
def test_a_fact_of_another_shape_is_refused(fact: Any) -> None:  # noqa: ANN401
    data = (
        text_of(fact)
        if "\\ud800" not in json.dumps(fact)
        else text_of().rstrip(b"\n") + b"\n" + json.dumps(fact, sort_keys=True).encode() + b"\n"
    )
    assert refused(data) == "the release cannot be read"


FACT = {"kind": "listing", "code": "1", "program": "Day", "line": 1}


@pytest.mark.parametrize(
    "data",
    [
        text_of(FACT | {"unheard-of": 1}),
        text_of(FACT | {"platform": None}),
        text_of(FACT | {"conditions": []}),
        text_of(FACT).replace(b'"code":', b'"code": '),
        text_of(FACT).replace(b'{"code":"1","kind":"listing",', b'{"kind":"listing","code":"1",'),
        text_of(FACT).replace(b'"1"', b'"\\u0031"'),
        text_of(FACT).replace(b"\n", b"\r\n"),
        text_of({"code": "1", "kind": "add-on"}, FACT),  # facts out of order
        text_of(FACT).replace(b"\n", b",", 1),  # two on one line
    ],
)
def test_any_other_way_to_write_the_same_is_refused(data: bytes) -> None:
    assert refused(data) == "the release is not in its canonical form"


def test_the_canonical_way_is_read() -> None:
    assert read(text_of(FACT)).listings == (Listing(code="1", program="Day", citation=at(1)),)


# --- the facts ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begins", "ends", "days"),
    [
        (None, None, "2019-12-31 2020-01-01 2020-12-31 2021-01-01"),
        (date(2020, 1, 1), None, "2020-01-01 2020-12-31 2021-01-01"),
        (None, date(2021, 1, 1), "2019-12-31 2020-01-01 2020-12-31"),
        (date(2020, 1, 1), date(2021, 1, 1), "2020-01-01 2020-12-31"),
        (date(2021, 1, 1), date(2021, 1, 1), ""),
    ],
)
def test_periods_are_half_open(begins: date | None, ends: date | None, days: str) -> None:
    """R10, R60."""
    listing = row("1", begins=begins, ends=ends)
    asked = [date(2019, 12, 31), date(2020, 1, 1), date(2020, 12, 31), date(2021, 1, 1)]
    assert [day.isoformat() for day in asked if listing.in_force(day)] == days.split()


def test_every_kind_of_condition_has_its_name_and_says_what_it_reads() -> None:
    assert {kind: each.kind for kind, each in condition.KINDS.items()} == {kind: kind for kind in condition.KINDS}
    assert len(condition.KINDS) == 12
    for each in condition.KINDS.values():
        assert each.reads <= set(condition.Reads)
