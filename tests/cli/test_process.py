"""The command as a user starts it."""

import json
import os
import pty
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import precert
from tests.cli.conftest import CIGNA, COMMAND, Run

GOLDEN = Path(__file__).parent / "golden"
ORDER = (*CIGNA, "22551", "22853", "63650", "L8680:2", "K0849", "99213", "2255")
CASE = {"plan": "cigna-commercial", "date_of_service": "2026-03-02", "lines": [{"code": "22551"}, {"code": "L8680", "units": 2}]}


@pytest.mark.parametrize("width", ["80", "200"])
def test_an_order_reads_as_the_golden_page(process: Run, width: str) -> None:
    told = process("check", *ORDER, env={"COLUMNS": width})
    assert (told.status, told.err) == (1, "")
    assert told.out == (GOLDEN / f"order-{width}.txt").read_text(encoding="utf-8")


def test_json_is_one_document_and_nothing_else(process: Run) -> None:
    told = process("check", "--json", *CIGNA, "22551", "L8680:2")
    assert (told.status, told.err) == (0, "")
    assert told.out.endswith("\n}\n")
    assert json.loads(told.out) == precert.check(CASE).to_dict()


@pytest.mark.parametrize(
    "env", [{"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "latin-1"}]
)
def test_json_is_utf_8_whatever_the_locale(process: Run, env: dict[str, str]) -> None:
    told = process("check", "--json", "--case", "-", stdin=json.dumps(CASE | {"lines": [{"code": "Écran"}]}), env=env)
    assert told.status == 1
    assert json.loads(told.out)["lines"][0]["code"] == "Écran"
    assert "Écran" in told.out


def test_a_page_is_written_whatever_the_locale(process: Run) -> None:
    told = process("check", "--case", "-", stdin=json.dumps(CASE | {"lines": [{"code": "Écran"}]}), env={"PYTHONIOENCODING": "ascii"})
    assert (told.status, told.err) == (1, "")
    assert "?cran" in told.out


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "Missing command; see `precert --help`"),
        (("chekc",), "there is no verb `chekc`; did you mean `check`?"),
        (("check", "--jsno"), "No such option: --jsno"),
        (("check", *CIGNA, "--recrod", "22551"), "No such option: --recrod"),
        (("check", "--plan"), "requires an argument"),
        (("show",), "Missing argument"),
        (("check", "--plan", "cigna-comercial", "22551"), "did you mean `cigna-commercial`?"),
        (("check", "--plan", "cigna-commercial", "--date", "2026-02-30", "22551"), "`--date` is `2026-02-30`"),
        (("check", "--plan", "cigna-commercial", "--date", "", "22551"), "`--date` is ``"),
        (("check", *CIGNA), "there are no lines"),
        (("check", *CIGNA, "22551", "22853:x"), "line 2 has units `x`"),
        (("check", *CIGNA, "22551-\x1b[2J\n"), "line 1 has the modifier `\\x1b[2J `"),
        (("check", *CIGNA, "--known-at", "2020-01-01", "22551"), "was known on 2020-01-01"),
        (("check", "--case", "/no/such/file"), "the case `/no/such/file` cannot be read: No such file"),
        (("ingest", "/no/such/file", "--plan", "x", "--dry-run"), "`/no/such/file` cannot be read: No such file"),
    ],
)
def test_what_cannot_be_read_is_one_line_on_stderr(process: Run, args: tuple[str, ...], said: str) -> None:
    told = process(*args)
    assert (told.status, told.out) == (2, "")
    assert said in told.err
    assert told.err.startswith("precert: ")
    assert told.err.count("\n") == 1
    assert told.err.isascii()


def test_an_altered_release_is_never_answered_from(tmp_path: Path, process: Run) -> None:
    copy = shutil.copytree(Path(precert.__file__).parent, tmp_path / "precert", ignore=shutil.ignore_patterns("__pycache__"))
    release = next((copy / "bundled" / "releases").glob("cigna*"))
    release.write_bytes(release.read_bytes().replace(b'"Yes"', b'"No"', 1))
    told = process("check", "--json", *CIGNA, "22551", env={"PYTHONPATH": str(tmp_path)})
    assert (told.status, told.out) == (3, "")
    assert "the release is altered" in told.err
    assert told.err.count("\n") == 1


def test_an_altered_release_is_named_and_stands_in_nobodys_way(tmp_path: Path, process: Run) -> None:
    copy = shutil.copytree(Path(precert.__file__).parent, tmp_path / "precert", ignore=shutil.ignore_patterns("__pycache__"))
    release = next((copy / "bundled" / "releases").glob("cigna*"))
    release.write_bytes(release.read_bytes().replace(b'"Yes"', b'"No"', 1))
    told = process("releases", "--json", env={"PYTHONPATH": str(tmp_path)})
    assert told.status == 1
    assert "plan `cigna-commercial` is not answered" in told.err
    known = {each["list"]: each for each in json.loads(told.out)["releases"]}
    assert "altered" in known["cigna-commercial"]["refused"]
    assert {each["refused"] for name, each in known.items() if name != "cigna-commercial"} == {None}
    assert "Nothing is answered from it" in process("releases", env={"PYTHONPATH": str(tmp_path)}).out
    told = process("lists", "--json", env={"PYTHONPATH": str(tmp_path)})
    assert (told.status, "is not answered" in told.err) == (0, True)
    assert "health-alliance-medical" in {each["list"] for each in json.loads(told.out)["lists"]}


def test_json_pays_for_neither_rich_nor_pydantic() -> None:
    done = subprocess.run(
        [COMMAND[0], "-X", "importtime", *COMMAND[1:], "check", "--json", *CIGNA, "22551"], capture_output=True, check=True
    )
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.decode().splitlines()}
    assert "typer" in imported
    assert not imported & {"rich", "pydantic"}


@pytest.mark.parametrize("args", [("check", *ORDER), ("check", "--json", *CIGNA, "22551"), ("--help",)])
def test_a_reader_who_stops_reading_is_no_error(args: tuple[str, ...]) -> None:
    with subprocess.Popen([*COMMAND, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as started:
        assert started.stdout is not None
        assert started.stderr is not None
        started.stdout.close()
        assert started.stderr.read() == b""
        assert started.wait(timeout=60) in {0, 1}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this machine has no full device")
def test_a_full_disk_is_said_in_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*COMMAND, "check", "--json", *CIGNA, "22551"], stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 3
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("no_color", ["", "1"])
def test_a_terminal_shows_the_same_words(process: Run, no_color: str) -> None:
    ours, its = pty.openpty()
    env = os.environ | {"COLUMNS": "100", "TERM": "xterm-256color", "NO_COLOR": no_color}
    with subprocess.Popen([*COMMAND, "check", *CIGNA, "22551"], stdout=its, env=env) as started:
        os.close(its)
        shown = b""
        try:
            while piece := os.read(ours, 4096):
                shown += piece
        except OSError:  # Linux tells so that the other side is closed
            pass
        started.wait(timeout=60)
    os.close(ours)
    text = shown.decode().replace("\r\n", "\n")
    assert "\x1b[1mCASES TO BUILD\x1b[0m" in text
    assert not re.search(r"\x1b\[[34]", text), "no colour carries meaning"
    words = [line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", text).split("\n")]
    assert words == process("check", *CIGNA, "22551", env={"COLUMNS": "100"}).out.split("\n")
