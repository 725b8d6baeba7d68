"""The answer on paper: every member, in the contract's order; as text, as a table, as a page; and its words."""

import hashlib
import json
import re
from dataclasses import replace
from enum import StrEnum
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import rfc8785

import precert
from precert.facts import condition, model
from precert.facts.condition import Contact, SegmentOnly, ThroughPlan
from precert.facts.model import Cell, Citation
from precert.requirement import answer as paper
from precert.requirement import explain, present, terms
from precert.requirement.determine import determine

from .build import ask, header, index, listing, release, row

CASE: dict[str, Any] = {"plan": "sample", "date_of_service": "2026-03-02", "lines": [{"code": "22551"}]}


def whole() -> Any:  # noqa: ANN401
    return listing(
        row(
            "22551",
            Cell.YES,
            ThroughPlan(contacts=(Contact(phone="1-2"),)),
            product="Bones",
            category="Neck",
            section="Upper",
            grouping="G",
            um_cs="U",
            review=model.Review(action="accept", by="A", at="2026-01-02T03:04:05Z", why="W", printed="225S1"),
        ),
        row("22552", Cell.IN_SEGMENT, SegmentOnly(segment="fl-dsnp")),
        about=header(references=(model.Reference(name="ncci-add-on", edition="2024Q2", id="sha256:1"),)),
    )


def test_every_member_in_the_contracts_order() -> None:
    held = whole()
    answer = determine(CASE | {"lines": [{"code": "22551", "modifiers": ["NU"], "units": 2}]}, held).to_dict()
    cited = {"document": "list.txt", "sha256": "ab" * 32, "line": 1, "page": None, "sheet": None, "row": None}
    plan = {"kind": "plan", "name": "Sample"}
    expected = {
        "schema": "precert.determination/1",
        "plan": "sample",
        "date_of_service": "2026-03-02",
        "known_at": None,
        "segment": None,
        "state": None,
        "place_of_service": None,
        "programs": None,
        "reference": None,
        "releases": [{"id": held.held[0].id, "list": "sample", "edition": "2026", "known_at": "2026-01-15"}],
        "references": [{"name": "ncci-add-on", "edition": "2024Q2", "id": "sha256:1"}],
        "lines": [
            {
                "number": 1,
                "code": "22551",
                "modifiers": ["NU"],
                "units": 2,
                "requirement": "required",
                "managed_by": plan,
                "platform": None,
                "program": "Day",
                "category": "Neck",
                "section": "Upper",
                "primary_lines": [],
                "limits": [],
                "needs": [],
                "notices": [],
                "contacts": [{"phone": "1-2", "option": None, "fax": None}],
                "conflict": False,
                "reasons": [
                    {"rule": "R11", "code": "printed-yes", "text": explain.reason("printed-yes").text},
                    {"rule": "R12", "code": "through-plan", "text": explain.reason("through-plan").text},
                    {
                        "rule": "R65",
                        "code": "reviewed",
                        "text": explain.reason("reviewed", by="A", action="accepted the proposed code", day="2026-01-02").text,
                    },
                ],
                "candidates": [
                    {
                        "requirement": "required",
                        "managed_by": plan,
                        "platform": None,
                        "program": "Day",
                        "conditions": [{"kind": "through-plan", "contacts": [{"phone": "1-2", "option": None, "fax": None}]}],
                        "decides": True,
                        "printed": {
                            "requirement": "Yes",
                            "platform": "East",
                            "product": "Bones",
                            "category": "Neck",
                            "section": "Upper",
                            "grouping": "G",
                            "um_cs": "U",
                        },
                        "review": {"action": "accept", "by": "A", "at": "2026-01-02T03:04:05Z", "why": "W", "printed": "225S1"},
                        "citation": cited,
                    }
                ],
                "citations": [cited],
            }
        ],
        "cases": [{"managed_by": plan, "platform": None, "program": "Day", "lines": [1]}],
        "elsewhere": [],
        "findings": [],
        "disclaimer": explain.DISCLAIMER,
    }
    assert {name: value for name, value in answer.items() if name != "digest"} == expected
    assert json.dumps(answer, ensure_ascii=False, separators=(",", ":"))[:-1].startswith(
        json.dumps(expected, ensure_ascii=False, separators=(",", ":"))[:-1]
    )


@pytest.mark.parametrize(
    "told",
    [
        {"known_at": "2026-02-03"},
        {"segment": "a \u00e9\u2028b"},
        {"state": "FL"},
        {"place_of_service": "24"},
        {"programs": []},
        {"programs": ["Day", "Night"]},
        {"reference": "a.B-_9"},
    ],
)
def test_what_was_asked_is_echoed(told: dict[str, Any]) -> None:
    answer = ask(whole(), "22551", **told)
    empty = dict.fromkeys(("known_at", "segment", "state", "place_of_service", "programs", "reference"))
    assert {name: answer[name] for name in empty} == empty | told


def test_a_line_that_no_row_answers_has_every_member() -> None:
    answer = ask(whole(), "22551", "225")
    assert list(answer["lines"][0]) == list(answer["lines"][1])
    assert {name: answer["lines"][1][name] for name in ("managed_by", "platform", "program", "category", "section", "conflict")} == {
        **dict.fromkeys(("managed_by", "platform", "program", "category", "section")),
        "conflict": False,
    }


def test_the_answer_of_a_line_tells_its_requirement() -> None:
    told = determine(CASE | {"lines": [{"code": "22551"}, {"code": "225"}]}, whole())
    assert [each.requirement for each in told.lines] == [terms.Requirement.REQUIRED, terms.Requirement.INVALID_CODE]
    assert [each.number for each in told.lines] == [1, 2]
    assert [each.lines for each in told.cases] == [(1,)]


def test_equal_cases_have_equal_digests_and_no_others() -> None:
    held = whole()
    one, same, other = (determine(CASE | more, held).to_dict() for more in ({}, {"programs": None}, {"segment": "gold"}))
    assert one["digest"] == same["digest"] != other["digest"]
    assert paper.digest(one) == one["digest"]
    body = {name: value for name, value in one.items() if name != "digest"}
    assert one["digest"] == "sha256:" + hashlib.sha256(rfc8785.dumps(body)).hexdigest()


def test_a_release_changes_the_digest() -> None:
    first, second = release(row("22551")), release(row("22551"), row("22552"))
    assert determine(CASE, index(first)).to_dict()["digest"] != determine(CASE, index(second)).to_dict()["digest"]


@pytest.mark.parametrize(
    ("each", "members"),
    [
        (condition.ManagedWith(family="bones", companions=("1", "2")), {"family": "bones", "companions": ["1", "2"]}),
        (condition.ThroughPlan(), {"contacts": []}),
        (condition.PurchaseOnly(over=4), {"over": 4}),
        (condition.PurchaseOnly(), {"over": None}),
        (condition.SegmentOnly(segment="gold", notice=True), {"segment": "gold", "notice": True}),
        (condition.StatesOnly(states=("FL",)), {"states": ["FL"]}),
        (condition.PlacesOnly(places=("22",)), {"places": ["22"]}),
        (condition.PartOf(program="Night"), {"program": "Night"}),
        *(
            (made(), {})
            for made in (
                condition.NotRequired,
                condition.Refused,
                condition.RegisterDevice,
                condition.ClientSpecific,
                condition.Uninterpreted,
            )
        ),
    ],
)
def test_a_condition_shows_what_it_is_made_of(each: condition.Condition, members: dict[str, Any]) -> None:
    shown = ask(listing(row("22551", Cell.YES, each)), "22551")["lines"][0]["candidates"][0]["conditions"]
    assert shown == [{"kind": each.kind} | members]


@pytest.mark.parametrize(
    ("cell", "beside", "shown"),
    [
        (None, (), None),
        (Cell.ADD_ON, (), "Add-on Code"),
        (Cell.INVESTIGATIONAL, (), "Experimental/Investigational"),
        (Cell.IN_SEGMENT, (SegmentOnly(segment="fl-dsnp"),), "In Scope for FL DSNP Only"),
        (Cell.OUT_OF_SCOPE, (SegmentOnly(segment="fl-dsnp", notice=True),), "Out of Scope"),
    ],
)
def test_the_printed_cell(cell: Cell | None, beside: tuple[condition.Condition, ...], shown: str | None) -> None:
    (only,) = listing(row("22551", cell, *beside)).rows("22551")
    assert paper.printed(only) == shown


def test_a_citation_of_nothing_is_null() -> None:
    assert paper.citation(None) is None


# --- for a person ----------------------------------------------------------------------------------------------------------------


def test_the_table() -> None:
    held = whole()
    lines = [{"code": "22551", "modifiers": ["NU", "59"], "units": 2}, {"code": "<b>\n"}, {"code": "22552"}]
    told = determine(CASE | {"lines": lines}, held)
    table = str(told).split("\n")
    assert repr(told) == str(told)
    assert table[0] == "sample, date of service 2026-03-02"
    assert re.split(r"\s{2,}", table[2]) == ["#", "code", "requirement", "managed by", "platform", "program", "needs", "row"]
    assert re.split(r"\s{2,}", table[3]) == ["1", "22551-NU-59:2", "required", "Sample", "Day", "list.txt:1"]
    assert re.split(r"\s{2,}", table[4]) == ["2", "<b>\ufffd", "invalid-code"]
    assert re.split(r"\s{2,}", table[5]) == ["3", "22552", "undetermined", "Day", "segment", "list.txt:2"]
    assert table[7] == "Case to build: Sample, Day: lines 1"
    assert " ".join(table[9:]) == explain.DISCLAIMER


def test_the_table_shows_what_stands_beside_the_lines() -> None:
    """Every case to build, notice and finding, and the lists elsewhere, in this order."""
    told = precert.check({"plan": "cigna-commercial", "date_of_service": "2025-03-02", "lines": [{"code": "L5681"}, {"code": "22614"}]})
    shown = str(told).split("\n")
    answer = told.to_dict()
    beside = [f"Line 1: {each['text']}" for each in answer["lines"][0]["notices"]] + [each["message"] for each in answer["findings"]]
    assert len(answer["findings"]) == 2
    at = shown.index(beside[0])
    assert shown[at : at + len(beside)] == beside
    assert shown[at - 1].startswith("Case to build: ")
    page = told._repr_html_()
    assert "".join(f"<p>{escape(each)}</p>" for each in beside) in page
    assert all(each in page for each in ("</th><th>", "</td><td>", "</td></tr><tr><td>"))


def test_the_table_shows_no_control_characters() -> None:
    told = determine(CASE | {"lines": [{"code": "\x1b[31m\u202e\t"}]}, whole())
    assert "\x1b" not in str(told)
    assert "\u202e" not in str(told)
    assert "\ufffd[31m\ufffd\ufffd" in str(told)


def test_the_table_names_a_conflict_and_an_unnamed_manager() -> None:
    held = listing(row("22551"), row("22551", Cell.NO, program="Night"), about=header(delegate=None))
    assert "required (programs differ)  unstated" in str(determine(CASE, held))


class Cells(HTMLParser):
    """The text of every cell, and the tags."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's own signature
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.seen.append(data)


def test_the_page_escapes_what_was_sent() -> None:
    told = determine(CASE | {"lines": [{"code": "<script>alert('&')"}, {"code": "22551"}]}, whole())
    page = Cells()
    page.feed(told._repr_html_())
    assert page.tags == {"table", "caption", "thead", "tbody", "tr", "th", "td", "p", "small"}
    assert {"<script>alert('&')", "invalid-code", "22551", "list.txt:1", explain.DISCLAIMER} <= set(page.seen)


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ({"line": 7}, "list.txt:7"),
        ({"line": 0}, "list.txt:0"),
        ({"page": 3, "row": 12}, "list.txt p. 3 row 12"),
        ({"sheet": "S", "row": 0}, "list.txt sheet S row 0"),
        ({}, "list.txt"),
    ],
)
def test_a_place_in_short(place: dict[str, Any], shown: str) -> None:
    cited = paper.citation(replace(Citation(document="list.txt", sha256=""), **place))
    assert cited is not None
    assert present.place(cited) == shown


# --- its words --------------------------------------------------------------------------------------------------------------------


def test_the_requirements_stand_most_restrictive_first() -> None:
    assert [str(each) for each in sorted(terms.Requirement, key=terms.STRICTNESS.__getitem__)] == [
        *("investigational", "required", "unlisted", "undetermined", "ask-plan", "follows-primary", "out-of-scope", "not-required"),
        *("not-on-list", "invalid-code"),
    ]


@pytest.mark.parametrize(
    "vocabulary", [terms.Requirement, terms.Manager, terms.Need, terms.Limit, terms.NoticeKind, terms.FindingCode, terms.Severity]
)
def test_every_word_is_written_as_it_is_named(vocabulary: type[StrEnum]) -> None:
    for each in vocabulary:
        assert each.name == each.value.upper().replace("-", "_")


def test_every_notice_and_finding_has_words() -> None:
    assert set(explain.NOTICES) == set(terms.NoticeKind)
    assert set(explain.FINDINGS) == set(terms.FindingCode)


def test_every_reason_names_a_rule_of_the_semantics() -> None:
    semantics = (Path(__file__).parents[2] / "semantics.md").read_text("utf-8")
    for reason in explain._WRITTEN.values():
        assert f"- **{reason.rule}" in semantics or reason.rule in set(terms.Requirement)


def test_a_reason_is_filled() -> None:
    assert "2022-01-01" in explain.reason("no-pa-since", day="2022-01-01").text
    assert explain.reason("printed-yes") is explain.reason("printed-yes")
    with pytest.raises(KeyError):
        explain.reason("no such reason")


@pytest.mark.parametrize("word", ["approved", "denied", "medically necessary", "covered"])
def test_nothing_is_ever_approved_denied_or_covered(word: str) -> None:
    said = (
        [each.text for each in explain._WRITTEN.values()] + list(explain.NOTICES.values()) + [text for _, text in explain.FINDINGS.values()]
    )
    assert not [each for each in said if word in each.lower()]


def test_what_is_public() -> None:
    assert set(precert.__all__) >= {"Case", "Determination", "RequestError", "Rulebook", "check", "ingest", "rulebook"}
    assert isinstance(precert.rulebook("cigna-commercial").determine({**CASE, "plan": "cigna-commercial"}), precert.Determination)
