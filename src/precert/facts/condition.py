"""The closed vocabulary of conditions: the reviewed meaning of what is printed beside a row.

A notation is read into these or kept as `Uninterpreted` (R25); nothing else exists. Each class names its rule and what it
needs to know beyond its own row (`reads`): that is what a batch must put into columns, and a row that reads nothing is
decided once for all cases.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, get_args


class Reads(StrEnum):
    """What a condition looks at outside its own row."""

    OTHER_LINES = "other-lines"
    MODIFIERS = "modifiers"
    SEGMENT = "segment"
    STATE = "state"
    PLACE_OF_SERVICE = "place-of-service"
    OTHER_LISTINGS = "other-listings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Where to reach the plan, as printed: digits with hyphens."""

    phone: str | None = None
    option: str | None = None
    fax: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedWith:
    """R16, R17: the delegate manages the code when it is ordered with a code of one of its families of programs."""

    kind: ClassVar[str] = "managed-with"
    reads: ClassVar[frozenset[Reads]] = frozenset({Reads.OTHER_LINES})
    family: str
    companions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ThroughPlan:
    """R12: the authorization is asked of the plan, not of the delegate."""

    kind: ClassVar[str] = "through-plan"
    reads: ClassVar[frozenset[Reads]] = frozenset()
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRequired:
    """R13: from the day of the change no prior authorization is required, whatever the cell prints."""

    kind: ClassVar[str] = "not-required"
    reads: ClassVar[frozenset[Reads]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """R14: the code is called experimental and will be refused if requested; printed in the cited row."""

    kind: ClassVar[str] = "refused"
    reads: ClassVar[frozenset[Reads]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentOnly:
    """R19: in scope for one segment of the plan's members only. `notice` when only the descriptor says so."""

    kind: ClassVar[str] = "segment-only"
    reads: ClassVar[frozenset[Reads]] = frozenset({Reads.SEGMENT})
    segment: str
    notice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StatesOnly:
    """R61: listed for members of these states only (two-letter codes); elsewhere the row does not exist."""

    kind: ClassVar[str] = "states-only"
    reads: ClassVar[frozenset[Reads]] = frozenset({Reads.STATE})
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesOnly:
    """R62: asked for at these places of service only (two-digit codes); elsewhere out of scope."""

    kind: ClassVar[str] = "places-only"
    reads: ClassVar[frozenset[Reads]] = frozenset({Reads.PLACE_OF_SERVICE})
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOnly:
    """R20: bought, never rented; `over` limits that to orders with more components than this."""

    kind: ClassVar[str] = "purchase-only"
    reads: ClassVar[frozenset[Reads]] = frozenset({Reads.MODIFIERS, Reads.OTHER_LINES})
    over: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOf:
    """R21: a cross-reference; where the named program lists the code too, that row decides."""

    kind: ClassVar[str] = "part-of"
    reads: ClassVar[frozenset[Reads]] = frozenset({Reads.OTHER_LISTINGS})
    program: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterDevice:
    """R22: nothing is asked of the delegate, but the device is registered with its manufacturer."""

    kind: ClassVar[str] = "register-device"
    reads: ClassVar[frozenset[Reads]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSpecific:
    """R23: managed for some clients only."""

    kind: ClassVar[str] = "client-specific"
    reads: ClassVar[frozenset[Reads]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Uninterpreted:
    """R25: something printed that nobody has interpreted yet."""

    kind: ClassVar[str] = "uninterpreted"
    reads: ClassVar[frozenset[Reads]] = frozenset()


Condition = (
    ManagedWith
    | ThroughPlan
    | NotRequired
    | Refused
    | SegmentOnly
    | StatesOnly
    | PlacesOnly
    | PurchaseOnly
    | PartOf
    | RegisterDevice
    | ClientSpecific
    | Uninterpreted
)
KINDS: dict[str, type[Condition]] = {each.kind: each for each in get_args(Condition)}
