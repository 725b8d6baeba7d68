"""Write docs/schemas/*.json and docs/codes.md from the code: `python -m tools.schemas` (from the repository's root).

JSON Schema 2020-12. Every member is required and no other is allowed, except in a case, which people write. A closed
vocabulary is a list of constants, each with its meaning, from `vocabularies.py`.
"""

import json
from pathlib import Path

from precert.changes.difference import Kind
from precert.encounter.what_if import MOST_TOLD, Kinship
from precert.intake import pipeline
from precert.intake.sandbox.guards import Guard
from precert.requirement import answer, terms
from precert.requirement.case import _STATES as STATES
from precert.requirement.case import ECHO, LONGEST_NAME, MOST_LINES, MOST_UNITS
from tools import schema_batch, schema_changes, schema_desk, schema_errata, schema_http, schema_reference, vocabularies
from tools.codes_page import codes_page
from tools.schema_anesthesia import SOURCES, anesthesia
from tools.schema_changes import ANYTHING
from tools.schema_shapes import documents, edition, printed_requirement, using
from tools.schema_words import (
    Schema,
    address,
    array,
    code,
    day,
    document,
    flag,
    maybe,
    one_of,
    place,
    ref,
    table,
    term,
    text,
    time,
    whole,
)

DOCS = Path(__file__).parents[1] / "docs"
CASE = "precert.case/1"
LISTS, RELEASES, SHOW, SEARCH, VERSION = (f"precert.{verb}/1" for verb in ("lists", "releases", "show", "search", "version"))

# -- the documents ---------------------------------------------------------------------------------------------------------


def _state() -> str:
    """The pattern of a state's letters, as people write them: in either case, with blanks around."""
    either = "|".join("".join(f"[{letter}{letter.lower()}]" for letter in each) for each in STATES.split())
    return rf"^\s*(?:{either})\s*$"


def case() -> Schema:
    """The question. People and other systems write it, so what may be left out may be left out."""
    modifier = text(pattern=r"^\s*[0-9A-Za-z]{2}\s*$")
    line = table(
        "One ordered line.",
        code=text("a CPT or HCPCS code; a token that is none is answered `invalid-code`"),
        modifiers=maybe(array(modifier), "none when left out"),
        units=maybe(whole("1 when left out", 1, maximum=MOST_UNITS)),
    )
    body = table(
        "Lines ordered together for one patient on one date of service. Nothing in it can carry a patient's name.",
        plan=text("what a list applies to", minLength=1),
        date_of_service=day(),
        known_at=maybe(day("answer as it was known on this day")),
        segment=maybe(text("the member's segment; trimmed and lower-cased", rf"^\s*\S(?:[\s\S]{{0,{LONGEST_NAME - 2}}}\S)?\s*$")),
        state=maybe(text("the two letters of a state or territory", _state())),
        place_of_service=maybe(text("two digits", r"^\s*[0-9]{2}\s*$")),
        programs=maybe(array(text()), "the programs that the member's client bought; null when not known, `[]` when none"),
        reference=maybe(text("the caller's own id of the case; echoed", r"^[A-Za-z0-9._-]{1,64}$")),
        lines=array(line, minItems=1, maxItems=MOST_LINES),
    )
    line["required"] = ["code"]
    body["required"] = ["plan", "date_of_service", "lines"]
    return document(CASE, "the question", body)


# What holds between members of one line (semantics.md, "Requirement").
_NOBODY = [terms.Requirement.UNDETERMINED, terms.Requirement.NOT_REQUIRED, terms.Requirement.NOT_ON_LIST, terms.Requirement.INVALID_CODE]
_NOTHING = {"maxItems": 0}
_LAWS: list[tuple[list[terms.Requirement], Schema]] = [
    (_NOBODY, {"managed_by": {"type": "null"}, "platform": {"type": "null"}}),
    ([terms.Requirement.UNDETERMINED], {"needs": {"minItems": 1}}),
    ([terms.Requirement.FOLLOWS_PRIMARY], {"primary_lines": {"minItems": 1}}),
    ([each for each in terms.Requirement if each is not terms.Requirement.FOLLOWS_PRIMARY], {"primary_lines": _NOTHING}),
    (
        [terms.Requirement.NOT_ON_LIST, terms.Requirement.INVALID_CODE],
        {"program": {"type": "null"}, "candidates": _NOTHING, "citations": _NOTHING, "limits": _NOTHING, "needs": _NOTHING},
    ),
    (
        [each for each in terms.Requirement if each not in (terms.Requirement.NOT_ON_LIST, terms.Requirement.INVALID_CODE)],
        {"citations": {"minItems": 1}},
    ),
]


def _laws() -> list[Schema]:
    return [{"if": {"properties": {"requirement": {"enum": list(of)}}}, "then": {"properties": holds}} for of, holds in _LAWS]


def determination() -> Schema:
    """The answer."""
    groups = table(
        "A case to build.",
        managed_by=maybe(ref("managed_by")),
        platform=maybe(text("where it is built; null when the list names none")),
        program=maybe(text()),
        lines=array(whole("", 1), "its lines, from 1", minItems=1),
    )
    body = table(
        "What a plan's published lists ask for each line of a case.",
        schema={"const": answer.SCHEMA},
        plan=text(),
        date_of_service=day(),
        known_at=maybe(day()),
        segment=maybe(text()),
        state=maybe(text("", r"^[A-Z]{2}$")),
        place_of_service=maybe(text("", r"^[0-9]{2}$")),
        programs=maybe(array(text())),
        reference=maybe(text("", r"^[A-Za-z0-9._-]{1,64}$")),
        releases=array(ref("release"), "every release the answer used", minItems=1),
        references=array(ref("reference"), "every reference those releases carry, and what findings from beside the lists were made from"),
        lines=array(ref("line"), "one per line of the case, in its order", minItems=1),
        cases=array(groups, "the cases to build, ordered by their lowest line"),
        elsewhere=array(text(), "programs of the plan whose codes are published elsewhere; given when a line may be on one of those lists"),
        findings=array(ref("finding"), "what the case as a whole should be looked at for"),
        disclaimer=text("what an answer is not; show it with every answer", minLength=1),
        digest=address("SHA-256 of the RFC 8785 form of the answer without this member"),
    )
    defs = using("release", "reference", "managed_by", "contact", "condition", "requirement", "printed", "citation")
    lines = {"line": _line(), "candidate": _candidate(), "reason": _reason(), "notice": _notice(), "finding": _finding()}
    # Only where it was asked for: `precert check --what-if`.
    body["properties"]["what_if"] = array(_what_if(), "one per line of the case, in its order; only where it was asked for", minItems=1)
    return document(answer.SCHEMA, "the answer", body, defs | lines)


def _what_if() -> Schema:
    said = {
        "requirement": ref("requirement"),
        "managed_by": maybe(ref("managed_by")),
        "platform": maybe(text()),
        "program": maybe(text()),
        "conflict": flag("its programs differ, and nothing in the case would settle which applies"),
        "limits": array(term(terms.Limit)),
        "needs": array(term(terms.Need)),
    }
    other = table(
        "Another line that would be answered otherwise.",
        line=whole("its number", 1),
        changed=array({"enum": list(said)}, "what would differ", minItems=1),
        **said,
    )
    alternative = table(
        "A neighbour code whose answer would differ.",
        code=code(),
        kinship=term(Kinship),
        changed=array({"enum": list(said)}, "what of the line would differ; none where only other lines would"),
        **said,
        others=array(other),
    )
    return table(
        "What would be answered if a line ordered a neighbour of its code.",
        line=whole("the number of the line", 1),
        asked=whole("how many neighbours were asked"),
        alternatives=array(alternative, "those that differ, by code", maxItems=MOST_TOLD),
        left_out=whole("how many more differ"),
    )


def _line() -> Schema:
    line = table(
        "One line of the case and what is asked for it.",
        number=whole("from 1, in the order of the case", 1),
        code=text("the code; an invalid token is returned as it was sent, shortened", maxLength=ECHO),
        modifiers=array(text(pattern=r"^[0-9A-Z]{2}$")),
        units=whole("", 1, maximum=MOST_UNITS),
        requirement=ref("requirement"),
        managed_by=maybe(ref("managed_by")),
        platform=maybe(text("where the request is entered")),
        program=maybe(text("the program whose row decides")),
        category=maybe(text()),
        section=maybe(text()),
        primary_lines=array(whole("", 1), "the lines whose authorization carries this one", uniqueItems=True),
        limits=array(term(terms.Limit), "what narrows the answer"),
        needs=array(term(terms.Need), "facts that are missing"),
        notices=array(ref("notice")),
        contacts=array(ref("contact")),
        conflict=flag("the code's programs differ, and nothing in the case settles which applies"),
        reasons=array(ref("reason"), minItems=1),
        candidates=array(ref("candidate"), "every in-force row that names the code"),
        citations=array(ref("citation"), "the rows the answer rests on"),
    )
    return line | {"allOf": _laws()}


def _candidate() -> Schema:
    return table(
        "An in-force row of the code, and what it says for this line.",
        requirement=ref("requirement"),
        managed_by=maybe(ref("managed_by")),
        platform=maybe(text()),
        program=text(),
        conditions=array(ref("condition")),
        decides=flag("its outcome is the answer"),
        printed=ref("printed"),
        review=maybe(_review(), "the decision that made a damaged row a listing; null for a sound row"),
        citation=ref("citation"),
    )


def _review() -> Schema:
    return table(
        action=one_of(vocabularies.reviews()),
        by=text("who"),
        at=time("when, in UTC"),
        why=text(),
        printed=text("what stands in the row's code cell"),
    )


def _reason() -> Schema:
    said = vocabularies.reasons()
    rules = sorted({rule for rule, _ in said.values()}, key=lambda rule: (len(rule), rule))
    return table(
        "Why the line is answered so.",
        rule={"enum": rules, "description": "the rule of semantics.md, or the requirement value that stands for one"},
        code=one_of({each: sentence for each, (_, sentence) in said.items()}, "stable"),
        text=text("a sentence of ours; never a document's"),
    )


def _notice() -> Schema:
    return table(
        "Something to know beside the answer.",
        kind=term(terms.NoticeKind),
        text=text("a sentence of ours"),
        codes=array(code(), "the codes it speaks of"),
        citation=maybe(ref("citation")),
    )


def _finding() -> Schema:
    return table(
        "Something to look at.",
        code=one_of(vocabularies.findings()),
        severity=term(terms.Severity),
        lines=array(whole("", 1), "the lines it concerns; none when it concerns the case as a whole"),
        message=text("a sentence of ours"),
        exception=maybe(text("in our words, when the finding does not apply")),
        citation=maybe(ref("citation")),
    )


def ingest() -> Schema:
    """The report on a list that was read."""
    body = table(
        "Every physical row of a list, accounted for. Counts are before review decisions.",
        schema={"const": pipeline.SCHEMA},
        document=table("", name=text("the file's name"), sha256=text("", r"^[0-9a-f]{64}$")),
        reader=table(
            "What read it.",
            kind=one_of(vocabularies.KINDS),
            guards=array(one_of(vocabularies.documented(Guard)), "what held the reader; empty when it ran in the caller's own process"),
        ),
        plan=text(),
        list=text(),
        edition=edition(),
        programs=array(text(), "the programs whose codes the list prints, in document order"),
        rows=table(
            "total = headers + sections + listed + set_aside",
            **{each: whole() for each in ("total", "headers", "sections", "listed", "set_aside")},
        ),
        codes=whole("distinct listed codes"),
        columns=array(
            table(
                "Columns as they were read, by header rows that are alike.",
                headings=whole("how many header rows say so; none where the table has no headings"),
                at=table("where first", **place()),
                columns=array(
                    table(
                        "",
                        heading=text("what stands above the column, at most 60 characters; nothing where the table has no headings"),
                        role=one_of(vocabularies.roles()),
                        by=one_of(vocabularies.READ_BY),
                    ),
                    "from the left; columns without a heading left out",
                ),
            ),
            "how the columns were read, in document order",
        ),
        set_aside=array(
            table(
                "A row that could not be read as a listing.",
                **place(),
                reason=one_of(vocabularies.set_aside()),
                printed=text("what stands in the code cell"),
            )
        ),
        proposals=array(
            table(
                "What a damaged code may be. It changes no answer until a person accepts it.",
                id=text("", r"^[0-9a-f]{12}$"),
                **place(),
                printed=text(),
                proposed=code(),
                confidence={"type": "number", "minimum": 0, "maximum": 1},
                evidence=array(text("a sentence of ours"), minItems=1),
                status=one_of(vocabularies.PROPOSAL_STATUS),
            )
        ),
        findings=array(table("", code=one_of(vocabularies.list_findings()), **place(), message=text("a sentence of ours"))),
        elsewhere=array(text(), "programs whose codes are published elsewhere"),
    )
    body["properties"]["changes"] = {
        "description": "with `--diff`: a `precert.diff/1` document, against the release in use; null where there is none"
    }
    return document(pipeline.SCHEMA, "the report on a list that was read", body)


def lists() -> Schema:
    """The lists in use."""
    program = table(
        "One titled list inside a document.",
        name=text(),
        setting=maybe(text("the place of care it is limited to, such as `home`")),
        elsewhere=flag("its codes are published elsewhere"),
        listings=whole("how many rows it has here"),
    )
    entry = table(
        "A list, by its release in use.",
        plan=text("what the list applies to"),
        list=text("the list's id"),
        title=text("in our words"),
        edition=edition(),
        payer=text("who `managed_by` of kind `plan` is"),
        delegate=maybe(table("The benefit manager that runs the programs.", name=text(), evidence=text("where its name comes from"))),
        known_at=day("the day the release became known here"),
        release=address("the release's id"),
        documents=documents(),
        listings=whole("how many rows"),
        codes=whole("how many distinct codes"),
        set_aside=whole("how many rows nobody could read yet"),
        programs=array(program),
        references=array(ref("reference"), "federal references whose facts the release carries"),
    )
    body = table("The lists in use.", schema={"const": LISTS}, lists=array(entry))
    return document(LISTS, "the lists in use", body, using("reference"))


def show() -> Schema:
    """What the lists print of one code."""
    of, cited = text("the plan whose list prints it"), ref("citation")
    row = table(
        "A row that names the code, whatever its dates.",
        plan=of,
        list=text(),
        edition=edition(),
        release=address("the release's id"),
        program=text(),
        setting=maybe(text("the place of care its program is limited to")),
        delegate=maybe(text("the benefit manager")),
        printed=ref("printed"),
        begins=maybe(day("an addition: it is in force from this day")),
        ends=maybe(day("a removal: it is in force before this day")),
        changed=maybe(day("a change: before this day nobody here knows what it said")),
        conditions=array(ref("condition")),
        facts=ref("facts"),
        review=maybe(_review(), "the decision that made a damaged row a listing; null for a sound row"),
        citation=cited,
    )
    body = table(
        "Everything the lists in use print of one code, without an order and without a date.",
        schema={"const": SHOW},
        code=code(),
        plan=maybe(text("the plan asked about; null when every plan")),
        rows=array(row),
        see=array(table("Other codes to use.", plan=of, codes=array(code(), minItems=1), when=maybe(text("in our words")), citation=cited)),
        not_together=array(table("A code not to be reported beside it.", plan=of, code=code(), exception=maybe(text()), citation=cited)),
        primaries=array(
            table("A federal table calls it an add-on.", plan=of, codes=array(code(), "its primaries there; none when it names none"))
        ),
        damaged=array(table("A row that nobody could read yet and that may be this code.", plan=of, citation=cited)),
        beside=_beside(),
        history=array(_entry(), "every release of the plans' lists, oldest first"),
    )
    return document(SHOW, "what the lists print of one code", body, using("citation", "printed", "condition", "facts", "reference"))


def _beside() -> Schema:
    quarter, since = r"^[0-9]{4}-(?:0[1-9]|1[0-2])$", r"^[0-9]{4}(?:-(?:0[1-9]|1[0-2]))?$"
    period = table(
        "From then on the code is inpatient-only, or is not.",
        since=maybe(text("a quarter by its first month; a year by the page; null: the page says earlier, and not since when", since)),
        status=maybe(flag("null: CMS's file does not hold the code")),
        source=one_of(SOURCES),
        citation=maybe(ref("citation")),
    )
    return table(
        "What is known of the code beside the lists; kept for the codes that the bundled lists name, and those of spine anesthesia.",
        added=maybe(day("by CMS's HCPCS file: in force from this day")),
        last=maybe(day("by the same file: the last day in force; null where it prints none")),
        first_file=maybe(text("the first of CMS's outpatient files that holds the code, where not all do", quarter)),
        gone_since=maybe(text("the first of these files that no longer does", quarter)),
        inpatient_only=array(period, "by CMS's files, then by the page"),
        references=array(ref("reference"), "what says so"),
    )


def _entry() -> Schema:
    row = table(
        "A row of the release that names the code.",
        program=text(),
        requirement=printed_requirement(),
        platform=maybe(text()),
        begins=maybe(day()),
        ends=maybe(day()),
        changed=maybe(day()),
        review=maybe(_review()),
        citation=ref("citation"),
    )
    change = table(
        "What became of a row of the code since the release of the same list before it.",
        kind=term(Kind),
        program=text(),
        effective=maybe(day("the first date of service on which it can matter; null when the list gives no day")),
        until=maybe(day("the first date of service on which it no longer matters; null when there is none")),
        members=array(table("A member that differs.", name=text(), before=ANYTHING, after=ANYTHING)),
    )
    return table(
        "A release, and what it says of the code.",
        plan=text(),
        list=text(),
        edition=edition(),
        release=address("the release's id"),
        known_at=day("the day the release became known here"),
        readable=flag("false where the release is altered or missing: then nothing is said of it"),
        first=flag("no release of this list came before it here: that its rows are new is not said"),
        rows=array(row),
        changes=array(change),
    )


def search() -> Schema:
    """The rows that a search found."""
    hit = table(
        "A row.",
        plan=text(),
        code=code(),
        program=text(),
        product=maybe(text()),
        category=maybe(text()),
        section=maybe(text()),
        facts=ref("facts"),
        citation=ref("citation"),
    )
    body = table(
        "The rows whose code, labels or facts hold a word that begins with each word asked for.",
        schema={"const": SEARCH},
        query=text(),
        plan=maybe(text("the plan asked about; null when every plan")),
        descriptions_searched=flag("the words of descriptions were searched too"),
        count=whole("how many rows were found"),
        codes=whole("how many distinct codes they name"),
        hits=array(hit, "the first of them"),
    )
    return document(SEARCH, "the rows that a search found", body, using("facts", "citation"))


def releases() -> Schema:
    """Every published release."""
    entry = table(
        "A release of a list: an immutable set of facts.",
        id=address("SHA-256 of the release's text"),
        plan=text(),
        list=text(),
        edition=edition(),
        known_at=day("the day it became known here"),
        current=flag("it answers today's questions"),
        listings=maybe(whole(), "null when the release was altered"),
        documents=maybe(documents(), "null when the release was altered"),
        refused=maybe(text(), "why nothing is answered from it; null when it is whole"),
    )
    return document(RELEASES, "every published release", table("", schema={"const": RELEASES}, releases=array(entry)))


def version() -> Schema:
    """The versions."""
    held = table("A release in use.", list=text(), known_at=day(), id=address("the release's id"))
    body = table(
        "What answers.",
        schema={"const": VERSION},
        version=text("the version of the software"),
        semantics=text("the version of semantics.md that the answers follow"),
        python=text("the version of Python"),
        releases=array(held),
    )
    return document(VERSION, "what answers", body)


def written() -> dict[Path, str]:
    """Return every file this tool writes, and its text."""
    answered = determination()
    schemas = [case(), answered, ingest(), lists(), releases(), show(), search(), version(), anesthesia()]
    schemas += [schema_changes.diff(), schema_changes.crosswalk(), schema_errata.errata()]
    schemas += [schema_batch.screen(), schema_batch.exported()]
    schemas += [
        schema_desk.review(),
        schema_desk.publish(),
        schema_desk.verify(),
        schema_reference.reference(),
        schema_desk.record(answered),
    ]
    schemas += schema_http.every(answered, show())
    files = {DOCS / "schemas" / file_name(schema): json.dumps(schema, indent=1, ensure_ascii=False) + "\n" for schema in schemas}
    return files | {DOCS / "codes.md": codes_page()}


def file_name(schema: Schema) -> str:
    """Return a schema's file name: `urn:precert:case:1` stands in `case-1.json`."""
    return "-".join(schema["$id"].split(":")[-2:]) + ".json"


def main() -> None:
    """Write every file."""
    for path, content in written().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
        print(path.relative_to(DOCS.parent))


if __name__ == "__main__":
    main()
