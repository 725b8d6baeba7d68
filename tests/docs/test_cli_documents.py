"""What the command prints with `--json`, run as a process, fits its schema."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

ROOT = Path(__file__).parents[2]
PRECERT = Path(sys.executable).with_name("precert")
EXAMPLE = (
    "Example Health spine list\nCategory\tCPT Code\tCPT Code Description\nSpine\t22551\tNeck fusion from the front\n"
    "Spine\t22552\tThe same, one level more\n"
    "Spine\th suxi\tTaking out a neck bone\nSpine\t2282l\tA rod of several levels\n"
    "Spine\t22830\tLooking at a fusion again\nCopyright 2026 Example Health\n"
)
PROFILE = 'plan = "example"\nlist = "example"\ntitle = "Example"\npayer = "Example Health"\nmembership = true\n[programs]\nall = "Spine"\n'
LIST = "Copyright 2026\n\n| Code | Description | Prior Authorization Required |\n|---|---|---|\n| 22551 | x | Yes |\n| 2255-1 | y | Yes |\n"

pytestmark = pytest.mark.skipif(not PRECERT.exists(), reason="the command is not installed beside this interpreter")


def said(*arguments: str, home: Path | None = None, kept: bool = False) -> tuple[int, dict[str, Any]]:
    env = os.environ | ({"PRECERT_HOME": str(home)} if home else {})
    command = [sys.executable, str(PRECERT), *arguments, "--json"]
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8", env=env)
    assert done.stderr.startswith("precert: kept as record " if kept else "")
    assert kept or not done.stderr
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
        (["reference"], 0, "precert.reference/1"),
        (["show", "22551"], 0, "precert.show/1"),
        (["show", "L5681"], 0, "precert.show/1"),
        (["show", "0797T", "--plan", "cigna-commercial"], 0, "precert.show/1"),
        (["show", "63081", "--plan", "health-alliance-medical"], 0, "precert.show/1"),
        (["show", "99999"], 0, "precert.show/1"),
        (["search", "lumbar", "spine"], 0, "precert.search/1"),
        (["search", "nothing-is-called-so"], 0, "precert.search/1"),
        (["crosswalk", "22551", "63081", "--date", "2026-12-01"], 0, "precert.crosswalk/1"),
        (["crosswalk", "2255", "--plan", "cigna-commercial"], 1, "precert.crosswalk/1"),
        (["errata", "cigna-commercial"], 0, "precert.errata/1"),
        (["errata", "medicare-ffs-outpatient"], 0, "precert.errata/1"),
        (["anesthesia", "--region", "cervical", "--sitting", "--date", "2025-05-01"], 0, "precert.anesthesia/1"),
        (["anesthesia", "--for", "22551,22612", "--date", "2026-12-01"], 0, "precert.anesthesia/1"),
        (["anesthesia", "--image-guided", "--no-sitting", "--date", "2021-05-01"], 0, "precert.anesthesia/1"),
        (["anesthesia", "--region", "lumbar", "--extensive", "--date", "2018-05-01"], 0, "precert.anesthesia/1"),
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


def test_from_a_damaged_row_to_a_verified_record(tmp_path: Path) -> None:
    home, path, profile = tmp_path / "home", tmp_path / "example.txt", tmp_path / "example.toml"
    path.write_text(EXAMPLE, "utf-8")
    profile.write_text(PROFILE, "utf-8")

    def fitting(schema: str, *arguments: str, status: int = 0, kept: bool = False) -> dict[str, Any]:
        code, document = said(*arguments, home=home, kept=kept)
        assert (code, fits(document)) == (status, f"precert.{schema}/1")
        return document

    fitting("review", "review")
    fitting("ingest", "ingest", str(path), "--plan", "example", "--profile", str(profile), status=1)
    before = fitting("publish", "publish", "--list", "example")
    first, second = fitting("review", "review", "list")["lists"][0]["rows"]
    fitting("review", "review", "correct", first["id"], "63081", "--why", "read from paper", "--by", "A. Nurse")
    fitting("review", "review", "reject", second["id"], "--why", "not sure", "--by", "A. Nurse")
    after = fitting("publish", "publish", "--list", "example")
    path.write_text(EXAMPLE.replace("h suxi", "h sux"), "utf-8")
    fitting("ingest", "ingest", str(path), "--plan", "example", "--profile", str(profile), status=1)
    assert fitting("review", "review")["lists"][0]["stale"]

    check = ("check", "--plan", "example", "--date", "2026-12-01", "--record", "22551", "63081")
    fitting("determination", *check, kept=True)
    fitting("determination", *check, "BORN 1950", status=1, kept=True)
    log = [json.loads(line) for line in (home / "audit" / "log.jsonl").read_text("utf-8").splitlines()]
    records = [each for each in log if "schema" in each]
    assert [fits(each) for each in records] == ["precert.record/1"] * 2
    assert records[1]["answer"]["lines"][2]["code"] == "?" * 9

    orders = tmp_path / "orders.csv"
    orders.write_text("case_id,code,date_of_service\n1,63081,2026-12-01\n2,22551,soon\n", "utf-8")
    fitting("diff", "diff", before["id"], after["id"])
    found = fitting("diff", "diff", before["id"], after["id"], "--orders", str(orders), status=1)
    assert len(found["orders"]["touched"]) == len(found["orders"]["malformed"]) == 1
    fitting("show", "show", "63081")
    fitting("verify", "verify")
    fitting("verify", "verify", "--audit")
    (home / "audit" / "head.json").unlink()
    assert fitting("verify", "verify", status=1)["altered"]
