"""The schema of `precert.anesthesia/1`, with the vocabularies of that room. Used by `schemas.py`."""

from precert.anesthesiology import answer, terms
from tools.schema_words import Schema, array, code, day, document, flag, maybe, one_of, ref, table, term, text, whole

_QUARTER = r"^[0-9]{4}-(?:0[1-9]|1[0-2])$"
SOURCES = {"opps": "CMS's quarterly file", "page": "the page about spine anesthesia, for the years before the first file held"}
NO_CHANGE = {"never": "the page says that the wording never changed", "not-stated": "the page does not say when it changed, if ever"}


_SOME, _NONE = {"minItems": 1}, {"maxItems": 0}
_EXACTLY_ONE = [
    {"properties": {"code": {"type": "string"}, "pointers": _NONE, "needs": _NONE}, "description": "a code"},
    {"properties": {"code": {"type": "null"}, "pointers": _SOME, "needs": _NONE}, "description": "codes elsewhere"},
    {"properties": {"code": {"type": "null"}, "pointers": _NONE, "needs": _SOME}, "description": "what is missing"},
]


def anesthesia() -> Schema:
    """The spine anesthesia code for a date of service."""
    outcome = {"code": maybe(code()), "pointers": array(code()), "needs": array(term(terms.Need))}
    body = table(
        "Which spine anesthesia code the facts lead to on a date of service: a code, codes elsewhere, or what is missing.",
        schema={"const": answer.SCHEMA},
        date_of_service=day(),
        facts=ref("facts"),
        code=maybe(code("null with `pointers` or `needs`")),
        pointers=array(code(), "codes elsewhere, one of which is to be used"),
        needs=array(term(terms.Need), "what is missing for a code"),
        because=array(text("a sentence of ours"), minItems=1),
        would_change=array(table("A rule tried before that only unknown facts keep open.", facts=ref("facts"), **outcome)),
        not_chosen=array(table("Another code of the table.", code=code(), why=text("a sentence of ours"))),
        included=array(text("in our words"), "what is not billed apart"),
        do_not_report=array(
            table(
                "With these facts, not this code.",
                code=code(),
                when=ref("facts"),
                use=array(code(), "the codes to use in its place", minItems=1),
                citation=ref("citation"),
            )
        ),
        inpatient_only=maybe(_inpatient(), "null when there is no code"),
        mips=maybe(
            table(
                "", in_program=flag("it is part of the program, says the page"), as_of=maybe(day("since when; null: the page gives no day"))
            )
        ),
        added=maybe(day("since when the code exists")),
        changed=maybe(
            text("when its wording changed last: a day, or a year where no day is printed", r"^[0-9]{4}(?:-[0-9]{2}-[0-9]{2})?$")
        ),
        changed_note=maybe(one_of(NO_CHANGE), "why `changed` is null"),
        candidates=array({"$ref": "#"}, "with `--for`, one such document for each region that the surgery names"),
        citations=array(ref("citation"), "the lines of the page that the answer rests on"),
        findings=array(_finding(), "what to look at"),
        references=array(ref("reference"), "what the answer was read from"),
        disclaimer=text("what an answer is not; show it with every answer", minLength=1),
    )
    body["oneOf"] = _EXACTLY_ONE
    # Here a citation is always of a line of the one page.
    cited = table(
        "A line of the page.",
        document=text("the document's file name"),
        sha256=text("SHA-256 of its bytes", r"^[0-9a-f]{64}$"),
        line=whole("from 1", 1),
    )
    reference = table("", name=text(), edition=text(), id=text("SHA-256 of the facts carried", r"^sha256:[0-9a-f]{64}$"))
    return document(answer.SCHEMA, "the spine anesthesia code", body, {"citation": cited, "facts": _facts(), "reference": reference})


def _facts() -> Schema:
    """Facts by name. What is not known is left out, so no member is required."""
    yes_or_no = "|".join(terms.Flag)
    return {
        "type": "object",
        "description": "the facts that are known, by name",
        "patternProperties": {f"^{terms.REGION}$": term(terms.Region), f"^(?:{yes_or_no})$": {"type": "boolean"}},
        "additionalProperties": False,
    }


def _inpatient() -> Schema:
    disagreement = table(
        "The page and CMS differ on this date. CMS decides.",
        page=flag("what the page says"),
        opps=flag("what CMS says"),
        citation=ref("citation"),
    )
    return table(
        "Whether Medicare pays for the code only when the patient is an inpatient.",
        status=maybe(flag("null when nobody says")),
        source=maybe(one_of(SOURCES)),
        quarter=maybe(text("the first month of CMS's file that decides", _QUARTER)),
        disagreement=maybe(disagreement),
    )


def _finding() -> Schema:
    return table(
        "Something to look at.",
        code=term(terms.FindingCode),
        severity=term(terms.Severity),
        message=text("a sentence of ours"),
        citation=maybe(ref("citation")),
    )
