"""`precert diff` and `precert crosswalk`, as a user starts them."""

import csv
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from precert.bootstrap import published
from precert.facts.release import ENCODING

from .made import release, row
from .next_release import first_release, next_release
from .test_pages import CROSSWALK, DIFF, fits

FIRST = next(each for each in published() if each.list == "cigna-commercial")
OTHER = next(each for each in published() if each.plan != FIRST.plan)
NEXT, EXPECTED = next_release()


@dataclass(frozen=True)
class Told:
    status: int
    out: str
    err: str

    def document(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.out)
        return read


def precert(*args: str | Path, env: dict[str, str] | None = None) -> Told:
    done = subprocess.run(
        [sys.executable, "-m", "precert.surfaces.cli.main", *map(str, args)],
        env=os.environ | (env or {}),
        capture_output=True,
        timeout=60,
        check=False,
    )
    return Told(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("releases") / "next.jsonl"
    path.write_bytes(NEXT.text().encode(ENCODING))
    return path


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    changed = next(each.code for each in EXPECTED if each.kind == "requirement-changed")
    path = tmp_path_factory.mktemp("orders") / "orders.csv"
    edited = {each.code for each in EXPECTED}
    kept = next(each.code for each in NEXT.listings if each.program == "Spine Surgery" and each.code not in edited)
    path.write_text(f"case_id,code,date_of_service\na,{changed},2026-12-01\nb,{kept},2026-12-01\n", "utf-8")
    return path


# -- diff ------------------------------------------------------------------------------------------------------------------


def test_the_forty_edits(after: Path) -> None:
    told = precert("diff", FIRST.id, after, "--date", "2026-11-21", "--json")
    assert (told.status, told.err) == (0, "")
    document = told.document()
    fits(DIFF, document)
    assert len(document["changes"]) + len(document["list_changes"]) == 40
    assert (document["before"]["known_at"], document["after"]["known_at"]) == (FIRST.known_at.isoformat(), None)


@pytest.mark.parametrize("named", [FIRST.id[:17], FIRST.id[7:15], FIRST.id.upper().removeprefix("SHA256:"), f" {FIRST.id[7:11]} "])
def test_a_release_by_the_first_digits_of_its_id(named: str) -> None:
    told = precert("diff", named, FIRST.id, "--json")
    assert (told.status, told.err) == (0, "")
    assert told.document()["before"] == told.document()["after"]
    assert told.document()["day"] == FIRST.known_at.isoformat()


def test_a_published_release_in_a_file_is_recognised(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(first_release().text().encode(ENCODING))
    told = precert("diff", path, path, "--json")
    assert told.document()["after"]["known_at"] == FIRST.known_at.isoformat()


def test_booked_orders(after: Path, orders: Path) -> None:
    told = precert("diff", FIRST.id, after, "--orders", orders, "--json")
    assert (told.status, told.err) == (0, "")
    fits(DIFF, told.document())
    found = told.document()["orders"]
    assert (found["rows"], found["compared"], [each["case_id"] for each in found["touched"]]) == (2, 2, ["a"])


def test_a_row_that_cannot_be_read_is_worth_a_look(after: Path, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("case_id,code,date_of_service\na,22551,soon\n", "utf-8")
    told = precert("diff", FIRST.id, after, "--orders", path)
    assert (told.status, told.err) == (1, "")
    assert "line 2 of the file could not be read: `date_of_service` is `soon`" in told.out


def test_a_plan_of_a_list_that_is_not_in_use(tmp_path: Path, orders: Path) -> None:
    paths, booked = [], orders.read_text("utf-8").splitlines()[2].split(",")[1]
    for number, platform in enumerate(("Alpha", "Beta")):
        paths.append(tmp_path / f"{number}.jsonl")
        paths[-1].write_bytes(release(row(booked, platform=platform)).text().encode(ENCODING))
    told = precert("diff", *paths, "--orders", orders, "--json")
    assert [each["case_id"] for each in told.document()["orders"]["touched"]] == ["b"]


@pytest.mark.parametrize(("form", "begins"), [("text", "Before: cigna-commercial"), ("markdown", "# Cigna"), ("csv", "scope,change,")])
def test_formats(after: Path, form: str, begins: str) -> None:
    told = precert("diff", FIRST.id, after, "--format", form, env={"PYTHONIOENCODING": "ascii"})
    assert (told.status, told.err) == (0, "")
    assert told.out.startswith(begins)
    assert told.out.endswith("\n")


def test_csv_can_be_read(after: Path) -> None:
    lines = list(csv.DictReader(precert("diff", FIRST.id, after, "--format", "csv").out.splitlines(), strict=True))
    assert {each["scope"] for each in lines} == {"row", "list"}
    assert {each.code for each in EXPECTED} <= {each["code"] for each in lines}


def unreadable(tmp_path: Path) -> Path:
    path = tmp_path / "broken.jsonl"
    path.write_bytes(first_release().text().encode(ENCODING)[:-1])
    return path


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((FIRST.id,), "Missing argument"),
        ((FIRST.id, "nowhere.jsonl"), "there is no release `nowhere.jsonl`, and no file of that name; the releases are sha256:"),
        ((FIRST.id, "0" * 64), "there is no release"),
        ((FIRST.id, "{dir}"), "cannot be read"),
        ((FIRST.id, "{broken}"), "holds no release: the release is cut short"),
        ((FIRST.id, FIRST.id, "--date", "soon"), "`--date` is `soon`"),
        ((FIRST.id, FIRST.id, "--format", "markdwon"), "there is no format `markdwon`; did you mean `markdown`?"),
        ((FIRST.id, FIRST.id, "--format", "x"), "there is no format `x`; The formats are text, csv, markdown"),
        ((FIRST.id, FIRST.id, "--format", "csv", "--json"), "give either --json or --format"),
        ((FIRST.id, OTHER.id, "--orders", "{broken}"), "two releases of one list"),
        ((FIRST.id, FIRST.id, "--orders", "{dir}"), "cannot be read"),
        ((FIRST.id, FIRST.id, "--orders", "nowhere.csv"), "`nowhere.csv` cannot be read: No such file or directory"),
        ((FIRST.id, FIRST.id, "--orders", "{latin}"), "is not UTF-8 text"),
        ((FIRST.id, FIRST.id, "--orders", "{empty}"), "have no column `case_id`"),
    ],
)
def test_a_request_that_cannot_be_read(args: tuple[str, ...], said: str, tmp_path: Path) -> None:
    (tmp_path / "latin.csv").write_bytes(b"case_id,code,date_of_service\n\xe9,22551,2026-03-02\n")
    (tmp_path / "empty.csv").touch()
    places = {"dir": tmp_path, "empty": tmp_path / "empty.csv", "broken": unreadable(tmp_path), "latin": tmp_path / "latin.csv"}
    told = precert("diff", *(each.format(**places) for each in args))
    assert (told.status, told.out) == (2, "")
    assert said in told.err
    assert told.err.count("\n") == 1


def test_digits_that_several_releases_share(monkeypatch: pytest.MonkeyPatch) -> None:
    from precert.requirement.case import RequestError  # noqa: PLC0415 - beside what it is raised by
    from precert.surfaces.documents import difference  # noqa: PLC0415

    @dataclass(frozen=True)
    class Named:
        id: str

    monkeypatch.setattr(difference, "published", lambda: [Named("sha256:abcd1"), Named("sha256:abcd2")])
    with pytest.raises(RequestError, match="may be any of sha256:abcd1, sha256:abcd2"):
        difference.find("abcd")


# -- crosswalk -------------------------------------------------------------------------------------------------------------


def test_crosswalk() -> None:
    told = precert("crosswalk", "22551", "e0470", "--date", "2026-11-21", "--json")
    assert (told.status, told.err) == (0, "")
    fits(CROSSWALK, told.document())
    assert [each["code"] for each in told.document()["codes"]] == ["22551", "E0470"]
    assert len(told.document()["plans"]) > 1


def test_a_token_that_is_no_code_is_worth_a_look() -> None:
    told = precert("crosswalk", "h suxi", "--plan", "cigna-commercial", "--json")
    assert told.status == 1
    fits(CROSSWALK, told.document())


def test_a_whole_category_and_program() -> None:
    found = [precert("crosswalk", *args, "--date", "2026-11-21", "--json").document()["codes"]
             for args in (("--category", "ct"), ("--program", "sleep"), ("22551", "--category", "CT", "--program", "Sleep"))]  # fmt: skip
    ct, sleep, all_of_them = ([each["code"] for each in codes] for codes in found)
    assert all_of_them == ["22551", *ct, *(code for code in sleep if code not in ct)]


@pytest.mark.parametrize(("form", "begins"), [("text", "1 codes"), ("markdown", "# Codes"), ("csv", "code,plan,")])
def test_formats_of_a_crosswalk(form: str, begins: str) -> None:
    told = precert("crosswalk", "22551", "--format", form)
    assert (told.status, told.err) == (0, "")
    assert told.out.startswith(begins)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "there are no codes"),
        (("--category", "Spine Surgry"), "did you mean `Spine Surgery`?"),
        (("22551", "--plan", "cigna"), "there is no plan `cigna`"),
        (("22551", "--date", "2026-02-30"), "`--date` is `2026-02-30`"),
    ],
)
def test_a_crosswalk_that_cannot_be_read(args: tuple[str, ...], said: str) -> None:
    told = precert("crosswalk", *args)
    assert (told.status, told.out) == (2, "")
    assert said in told.err
