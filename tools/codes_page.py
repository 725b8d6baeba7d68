"""The text of docs/codes.md: every stable code, from the code itself. Written by `schemas.py`."""

from collections.abc import Iterable

from precert.anesthesiology import terms as anesthesia
from precert.changes.difference import Kind, Timing
from precert.encounter.what_if import Kinship
from precert.facts.condition import KINDS
from precert.requirement import terms
from precert.review import Action
from precert.surfaces.http.problem import KINDS as PROBLEMS
from tools import vocabularies


def codes_page() -> str:
    """Return docs/codes.md."""
    meanings: Iterable[tuple[str, str, dict[str, str]]] = (
        ("Requirements", "`requirement` of a line, most restrictive first.", vocabularies.documented(terms.Requirement)),
        ("Needs", "`needs` of a line: facts that are missing.", vocabularies.documented(terms.Need)),
        ("Limits", "`limits` of a line.", vocabularies.documented(terms.Limit)),
        ("Managers", "`managed_by.kind`.", vocabularies.documented(terms.Manager)),
        ("Notices", "`notices[].kind` of a line.", vocabularies.documented(terms.NoticeKind)),
        ("Findings of a case", "`findings[].code` of an answer.", vocabularies.findings()),
        ("What if: why a code is a neighbour", "`what_if[].alternatives[].kinship`.", vocabularies.documented(Kinship)),
        ("Severities", "`findings[].severity`.", vocabularies.documented(terms.Severity)),
        (
            "Conditions",
            "`candidates[].conditions[].kind`: the reviewed meaning of what is printed beside a row.",
            {name: vocabularies.condition(each) for name, each in KINDS.items()},
        ),
        ("Exit statuses", "Of every verb of the command.", vocabularies.EXITS),
        ("Requests that cannot be read", "`code` of `precert.RequestError`.", vocabularies.requests()),
        (
            "Problems",
            "`code` of `application/problem+json`, from the service.",
            {code: kind.title for code, kind in sorted(PROBLEMS.items())},
        ),
        ("Decisions that cannot be taken", "`code` of `ReviewError`, from `precert review`.", vocabularies.decisions()),
        ("Decisions", "`action` of a decision on a damaged row.", vocabularies.documented(Action)),
        ("Rows set aside", "`set_aside[].reason` of an ingest report.", vocabularies.set_aside()),
        ("Findings of a list", "`findings[].code` of an ingest report.", vocabularies.list_findings()),
        ("Changes of a row", "`changes[].kind` of `precert diff`, most consequential first.", vocabularies.documented(Kind)),
        ("Times of a change", "`changes[].timing`, seen from `day`.", vocabularies.documented(Timing)),
        ("Anesthesia: what is missing", "`needs` of `precert anesthesia`.", vocabularies.documented(anesthesia.Need)),
        ("Anesthesia: findings", "`findings[].code`.", vocabularies.documented(anesthesia.FindingCode)),
        ("Anesthesia: questions that cannot be read", "`code` of `QuestionError`.", vocabularies.questions()),
    )
    lines = [
        "# Codes",
        "",
        "Every stable code an answer, a report or an error may carry. Written by `python -m tools.schemas`: do not edit.",
        "",
    ]
    for title, where, said in meanings:
        lines += [f"## {title}", "", where, "", "| code | meaning |", "|---|---|"]
        lines += [f"| `{value}` | {_cell(meaning)} |" for value, meaning in said.items()]
        lines += [""]
    lines += ["## Reasons", "", "`reasons[]` of a line: the rule of semantics.md, a stable code, and a sentence.", ""]
    lines += ["| code | rule | sentence |", "|---|---|---|"]
    lines += [f"| `{each}` | {rule} | {_cell(sentence)} |" for each, (rule, sentence) in vocabularies.reasons().items()]
    return "\n".join(lines) + "\n"


def _cell(meaning: str) -> str:
    return meaning.replace("|", "\\|")
