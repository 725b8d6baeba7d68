"""Made-up documents for the tests of the intake, and one way to read them. The descriptions are ours."""

from collections.abc import Iterable

from precert.facts.model import AddOn, Citation, Listing
from precert.facts.release import Header, Release
from precert.intake import descriptor
from precert.intake.layouts.profile import Profile, default_profile, read_profile
from precert.intake.pipeline import IngestReport, ingest, known_from
from precert.intake.repair import Known

PROFILE = """
plan = "example"
list = "example"
title = "Example"
payer = "Example Health"

[delegate]
name = "Example Benefit Manager"
evidence = "made up"

[programs]
all = "Back"

[vocabulary]
through_plan = ["Through Example Health"]
client_specific = ["For Some Clients"]

[vocabulary.segment]
"In Scope for Gold Members Only" = "gold"

[vocabulary.platform]
"North Portal" = "North Portal"
"Through Example Health" = "Through Example Health"

[families]
msk = "Musculoskeletal"

[aliases]
"Cardiac" = "Cardiology"

[cross_references]
"sleep kit" = "Sleep"
"""

HEADER = ("Category", "Code", "Description", "PA Required", "Platform", "Notes")
MEMBERSHIP = ("Category", "Code", "Description")


def profile(more: str = "", *, without: str = "") -> Profile:
    """Return the profile above, with TOML before its tables and without a text of it."""
    return read_profile((more + PROFILE.replace(without, "") if without else more + PROFILE).encode())


def table(*rows: Iterable[str]) -> bytes:
    """Return rows as tab-separated text."""
    return "".join("\t".join(row) + "\n" for row in rows).encode()


def listed(
    code: str, *, description: str = "Made up", requirement: str = "Yes", platform: str = "North Portal", notes: str = ""
) -> tuple[str, ...]:
    """Return a row of the layout HEADER."""
    return ("Back", code, description, requirement, platform, notes)


def read(data: bytes, by: Profile | None = None, known: Known | None = None) -> IngestReport:
    """Read a document by the profile above, or by another."""
    return ingest("made-up.txt", data, by or profile(), known=known or Known())


def membership(*rows: tuple[str, str], known: Known | None = None) -> IngestReport:
    """Read a membership list of (code, description)."""
    by = read_profile(b'plan = "m"\nlist = "m"\ntitle = "M"\npayer = "M"\nmembership = true\n[programs]\nall = "Back"\n')
    return ingest("membership.txt", table(MEMBERSHIP, *(("Back", *row) for row in rows)), by, known=known or Known())


def plain(data: bytes) -> IngestReport:
    """Read a document without a profile."""
    return ingest("plain.txt", data, default_profile("plain"), known=Known())


def known_list(*rows: tuple[str, str], add_ons: tuple[AddOn, ...] = (), in_force: frozenset[str] = frozenset()) -> Known:
    """Return what another list of (code, description) tells."""
    place = Citation(document="other.txt", sha256="0" * 64, line=1)
    listings = tuple(Listing(code=code, program="Other", fingerprint=descriptor.fingerprint(text), citation=place) for code, text in rows)
    header = Header(plan="other", list="other", title="Other", edition="", payer="Other", documents=(), programs=())
    return known_from([Release(header=header, listings=listings, add_ons=add_ons)], in_force=in_force)


def findings(report: IngestReport) -> list[tuple[int | None, str]]:
    """Return (line, code) of every finding."""
    return [(finding.citation.line, finding.code) for finding in report.sheet.findings]


def aside(report: IngestReport) -> list[tuple[int | None, str, str]]:
    """Return (line, reason, printed) of every row set aside."""
    return [(each.row.citation.line, each.row.reason, each.row.printed) for each in report.sheet.set_aside]


def proposed(report: IngestReport) -> dict[int | None, str]:
    """Return line -> proposed code."""
    return {each.citation.line: each.proposed for each in report.proposals}


def codes(report: IngestReport) -> list[str]:
    """Return the listed codes, in document order."""
    return [row.listing.code for row in report.sheet.listed]
