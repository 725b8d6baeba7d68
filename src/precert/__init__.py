"""precert: which lines of an order need prior authorization, who manages them, where, and which printed row says so.

>>> answer = precert.check({"plan": "cigna-commercial", "date_of_service": "2026-03-02", "lines": [{"code": "22551"}]})
>>> answer.lines[0].requirement
<Requirement.REQUIRED: 'required'>

It never says approved, denied, covered, or medically necessary, and a code that is not on a list is never "no PA needed".
"""

from precert.bootstrap import Rulebook, check, ingest, rulebook
from precert.requirement.answer import Determination
from precert.requirement.case import Case, RequestError

__version__ = "0.1.0"

__all__ = ["Case", "Determination", "RequestError", "Rulebook", "__version__", "check", "ingest", "rulebook"]
