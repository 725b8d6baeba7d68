"""`precert anesthesia`: its options, its JSON, its page, and what it refuses."""

import json
from datetime import datetime
from typing import Any

import pytest
from typer.testing import CliRunner

from precert.anesthesiology.answer import anesthesia
from precert.anesthesiology.terms import Flag
from precert.bootstrap import surgery
from precert.facts.model import Facts
from precert.surfaces.cli.main import app


def run(*args: str, status: int = 0) -> str:
    done = CliRunner(env={"COLUMNS": "100"}).invoke(app, ["anesthesia", *args], prog_name="precert")
    assert done.exit_code == status, done.stderr
    assert bool(done.stderr) == bool(status)
    return " ".join((done.stderr if status else done.stdout).split())


def document(*args: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(run(*args, "--json"))
    return told


def test_for_two_regions() -> None:
    told = document("--for", "22551,22612", "--date", "2026-05-01")
    assert [(each["facts"], each["code"]) for each in told["candidates"]] == [
        ({"region": "cervical"}, "00600"),
        ({"region": "lumbar"}, "00630"),
    ]
    assert "22551" in told["candidates"][0]["because"][0]
    assert "22612" in told["candidates"][1]["because"][0]
    assert (told["code"], told["needs"]) == (None, ["region"])
    page = run("--for", "22551,22612", "--date", "2026-05-01")
    assert "CERVICAL: 00600 The lists name the cervical spine for 22551 (R52)." in page
    assert "LUMBAR: 00630 The lists name the lumbar spine for 22612 (R52)." in page


def test_for_one_region_and_an_add_on() -> None:
    told = document("--for", "22551, 22845", "--sitting", "--date", "2025-05-01")
    assert (told["code"], told["facts"]) == ("00604", {"region": "cervical", "sitting": True})


@pytest.mark.parametrize("flag", Flag)
def test_every_fact_has_its_option(flag: Flag) -> None:
    name = flag.replace("_", "-")
    for option, value in ((f"--{name}", True), (f"--no-{name}", False)):
        told = document("--region", "thoracic", option, "--date", "2026-05-01")
        assert told == json.loads(json.dumps(anesthesia(region="thoracic", **{flag.value: value}, date="2026-05-01").to_dict()))  # type: ignore[arg-type]


def test_today_is_said_to_be_today() -> None:
    before = datetime.now().astimezone().date()
    page = run("--region", "lumbar")
    assert any(f"Date of service: {each} (today; --date sets another)" in page for each in (before, datetime.now().astimezone().date()))
    assert "today" not in run("--region", "lumbar", "--date", "2026-05-01")
    assert document("--region", "lumbar")["date_of_service"] >= before.isoformat()


SITTING, SYMPATHECTOMY = ["--region", "cervical", "--sitting"], ["--region", "lumbar", "--sympathectomy"]
PAGES = [
    (SITTING, ["00604 Rule 5", "lines 10, 11, 12, 14"]),
    (SITTING, ["Not inpatient-only, by CMS's file of 2026-04; the page says it is on the list"]),
    (["--extensive"], ["00670", "Includes instrumentation: not billed apart", "wording changed: 2001", "NOT CHOSEN - 00640: Rule 3"]),
    (["--image-guided"], ["ONE OF 01937, 01938", "Printed in 004_83fde97dc6f89b60.txt, line 6."]),
    (SYMPATHECTOMY, ["00632", "Inpatient-only, by CMS's file of 2026-04", "wording changed: not stated"]),
    (SYMPATHECTOMY, ["Not with no lumbar sympathectomy: use 00630"]),
    ([], ["Known: nothing yet", "NO CODE YET Which part of the spine? Add --region.", "- region cervical, sitting position: 00604"]),
    (["--for", "99999"], ["LOOK AT THIS - No list held here names 99999"]),
]


@pytest.mark.parametrize(("args", "shown"), PAGES)
def test_the_page(args: list[str], shown: list[str]) -> None:
    page = run(*args, "--date", "2026-05-01")
    assert [each for each in shown if each not in page] == []


def test_the_page_before_a_code_existed() -> None:
    args = ("--region", "thoracic", "--anterior-transthoracic", "--no-one-lung", "--date")
    page = run(*args, "2009-12-31")
    assert "NO CODE YET What was reported on that day?" in page
    assert "percutaneous and image-guided: a code of an earlier edition, not known here" in page
    assert "NOT CHOSEN" not in page
    assert "Inpatient-only: not known" in run("--extensive", "--date", "2018-05-01")
    assert "Inpatient-only, by the page" in run("--region", "cervical", "--sitting", "--date", "2018-05-01")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--region", "neck"], "`region` is `neck`"),
        (["--date", "May 1"], "`date` is `May 1`"),
        (["--for", "2255"], "`2255` is not a well-formed code"),
        (["--for", ""], "`` is not a well-formed code"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(args: list[str], message: str) -> None:
    told = run(*args, status=2)
    assert told.startswith("precert: ")
    assert message in told


def test_what_the_lists_say_of_a_code() -> None:
    told = surgery([" 22551", "62321", "99999", "27279"])
    assert told["22551"] == Facts(regions=("cervical",), approach="anterior")
    assert (told["99999"], told["27279"]) == (None, Facts(regions=("sacroiliac",), approach="percutaneous"))
    assert told["62321"]
    assert set(told["62321"].regions) == {"cervical", "thoracic"}
