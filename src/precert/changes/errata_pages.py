"""The mistakes of a list as people and programs read them: text, JSON (`precert.errata/1`), CSV, Markdown."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from precert.changes import render
from precert.changes.errata import Erratum
from precert.facts.release import Release
from precert.requirement.answer import citation

SCHEMA = "precert.errata/1"
_MOST_PLACES = 12
"""Places that a page names; the sheet and the JSON name all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errata:
    """A list's mistakes, and the day on which its rows were weighed."""

    release: Release
    day: date
    found: Sequence[Erratum]


def to_dict(errata: Errata) -> dict[str, Any]:
    """Return the mistakes as the members of `precert.errata/1`."""
    header = errata.release.header
    return {
        "schema": SCHEMA,
        "plan": header.plan,
        "list": header.list,
        "edition": header.edition or None,
        "release": errata.release.id,
        "documents": [{"name": name, "sha256": sha256} for name, sha256 in header.documents],
        "date": errata.day.isoformat(),
        "errata": [
            {
                "mistake": each.mistake,
                "codes": list(each.codes),
                "wrong": each.wrong,
                "meant": each.meant,
                "evidence": list(each.evidence),
                "citations": [citation(one) for one in each.citations],
            }
            for each in errata.found
        ],
    }


def _titles(errata: Errata) -> list[str]:
    header = errata.release.header
    counted = Counter(each.mistake for each in errata.found)
    sizes = ", ".join(f"{count} {mistake.replace('-', ' ')}" for mistake, count in sorted(counted.items()))
    read = ", ".join(name for name, _ in header.documents)
    return [
        f"{header.title}, edition {header.edition or 'unknown'}, read from {read}",
        f"{len(errata.found)} things to look at" + (f": {sizes}" if sizes else ""),
    ]


_SENT = "What is proposed is inferred from the list itself and from public tables; the publisher knows what was meant."


def text(errata: Errata) -> str:
    """Return the mistakes as plain text, by kind."""
    lines = _titles(errata)
    for mistake, found in groupby(sorted(errata.found, key=lambda each: each.mistake), key=lambda each: each.mistake):
        lines += ["", mistake.replace("-", " ").upper()]
        lines += [line for each in found for line in _entry(each)]
    return "".join(f"{render.visible(line)}\n" for line in [*lines, "", _SENT])


def _entry(each: Erratum) -> list[str]:
    lines = [f"  {_named(each)}: {each.wrong}"]
    lines += [f"      meant, perhaps: {each.meant}"] if each.meant else []
    lines += [f"      - {why}" for why in each.evidence]
    return [*lines, f"      {_places(each)}"]


def _named(each: Erratum) -> str:
    shown = ", ".join(each.codes[:_MOST_PLACES]) or "(blank)"
    return shown + (f" and {len(each.codes) - _MOST_PLACES} more" if len(each.codes) > _MOST_PLACES else "")


def _places(each: Erratum) -> str:
    """Write the places of a mistake; the lines of one text as numbers."""
    cited = each.citations[:_MOST_PLACES]
    more = f" and {len(each.citations) - _MOST_PLACES} more places" if len(each.citations) > _MOST_PLACES else ""
    if len({one.document for one in cited}) == 1 and all(one.line for one in cited):
        return f"{cited[0].document}, line{'s' * (len(cited) > 1)} {', '.join(str(one.line) for one in cited)}{more}"
    return ", ".join(render.row(one) for one in cited) + more


_COLUMNS = ("mistake", "document", "page", "sheet", "row", "line", "codes", "wrong", "meant", "evidence")


def csv(errata: Errata) -> str:
    """Return the mistakes as a sheet to send: one row for each place."""
    return render.csv_text(_COLUMNS, (_cells(each, one) for each in errata.found for one in map(citation, each.citations) if one))


def _cells(each: Erratum, place: dict[str, Any]) -> list[str]:
    at = [str(place[name] if place[name] is not None else "") for name in ("page", "sheet", "row", "line")]
    return [each.mistake, place["document"], *at, "; ".join(each.codes), each.wrong, each.meant or "", "; ".join(each.evidence)]


def markdown(errata: Errata) -> str:
    """Return the mistakes as Markdown, one row for each mistake."""
    rows = [
        (each.mistake.replace("-", " "), _named(each), each.wrong, each.meant or "", "; ".join(each.evidence), _places(each))
        for each in errata.found
    ]
    table = render.markdown_table(("mistake", "codes", "what is wrong", "meant, perhaps", "why", "where"), rows)
    titles = "".join(f"- {render.markdown(line)}\n" for line in _titles(errata))
    return "\n".join(["# What the list gets wrong by its own account\n", titles, table, f"{_SENT}\n"])
