"""The two Medicare lists as releases, from the transcribed facts in SHARED/reference: see docs/adr for what the rules make of them.

The files hold codes, dates, states and groups, taken from a copy and not from CMS: every answer carries `secondary-source`.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from precert.facts.condition import PlacesOnly, StatesOnly
from precert.facts.model import Citation, Finding, Listing, Program
from precert.facts.release import Header, Release

PLAN = "medicare-ffs"
DMEPOS = "DMEPOS Required Prior Authorization"
OUTPATIENT = "Hospital Outpatient Department Prior Authorization"
HOSPITAL_OUTPATIENT = ("19", "22")
"""Off-campus and on-campus outpatient hospital: where an outpatient department bills from."""
GROUPS = {
    "LLP": "Lower Limb Prostheses",
    "ORTH": "Orthoses",
    "PMD": "Power Mobility Devices",
    "PRSS": "Pressure Reducing Support Surfaces",
}


class _Source:
    """A JSON file with the line each value stands on."""

    def __init__(self, path: Path) -> None:
        self.name, data = path.name, path.read_bytes()
        self.sha256 = hashlib.sha256(data).hexdigest()
        self.content: dict[str, Any] = json.loads(data)
        self._lines = data.decode("utf-8").splitlines()

    def cite(self, code: str) -> Citation:
        """Cite the line of a code's own entry; where it has none, the first line that names it."""
        named = [(f'"code": "{code}"' not in text, number) for number, text in enumerate(self._lines, 1) if f'"{code}"' in text]
        line = min(named)[1]
        return Citation(document=self.name, sha256=self.sha256, line=line)


def releases(reference: Path) -> list[Release]:
    """Return the releases of the two lists."""
    return [_dmepos(_Source(reference / "medicare_dmepos_pa.json")), _outpatient(_Source(reference / "medicare_opd_pa.json"))]


def _header(source: _Source, list_id: str, title: str, program: str) -> Header:
    return Header(
        plan=PLAN,
        list=f"{PLAN}-{list_id}",
        title=title,
        edition="2026",
        payer="Medicare",
        documents=((source.name, source.sha256),),
        programs=(Program(name=program),),
        secondary=True,
        dated=True,
    )


def _dmepos(source: _Source) -> Release:
    listings = [listing for entry in source.content["codes"] for listing in _phases(entry, source)]
    ended = source.content["suspended"] | {code: text[:10] for code, text in source.content["removed"].items()}
    listings += [_gone(code, date.fromisoformat(day), DMEPOS, source) for code, day in ended.items()]
    title = "Medicare required prior authorization list, DMEPOS"
    return Release(header=_header(source, "dmepos", title, DMEPOS), listings=tuple(listings))


def _phases(entry: dict[str, Any], source: _Source) -> Iterator[Listing]:
    """One listing per phase; a phase's states join those of the phases before it, and the next phase ends it."""
    begins = [date.fromisoformat(day) for day, _ in entry["phases"]]
    states: list[str] = []
    for at, (_, added) in enumerate(entry["phases"]):
        states += added or ()
        yield Listing(
            code=entry["code"],
            program=DMEPOS,
            category=GROUPS.get(entry["group"]),
            begins=begins[at],
            ends=begins[at + 1] if at + 1 < len(begins) else None,
            conditions=(StatesOnly(states=tuple(sorted(states))),) if added else (),
            citation=source.cite(entry["code"]),
        )


def _gone(code: str, day: date, program: str, source: _Source, **more: Any) -> Listing:  # noqa: ANN401 - members of a listing
    """A code taken off the list on a day; since when and where it had been on it, the source does not say."""
    return Listing(code=code, program=program, ends=day, changed=day, citation=source.cite(code), **more)


def _outpatient(source: _Source) -> Release:
    place = (PlacesOnly(places=HOSPITAL_OUTPATIENT),)
    listings = [
        Listing(
            code=entry["code"],
            program=OUTPATIENT,
            category=entry["category"],
            begins=date.fromisoformat(entry["since"]),
            conditions=place,
            citation=source.cite(entry["code"]),
        )
        for entry in source.content["codes"]
    ]
    began, findings = min(listing.begins for listing in listings if listing.begins), []
    for entry in source.content["removed"]:
        code, day = entry["code"], date.fromisoformat(entry["removed"]) if "removed" in entry else None
        if day is None or day <= began:
            message = (
                f"{code} is named as removed "
                + ("without a date" if day is None else "before the list was in force")
                + "; it is not listed"
            )
            findings.append(Finding(code="removed-not-listed", message=message, citation=source.cite(code)))
        elif "from" in entry:
            since = date.fromisoformat(entry["from"])
            listings.append(Listing(code=code, program=OUTPATIENT, begins=since, ends=day, conditions=place, citation=source.cite(code)))
        else:
            listings.append(_gone(code, day, OUTPATIENT, source, begins=began, conditions=place))
    title = "Medicare prior authorization list, hospital outpatient department services"
    return Release(header=_header(source, "outpatient", title, OUTPATIENT), listings=tuple(listings), findings=tuple(findings))
