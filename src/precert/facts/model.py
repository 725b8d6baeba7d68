"""The facts of a published list: what one reviewed row says, and where it says it.

Everything here is frozen, carries no wording of the document, and reads nothing from outside. Dates are half-open: a fact
that begins on D holds on D; one that ends on D does not. Shapes on paper are in `release.py`.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from precert.facts.condition import Condition


class Cell(StrEnum):
    """What a requirement cell may print (R1); every spelling of a document is read as one of these or not at all."""

    YES = "Yes"
    NO = "No"
    OUT_OF_SCOPE = "Out of Scope"
    ADD_ON = "Add-on Code"
    UNLISTED = "Unlisted"
    INVESTIGATIONAL = "Experimental/Investigational"
    IN_SEGMENT = "In Scope for Segment Only"


OUT_OF_SCOPE_PLATFORM = "Out of Scope"
"""A platform cell that names no platform (R11)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where a fact is printed. `line` is 1-based in a text document; `page`, `sheet` and `row` serve the other kinds."""

    document: str
    sha256: str
    line: int | None = None
    page: int | None = None
    sheet: str | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a row's descriptor states that is worth keeping, without its words."""

    regions: tuple[str, ...] = ()
    """Parts of the spine it names: cervical, thoracic, lumbar, sacral, sacroiliac."""
    approach: str | None = None
    """anterior, posterior, lateral, percutaneous, or endoscopic, when exactly one is named."""
    each_additional: bool = False
    """It calls itself an additional level, segment, vessel, ...: reported beside a primary procedure."""
    unlisted: bool = False
    """It calls itself an unlisted or not otherwise classified procedure or item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """A digest of a descriptor's letters and digits: tells equal wording apart from changed wording, and carries none of it."""

    length: int
    """How many letters and digits were digested; a document that cuts descriptors off is compared up to here."""
    digest: str
    """First 16 hexadecimal digits of their SHA-256."""
    cut: bool = False
    """The document cut the descriptor off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A person's decision that made a damaged row a listing (R65)."""

    action: str
    """accept (of a proposal) or correct (to another code)."""
    by: str
    at: str
    """When, in UTC, `YYYY-MM-DDTHH:MM:SSZ`."""
    why: str
    printed: str
    """What the row's code cell prints."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One reviewed fact: plan x program x code x period, with its normalised cells and its citation."""

    code: str
    program: str
    product: str | None = None
    category: str | None = None
    section: str | None = None
    printed: Cell | None = None
    """None on a membership list, whose rows print no requirement (R2)."""
    platform: str | None = None
    grouping: str | None = None
    um_cs: str | None = None
    begins: date | None = None
    """An addition: before this day the listing does not exist (R10)."""
    ends: date | None = None
    """A removal: from this day on the listing does not exist (R60)."""
    changed: date | None = None
    """A change: before this day we do not know what the list said (R10)."""
    conditions: tuple[Condition, ...] = ()
    facts: Facts = Facts()
    fingerprint: Fingerprint | None = None
    review: Review | None = None
    citation: Citation

    def in_force(self, day: date) -> bool:
        """Tell whether the listing exists on a date of service."""
        return (self.begins is None or self.begins <= day) and (self.ends is None or day < self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A table row that could not be read as a listing (R5, R7), and why."""

    reason: str
    printed: str
    program: str
    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A repair of a set-aside row's code, with its evidence; it changes no answer until a person accepts it (R7)."""

    id: str
    printed: str
    proposed: str
    confidence: float
    evidence: tuple[str, ...]
    status: str
    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something a reader of the document should look at; `code` is stable, `message` is ours."""

    code: str
    message: str
    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One titled list inside a document. `setting` limits it to a place of care, such as `home` (R27)."""

    name: str
    setting: str | None = None
    elsewhere: bool = False
    """Its codes are published elsewhere (R6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegate:
    """The benefit manager that runs a plan's programs, with the evidence for its name."""

    name: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTogether:
    """Two codes that a row forbids to report together (R24)."""

    code: str
    other: str
    exception: str | None
    """In our words, when the pair is allowed."""
    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """A row that names another code to use in place of `code` (R26)."""

    code: str
    use: tuple[str, ...]
    when: str
    """In our words: when to use the others."""
    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOn:
    """A federal add-on code and the primaries the table names for it; none when it leaves them to the contractor (R15)."""

    code: str
    primaries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A reference whose facts a release carries: name, edition, and the content address of the facts carried."""

    name: str
    edition: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Components:
    """What counts as a component of a larger item (R20): a category, less the codes that are bases or no parts of it."""

    category: str
    excluded: tuple[tuple[str, str], ...]
    """Closed code ranges."""
