"""Codes that are in no code set of the list's year: a doubt to look at, and no more.

Publishers leave codes on their lists that ended long ago, and name some that are yet to begin. Either says nothing of what the row
means, so the row stays; and it says something of the tables at hand, so it belongs in the report and not in the release.
"""

from collections.abc import Iterator

from precert.facts.model import Finding
from precert.intake.layouts.rows import Sheet
from precert.intake.repair.known import Known


def not_in_force(sheet: Sheet, known: Known) -> Iterator[Finding]:
    """Yield a finding for each listed code that was in force on no day of the list's year."""
    if sheet.edition is None:
        return
    year = int(sheet.edition)
    for row in sheet.listed:
        code = row.listing.code
        begins, ends = known.spans.get(code, (None, None))
        if ends and (ends.year, ends.month, ends.day) <= (year, 1, 1):
            why = f"has not been in force since {ends}"
        elif begins and begins.year > year:
            why = f"is in force from {begins} only"
        else:
            continue
        message = f"`{code}` {why}, by the code sets at hand, and the list is of {year}"
        yield Finding(code="code-not-in-force", message=message, citation=row.listing.citation)
