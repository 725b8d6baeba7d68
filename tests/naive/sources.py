"""Where the naive engine's rows come from: the bundled releases always, the published documents where they are at hand."""

import json
from functools import cache
from pathlib import Path

import pytest

from .rows import ALLIANCE, CIGNA, SEED_FILES, Known, federal_primaries, known_from_releases, rows_from_seed, set_aside_from_seed

REPO = Path(__file__).resolve().parents[2]
BUNDLED = REPO / "src" / "precert" / "bundled"
SHARED = REPO.parent / "shared"
SEEDS = SHARED / "seeds"
FEDERAL = SHARED / "reference" / "ncci_add_on_2024q2.csv"

MISSING = [path.name for path in (*(SEEDS / name for name in SEED_FILES.values()), FEDERAL) if not path.is_file()]
needs_seeds = pytest.mark.skipif(bool(MISSING), reason=f"the published documents are not at hand under {SHARED}: {', '.join(MISSING)}")


@cache
def manifest() -> list[dict[str, str]]:
    """Which releases are bundled, as its own file says."""
    return list(json.loads((BUNDLED / "releases.json").read_text(encoding="utf-8")))


@cache
def release_paths() -> dict[str, Path]:
    """The text of the release of each plan that the naive engine knows, by plan."""
    return {each["plan"]: BUNDLED / "releases" / each["file"] for each in manifest() if each["plan"] in SEED_FILES}


@cache
def releases() -> Known:
    """What the bundled releases tell."""
    return known_from_releases(list(release_paths().values()))


@cache
def seeds() -> Known:
    """What the published documents and the federal table tell; proposals are ours, and so they are read from the releases."""
    proposed = {each.line: each.proposed for each in releases().set_aside}
    rows = [row for plan in (CIGNA, ALLIANCE) for row in rows_from_seed(SEEDS, plan)]
    damaged = [each for plan in (CIGNA, ALLIANCE) for each in set_aside_from_seed(SEEDS, plan, proposed)]
    return Known(rows, federal_primaries(FEDERAL), damaged)
