"""The sample lists of samples/, each with its golden file beside it: the ingest report, and every fact a release would hold.

After a change that is meant, write the golden files again and read their diff line by line:

    python -m tests.intake.test_samples
"""

import json
from pathlib import Path
from typing import Any

import pytest

from precert.intake.layouts.profile import Profile, default_profile, read_profile
from precert.intake.pipeline import FederalAddOns, IngestReport, ingest, known_from

HERE = Path(__file__).parents[2] / "samples"
SUFFIXES = frozenset({".txt", ".md", ".csv", ".xlsx", ".html", ".pdf"})
"""What a sample may be; a profile and a golden file are none."""
# Lists are read in this order, and what was read is evidence for the next, as in tools/bundle.py.
SAMPLES = sorted(path for path in HERE.rglob("*") if path.suffix in SUFFIXES and path.name != "README.md")
FEDERAL = FederalAddOns(edition="made up", primaries={"22552": ("22551",), "63048": ("63047",), "0095T": ("22864",), "99999": ()})
NAMES = [str(path.relative_to(HERE)) for path in SAMPLES]


def profile_of(path: Path) -> Profile:
    profile = path.parent / "profile.toml"
    return read_profile(profile.read_bytes()) if profile.exists() else default_profile(path.parent.name)


def golden(path: Path) -> Path:
    return path.with_suffix(".expected.json")


def read_all() -> dict[Path, IngestReport]:
    reports: dict[Path, IngestReport] = {}
    for path in SAMPLES:
        known = known_from([report.release for report in reports.values()])
        reports[path] = ingest(path.name, path.read_bytes(), profile_of(path), known=known, federal=FEDERAL)
    return reports


def shown(report: IngestReport) -> dict[str, Any]:
    return {"report": report.to_dict(), "release": [json.loads(line) for line in report.release.text().splitlines()]}


@pytest.fixture(scope="module")
def reports() -> dict[Path, IngestReport]:
    return read_all()


def test_there_are_samples() -> None:
    assert len(SAMPLES) >= 9


@pytest.mark.parametrize("name", NAMES)
def test_sample_has_a_golden_file(name: str) -> None:
    assert golden(HERE / name).exists(), f"run `python -m tests.intake.test_samples` and read what it writes for {name}"


@pytest.mark.parametrize("name", NAMES)
def test_sample_reads_as_its_golden_file_says(name: str, reports: dict[Path, IngestReport]) -> None:
    path = HERE / name
    assert shown(reports[path]) == json.loads(golden(path).read_text("utf-8"))


def test_no_golden_file_is_left_over() -> None:
    assert sorted(HERE.rglob("*.expected.json")) == sorted(golden(path) for path in SAMPLES)


@pytest.mark.parametrize("name", NAMES)
def test_rows_add_up(name: str, reports: dict[Path, IngestReport]) -> None:
    rows = reports[HERE / name].to_dict()["rows"]
    assert rows["total"] == rows["headers"] + rows["sections"] + rows["listed"] + rows["set_aside"]


def refresh() -> None:
    """Write every golden file again."""
    for path, report in read_all().items():
        golden(path).write_text(json.dumps(shown(report), indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    refresh()
