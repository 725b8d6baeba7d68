"""A second engine, as naive as we could write it: every question scans every row again.

It restates semantics.md (R1..R44) in the plainest way and shares nothing with the real
engine, so that the two can be compared. Requests are taken to be valid; only an empty
segment and a `known_at` before the release are refused.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from .rows import ALLIANCE, CIGNA, CODE, Row, SetAside

# The closed set of requirements, most restrictive first.
RANKING = (
    "investigational",
    "required",
    "unlisted",
    "undetermined",
    "ask-plan",
    "follows-primary",
    "out-of-scope",
    "not-required",
)
NOBODY_MANAGES = {"undetermined", "not-required", "not-on-list", "invalid-code"}
GROUPED = {"required", "unlisted", "follows-primary"}
HOME_PROGRAMS = {"Home Infusion Therapy", "Home Health"}

EDITION_YEAR = {CIGNA: 2026, ALLIANCE: 2025}
RELEASE_KNOWN_AT = date(2026, 11, 21)

DATE = r"(\d{1,2})[/.](\d{1,2})[/.](\d{4}|\d{2})"
TOKEN = r"\b(?:\d{4}[0-9A-Z]|[A-Z]\d{4})\b"  # noqa: S105 - a code in a text

MANAGED_WITH = r"managed if submitted with.*\bMSK\b"
COMPANION = rf"companion procedure to ({TOKEN})"
NO_PA_FROM = rf"no PA required effective {DATE}"
THROUGH_PLAN_FROM = rf"precertification through cigna\W+effective {DATE}"
REACH_PLAN = r"(\d{3}-\d{3}-\d{4}) option (\d+).*fax\W+(\d{3}-\d{3}-\d{4})"
REFUSED = r"experimental.*investigational.*denied"
PART_OF_SLEEP = r"part of sleep DME"
REGISTER = r"not require.*precertification.*register.*device"
MANY_COMPONENTS = r"with >4 components\W+purchase only"
PURCHASE_ONLY = r"purchase only"
ADDITION = r"\badd \d|\badditions?\b"

INTERPRETED = (
    MANAGED_WITH,
    COMPANION,
    NO_PA_FROM,
    THROUGH_PLAN_FROM,
    REACH_PLAN,
    REFUSED,
    PART_OF_SLEEP,
    REGISTER,
    PURCHASE_ONLY,
    rf"(?:{ADDITION}).*",
)


@dataclass
class Line:
    """One line of the order, its token folded; `code` is None when it is no code."""

    number: int
    code: str | None
    modifiers: list[str]
    units: int


@dataclass
class Order:
    """The whole question: the case and everything that is known."""

    plan: str
    dos: date
    segment: str | None
    programs: list[str] | None
    lines: list[Line]
    rows: list[Row]
    federal: Mapping[str, set[str]]
    set_aside: list[SetAside]


@dataclass
class Outcome:
    """What one listing says about one line."""

    row: Row
    requirement: str
    managed_by: str | None = None
    platform: str | None = None
    needs: list[str] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)
    primary_lines: list[int] = field(default_factory=list)


@dataclass
class Answer:
    """What the list says about one line."""

    number: int
    requirement: str
    managed_by: str | None = None
    platform: str | None = None
    program: str | None = None
    conflict: bool = False
    limits: list[str] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    primary_lines: list[int] = field(default_factory=list)
    citation_lines: list[int] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    contacts: list[dict[str, str]] = field(default_factory=list)
    candidate_lines: list[int] = field(default_factory=list)
    deciding_lines: list[int] = field(default_factory=list)


def answer(
    case: Mapping[str, Any],
    rows: Iterable[Row],
    federal: Mapping[str, set[str]],
    set_aside: Iterable[SetAside] = (),
) -> dict[str, Any]:
    """Answer the case: lines, cases, findings, and whether other lists may hold more."""
    order = _order(case, rows, federal, set_aside)
    answers = [_answer_line(order, line) for line in order.lines]
    return {
        "lines": [dict(vars(each)) for each in answers],
        "cases": _cases(answers),
        "findings": _findings(order, answers),
        "elsewhere": any(_points_elsewhere(each) for each in answers),
    }


# --- the request -------------------------------------------------------------------------


def _order(
    case: Mapping[str, Any],
    rows: Iterable[Row],
    federal: Mapping[str, set[str]],
    set_aside: Iterable[SetAside],
) -> Order:
    """Fold the request, and keep only what belongs to its plan."""
    plan = case["plan"]
    known_at = case.get("known_at")
    if known_at is not None and date.fromisoformat(known_at) < RELEASE_KNOWN_AT:
        raise ValueError("no-release")  # R43
    return Order(
        plan=plan,
        dos=date.fromisoformat(case["date_of_service"]),
        segment=_segment(case.get("segment")),
        programs=case.get("programs"),
        lines=[_line(number, line) for number, line in enumerate(case["lines"], start=1)],
        rows=[row for row in rows if row.plan == plan],
        federal=federal,
        set_aside=[damaged for damaged in set_aside if damaged.plan == plan],
    )


def _segment(printed: str | None) -> str | None:
    """R19: segments are trimmed and lower-cased; an empty one is a request error."""
    if printed is None:
        return None
    folded = printed.strip().lower()
    if not folded:
        raise ValueError("bad-field: segment")
    return folded


def _line(number: int, line: Mapping[str, Any]) -> Line:
    modifiers = [_upper(modifier.strip()) for modifier in line.get("modifiers") or []]
    return Line(number, _code(line["code"]), modifiers, line.get("units") or 1)


def _code(token: str) -> str | None:
    """`invalid-code`: blanks stripped, `a`-`z` upper-cased and nothing else, then the form."""
    folded = _upper(token.strip())
    return folded if CODE.fullmatch(folded) else None


def _upper(text: str) -> str:
    return "".join(chr(ord(char) - 32) if "a" <= char <= "z" else char for char in text)


# --- which listings there are ------------------------------------------------------------


def _in_force(order: Order, code: str) -> list[Row]:
    """R10: the listings of the code that exist on the date of service, in document order."""
    found = []
    for row in order.rows:
        if row.code == code:
            added = _added_on(row)
            if added is None or order.dos >= added:
                found.append(row)
    return sorted(found, key=lambda row: row.line)


def _bought(order: Order, row: Row) -> bool:
    """R28: without a statement every program counts; `[]` means none does."""
    return order.programs is None or row.program in order.programs


def _standing(order: Order, code: str) -> list[Row]:
    """The candidates that may decide: bought (R28) and not given up to Sleep (R21)."""
    bought = [row for row in _in_force(order, code) if _bought(order, row)]
    on_sleep_list = any(row.program == "Sleep" for row in bought)
    return [row for row in bought if not (on_sleep_list and _says(row, PART_OF_SLEEP))]


def _standing_of(order: Order, line: Line) -> list[Row]:
    return [] if line.code is None else _standing(order, line.code)


def _others(order: Order, line: Line) -> list[Line]:
    return [other for other in order.lines if other.number != line.number]


# --- what a row prints -------------------------------------------------------------------


def _says(row: Row, pattern: str) -> bool:
    return re.search(pattern, row.notation, re.IGNORECASE) is not None


def _date(pattern: str, text: str) -> date | None:
    """The date a pattern ends in; two-digit years are 20xx (R10)."""
    match = re.search(pattern, text, re.IGNORECASE)
    if match is None:
        return None
    month, day, year = (int(part) for part in match.groups()[-3:])
    return date(year + 2000 if year < 100 else year, month, day)


def _added_on(row: Row) -> date | None:
    """R10: an addition, in the notation or in the grouping cell."""
    for text in (row.notation, row.grouping or ""):
        if re.search(ADDITION, text, re.IGNORECASE):
            return _date(DATE, text)
    return None


def _changed_on(row: Row) -> date | None:
    """R10: a change, in the notation or pasted at the end of the descriptor."""
    return _date(NO_PA_FROM, row.notation) or _date(THROUGH_PLAN_FROM, row.notation) or _date(rf"\beffective {DATE}$", row.descriptor)


def _printed_platform(row: Row) -> str | None:
    """The platform to name: Out of Scope is none, and neither is the plan itself (R12)."""
    return row.platform if row.platform in {"CareCore National", "MedSolutions"} else None


def _through_plan(row: Row) -> bool:
    """R12: the platform cell or the notation sends the request to the plan."""
    return row.platform == "Authorization required through Cigna" or _says(row, r"precertification through cigna") or _says(row, REACH_PLAN)


def _contacts(row: Row) -> list[dict[str, str]]:
    """R12: phone, option, and fax."""
    match = re.search(REACH_PLAN, row.notation, re.IGNORECASE)
    if match is None:
        return []
    return [{"phone": match.group(1), "option": match.group(2), "fax": match.group(3)}]


def _conditional(row: Row) -> bool:
    """R16: managed with a musculoskeletal code, otherwise the plan's."""
    return _says(row, MANAGED_WITH)


def _companion(row: Row) -> str | None:
    """R17: the companion procedure the row names."""
    match = re.search(COMPANION, row.notation, re.IGNORECASE)
    return match.group(1) if match else None


def _refused(order: Order, row: Row) -> bool:
    """R14: some notation in force names this code and says it will be refused."""
    return any(_says(other, REFUSED) and row.code in re.findall(TOKEN, other.notation) for other in order.rows)


# --- what one listing says about one line --------------------------------------------------


def _outcome(order: Order, line: Line, row: Row, *, with_add_ons: bool = True) -> Outcome:
    """One candidate: the rules of `Deciding a line`, then R12 and R20 on top."""
    said = _said(order, line, row, with_add_ons=with_add_ons)
    if said.requirement in NOBODY_MANAGES:
        said.managed_by, said.platform = None, None
    elif _through_plan(row):
        said.managed_by, said.platform = "plan", None  # R12
    if _has_limit(order, line, row):
        said.limits = ["purchase-only"]
        if not {"NU", "UE", "RR"} & set(line.modifiers):
            said.needs = sorted({*said.needs, "purchase-or-rental"})  # R20
    return said


def _said(order: Order, line: Line, row: Row, *, with_add_ons: bool) -> Outcome:
    """The requirement the row gives this line."""
    changed = _changed_on(row)
    if changed is not None and order.dos < changed:
        return Outcome(row, "undetermined", needs=["earlier-release"])  # R10
    if _refused(order, row):
        return _delegate(row, "investigational")  # R14
    if _date(NO_PA_FROM, row.notation) is not None:
        return Outcome(row, "not-required")  # R13
    if _conditional(row):
        return _managed_with_program(order, line, row)  # R16, R17
    if row.requirement == "Add-on Code":
        return _add_on(order, line, row, with_add_ons=with_add_ons)  # R15
    return _cell(order, row)


def _cell(order: Order, row: Row) -> Outcome:
    """The requirement cell decides."""
    if row.requirement is None:
        return Outcome(row, "required", "unstated")  # R2
    if row.requirement == "Yes":
        return _delegate(row, "required")  # R11
    if row.requirement == "No":
        return Outcome(row, "not-required")  # R11
    if row.requirement == "Out of Scope":
        return Outcome(row, "out-of-scope", "plan")  # R11: no platform, even where printed
    if row.requirement == "Experimental/Investigational":
        return _delegate(row, "investigational")  # R11
    if row.requirement == "Unlisted":
        return _delegate(row, "unlisted")  # R18
    if row.requirement == "In Scope for FL DSNP Only":
        return _segment_only(order, row)  # R19
    raise ValueError(f"line {row.line}: no rule for {row.requirement}")


def _delegate(row: Row, requirement: str) -> Outcome:
    return Outcome(row, requirement, "delegate", _printed_platform(row))


def _segment_only(order: Order, row: Row) -> Outcome:
    """R19: in the segment, in another one, not said."""
    if order.segment is None:
        return Outcome(row, "undetermined", needs=["segment"])
    if order.segment == "fl-dsnp":
        return _delegate(row, "required")
    return Outcome(row, "out-of-scope", "plan")


def _add_on(order: Order, line: Line, row: Row, *, with_add_ons: bool) -> Outcome:
    """R15: an add-on follows its primaries; without one nobody knows."""
    primaries = _primaries(order, line, row) if with_add_ons else []
    if not primaries:
        return Outcome(row, "undetermined", needs=["primary-procedure"])
    return replace(_delegate(row, "follows-primary"), primary_lines=primaries)


def _primaries(order: Order, line: Line, row: Row) -> list[int]:
    """R15: the other lines that resolve to `required` and belong to this add-on."""
    return [other.number for other in _others(order, line) if other.code is not None and _is_primary(order, row, other, other.code)]


def _is_primary(order: Order, row: Row, other: Line, code: str) -> bool:
    """R15: the federal table decides where it names primaries, else the same place decides.

    Whether the other line is `required` never depends on add-ons: an add-on candidate is
    never the most restrictive one beside a required one, and never turns into one.
    """
    deciders = _deciders(order, other, with_add_ons=False)
    if not deciders or deciders[0].requirement != "required":
        return False
    named = order.federal.get(row.code, set())
    if named:
        return code in named
    return _place(deciders[0].row) == _place(row)


def _place(row: Row) -> tuple[str, str | None, str | None]:
    return (row.program, row.category, row.section)


def _managed_with_program(order: Order, line: Line, row: Row) -> Outcome:
    """R16, R17: with an anchor, with something that might be one, with neither."""
    anchors = [other for other in _others(order, line) if _is_anchor(order, other)]
    if anchors:
        return Outcome(
            row,
            "follows-primary",
            "delegate",
            _anchored_platform(order, row, anchors),
            primary_lines=_companion_first(row, anchors),
        )
    if any(_may_anchor(order, other) for other in _others(order, line)):
        return Outcome(row, "undetermined", needs=["primary-procedure"])
    return Outcome(row, "ask-plan", "plan")


def _msk(order: Order, line: Line) -> list[Row]:
    """R16: the musculoskeletal listings of a line."""
    return [row for row in _standing_of(order, line) if row.product == "Musculoskeletal"]


def _is_anchor(order: Order, other: Line) -> bool:
    """R16: printed Yes, whatever its outcome, and no listing of it carries the condition."""
    listings = _msk(order, other)
    return any(row.requirement == "Yes" for row in listings) and not any(map(_conditional, listings))


def _may_anchor(order: Order, other: Line) -> bool:
    """R16: a musculoskeletal listing free of the condition."""
    return any(not _conditional(row) for row in _msk(order, other))


def _anchored_platform(order: Order, row: Row, anchors: list[Line]) -> str | None:
    """R16: the printed platform if an anchor prints it too, else the earliest anchor's."""
    listings = sorted((each for line in anchors for each in _msk(order, line)), key=lambda each: each.line)
    platforms = [_printed_platform(each) for each in listings]
    return _printed_platform(row) if _printed_platform(row) in platforms else platforms[0]


def _companion_first(row: Row, anchors: list[Line]) -> list[int]:
    """R17: companions first, then line order."""
    companion = _companion(row)
    ordered = sorted(anchors, key=lambda line: (line.code != companion, line.number))
    return [line.number for line in ordered]


def _has_limit(order: Order, line: Line, row: Row) -> bool:
    """R20: purchase only, always or with more than four components on the other lines."""
    if _says(row, MANY_COMPONENTS):
        return sum(other.units for other in _others(order, line) if _is_component(order, other)) > 4
    return _says(row, PURCHASE_ONLY)


def _is_component(order: Order, line: Line) -> bool:
    """R20: listed under WHEELCHAIRS, and neither a base nor a transfer system."""
    if line.code is None or _is_base_or_transfer(line.code):
        return False
    return any(row.category == "WHEELCHAIRS" for row in _standing_of(order, line))


def _is_base_or_transfer(code: str) -> bool:
    if code in {"E1161", "E1220", "E1229", "E1230", "E1239", "E1035", "E1036"}:
        return True
    return "K0001" <= code <= "K0014" or "K0800" <= code <= "K0900"


# --- one code, several programs --------------------------------------------------------------


def _deciders(order: Order, line: Line, *, with_add_ons: bool = True) -> list[Outcome]:
    """The outcomes that are the answer: all (R30), the settled one (R31), the strictest (R32)."""
    outcomes = [_outcome(order, line, row, with_add_ons=with_add_ons) for row in _standing_of(order, line)]
    if not outcomes or _agree(outcomes):
        return outcomes
    settled = _settled(order, line, outcomes)
    return [settled] if settled is not None else [_strictest(outcomes)]


def _agree(outcomes: Sequence[Outcome]) -> bool:
    """R30: the same requirement, managed_by, platform, limits, and needs everywhere."""
    first = _told(outcomes[0])
    return all(_told(outcome) == first for outcome in outcomes)


def _told(outcome: Outcome) -> tuple[str, str | None, str | None, list[str], list[str]]:
    return (
        outcome.requirement,
        outcome.managed_by,
        outcome.platform,
        outcome.limits,
        outcome.needs,
    )


def _settled(order: Order, line: Line, outcomes: Sequence[Outcome]) -> Outcome | None:
    """R31: the other lines of one program, printed Yes, name exactly one of these programs."""
    settling = set()
    for other in _others(order, line):
        listings = _standing_of(order, other)
        programs = {row.program for row in listings}
        if len(programs) == 1 and any(row.requirement == "Yes" for row in listings):
            settling |= programs
    named = [outcome for outcome in outcomes if outcome.row.program in settling]
    return named[0] if len({outcome.row.program for outcome in named}) == 1 else None


def _strictest(outcomes: Sequence[Outcome]) -> Outcome:
    """R32: the most restrictive candidate; the earliest row on a tie."""
    return min(outcomes, key=lambda outcome: (RANKING.index(outcome.requirement), outcome.row.line))


# --- the answer for one line ---------------------------------------------------------------


def _answer_line(order: Order, line: Line) -> Answer:
    """Invalid, decided by a listing, not bought, damaged, or not on the list."""
    if line.code is None:
        return Answer(line.number, "invalid-code")
    candidates = _in_force(order, line.code)
    if _standing(order, line.code):
        told = _answer_from_listings(order, line)
    elif candidates:
        told = _answer_not_bought(line, candidates)
    else:
        told = _answer_without_listing(order, line, line.code)
    told.candidate_lines = [row.line for row in candidates]
    return told


def _answer_from_listings(order: Order, line: Line) -> Answer:
    """R30, R31, R32: one answer, with the rows it rests on."""
    rivals = _standing_of(order, line)
    deciders = _deciders(order, line)
    outcomes = [_outcome(order, line, row) for row in rivals]
    conflict = not _agree(outcomes) and _settled(order, line, outcomes) is None
    first = deciders[0]
    return Answer(
        line.number,
        first.requirement,
        first.managed_by,
        first.platform,
        first.row.program,
        conflict,
        first.limits,
        first.needs,
        first.primary_lines,
        citation_lines=[row.line for row in rivals] if conflict else _lines(deciders),
        notices=_notices(order, rivals, deciders),
        contacts=_all_contacts(deciders),
        deciding_lines=_lines(deciders),
    )


def _lines(outcomes: Sequence[Outcome]) -> list[int]:
    return sorted(outcome.row.line for outcome in outcomes)


def _answer_not_bought(line: Line, candidates: Sequence[Row]) -> Answer:
    """R28: nothing but listings of programs left out."""
    return Answer(
        line.number,
        "ask-plan",
        "plan",
        program=candidates[0].program,
        citation_lines=[row.line for row in candidates],
    )


def _answer_without_listing(order: Order, line: Line, code: str) -> Answer:
    """R7 where a damaged row may be this code; otherwise `not-on-list`, maybe with R26."""
    damaged = [each.line for each in order.set_aside if code in each.proposed or may_print(each.printed, code)]
    if damaged:
        return Answer(line.number, "undetermined", needs=["review"], citation_lines=sorted(damaged))
    pointed = any(code in _stands_in_place_of(row) for row in order.rows)
    return Answer(line.number, "not-on-list", notices=["see-code"] if pointed else [])


def may_print(printed: str, code: str) -> bool:
    """R7: the cell names the code, or is one token that marks, blanks, lost zeros, a spreadsheet or a printer's letters made of it."""
    kept = "".join(char for char in printed if unicodedata.category(char) not in ("Cf", "No"))
    shown = unicodedata.normalize("NFKC", kept).strip().upper()
    if code in re.findall(r"(?<![A-Z0-9])[A-Z0-9]{5}(?![A-Z0-9])", shown):
        return True
    if len(shown) > 24:
        return False
    whole = [code] + [code[lost:] for lost in (1, 2, 3) if code[:lost] == "0" * lost]
    tokens = ["".join(re.findall("[A-Z0-9]", shown)), "".join(re.findall("[A-Z0-9]", re.sub(r"\.00?$", "", shown)))]
    if re.fullmatch(r"\d(\.\d{1,4})?E\+?0?4", shown):
        tokens.append(str(round(float(shown))))
    return any(_looks(token, wanted) for token in tokens for wanted in whole)


def _looks(token: str, wanted: str) -> bool:
    """Letter by letter, O for 0 and I or L for 1, unless the token is a code that says nothing else."""
    if CODE.fullmatch(token) and token[0] not in "IO" and token[-1] not in "ILO":
        return token == wanted
    return len(token) == len(wanted) and all(a == b or (a + b) in ("O0", "I1", "L1") for a, b in zip(token, wanted, strict=True))


def _all_contacts(deciders: Sequence[Outcome]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for outcome in deciders:
        found += [each for each in _contacts(outcome.row) if each not in found]
    return found


# --- notices -------------------------------------------------------------------------------


def _notices(order: Order, rivals: Sequence[Row], deciders: Sequence[Outcome]) -> list[str]:
    """What the deciding rows add, and R27 over everything that stands; sorted, each once."""
    kinds = {kind for outcome in deciders for kind in _notices_of(outcome)}
    if all(row.program in HOME_PROGRAMS for row in rivals):
        kinds.add("home-setting")  # R27
    return sorted(kinds)


def _notices_of(outcome: Outcome) -> set[str]:
    """R19, R21, R22, R23, R25, R26: the notices of one deciding row."""
    row = outcome.row
    told = {
        "part-of-sleep-dme": _says(row, PART_OF_SLEEP),  # R21: it stands, so Sleep lacks it
        "register-device": _says(row, REGISTER) and outcome.requirement == "not-required",  # R22
        "client-specific": (row.section or "").startswith("Client Specific"),  # R23
        "fl-dsnp-only": _only_descriptor_says_fl_dsnp(row),  # R19
        "see-code": bool(_says_use_instead(row)),  # R26
        "uninterpreted": _uninterpreted(row),  # R25
    }
    return {kind for kind, applies in told.items() if applies}


def _only_descriptor_says_fl_dsnp(row: Row) -> bool:
    return "FL DSNP" in row.descriptor and row.requirement != "In Scope for FL DSNP Only"


def _uninterpreted(row: Row) -> bool:
    """R25: something is printed and no rule reads it."""
    return row.notation != "" and not any(_says(row, pattern) for pattern in INTERPRETED)


def _stands_in_place_of(row: Row) -> list[str]:
    """R26: the codes this row replaces."""
    match = re.search(rf"in place of ({TOKEN}) and ({TOKEN})", row.descriptor)
    return list(match.groups()) if match else []


def _says_use_instead(row: Row) -> list[str]:
    """R26: the codes to use instead of this one."""
    match = re.search(rf"use code ({TOKEN}) or ({TOKEN})", row.descriptor)
    return list(match.groups()) if match else []


def _points_elsewhere(told: Answer) -> bool:
    """R6, R27: not on the list, or only on a list for care at home."""
    return told.requirement == "not-on-list" or "home-setting" in told.notices


# --- the case ------------------------------------------------------------------------------


def _cases(answers: Sequence[Answer]) -> list[list[Any]]:
    """R40: groups by (managed_by, platform, program), ordered by their lowest line."""
    groups: dict[tuple[str | None, str | None, str | None], list[int]] = {}
    for told in answers:
        if told.requirement in GROUPED:
            groups.setdefault(_group(told, answers), []).append(told.number)
    ordered = sorted(groups.items(), key=lambda group: min(group[1]))
    return [[managed_by, platform, program, lines] for (managed_by, platform, program), lines in ordered]


def _group(told: Answer, answers: Sequence[Answer]) -> tuple[str | None, str | None, str | None]:
    """R40: its own group, or that of the earliest-printed primary on the same platform.

    A primary that is in no group (not required, undetermined, ...) cannot be joined.
    """
    if told.requirement == "follows-primary":
        primaries = [
            other
            for other in answers
            if other.number in told.primary_lines and other.requirement in GROUPED and other.platform == told.platform
        ]
        if primaries:
            leader = min(primaries, key=lambda other: min(other.deciding_lines))
            return (leader.managed_by, leader.platform, leader.program)
    return (told.managed_by, told.platform, told.program)


# --- findings ------------------------------------------------------------------------------


def _findings(order: Order, answers: Sequence[Answer]) -> list[list[Any]]:
    """Every finding as [code, line numbers], sorted."""
    found = [*_dated(order), *_forbidden_pairs(order)]
    for line, told in zip(order.lines, answers, strict=True):
        found += [[code, [line.number]] for code in _findings_of(order, line, told)]
    return sorted(found)


def _dated(order: Order) -> list[list[Any]]:
    """R44: about the whole case, so without line numbers."""
    found: list[list[Any]] = []
    if order.dos.year < EDITION_YEAR[order.plan]:
        found.append(["dos-before-edition", []])
    if order.dos > RELEASE_KNOWN_AT + timedelta(days=92):
        found.append(["list-may-be-stale", []])
    return found


def _findings_of(order: Order, line: Line, told: Answer) -> list[str]:
    """The findings that belong to one line."""
    deciding = [row for row in order.rows if row.line in told.deciding_lines]
    found = []
    if told.requirement == "not-on-list" and order.set_aside:
        found.append("list-has-unread-rows")  # R7
    if told.limits and "RR" in line.modifiers:
        found.append("rental-of-purchase-only")  # R20
    if told.requirement == "follows-primary" and any(_lacks_companion(order, row) for row in deciding):
        found.append("companion-missing")  # R17
    if any(_refused(order, row) and not _prints_refusal(row) for row in deciding):
        found.append("notation-contradicts-cell")  # R14
    return found


def _lacks_companion(order: Order, row: Row) -> bool:
    companion = _companion(row)
    return companion is not None and all(line.code != companion for line in order.lines)


def _prints_refusal(row: Row) -> bool:
    return row.requirement == "Experimental/Investigational"


def _forbidden_pairs(order: Order) -> list[list[Any]]:
    """R24: every pair of codes in the case that a descriptor forbids together, listed or not, with the lines of either."""
    found = []
    for pair in sorted({tuple(sorted(each)) for each in _forbidden(order) if each[0] != each[1]}):
        held = [[line.number for line in order.lines if line.code == code] for code in pair]
        if all(held):
            found.append(["do-not-report-together", sorted(held[0] + held[1])])
    return found


def _forbidden(order: Order) -> list[tuple[str, str]]:
    """R24: the forbidden pairs the descriptors name."""
    pairs = []
    for row in order.rows:
        match = re.search(r"\(do not (.*?) with (.*)\)", row.descriptor, re.IGNORECASE)
        if match:
            left = _codes_in(match.group(1)) or [row.code]
            pairs += [(a, b) for a in left for b in _codes_in(match.group(2)) if a != b]
    return pairs


def _codes_in(text: str) -> list[str]:
    """The codes a text names; `X1001-X1003` names all three."""
    shown = text.upper()
    codes = re.findall(TOKEN, shown)
    for letter, first, last in re.findall(r"\b([A-Z])(\d{4})-[A-Z](\d{4})\b", shown):
        codes += [f"{letter}{number:04d}" for number in range(int(first), int(last) + 1)]
    return sorted(set(codes))
