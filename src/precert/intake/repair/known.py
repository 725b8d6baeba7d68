"""What is known beside the document itself: the evidence that repairs are weighed by. Digests and codes only, no wording."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from precert.facts.model import Fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownText:
    """A description known elsewhere, as its digest, with the code it stands beside and the list."""

    code: str
    fingerprint: Fingerprint
    list: str


@dataclass(frozen=True, kw_only=True)
class Known:
    """Other lists' descriptions and codes, federal add-on pairs, and the code book's codes where they are at hand."""

    texts: tuple[KnownText, ...] = ()
    codes: frozenset[str] = frozenset()
    add_ons: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Federal add-on code -> primaries."""
    in_force: frozenset[str] = frozenset()
    """Every code that is or was in force; empty when no such table is at hand. If it is, a code outside it is not proposed."""

    def has(self, code: str) -> bool:
        """Tell whether a code is met anywhere outside the document."""
        return code in self.codes or code in self.add_ons or code in self.in_force
