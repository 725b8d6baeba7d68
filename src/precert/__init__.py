"""precert: which lines of an order need prior authorization, who manages them, where, and which printed row says so.

>>> answer = precert.check({"plan": "cigna-commercial", "date_of_service": "2026-03-02", "lines": [{"code": "22551"}]})
>>> answer.lines[0].requirement
<Requirement.REQUIRED: 'required'>

It never says approved, denied, covered, or medically necessary, and a code that is not on a list is never "no PA needed".
"""

from typing import TYPE_CHECKING, Any

from precert.bootstrap import Rulebook, check, rulebook
from precert.requirement.answer import Determination
from precert.requirement.case import Case, RequestError

if TYPE_CHECKING:
    from precert.anesthesiology.answer import anesthesia
    from precert.batch.screen import screen
    from precert.intake.pipeline import IngestReport
    from precert.workbench import ingest

__version__ = "0.1.0"

__all__ = [
    "Case",
    "Determination",
    "IngestReport",
    "RequestError",
    "Rulebook",
    "__version__",
    "anesthesia",
    "check",
    "ingest",
    "rulebook",
    "screen",
]

# Reading lists is imported when it is asked for: answering an order must not pay for it.
_LATER = {
    "IngestReport": "precert.intake.pipeline",
    "anesthesia": "precert.anesthesiology.answer",
    "ingest": "precert.workbench",
    "screen": "precert.batch.screen",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module's attributes are of any type
    """Return a public name that is imported on first use."""
    if name not in _LATER:
        raise AttributeError(f"module `precert` has no attribute `{name}`")
    from importlib import import_module  # noqa: PLC0415 - only for these names

    value = getattr(import_module(_LATER[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
