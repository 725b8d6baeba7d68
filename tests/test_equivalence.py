"""The naive engine (tests/naive) and precert, written apart from one rulebook, answer alike.

Asked of every listed code alone, and of 20,000 generated cases. The naive rows come from the bundled releases, so that any
clone can run this; where the published documents are at hand, the same cases are asked of rows scanned from these as well.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest

import precert
from precert.requirement.determine import determine
from precert.requirement.terms import FindingCode, Need, NoticeKind, Requirement
from tests.naive import engine
from tests.naive.rows import ALLIANCE, CIGNA, Known, Row
from tests.naive.sample import EDITION_DAYS, Case, Dealer, Deck
from tests.naive.sources import needs_seeds, releases, seeds

GENERATED = 20_000
SEED = 20260302

# Nothing published so far calls for these.
NEVER_SEEN = {Need.STATE, Need.PLACE_OF_SERVICE, NoticeKind.UNINTERPRETED, FindingCode.SECONDARY_SOURCE}


# --- the two engines, in one shape -----------------------------------------------------------------------------------------


class Asked(NamedTuple):
    """A case, precert's answer, and both engines' answers in the shape they are compared in."""

    case: Case
    answer: dict[str, Any]
    told: dict[str, Any]
    expected: dict[str, Any]


class Naive:
    """The naive engine before everything it is told."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.by_code: dict[str, list[Row]] = {}
        for row in known.rows:
            self.by_code.setdefault(row.code, []).append(row)
        # Rows that speak of codes beside their own, in a notation or in a descriptor.
        self.speaking = [row for row in known.rows if re.search(engine.TOKEN, f"{row.notation} {row.descriptor}")]

    def ask(self, case: Case) -> dict[str, Any]:
        """Answer from every row of every list, as the engine is meant to."""
        return naive_shape(engine.answer(case, self.known.rows, self.known.federal, self.known.set_aside))

    def ask_quickly(self, case: Case) -> dict[str, Any]:
        """Answer from the rows of the case's codes and those that speak of other codes: the rest are read for nothing."""
        rows = {id(row): row for row in self.speaking}
        for line in case["lines"]:
            rows |= {id(row): row for row in self.by_code.get(line["code"].strip().upper(), ())}
        return naive_shape(engine.answer(case, rows.values(), self.known.federal, self.known.set_aside))


def naive_shape(answer: dict[str, Any]) -> dict[str, Any]:
    findings = [(code, tuple(lines)) for code, lines in answer["findings"]]
    unread = [n for code, lines in findings if code == FindingCode.LIST_HAS_UNREAD_ROWS for n in lines]
    return answer | {"findings": sorted([each for each in findings if each[0] != FindingCode.LIST_HAS_UNREAD_ROWS] + joined(unread))}


def joined(unread: list[int]) -> list[tuple[str, tuple[int, ...]]]:
    """One finding of unread rows for all lines, and one for each, say the same."""
    return [(FindingCode.LIST_HAS_UNREAD_ROWS.value, tuple(sorted(unread)))] if unread else []


def precert_shape(answer: dict[str, Any]) -> dict[str, Any]:
    findings = [(each["code"], tuple(each["lines"])) for each in answer["findings"]]
    unread = [n for code, lines in findings if code == FindingCode.LIST_HAS_UNREAD_ROWS for n in lines]
    return {
        "lines": [line_shape(line) for line in answer["lines"]],
        "cases": [[manager(group), group["platform"], group["program"], group["lines"]] for group in answer["cases"]],
        "findings": sorted([each for each in findings if each[0] != FindingCode.LIST_HAS_UNREAD_ROWS] + joined(unread)),
        "elsewhere": bool(answer["elsewhere"]),
    }


def line_shape(line: dict[str, Any]) -> dict[str, Any]:
    same = ("number", "requirement", "platform", "program", "conflict", "limits", "needs", "primary_lines", "contacts")
    return {
        **{name: line[name] for name in same},
        "managed_by": manager(line),
        "citation_lines": [each["line"] for each in line["citations"]],
        "candidate_lines": [each["citation"]["line"] for each in line["candidates"]],
        "deciding_lines": [each["citation"]["line"] for each in line["candidates"] if each["decides"]],
        "notices": sorted({each["kind"] for each in line["notices"]}),
    }


def manager(of: dict[str, Any]) -> str | None:
    return of["managed_by"]["kind"] if of["managed_by"] else None


def ask_both(cases: Iterable[Case], naive: Naive) -> Iterator[Asked]:
    for case in cases:
        # What stands beside the lists (R53, R66-R68) is no part of the rulebook; tests/encounter holds that it changes nothing else.
        answer = json.loads(determine(case, precert.rulebook(case["plan"], case.get("known_at")).index).to_json())
        yield Asked(case, answer, precert_shape(answer), naive.ask_quickly(case))


def difference(asked: Asked) -> str | None:
    """Say in what members the two answers differ, line by line."""
    told, expected = asked.told, asked.expected
    if told == expected:
        return None
    said = [f"  {name}: precert {told[name]}, naive {expected[name]}" for name in told if name != "lines" and told[name] != expected[name]]
    for ours, theirs in zip(told["lines"], expected["lines"], strict=True):
        said += [f"  {ours['number']} {name}: precert {ours[name]}, naive {theirs[name]}" for name in ours if ours[name] != theirs[name]]
    return "\n".join([str(asked.case), *said])


def assert_alike(asked: Iterable[Asked]) -> int:
    """Compare every case, and show the first few that differ."""
    found = [difference(each) for each in asked]
    differ = [each for each in found if each]
    assert not differ, f"{len(differ)} of {len(found)} cases differ:\n" + "\n".join(differ[:5])
    return len(found)


# --- what the two sources of naive rows say --------------------------------------------------------------------------------


def read_naively(row: Row, order: engine.Order) -> dict[str, Any]:
    """All that the naive engine reads of a row."""
    cells = ("plan", "program", "product", "category", "section", "code", "requirement", "platform", "line")
    patterns = ("MANAGED_WITH", "MANY_COMPONENTS", "PURCHASE_ONLY", "PART_OF_SLEEP", "REGISTER")
    return {
        **{name: getattr(row, name) for name in cells},
        **{name: engine._says(row, getattr(engine, name)) for name in patterns},
        "added": engine._added_on(row),
        "changed": engine._changed_on(row),
        "no PA": engine._date(engine.NO_PA_FROM, row.notation) is not None,
        "through the plan": engine._through_plan(row),
        "contacts": engine._contacts(row),
        "companion": engine._companion(row),
        "refused": engine._refused(order, row),
        "uninterpreted": engine._uninterpreted(row),
        "segment in descriptor": engine._only_descriptor_says_fl_dsnp(row),
        "in place of": engine._stands_in_place_of(row),
        "use instead": engine._says_use_instead(row),
    }


def order_of(plan: str, known: Known) -> engine.Order:
    return engine.Order(plan, date(2026, 3, 2), None, None, [], [row for row in known.rows if row.plan == plan], known.federal, [])


@needs_seeds
@pytest.mark.parametrize("plan", [CIGNA, ALLIANCE])
def test_the_release_tells_the_naive_engine_what_the_document_tells_it(plan: str) -> None:
    ours, theirs = order_of(plan, releases()), order_of(plan, seeds())
    assert [read_naively(row, ours) for row in ours.rows] == [read_naively(row, theirs) for row in theirs.rows]
    assert {frozenset(pair) for pair in engine._forbidden(ours)} == {frozenset(pair) for pair in engine._forbidden(theirs)}
    assert [each for each in releases().set_aside if each.plan == plan] == [each for each in seeds().set_aside if each.plan == plan]
    for row in ours.rows:
        assert ours.federal.get(row.code, set()) == theirs.federal.get(row.code, set()), row.code


# --- every listed code alone -----------------------------------------------------------------------------------------------


def alone(known: Known) -> Iterator[Case]:
    """Every code, bare, on an ordinary day for each segment; on its own boundaries, and on those of its list."""
    for plan in (CIGNA, ALLIANCE):
        deck = Deck(plan, known)
        boundaries = deck.days() + EDITION_DAYS
        for at, code in enumerate(deck.codes):
            days = [boundaries[at % len(boundaries)], boundaries[(at * 7 + 3) % len(boundaries)]]
            if code in deck.dated:
                days += [deck.dated[code] + timedelta(days=by) for by in (-1, 0, 1)]
            for segment in (None, "fl-dsnp", "medicaid"):
                yield {"plan": plan, "date_of_service": "2026-03-02", "segment": segment, "lines": [{"code": code}]}
            for day in days:
                yield {"plan": plan, "date_of_service": day.isoformat(), "lines": [{"code": code}]}


def test_every_listed_code_alone() -> None:
    assert assert_alike(ask_both(alone(releases()), Naive(releases()))) > 5 * 1600


@needs_seeds
def test_every_listed_code_alone_from_the_documents() -> None:
    assert assert_alike(ask_both(alone(releases()), Naive(seeds()))) > 5 * 1600


def printed_cells(row: Row) -> dict[str, Any]:
    """A row's cells as the naive reader has them. Its labels are without debris."""
    return {
        "requirement": row.requirement,
        "platform": row.platform,
        "product": row.product,
        "category": row.category,
        "section": row.section,
    }


@pytest.mark.parametrize("source", ["releases", pytest.param("seeds", marks=needs_seeds)])
def test_candidates_show_every_row_as_printed(source: str) -> None:
    known = releases() if source == "releases" else seeds()
    rows: dict[tuple[str, str], list[Row]] = {}
    for row in known.rows:
        rows.setdefault((row.plan, row.code), []).append(row)
    for (plan, code), printed in rows.items():
        line = precert.check({"plan": plan, "date_of_service": "2026-03-02", "lines": [{"code": code}]}).to_dict()["lines"][0]
        shown = [(each["program"], {name: each["printed"][name] for name in printed_cells(printed[0])}) for each in line["candidates"]]
        assert shown == [(row.program, printed_cells(row)) for row in printed], code


# --- generated cases -------------------------------------------------------------------------------------------------------


class Sampled(NamedTuple):
    """What came of the generated cases: those that differ, and how often each thing was met."""

    differ: list[str]
    met: Counter[str]


@pytest.fixture(scope="module")
def sampled() -> Sampled:
    met: Counter[str] = Counter()
    differ = []
    for each in ask_both(Dealer(releases(), SEED).cases(GENERATED), Naive(releases())):
        met.update(things_met(each.answer))
        found = difference(each)
        if found:
            differ.append(found)
    return Sampled(differ, met)


def things_met(answer: dict[str, Any]) -> Iterator[str]:
    yield "case"
    for line in answer["lines"]:
        yield from (line["requirement"], *line["needs"], *line["limits"], f"managed by {manager(line)}")
        yield from (each["kind"] for each in line["notices"])
        yield from (f"{each['rule']} {each['code']}" for each in line["reasons"])
        if line["conflict"]:
            yield "conflict"
        if line["contacts"]:
            yield "contacts"
    yield from (each["code"] for each in answer["findings"])
    program = {line["number"]: line["program"] for line in answer["lines"]}
    for group in answer["cases"]:
        if any(program[number] != group["program"] for number in group["lines"]):
            yield "R40 joined another program's case"


def test_twenty_thousand_generated_cases(sampled: Sampled) -> None:
    assert sampled.met["case"] == GENERATED
    assert not sampled.differ, f"{len(sampled.differ)} cases differ:\n" + "\n".join(sampled.differ[:5])


@needs_seeds
def test_twenty_thousand_generated_cases_from_the_documents() -> None:
    assert assert_alike(ask_both(Dealer(releases(), SEED).cases(GENERATED), Naive(seeds()))) == GENERATED


@pytest.mark.parametrize(
    "value", [each for kind in (Requirement, Need, NoticeKind, FindingCode) for each in kind if each not in NEVER_SEEN]
)
def test_the_sample_meets_every_value(sampled: Sampled, value: str) -> None:
    assert sampled.met[value] >= 20


@pytest.mark.parametrize(
    "thing",
    [
        *("conflict", "contacts", "purchase-only", "managed by delegate", "managed by plan", "managed by unstated", "managed by None"),
        *("R2 membership", "R7 review", "R10 changed-since", "R10 not-yet-listed", "R11 printed-yes", "R11 printed-no"),
        *("R11 printed-out-of-scope", "R11 printed-investigational", "R12 through-plan", "R13 no-pa-since", "R14 refused"),
        *("R15 has-primary", "R15 no-primary", "R16 has-anchor", "R16 weak-anchor", "R16 no-anchor", "R17 has-companion"),
        *("R18 printed-unlisted", "R19 in-segment", "R19 other-segment", "R19 segment-unknown", "R20 purchase-only"),
        *("R28 program-not-purchased", "R30 programs-agree", "R31 settled", "R32 strictest", "R40 joined another program's case"),
    ],
)
def test_the_sample_meets_every_rule(sampled: Sampled, thing: str) -> None:
    assert sampled.met[thing] >= 20


def test_the_quick_question_is_the_whole_question() -> None:
    """Leaving out rows that name neither a code of the case nor another row's code changes no naive answer."""
    naive = Naive(releases())
    for case in Dealer(releases(), SEED + 1).cases(250):
        assert naive.ask_quickly(case) == naive.ask(case)
