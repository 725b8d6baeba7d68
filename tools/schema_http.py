"""The schemas of what only the service says: problems, rows of a list, answers of a batch, and what is sent to it."""

from precert.anesthesiology.terms import LABELS, REGION, Flag, Region
from precert.review import Action
from precert.surfaces.http.exchange import SCHEMA_STATUS
from precert.surfaces.http.problem import KINDS
from precert.surfaces.http.problem import SCHEMA as PROBLEM
from precert.surfaces.http.routes.answers import MOST_CODES
from precert.surfaces.http.routes.desk import LONGEST_WHY, MOST_ROWS
from precert.surfaces.http.routes.determinations import BATCH
from precert.surfaces.http.routes.lists import SCHEMA as LISTINGS
from precert.surfaces.http.routes.records import VERIFICATION
from tools.schema_shapes import edition
from tools.schema_words import Schema, address, array, code, day, document, flag, maybe, one_of, table, text, whole

QUESTION, DECISION = "precert.anesthesia-question/1", "precert.decision/1"


def problem() -> Schema:
    """Why a request is not answered."""
    return document(PROBLEM, "why a request is not answered (RFC 9457)", _problem())


def _problem() -> Schema:
    return table(
        "A problem never repeats what was sent.",
        schema={"const": PROBLEM},
        type=text("a name of the kind", r"^urn:precert:problem:[a-z-]+$"),
        title=text("a sentence of ours"),
        status=whole("the HTTP status", 400, maximum=599),
        code=one_of({name: kind.title for name, kind in sorted(KINDS.items())}, "stable"),
        where=maybe(text("the member or parameter that could not be read, or its line: `lines[3]`")),
        request=maybe(text("our id of the request, which the log names", r"^[0-9a-f]{16}$")),
    )


def batch_answer(answered: Schema) -> Schema:
    """A line of a batch's answer."""
    body = table(
        "The answer to one line: its determination, or its problem.",
        schema={"const": BATCH},
        line=whole("the line of the request, from 1", 1),
        status=whole("the HTTP status that the case alone would have", 200, maximum=599),
        record=maybe(text("the record that was kept", r"^[0-9a-f]{32}$")),
        problem=maybe(_problem()),
        determination=maybe({name: value for name, value in answered.items() if name not in ("$schema", "$id", "title", "$defs")}),
    )
    return document(BATCH, "a line of a batch's answer", body, answered["$defs"])


def listings(shown: Schema) -> Schema:
    """The rows of a list."""
    row = shown["properties"]["rows"]["items"]
    whose = ("plan", "list", "edition", "release")
    own = {"code": code()} | {name: value for name, value in row["properties"].items() if name not in whose}
    body = table(
        "Rows of one release of a list, in its order.",
        schema={"const": LISTINGS},
        plan=text(),
        list=text("the list's id"),
        release=address("the release's id"),
        edition=edition(),
        known_at=day("the day the release became known here"),
        total=whole("how many rows the release has"),
        listings=array(table("A row.", **own)),
        next=maybe(text("the cursor of the next page; null where there is none")),
    )
    return document(LISTINGS, "the rows of a list", body, shown["$defs"])


def status() -> Schema:
    """How the service is."""
    return document(SCHEMA_STATUS, "how the service is", table("", schema={"const": SCHEMA_STATUS}, status={"enum": ["up", "ready"]}))


def verification() -> Schema:
    """Whether a record's answer is still given."""
    body = table(
        "A record's order, answered again from the releases it names.",
        schema={"const": VERIFICATION},
        id=text("the record's id", r"^[0-9a-f]{32}$"),
        differs=array(text("a sentence of ours"), "what differs; nothing when the answer still stands"),
    )
    return document(VERIFICATION, "whether a record's answer is still given", body)


def question() -> Schema:
    """The anesthesia question."""
    region = {REGION: maybe(one_of({each.value: f"the {each.value} spine" for each in Region}))}
    facts = table("What is known; what is left out, or null, is not.", **region, **{each.value: maybe(flag(LABELS[each])) for each in Flag})
    facts["required"] = []
    surgery = maybe(array(code(), minItems=1, maxItems=MOST_CODES), "the surgeon's codes: they may name the region")
    body = table("What is asked of spine anesthesia.", date_of_service=day(), facts=facts, **{"for": surgery})
    body["required"] = ["date_of_service"]
    return document(QUESTION, "the anesthesia question", body)


def decision() -> Schema:
    """A decision on rows under review."""
    rows = {"type": "string", "pattern": r"^[0-9a-f]{12}$"}
    why = text("the reason: kept with the decision", r"^[\s\S]*[0-9A-Za-z][\s\S]*$", maxLength=LONGEST_WHY)
    corrected = table(
        "A row is corrected.", rows=array(rows, minItems=1, maxItems=1), action={"const": Action.CORRECT.value}, code=code(), why=why
    )
    others = {"enum": [Action.ACCEPT.value, Action.REJECT.value]}
    judged = table("What rows are proposed to be is judged.", rows=array(rows, minItems=1, maxItems=MOST_ROWS), action=others, why=why)
    return document(DECISION, "a decision on rows under review", {"oneOf": [corrected, judged]})


def every(answered: Schema, shown: Schema) -> list[Schema]:
    """Return every schema of the service."""
    return [problem(), batch_answer(answered), listings(shown), status(), verification(), question(), decision()]
