"""What changes: two releases compared by meaning, booked orders whose answer changes, plans side by side, a code's past.

Pure. Start at `difference.py` for the words, then `compare.py`. The functions have other names than the modules: a package
cannot have a function and a module of one name (ADR 0001).
"""

from precert.changes.booked import Order, Orders, read_orders
from precert.changes.compare import diff
from precert.changes.difference import Kind, ListChange, ListingChange, ReleaseDiff, Timing
from precert.changes.matrix import Crosswalk, codes_under, crosswalk
from precert.changes.past import Entry, history
from precert.changes.replay import apply
from precert.changes.touched import Touched, impact

__all__ = [
    "Crosswalk",
    "Entry",
    "Kind",
    "ListChange",
    "ListingChange",
    "Order",
    "Orders",
    "ReleaseDiff",
    "Timing",
    "Touched",
    "apply",
    "codes_under",
    "crosswalk",
    "diff",
    "history",
    "impact",
    "read_orders",
]
