"""What the command prints with `--json`, run as a process, fits its schema."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

ROOT = Path(__file__).parents[2]
PRECERT = Path(sys.executable).with_name("precert")
LIST = "Copyright 2026\n\n| Code | Description | Prior Authorization Required |\n|---|---|---|\n| 22551 | x | Yes |\n| 2255-1 | y | Yes |\n"

pytestmark = pytest.mark.skipif(not PRECERT.exists(), reason="the command is not installed beside this interpreter")


def said(*arguments: str) -> tuple[int, dict[str, Any]]:
    done = subprocess.run([sys.executable, str(PRECERT), *arguments, "--json"], capture_output=True, check=False, encoding="utf-8")
    assert done.stderr == ""
    document: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, document


def fits(document: dict[str, Any]) -> str:
    """Check a document against the schema that its own `schema` member names, and return that name."""
    name = document["schema"]
    path = ROOT / "docs" / "schemas" / f"{name.removeprefix('precert.').replace('/', '-')}.json"
    schema = json.loads(path.read_text("utf-8"))
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert not [f"{'/'.join(map(str, each.absolute_path))}: {each.message[:200]}" for each in validator.iter_errors(document)]
    for member in list(document):
        assert not validator.is_valid({each: value for each, value in document.items() if each != member}), member
    assert not validator.is_valid(document | {"note": "x"})
    return str(name)


CHECK = ["check", "--plan", "cigna-commercial", "--date", "2026-03-02"]


@pytest.mark.parametrize(
    ("arguments", "status", "schema"),
    [
        ([*CHECK, "22551", "22853", "22845", "20930"], 0, "precert.determination/1"),
        ([*CHECK, "22551", "2255"], 1, "precert.determination/1"),
        (["lists"], 0, "precert.lists/1"),
        (["releases"], 0, "precert.releases/1"),
        (["version"], 0, "precert.version/1"),
        (["show", "22551"], 0, "precert.show/1"),
        (["show", "L5681"], 0, "precert.show/1"),
        (["show", "0797T", "--plan", "cigna-commercial"], 0, "precert.show/1"),
        (["show", "63081", "--plan", "health-alliance-medical"], 0, "precert.show/1"),
        (["show", "99999"], 0, "precert.show/1"),
        (["search", "lumbar", "spine"], 0, "precert.search/1"),
        (["search", "nothing-is-called-so"], 0, "precert.search/1"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_document_fits_its_schema(arguments: list[str], status: int, schema: str) -> None:
    code, document = said(*arguments)
    assert (code, fits(document)) == (status, schema)


def test_ingest_report_fits_its_schema(tmp_path: Path) -> None:
    path = tmp_path / "list.md"
    path.write_text(LIST, "utf-8")
    code, document = said("ingest", str(path), "--plan", "somebody", "--dry-run")
    assert (code, fits(document)) == (1, "precert.ingest/1")
