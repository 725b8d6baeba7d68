"""One list in every format reads to one set of listings: what a row says does not hang on how it was published."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from precert import bundled
from precert.facts.model import Citation, Listing
from precert.intake.layouts.profile import Profile, read_profile
from precert.intake.pipeline import IngestReport, ingest
from precert.intake.readers import Document, read
from precert.intake.repair import Known
from tests.intake.render import RENDERED

REPO = Path(__file__).parents[2]
SEED = REPO.parent / "shared" / "seeds" / "003_db63ac5a01d801bc.txt"
SAMPLES = REPO / "samples" / "example-commercial"
NOWHERE = Citation(document="", sha256="")
Render = Callable[[Document], bytes]


def profile_of(path: Path) -> Profile:
    return read_profile(path.read_bytes())


def listings(report: IngestReport) -> list[Listing]:
    return [replace(row.listing, citation=NOWHERE) for row in report.sheet.listed]


def accounting(report: IngestReport) -> dict[str, Any]:
    found = report.to_dict()
    return {name: found[name] for name in ("rows", "codes", "edition", "programs", "elsewhere")}


def read_as(name: str, data: bytes, profile: Profile) -> IngestReport:
    return ingest(name, data, profile, known=Known())


def reasons(report: IngestReport) -> list[tuple[str, str]]:
    return [(each.row.reason, each.row.printed) for each in report.sheet.set_aside]


@pytest.mark.parametrize("name", RENDERED)
@pytest.mark.parametrize("sample", sorted(path.name for path in SAMPLES.glob("*.txt")))
def test_a_sample_reads_alike_in_every_format(sample: str, name: str) -> None:
    profile, data = profile_of(SAMPLES / "profile.toml"), (SAMPLES / sample).read_bytes()
    printed = read_as(sample, data, profile)
    rendered = read_as(name, RENDERED[name](read(sample, data)), profile)
    assert rendered.document.kind == ("csv" if name == "tab.txt" else name.rpartition(".")[2])
    assert listings(rendered) == listings(printed)
    assert reasons(rendered) == reasons(printed)
    assert accounting(rendered) == accounting(printed)


@pytest.fixture(scope="module")
def cigna() -> IngestReport:
    if not SEED.is_file():
        pytest.skip(f"the published list is not at hand: no {SEED} (it may not be shipped)")
    return read_as(SEED.name, SEED.read_bytes(), profile_of(bundled.PROFILES / "cigna-commercial.toml"))


@pytest.mark.parametrize("name", RENDERED)
def test_the_published_list_reads_alike_in_every_format(name: str, cigna: IngestReport) -> None:
    rendered = read_as(name, RENDERED[name](cigna.document), cigna.profile)
    assert len(listings(rendered)) == 1602
    assert listings(rendered) == listings(cigna)
    assert reasons(rendered) == []
    assert accounting(rendered) == accounting(cigna)
    assert [finding.code for finding in rendered.sheet.findings if finding.code != "guessed-encoding"] == [
        finding.code for finding in cigna.sheet.findings
    ]
