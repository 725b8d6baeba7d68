"""Every closed vocabulary of precert's documents, with what each value means: what the schemas and `docs/codes.md` are made of.

The values come from the code. So do the meanings where the code states them; the tables below state the rest, and `complete`
refuses a value of the code that has none and a meaning whose value is gone.
"""

import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path

from precert.edits.terms import EditCode
from precert.encounter.terms import EncounterCode
from precert.facts.condition import Condition
from precert.facts.model import Cell
from precert.intake.layouts.columns import Role
from precert.intake.readers import terms as readers
from precert.requirement import explain
from precert.requirement.terms import FindingCode
from precert.review import Action

SOURCE = Path(__file__).parents[1] / "src" / "precert"

CELLS = {
    Cell.YES: "prior authorization is required",
    Cell.NO: "none is required",
    Cell.OUT_OF_SCOPE: "the delegate does not manage the code",
    Cell.ADD_ON: "reported beside a primary procedure, whose authorization carries it",
    Cell.UNLISTED: "an unlisted procedure: reviewed by hand",
    Cell.INVESTIGATIONAL: "experimental or investigational",
    Cell.IN_SEGMENT: "in scope for the members of one segment; an answer names the segment",
}

KINDS = {
    "text": "text of tab-separated lines, or Markdown tables",
    "csv": "records with a delimiter",
    "xlsx": "a workbook",
    "html": "a web page",
    "pdf": "a PDF, its scanned pages among it",
    "image": "a picture of pages",
}

REQUESTS = {
    "bad-columns": "a table of lines lacks a column that is needed, or has one under a name of ours (screen)",
    "bad-date": "a date is not a day of the calendar written `YYYY-MM-DD`",
    "bad-field": "a member of the case is unknown, of the wrong type, empty, or names a program the plan does not have",
    "bad-json": "the case is not JSON that can be read (command line)",
    "bad-memory": "an amount of memory cannot be read, or is too little (screen)",
    "bad-modifier": "a modifier is not two ASCII letters or digits",
    "bad-output": "what is asked for cannot be written there: no such folder, another kind of file, or the input itself (command line)",
    "bad-profile": "the profile cannot be read (command line)",
    "bad-setting": "the set-up of the service, or a key for it, cannot be read (command line)",
    "bad-units": "units are not a whole number from 1 to 9999",
    "clock-behind": "a list would be published before the one in use (command line)",
    "file-exists": "a file that would be written is there already (command line)",
    "invalid-code": "`show` was asked for a token that is not a code (command line)",
    "list-of-another-plan": "the list that would be published is another plan's (command line)",
    "missing-extra": "the verb needs a library that an extra brings, and the message names it (serve, screen, export)",
    "no-lines": "the case has no lines",
    "no-release": "no release of the plan was known on that day",
    "no-words": "`search` was asked for nothing (command line)",
    "open-to-all": "the service would be reached from other machines, and nobody could be told apart (command line)",
    "too-many-lines": "the case has more than 5,000 lines, or more than 50 where neighbour codes are asked for (`--what-if`)",
    "unknown-list": "no draft of this list is kept (command line)",
    "unknown-plan": "no list of this plan is published here",
    "unknown-release": "no release of this id, or more than one that begins so, is published here",
    "unknown-verb": "the command line has no such verb",
    "unreadable-file": "the file cannot be opened, or nothing in it could be read as a list (command line)",
    "unreadable-input": "a table of lines cannot be read: a directory, an empty or torn file, or another format (screen)",
}

DECISIONS = {
    "bad-code": "a row is corrected to a token that is not a code",
    "no-by": "the decision does not say who decides",
    "no-proposal": "the row has no proposal to accept or to reject; it can be corrected",
    "no-why": "the decision gives no reason",
    "unclear-proposal": "more than one row under review has an id that begins so",
    "unknown-proposal": "no row under review has this id",
}

QUESTIONS = {
    "bad-code": "a surgical code that was given is not well-formed",
    "bad-date": "the date is not a day of the calendar written `YYYY-MM-DD`",
    "bad-field": "a fact is neither true, false, nor left out",
    "bad-region": "the region is none of the three",
}

EXITS = {
    "0": "answered",
    "1": "answered, with something to look at: a token that is no code, rows set aside or unreadable, something altered",
    "2": "the request could not be read: `RequestError`, `ReviewError`, `QuestionError`, or a command line that cannot be read",
    "3": "no answer could be made: `StoreError` (the store or the audit log cannot be used), `ReleaseError` (a release is altered, and no "
    "good one of its list is left), or an error of ours",
}

SET_ASIDE = {
    "blank-code": "the code cell is blank",
    "blank-requirement": "the requirement cell is blank",
    "code-disagrees-with-text": "the code is well-formed, and its description or its place is that of another code in the last release",
    "contradicts-membership": "the list names codes that need authorization, and this row or a title above it may say otherwise",
    "cell-without-heading": "the row fills a column whose heading is blank",
    "dates-contradict": "the row ends before it begins",
    "implausible-code": "the code is well-formed and cannot be right where it stands",
    "malformed-code": "what stands in the code cell is not a code",
    "malformed-code-list": "the code cell names several codes, and not all of it can be read",
    "malformed-date": "a date cell holds no day that can be read",
    "malformed-range": "a range in the code cell runs backwards, or from one kind of code to another",
    "modifier-in-code-cell": "the code cell limits its code to a modifier, which no condition says yet",
    "more-cells-than-columns": "the row has more cells than its header names",
    "no-header": "no header row stands above it",
    "no-program": "no program's title stands above it",
    "no-requirement-column": "the header names no requirement column, and the list is no membership list",
    "oversized-cell": "a cell is too long to be read",
    "range-too-wide": "a range in the code cell spans a part of the code book: no code of it in particular is meant",
    "unread-qualifier": "what stands beside the row or above it may limit or take back what the row prints, and was not understood",
    "wildcard-code": "the code cell stands for codes it does not print",
    "unknown-header": "the row reads like a header, and nobody has said what its columns mean",
    "unknown-platform": "the platform cell prints a word outside the list's vocabulary",
    "unknown-requirement": "the requirement cell prints a word outside the list's vocabulary",
}

LIST_FINDINGS = {
    "called-unlisted": "the notation calls the code unlisted, and its description does not",
    "code-disagrees-with-text": "what speaks against the code of a row that was set aside for it",
    "list-shrinks": "the document lists far fewer codes than the release in use: it may be torn",
    "code-not-in-force": "the code was in force on no day of the list's year, by the code sets at hand",
    "code-repeated-in-cell": "the code cell names a code twice; it is listed once",
    "codes-outside-tables": "lines of nothing but codes, outside every table, were read as rows under the heading above them",
    "column-by-content": "no heading says what the column is, and what its cells print does",
    "dates-disagree": "two days are printed for the same thing; the first was taken",
    "descriptor-in-notation": "the description is pasted into the notation cell",
    "duplicate-row": "the program names the code before, and both rows say the same",
    "editions-differ": "two copyright lines give different years; the first was taken",
    "empty-label": "the product or category cell says nothing",
    "fewer-cells": "the row has fewer cells than its header; the missing ones were read as blank",
    "header-of-two-rows": "a title that spans columns was read as part of the headings below it",
    "label-alias": "the product or category is an odd spelling of another",
    "long-label": "a label cell holds a text too long to be a label; it was not kept",
    "membership-inferred": "no column prints a requirement, and the document says that the codes it lists need authorization",
    "no-headings": "the table has no headings; its columns were read by what they print",
    "notation-beside-cell": "the notation speaks of an add-on, and the requirement cell prints something else",
    "notation-in-descriptor": "a notation is pasted into the description; it was read as one",
    "out-of-order": "the code stands out of the order that the rows around it keep",
    "platform-beside-cell": "the requirement cell needs a platform, and the platform cell names none",
    "range-expanded": "the code cell prints a range, and each code it stands for is listed",
    "refused-not-listed": "a notation says that a code will be refused, and no row lists that code",
    "row-contradicts-section": "the section's title prints one requirement and the row another; the row decides",
    "rows-disagree": "the program names the code before, and the two rows disagree",
    "uninterpreted-notation": "something printed beside the row was not understood",
    "unknown-column": "nobody has said what the column is; what it prints beside a row was left uninterpreted",
    "unknown-header": "a header cannot be read, so the rows below it were set aside",
    "malformed-date": "a date cell holds no day that can be read, and shows this; the row was set aside",
    "unknown-platform": "a platform is not in the list's vocabulary; the row was set aside",
    "unknown-requirement": "a requirement is not in the list's vocabulary; the row was set aside",
    "unknown-section-cell": "a section's title row prints a requirement outside the vocabulary; its rows decide for themselves",
    "unmarked-section": "a row was read as a section's title, and nothing but its standing alone marks it as one",
    "unread-prohibition": "the description forbids to report codes together, and which ones was not understood",
}

ROLES = {
    Role.DESCRIPTION: "what the code stands for",
    Role.CODE: "the code, or the codes",
    Role.REQUIREMENT: "whether prior authorization is required",
    Role.PLATFORM: "where the case is built",
    Role.PRODUCT: "a label",
    Role.CATEGORY: "a label",
    Role.NOTATION: "remarks, read by the notation grammar",
    Role.GROUPING: "a label, and days of additions",
    Role.UM_CS: "a label",
    Role.EFFECTIVE: "the day from which the row holds",
    Role.TERMINATION: "the last day on which the row holds, or as the profile says",
    Role.ADDED: "the day of an addition",
    Role.REMOVED: "the first day on which the row holds no longer",
    Role.CHANGED: "the day of the last change",
    Role.QUALIFIER: "may limit what the row says, and is left uninterpreted",
    Role.UNREAD: "left alone",
}

READ_BY = {
    "synonym": "its heading is one that any list may use",
    "profile": "the list's profile says so",
    "content": "what its cells print says so",
    "nothing": "nobody says so: it is kept as a qualifier",
}

PROPOSAL_STATUS = {"open": "no person has decided on it"}

_VALUE = re.compile(r'    [A-Z_]+ = "(?P<value>[^"]+)"  # (?P<meaning>.+)')
_CODE = re.compile(r"[a-z]+(?:-[a-z]+)+")


def documented(vocabulary: type[StrEnum]) -> dict[str, str]:
    """Return the values of an enum of the code, each with the comment that stands beside it."""
    said = (_VALUE.fullmatch(line) for line in inspect.getsource(vocabulary).splitlines())
    return complete({found["value"]: found["meaning"] for found in said if found}, set(vocabulary), vocabulary.__name__)


def reasons() -> dict[str, tuple[str, str]]:
    """Return the reasons a line may carry: code -> (rule, sentence)."""
    return dict(sorted(explain._REASONS.items()))  # noqa: SLF001 - the table is the vocabulary


def condition(kind: type[Condition]) -> str:
    """Return what a condition means."""
    return (kind.__doc__ or "").split("\n", 1)[0]


def reviews() -> dict[str, str]:
    """Return the decisions that make a damaged row a listing."""
    return {action: meaning for action, meaning in documented(Action).items() if action != Action.REJECT}


def cells() -> dict[str, str]:
    """Return what a requirement cell may print, normalised."""
    return complete({str(cell): meaning for cell, meaning in CELLS.items()}, {str(cell) for cell in Cell}, "cell")


def roles() -> dict[str, str]:
    """Return what a column may hold."""
    return complete({str(role): meaning for role, meaning in ROLES.items()}, {str(role) for role in Role}, "role of a column")


def requests() -> dict[str, str]:
    """Return the codes of RequestError."""
    return complete(REQUESTS, _raised("RequestError", SOURCE), "RequestError code")


def decisions() -> dict[str, str]:
    """Return the codes of ReviewError."""
    folder = SOURCE / "review"
    # What a decision must tell is checked by one function, which makes the code from the name of what is missing.
    told = {
        name for path in folder.rglob("*.py") for call in _calls(_tree(path)) if _name(call) == "_told" for name in _texts(call.args[1:2])
    }
    return complete(DECISIONS, _raised("ReviewError", folder) | {f"no-{name}" for name in told}, "ReviewError code")


def questions() -> dict[str, str]:
    """Return the codes of QuestionError."""
    return complete(QUESTIONS, _raised("QuestionError", SOURCE / "anesthesiology"), "QuestionError code")


def findings() -> dict[str, str]:
    """Return what an answer may be looked at for: of its list, by the coding edits, and of its surgery and anesthesia together."""
    return documented(FindingCode) | documented(EditCode) | documented(EncounterCode)


def set_aside() -> dict[str, str]:
    """Return why a row of a list may be set aside."""
    return dict(sorted((_of_rows() | documented(readers.Doubt)).items()))


def list_findings() -> dict[str, str]:
    """Return what may be found while a list is read."""
    found = complete(LIST_FINDINGS, {code for tree in _intake() for code in _findings(tree)}, "finding of a list")
    return dict(sorted((found | documented(readers.Seen)).items()))


def _of_rows() -> dict[str, str]:
    return complete(SET_ASIDE, {code for tree in _intake(apart_from="readers") for code in _reasons(tree)}, "set-aside reason")


def complete(meanings: dict[str, str], values: set[str], name: str) -> dict[str, str]:
    """Return the meanings if they are of exactly these values; raise LookupError otherwise."""
    if without := sorted(values - set(meanings)):
        raise LookupError(f"{name}: no meaning is written for {', '.join(without)}")
    if gone := sorted(set(meanings) - values):
        raise LookupError(f"{name}: the code has no {', '.join(gone)}")
    return meanings


def _raised(error: str, folder: Path) -> set[str]:
    """Return the codes of the errors of a kind that the modules of a folder build."""
    calls = (call for path in folder.rglob("*.py") for call in _calls(_tree(path)) if _name(call) == error)
    return {code for call in calls for code in _texts(call.args[:1])}


def _intake(*, apart_from: str = "") -> list[ast.Module]:
    """Return the modules of the intake; those of the readers state their reasons as an enum."""
    return [_tree(path) for path in sorted((SOURCE / "intake").rglob("*.py")) if path.parent.name != apart_from]


def _findings(tree: ast.Module) -> Iterator[str]:
    """Yield the codes of the findings that a module makes: the first argument of a `find`, the `code` of a `Finding`."""
    for call in _calls(tree):
        if _name(call) in {"find", "_find"}:
            yield from (code for code in _texts(call.args[:1]) if _CODE.fullmatch(code))
        if _name(call) == "Finding":
            yield from _texts(each.value for each in call.keywords if each.arg == "code")


def _reasons(tree: ast.Module) -> Iterator[str]:
    """Yield the reasons for setting rows aside: what is returned as one, given as one, or passed to `_set_aside`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Return) and node.value:
            yield from (code for code in _texts(ast.walk(node.value)) if _CODE.fullmatch(code))
    for call in _calls(tree):
        given = [each.value for each in call.keywords if each.arg == "reason"]
        given += call.args if _name(call) in {"_set_aside", "SetAside"} else []
        yield from (code for each in given for code in _texts(ast.walk(each)) if _CODE.fullmatch(code))


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id if isinstance(call.func, ast.Name) else ""


def _texts(nodes: Iterable[ast.AST]) -> Iterator[str]:
    return (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
