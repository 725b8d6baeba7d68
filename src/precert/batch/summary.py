"""What came of a screening: lines by requirement, platform and reason, and those that could not be read, by what they need."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from precert.batch.reading import BITS
from precert.batch.says import Says
from precert.requirement.explain import DISCLAIMER

SCHEMA = "precert.screen/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How many lines were answered how."""

    lines: int
    output: str | None
    engine: str
    keys: int
    """How many different questions were put to the rules for lines that depend on other lines."""
    requirements: dict[str, int]
    platforms: dict[str | None, int]
    reasons: dict[str, int]
    malformed: dict[str, int]
    releases: dict[str, list[str]]
    """The releases that answered, by plan."""

    def to_dict(self) -> dict[str, Any]:
        """Return the summary as JSON members."""
        return {
            "schema": SCHEMA,
            "output": self.output,
            "engine": self.engine,
            "lines": self.lines,
            "keys": self.keys,
            "requirements": _table("requirement", self.requirements),
            "platforms": _table("platform", self.platforms),
            "reasons": _table("reason", self.reasons),
            "malformed": _table("needs", self.malformed),
            "releases": [{"plan": plan, "ids": ids} for plan, ids in self.releases.items()],
            "disclaimer": DISCLAIMER,
        }


def _table(name: str, counts: dict[Any, int]) -> list[dict[str, Any]]:
    return [{name: value, "lines": lines} for value, lines in counts.items()]


MALFORMED = "malformed"
"""The reason of a line that cannot be read."""


def summary(counts: Iterable[tuple[int, int]], says: dict[int, Says], **more: Any) -> Summary:  # noqa: ANN401 - members of Summary
    """Sum up the lines of each answer; those below nought could not be read."""
    requirements, platforms, reasons, malformed = (Counter[Any]() for _ in range(4))
    for number, lines in counts:
        if number < 0:
            requirements["undetermined"] += lines
            platforms[None] += lines
            reasons[MALFORMED] += lines
            malformed.update({need: lines for need, bit in BITS.items() if -number & bit})
            continue
        each = says[number]
        requirements[each.requirement] += lines
        platforms[each.platform] += lines
        reasons[each.reason] += lines
    total = sum(requirements.values())
    ordered = [
        dict(sorted(each.items(), key=lambda pair: (-pair[1], str(pair[0])))) for each in (requirements, platforms, reasons, malformed)
    ]
    return Summary(lines=total, requirements=ordered[0], platforms=ordered[1], reasons=ordered[2], malformed=ordered[3], **more)
