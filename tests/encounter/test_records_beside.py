"""A kept answer and the tables of another edition: `verify` says what differs, and whose it is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

import precert
from precert import bootstrap, records
from precert.anesthesiology.shelf import bundled_book as spine_book
from precert.edits.book import Book, Table
from precert.edits.shelf import bundled_book
from precert.encounter.answer import Beside, answer
from precert.requirement.answer import Determination, digest
from precert.requirement.case import Case

NEXT = replace(bundled_book(), add_ons=replace(bundled_book().add_ons, edition="2026Q1", codes={"22614": ("22551",)}))


def record(*codes: str) -> dict[str, Any]:
    order = {"plan": "cigna-commercial", "date_of_service": "2026-03-02", "lines": [{"code": code} for code in codes]}
    return records.make(precert.check(order), record_id="0" * 32, at=datetime(2026, 11, 21, tzinfo=UTC), subject="clerk", software="0")


def asking(book: Book) -> Any:  # noqa: ANN401 - what `verify` asks with
    def ask(_: Sequence[str], case: Case) -> Determination:
        return answer(case, precert.rulebook(case.plan).index, Beside(edits=lambda: book, anesthesia=spine_book))

    return ask


@pytest.mark.parametrize("codes", [("22614",), ("22551", "00630"), ("22551", "K0553"), ("22551",)])
def test_an_answer_with_findings_from_beside_is_given_again(codes: tuple[str, ...]) -> None:
    assert records.verify(record(*codes), bootstrap.answer_again) == []


def test_tables_of_another_edition_are_named_as_what_differs() -> None:
    said = ["the same releases answer the same; the findings beside them were made from other references than are at hand"]
    assert records.verify(record("22614", "22551"), asking(NEXT)) == said  # a finding that is gone
    assert records.verify(record("22614", "22612"), asking(NEXT)) == said  # a finding that is new
    assert records.verify(record("22614"), asking(NEXT)) == said  # the same finding of another table
    assert records.verify(record("22551"), asking(NEXT)) == []  # an order of which no table says anything


def test_another_answer_of_the_lists_is_no_matter_of_references() -> None:
    kept = record("22614")
    kept["answer"]["lines"][0]["requirement"] = "not-required"
    kept["answer"]["digest"] = digest(kept["answer"])
    assert records.verify(kept, asking(NEXT)) == ["the same releases answer otherwise"]
    assert records.verify(kept | {"semantics": "1"}, asking(NEXT)) == ["the same releases answer otherwise (semantics 1 then, 2 now)"]


def test_a_finding_that_was_taken_out_is_seen() -> None:
    kept = record("22614")
    kept["answer"]["findings"] = []
    kept["answer"]["digest"] = digest(kept["answer"])
    assert records.verify(kept, bootstrap.answer_again) == ["the same releases answer otherwise"]
    nothing = Table(name="none", edition="", source="", codes={})
    assert records.verify(record("99213"), asking(Book(add_ons=nothing, hcpcs=nothing, opps=nothing))) == []
