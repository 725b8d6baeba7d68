"""From a document to a release: the report, facts completed from other lists, and what is known from releases."""

import json
from dataclasses import replace

from precert.facts.model import AddOn, Facts
from precert.facts.release import read as read_release
from precert.intake.pipeline import SEE_THE_ROW, FederalAddOns, ingest, known_from, merge_facts
from precert.intake.repair import Known
from tests.intake.make import HEADER, MEMBERSHIP, aside, listed, membership, profile, read, table

LONG = "Made up, percutaneous work on a vertebra, " + "with more and more words " * 10
CUT = f"{LONG}"[:255].rstrip() if len(LONG[:255].rstrip()) == 255 else f"{LONG[:254]}x"
WHOLE = f"{CUT} and thoracic or lumbar, each additional level"


def test_the_report_has_the_shape_of_the_contract() -> None:
    report = read(table(HEADER, listed("22551"), listed("h suxi"), listed("22552", notes="Call somebody")) + b"copyright 2030\n")
    found = report.to_dict()
    assert json.loads(json.dumps(found)) == found
    assert found["schema"] == "precert.ingest/1"
    assert (found["plan"], found["list"], found["edition"], found["programs"], found["elsewhere"]) == (
        "example",
        "example",
        "2030",
        ["Back"],
        [],
    )
    assert found["rows"] == {"total": 4, "headers": 1, "sections": 0, "listed": 2, "set_aside": 1}
    assert found["codes"] == report.codes == 2
    place = {"page": None, "sheet": None, "row": None}
    assert found["set_aside"] == [{"line": 3, **place, "reason": "malformed-code", "printed": "h suxi"}]
    assert [(each["code"], each["line"]) for each in found["findings"]] == [("uninterpreted-notation", 4)]


def test_a_proposal_in_the_report() -> None:
    rows = (("63020", "a"), ("63030", "b"), ("63O40", "c"), ("63050", "d"))
    (proposal,) = membership(*rows).to_dict()["proposals"]
    assert (proposal["line"], proposal["printed"], proposal["proposed"], proposal["status"]) == (4, "63O40", "63040", "open")
    assert len(proposal["id"]) == 12


def test_a_list_without_an_edition() -> None:
    assert read(table(HEADER, listed("22551"))).to_dict()["edition"] is None


def test_the_release_carries_no_wording() -> None:
    report = read(table(HEADER, listed("22551", description="Wombat removal, cervical spine", notes="Platypus clause")))
    text = report.release.text()
    assert "ombat" not in text
    assert "latypus" not in text
    assert read_release(text.encode()) == report.release


def test_the_same_document_gives_the_same_bytes() -> None:
    data = table(HEADER, listed("22551"), listed("h suxi"))
    assert read(data).release.text() == read(data).release.text()


def test_federal_add_ons_that_touch_the_list() -> None:
    federal = FederalAddOns(
        edition="2024Q2", primaries={"22552": ("22551", "22554"), "63048": ("63047", "22551"), "99999": ("11111",), "0001T": ()}
    )
    data = table(HEADER, listed("22551"), listed("22552"))
    report = ingest("x.txt", data, profile(), known=Known(), federal=federal)
    assert report.release.add_ons == (
        AddOn(code="22552", primaries=("22551", "22554")),
        AddOn(code="63048", primaries=("22551",)),
    )
    (reference,) = report.release.header.references
    assert (reference.name, reference.edition) == ("ncci-add-on", "2024Q2")
    assert read(data).release.add_ons == ()


def test_prohibitions_and_pointers_of_a_release() -> None:
    by = replace(profile(), exceptions={"22551": "when asked"}, pointer_conditions={"L5681": " later"})
    rows = (
        listed("22551", description="Do not report 22551 in conjunction with 22554, unless asked"),
        listed("22552", description="Do not report with code 22554, unless asked"),
        listed("22553", description="Do not report with code 22554"),
        listed("L5681", description="For a later one, use code L5673"),
    )
    release = read(table(HEADER, *rows), by).release
    assert [(each.code, each.other, each.exception) for each in release.not_together] == [
        ("22551", "22554", "when asked"),
        ("22552", "22554", SEE_THE_ROW),
        ("22553", "22554", None),
    ]
    assert [(each.code, each.use, each.when) for each in release.pointers] == [("L5681", ("L5673",), " later")]


# -- facts of descriptors that a document cuts off ---------------------------------------------------------------------


def test_facts_are_completed_by_code() -> None:
    one, other = membership(("22513", CUT)), membership(("22513", WHOLE))
    (merged,) = merge_facts(one, [other]).release.listings
    assert one.release.listings[0].facts == Facts(approach="percutaneous")
    assert (
        merged.facts
        == other.release.listings[0].facts
        == Facts(regions=("thoracic", "lumbar"), approach="percutaneous", each_additional=True)
    )
    assert merged.fingerprint == one.release.listings[0].fingerprint


def test_facts_are_completed_by_wording_from_a_row_without_a_code() -> None:
    one, other = membership(("22515", CUT)), membership(("22513", "Made up"), ("", WHOLE))
    assert aside(other) == [(3, "blank-code", "")]
    assert merge_facts(one, [other]).release.listings[0].facts.regions == ("thoracic", "lumbar")
    two = membership(("22513", "Made up"), ("", WHOLE), ("", CUT), ("", f"{CUT} and cervical"))
    assert merge_facts(one, [two]).release.listings[0].facts == one.release.listings[0].facts


def test_facts_of_whole_or_unknown_descriptors_stay() -> None:
    one = membership(("22513", "Made up, a whole vertebra"), ("22514", CUT), ("22515", ""))
    other = membership(("22513", "Made up, lumbar spine"), ("22516", WHOLE), ("22514", CUT))
    assert merge_facts(one, [other]).release == one.release
    assert merge_facts(one, []).release == one.release


# -- what is known -----------------------------------------------------------------------------------------------------


def test_what_releases_tell() -> None:
    release = membership(("22513", "Made up"), ("22514", "")).release
    release = replace(release, add_ons=(AddOn(code="22515", primaries=("22513",)),))
    known = known_from([release], in_force=frozenset({"63001"}))
    assert [(text.code, text.list) for text in known.texts] == [("22513", "m")]
    assert known.codes == {"22513", "22514"}
    assert known.add_ons == {"22515": ("22513",)}
    assert [known.has(code) for code in ("22514", "22515", "63001", "63002")] == [True, True, True, False]


def test_a_membership_table_is_read_from_its_header() -> None:
    assert MEMBERSHIP == ("Category", "Code", "Description")
