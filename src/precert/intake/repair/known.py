"""What is known beside the document itself: the evidence that repairs are weighed by. Digests and codes only, no wording."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from precert import codes
from precert.facts.model import Fingerprint, Listing

Span = tuple[date | None, date | None]
"""The day from which a code was in force, and the day from which it is not; None where no table says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownText:
    """A description known elsewhere, as its digest, with the code it stands beside and the list."""

    code: str
    fingerprint: Fingerprint
    list: str


@dataclass(frozen=True, kw_only=True)
class Known:
    """Other lists' descriptions and codes, the list's own last release, federal add-on pairs, and the code sets that are at hand."""

    texts: tuple[KnownText, ...] = ()
    codes: frozenset[str] = frozenset()
    add_ons: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Federal add-on code -> primaries."""
    in_force: frozenset[str] = frozenset()
    """Every code that is or was in force; empty when no such table is at hand. If it is, a code outside it is not proposed."""
    spans: Mapping[str, Span] = field(default_factory=dict)
    """Code -> when it was in force, as far as the tables at hand tell."""
    as_of: date | None = None
    """Up to which day the tables tell what is in force; None when none is at hand."""
    last: tuple[Listing, ...] = ()
    """The listings of the last release of the same list, made from another document; none when there is none."""

    def has(self, code: str) -> bool:
        """Tell whether a code is met anywhere outside the document and its own earlier releases."""
        return code in self.codes or code in self.add_ons or code in self.in_force

    def may_be(self, code: str) -> bool:
        """Tell whether the code sets at hand, where they cover codes of its kind, have the code."""
        return code in self.in_force or codes.family(code) not in self._covered

    def is_unheard_of(self, code: str, year: int | None) -> bool:
        """Tell whether code sets that cover this kind of code, and are as new as a list of this year, do not have it."""
        is_new = self.as_of is not None and year is not None and self.as_of.year >= year
        return is_new and not self.may_be(code)

    @cached_property
    def _covered(self) -> frozenset[tuple[str, str]]:
        return frozenset(codes.family(code) for code in self.in_force)
