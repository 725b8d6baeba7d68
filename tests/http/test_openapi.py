"""The API's document: what is committed is what the app declares, and the service does what it says, asked by Schemathesis."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis.errors import Unsatisfiable
from jsonschema import Draft202012Validator
from schemathesis.checks import load_all_checks
from schemathesis.config import SchemathesisConfig

from precert.surfaces.http.identity import Role
from precert.surfaces.http.problem import KINDS
from tests.http.conftest import Keyed
from tests.http.server import add_key
from tools import openapi, vocabularies

DOCUMENT: dict[str, Any] = json.loads(openapi.FILE.read_text("utf-8"))
CONTRACT = Path(__file__).parents[2] / "contract.md"


def test_the_committed_document_is_the_apps() -> None:
    assert openapi.FILE.read_text("utf-8") == openapi.text(), "run `python -m tools.openapi`"


def test_every_route_of_the_contract_is_in_it() -> None:
    told = {f"{method.upper()} {path}" for path, methods in DOCUMENT["paths"].items() for method in methods}
    wanted = {
        "POST /v1/determinations",
        "POST /v1/determinations/batch",
        "POST /v1/what-if",
        "POST /v1/anesthesia",
        "GET /v1/lists",
        "GET /v1/lists/{list}/listings",
        "GET /v1/releases",
        "GET /v1/releases/{id}",
        "GET /v1/codes/{code}",
        "GET /v1/search",
        "GET /v1/crosswalk",
        "GET /v1/diff",
        "POST /v1/diff",
        "GET /v1/records/{id}",
        "GET /healthz",
        "GET /readyz",
        "GET /metrics",
        "GET /openapi.json",
    }
    assert wanted <= told


def test_every_shape_in_it_is_a_schema_and_every_reference_leads_somewhere() -> None:
    shapes = DOCUMENT["components"]["schemas"]
    for schema in shapes.values():
        Draft202012Validator.check_schema(schema)
    text = json.dumps(DOCUMENT)
    named = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert named == set(shapes)


def test_every_problem_has_a_status_and_is_documented() -> None:
    told = json.dumps(DOCUMENT["paths"])
    outside = {"method-not-allowed", "wrong-origin", "proxied"}  # of no route in particular
    assert all(400 <= kind.status < 600 for kind in KINDS.values())
    assert {code for code in KINDS if f"`{code}`" not in told} == outside


def test_every_error_of_the_core_has_a_problem() -> None:
    rooms = ("requirement", "encounter", "changes", "review", "anesthesiology")
    raised = {code for room in rooms for code in vocabularies._raised("RequestError", vocabularies.SOURCE / room)}
    assert raised
    assert {*raised, *vocabularies.QUESTIONS, *vocabularies.DECISIONS} - {*KINDS} == {"no-by"}  # who decides is whoever asks


# -- asked everything that it allows, and much that it does not ------------------------------------------------------------

load_all_checks()


@schemathesis.serializer("application/x-ndjson")
def _lines(_: object, value: object) -> bytes:
    return value.encode("utf-8", "replace") if isinstance(value, str) else json.dumps(value, default=str).encode()


def _schema() -> Any:  # noqa: ANN401 - schemathesis's own type
    return schemathesis.openapi.from_dict(DOCUMENT, config=SchemathesisConfig())


SCHEMA = _schema()
OPERATIONS = sorted(
    f"{method.upper()} {path}" for path, methods in DOCUMENT["paths"].items() for method in methods if path != "/openapi.json"
)
_NOT_OF_A_FILE = ("POST /v1/drafts", "POST /v1/determinations/batch", "POST /v1/diff")
"""No schema says which bytes are a list, nor which text is lines of JSON: whether these are taken is tested elsewhere."""


@pytest.fixture(scope="module")
def everything(keyed: Keyed) -> dict[str, str]:
    """A key of every role."""
    return {"X-API-Key": add_key(keyed.server.home, "D. Nurse", *Role)}


def ask(name: str, url: str, headers: dict[str, str], examples: int) -> int:
    """Ask one operation many things, with every check; return how many it was asked."""
    from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance  # noqa: PLC0415

    method, path = name.split(" ")
    operation = SCHEMA[path][method]
    left_out = [negative_data_rejection, positive_data_acceptance] if name in _NOT_OF_A_FILE else []
    count = 0
    for mode in schemathesis.GenerationMode:
        strategy = operation.as_strategy(generation_mode=mode)

        @settings(max_examples=examples, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=[*HealthCheck])
        @given(case=strategy)
        def each(case: Any) -> None:  # noqa: ANN401 - schemathesis's own type
            nonlocal count
            # JSON Schema takes 2.0 for a whole number; this service does not, and no schema can say so.
            assume(not _fraction(case.body))
            count += 1
            case.call_and_validate(base_url=url, headers=headers, excluded_checks=left_out, timeout=60)

        with suppress(Unsatisfiable):  # nothing is wrong for what takes nothing
            each()
    return count


def _fraction(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_fraction, value.values()))
    return any(map(_fraction, value)) if isinstance(value, list) else isinstance(value, float)


@pytest.mark.parametrize("name", OPERATIONS)
def test_it_does_what_the_document_says(keyed: Keyed, everything: dict[str, str], name: str) -> None:
    assert ask(name, keyed.server.url, everything, 2 if name == "POST /v1/drafts" else 8) > 0


COUNTED: dict[str, int] = {}
"""How many cases each operation was asked at length."""
EXAMPLES = {"POST /v1/drafts": 40}  # each reading of a document is a process of its own


@pytest.mark.long
@pytest.mark.parametrize("name", OPERATIONS)
def test_it_does_what_the_document_says_at_length(keyed: Keyed, everything: dict[str, str], name: str) -> None:
    COUNTED[name] = ask(name, keyed.server.url, everything, EXAMPLES.get(name, 220))
    print(f"{name}: {COUNTED[name]} cases")  # noqa: T201 - a figure to write down
    assert COUNTED[name] > 0


@pytest.mark.long
def test_that_were_five_thousand_cases() -> None:
    if {*COUNTED} != {*OPERATIONS}:
        pytest.skip("it adds up what the tests above asked, and not all of them were run, or went well")
    print(f"{sum(COUNTED.values())} cases of {len(COUNTED)} operations")  # noqa: T201 - as above
    assert sum(COUNTED.values()) >= 5000
