"""The notation grammar: what is printed beside a row, read into conditions and dates (R10, R12-R23).

A clause is a pattern of a few key phrases with gaps that no negation may fill. Every clause found is taken out of the text;
what is left over is returned, so that nothing printed disappears (R25).
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from precert import codes
from precert.facts.condition import (
    Condition,
    Contact,
    ManagedWith,
    NotRequired,
    PartOf,
    PurchaseOnly,
    RegisterDevice,
    ThroughPlan,
)
from precert.intake.layouts.columns import clean, words
from precert.intake.layouts.profile import Profile, key

# A gap between key phrases: any words of one sentence but those that could turn its meaning round.
_GAP = r"(?:(?!\b(?:not|no|never|except|unless|without)\b)[^.;])*?"
_DAY = r"(?P<day>\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d{2})(?!\d))"
_PHONE = r"\d{3}[-.\s]\d{3}[-.\s]\d{4}"
_LEFT_ASIDE = re.compile(r"[\s.,;:*()\-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a notation says: conditions, dates, the codes it says will be refused (R14), and what could not be read."""

    conditions: tuple[Condition, ...] = ()
    begins: date | None = None
    changed: date | None = None
    refused: tuple[str, ...] = ()
    calls_unlisted: bool = False
    rest: str = ""


@dataclass(frozen=True, slots=True)
class _Clause:
    pattern: re.Pattern[str]
    read: Callable[[re.Match[str], Profile], Reading | None]


def day(text: str) -> date | None:
    """Read a day printed month first, with slashes or dots; a two-digit year is of this century (R10). None if there is no such day."""
    month, of_month, year = (int(part) for part in re.split(r"[/.]", text))
    try:
        return date(year + 2000 if year < 100 else year, month, of_month)  # noqa: PLR2004 - two-digit years
    except ValueError:
        return None


def read(text: str, profile: Profile) -> Reading:
    """Read one cell's notation."""
    reading, rest = _take(clean(text), profile)
    return replace(reading, rest="" if _LEFT_ASIDE.fullmatch(rest) else " ".join(rest.split()))


def _take(text: str, profile: Profile) -> tuple[Reading, str]:
    """Read every clause of a text, and return what is left of it."""
    reading = Reading()
    for clause in _CLAUSES:
        found = clause.pattern.search(text)
        said = clause.read(found, profile) if found else None
        if found and said:
            reading, text = join(reading, said), f"{text[: found.start()]} {text[found.end() :]}"
    return reading, text


def join(one: Reading, other: Reading) -> Reading:
    """Put two readings of one row together; where both give a day, the first stands."""
    return Reading(
        conditions=_merge(one.conditions, other.conditions),
        begins=one.begins or other.begins,
        changed=one.changed or other.changed,
        refused=tuple(dict.fromkeys((*one.refused, *other.refused))),
        calls_unlisted=one.calls_unlisted or other.calls_unlisted,
    )


def _merge(one: Iterable[Condition], other: Iterable[Condition]) -> tuple[Condition, ...]:
    """Keep one condition of a kind: a companion (R17) completes the rule it belongs to (R16)."""
    kept = {type(each): each for each in one}
    for each in other:
        before = kept.get(type(each))
        if isinstance(each, ManagedWith) and isinstance(before, ManagedWith):
            kept[type(each)] = replace(each, family=each.family or before.family, companions=before.companions or each.companions)
        elif isinstance(each, ThroughPlan) and isinstance(before, ThroughPlan):
            kept[type(each)] = ThroughPlan(contacts=before.contacts or each.contacts)
        else:
            kept[type(each)] = each
    return tuple(kept.values())


def _addition(found: re.Match[str], _: Profile) -> Reading | None:
    begins = day(found["day"])
    return Reading(begins=begins) if begins else None


def _changed(condition: Condition | None) -> Callable[[re.Match[str], Profile], Reading | None]:
    def read_change(found: re.Match[str], _: Profile) -> Reading | None:
        changed = day(found["day"]) if found["day"] else None
        if found["day"] and changed is None:
            return None
        return Reading(conditions=(condition,) if condition else (), changed=changed)

    return read_change


def _managed_with(found: re.Match[str], profile: Profile) -> Reading | None:
    family = found["family"].lower()
    if family not in dict(profile.families) or not _is_payer(found["payer"], profile):
        return None
    return Reading(conditions=(ManagedWith(family=family),), calls_unlisted=found["what"].lower() == "unlisted")


def _companion(found: re.Match[str], profile: Profile) -> Reading | None:
    named = tuple(codes.mentioned(found["codes"]))
    return Reading(conditions=(ManagedWith(family=profile.families[0][0], companions=named),)) if named and profile.families else None


def _through_plan(found: re.Match[str], profile: Profile) -> Reading | None:
    if not _is_payer(found["payer"], profile):
        return None
    groups = found.groupdict()
    changed = day(groups["day"]) if groups.get("day") else None
    contact = Contact(phone=_digits(groups.get("phone")), option=groups.get("option"), fax=_digits(groups.get("fax")))
    return Reading(conditions=(ThroughPlan(contacts=() if contact == Contact() else (contact,)),), changed=changed)


def _digits(number: str | None) -> str | None:
    return "-".join(re.findall(r"\d+", number)) if number else None


def _is_payer(name: str, profile: Profile) -> bool:
    return key(name) == key(profile.payer)


def _refused(found: re.Match[str], _: Profile) -> Reading | None:
    named = tuple(codes.mentioned(found["codes"]))
    return Reading(refused=named) if named else None


def _register(_: re.Match[str], __: Profile) -> Reading:
    return Reading(conditions=(RegisterDevice(),))


def _purchase_only(found: re.Match[str], _: Profile) -> Reading:
    return Reading(conditions=(PurchaseOnly(over=int(found["over"]) if found["over"] else None),))


def _part_of(found: re.Match[str], profile: Profile) -> Reading | None:
    program = profile.cross_references.get(key(found["whole"]))
    return Reading(conditions=(PartOf(program=program),)) if program else None


def _clause(pattern: str, read_clause: Callable[[re.Match[str], Profile], Reading | None]) -> _Clause:
    return _Clause(re.compile(pattern, re.IGNORECASE), read_clause)


_CLAUSES = (
    # R13
    _clause(rf"\bno (?:pa|prior authorization|precertification) (?:is )?required(?:,? effective {_DAY})?", _changed(NotRequired())),
    # R10: additions, before the bare dates below
    _clause(rf"\bam?a? ?addition\s*-\s*eff(?:ective)?\.? {_DAY}", _addition),
    _clause(rf"{_DAY}\s*-\s*(?:\w+ ){{0,6}}additions?\b", _addition),
    _clause(rf"\beffective {_DAY} (?:\w+ ){{0,3}}additions?\b", _addition),
    _clause(rf"\badd(?:ed)? {_DAY}", _addition),
    # R16, then R17 which completes it
    _clause(
        rf"\bthis (?P<what>unlisted|procedure) code will be managed if{_GAP}"
        rf"\b(?:in|of) the delegated (?P<family>\w+) program\W+otherwise,? (?P<payer>\w+) will manage the code",
        _managed_with,
    ),
    _clause(r"\bcompanion (?:procedure )?to (?P<codes>[0-9A-Z]{5}(?:(?:,| or| and| )+[0-9A-Z]{5})*)", _companion),
    # R12
    _clause(
        rf"(?:\bfor this (?:hcpcs|cpt|procedure) code,? )?\bplease reach out to (?P<payer>\w+) at (?P<phone>{_PHONE})"
        rf"(?: option (?P<option>\d+))?(?: or \(?fax\)?:? (?P<fax>{_PHONE}))?",
        _through_plan,
    ),
    _clause(rf"\brequires (?:precertification|prior authorization) through (?P<payer>\w+)(?:,? effective {_DAY})?", _through_plan),
    # R14
    _clause(
        r"\b(?:cpt |hcpcs )?codes? (?P<codes>[0-9A-Z]{5}(?:(?:,| and| or| )+[0-9A-Z]{5})*) (?:is|are) considered experimental"
        r"(?: (?:and|or|/) investigational)? and will be (?:denied|refused)(?: if requested)?",
        _refused,
    ),
    # R22
    _clause(
        r"\bthis (?:cpt|hcpcs|procedure) code does not require a? ?precertification through (?P<delegate>\w+)"
        r"\W+but please register the device with the manufacturer",
        _register,
    ),
    # R20
    _clause(r"(?:\bif requested with >\s*(?P<over>\d+) components?,? )?\bpurchase only\b", _purchase_only),
    # R21
    _clause(r"\bpart of (?P<whole>\w+(?: \w+){0,3})", _part_of),
)

_BARE_DATE = re.compile(rf"\s*\*?\beffective {_DAY}\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """What a descriptor carries that is no description: the notation pasted into it, and the descriptor without it."""

    reading: Reading
    descriptor: str


def read_descriptor(text: str, profile: Profile) -> Pasted:
    """Read the notation pasted into a descriptor (R4) and a bare date at its end, which is a change (R10)."""
    reading, rest = _take(clean(text), profile)
    bare = _BARE_DATE.search(rest)
    if bare and (changed := day(bare["day"])):
        reading, rest = join(reading, Reading(changed=changed)), rest[: bare.start()]
    return Pasted(reading=reading, descriptor=" ".join(rest.split()))


def same_words(one: str, other: str) -> bool:
    """Tell whether two texts are the same words."""
    return bool(words(one)) and words(one) == words(other)
