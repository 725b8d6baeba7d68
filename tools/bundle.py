"""Make the bundled rulebooks from the published documents: `python -m tools.bundle SHARED [--out DIR]`.

SHARED holds `seeds/` (the documents) and `reference/` (the federal
add-on table and code sets). The same documents give the same bytes, whoever runs
it; `releases.json` keeps the day each release became known, which is not in the documents, so a new release needs `--known-at`.
"""

import argparse
import csv
import json
from pathlib import Path

from precert import bundled
from precert.facts.release import ENCODING, Release
from precert.intake.layouts.profile import read_profile
from precert.intake.pipeline import FederalAddOns, IngestReport, ingest, known_from, merge_facts
from tools import medicare

# In the order they are read: a list read first is evidence for the next.
DOCUMENTS = {
    "cigna-commercial": "003_db63ac5a01d801bc.txt",
    "health-alliance-medical": "000_4ec7730ef9e478f2.txt",
}
CONTRACTOR_DEFINED = "CCCCC"
CODE_SETS = ("opps_status.csv", "hcpcs_codes_2024.csv")


def federal_add_ons(path: Path) -> FederalAddOns:
    """Read the federal add-on table; its edition is in its name."""
    primaries: dict[str, set[str]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            named = primaries.setdefault(row["add_on_code"], set())
            if row["primary_code"] != CONTRACTOR_DEFINED:
                named.add(row["primary_code"])
    edition = path.stem.rsplit("_", 1)[-1].upper()
    return FederalAddOns(edition=edition, primaries={code: tuple(sorted(named)) for code, named in primaries.items()})


def code_set(reference: Path) -> frozenset[str]:
    """Read every code that is or was in force by two federal tables: what a repair may propose."""
    found: set[str] = set()
    for name in CODE_SETS:
        with (reference / name).open(encoding="utf-8", newline="") as file:
            found |= {row["code"] for row in csv.DictReader(file)}
    return frozenset(found)


def build(shared: Path) -> list[tuple[IngestReport, Release]]:
    """Read every document and return its report and release, in order."""
    federal = federal_add_ons(shared / "reference" / "ncci_add_on_2024q2.csv")
    in_force = code_set(shared / "reference")
    reports: list[IngestReport] = []
    for plan, name in DOCUMENTS.items():
        profile = read_profile((bundled.PROFILES / f"{plan}.toml").read_bytes(), plan=plan)
        known = known_from([report.release for report in reports], in_force=in_force)
        reports.append(ingest(name, (shared / "seeds" / name).read_bytes(), profile, known=known, federal=federal))
    return [(report, merge_facts(report, [other for other in reports if other is not report]).release) for report in reports]


def releases(shared: Path) -> list[Release]:
    """Return every bundled release: the documents read here, and Medicare's lists from their transcription."""
    return [release for _, release in build(shared)] + medicare.releases(shared / "reference")


def entry(release: Release, known_at: str) -> dict[str, str]:
    """Return a release's line in the manifest."""
    header = release.header
    return {"id": release.id, "plan": header.plan, "list": header.list, "known_at": known_at, "file": f"{header.list}-{known_at}.jsonl"}


def main() -> None:
    """Write the releases, and the manifest with the day each became known."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("--out", type=Path, default=bundled.HERE)
    parser.add_argument("--known-at", help="the day new releases became known, YYYY-MM-DD")
    options = parser.parse_args()
    manifest_path = options.out / bundled.MANIFEST.name
    old = json.loads(manifest_path.read_text(ENCODING)) if manifest_path.exists() else []
    known = {each["id"]: each for each in old}
    for release in releases(options.shared):
        if release.id not in known:
            if not options.known_at:
                parser.error(f"the release of {release.header.list} is new: say with --known-at when it became known")
            known[release.id] = entry(release, options.known_at)
        path = options.out / bundled.RELEASES.name / known[release.id]["file"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(release.text().encode(ENCODING))
        print(f"{path.name}: {len(release.listings)} listings, {len(release.set_aside)} set aside, {len(release.add_ons)} federal add-ons")
    manifest_path.write_text(json.dumps(list(known.values()), indent=1) + "\n", ENCODING)


if __name__ == "__main__":
    main()
