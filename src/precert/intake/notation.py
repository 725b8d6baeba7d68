"""The notation grammar: what is printed beside a row, read into conditions and dates (R10, R12-R23).

A clause is a pattern of key phrases. A clause is believed only where it stands as a sentence of its own, or where other clauses
read all the rest of its sentence: so `Not part of sleep DME` or `Purchase only, unless ...` is not read as its opposite but left
over, whole, and counted (R25). Where anything is left over, or another clause contradicts it, `No PA required` is left over too:
the one clause that takes a requirement away must stand unqualified.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from precert.facts.condition import (
    Condition,
    Contact,
    ManagedWith,
    NotRequired,
    PartOf,
    PurchaseOnly,
    Refused,
    RegisterDevice,
    SegmentOnly,
    ThroughPlan,
)
from precert.intake.layouts.columns import clean, words
from precert.intake.layouts.profile import Profile, key
from precert.intake.mentions import LISTED, named

_DAY = r"(?<![\d/.-])(?P<day>\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d{2}))(?![/.-]?\d)"
_PHONE = r"\(?\d{3}\)?[-.\s]\s?\d{3}[-.\s]\d{4}(?!\d)"
# What stands between "managed if" and the program, when it means what it seems to.
_SUBMITTED = (
    r"(?:(?:it|is|are|was|submitted|ordered|requested|billed|reported|together|along|with|a|an|any|another|cpt|hcpcs|procedure"
    r"|code|codes|that|which|also) ){1,14}"
)
# A name of programs may be any words but these, which say that something else happens on the day.
_NAME = (
    r"(?:(?!(?:no|not|non|never|except|excluding|unless|without|until|before|prior|after|remov\w*|delet\w*|terminat\w*|withdraw\w*"
    r"|withdrawn|retract\w*|cancel\w*|rescind\w*|revers\w*|postpon\w*|delay\w*|pending|proposed|ends?|ended|ending)\b)\w{1,30} )"
)
_TURNED = re.compile(r"\b(?:no|not|never|longer|until|before|prior|except|unless|without|through|thru|cost)\W*\Z", re.IGNORECASE | re.ASCII)
_LEFT_ASIDE = re.compile(r"[\s.,;:()\-\u2013\u2014\x1f]*")
# A sentence ends at a stop before a blank, or where an asterisk begins a remark; "eff. 1/1/2023" and "7.1.2021" hold none, and
# an asterisk behind a word leads to a footnote nobody reads.
_SENTENCE_END = re.compile(r"((?<=[.!?])(?<!\beff\.) |(?:^| )\* ?)", re.IGNORECASE | re.ASCII)
_REMARK = re.compile(r"((?<=[.!?])(?<!\beff\.) |(?:^| )\* ?| [-\u2013\u2014] )", re.IGNORECASE | re.ASCII)
_HOLE = "\x1f"
"""Stands where a clause was taken out, so that the words around it do not join into another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a row's notations say: conditions, dates, the codes said to be refused (R14), and what is odd about the printing."""

    conditions: tuple[Condition, ...] = ()
    begins: date | None = None
    changed: date | None = None
    refused: tuple[str, ...] = ()
    calls_unlisted: bool = False
    rest: str = ""
    """What nobody understood (R25)."""
    descriptor: str = ""
    """The description, without a notation pasted into it."""
    pasted_in_description: bool = False
    pasted_in_notation: bool = False
    """The description stands in the notation again (R4)."""
    dates_disagree: bool = False
    """Two cells date the same thing differently."""


_Reader = Callable[[re.Match[str], Profile], Reading | None]


@dataclass(frozen=True, slots=True)
class _Clause:
    pattern: re.Pattern[str]
    read: _Reader


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence that clauses read whole, and what they say."""

    text: str
    says: Reading


def day(text: str) -> date | None:
    """Read a day printed month first, with slashes or dots; a two-digit year is of this century (R10). None if there is no such day."""
    month, of_month, year = (int(part) for part in re.split(r"[/.]", text))
    try:
        return date(year + 2000 if year < 100 else year, month, of_month)  # noqa: PLR2004 - two-digit years
    except ValueError:
        return None


def read_row(profile: Profile, *, notation: str = "", grouping: str = "", description: str = "") -> Reading:
    """Read the cells of one row that may carry a notation."""
    pasted, descriptor, odd = _read_description(description, profile)
    beside, left = _read_sentences(notation, profile)
    again = same_words(" ".join(left), descriptor)
    filed, unfiled = _read_grouping(grouping, profile)
    rest = [*([] if again else left), *unfiled, *odd]
    said, withdrawn = _unqualified([*beside, *filed, *pasted], rest)
    return replace(
        _joined(each.says for each in said),
        rest=" ".join([*rest, *withdrawn]),
        descriptor=descriptor,
        pasted_in_description=bool(pasted),
        pasted_in_notation=again,
    )


def same_words(one: str, other: str) -> bool:
    """Tell whether two texts are the same words."""
    return bool(words(one)) and words(one) == words(other)


# -- cells -------------------------------------------------------------------------------------------------------------


def _read_sentences(text: str, profile: Profile) -> tuple[list[_Sentence], list[str]]:
    """Return the sentences that clauses read whole, and those they do not."""
    read, left = [], []
    for sentence in _SENTENCE_END.split(clean(text))[::2]:
        said, rest = _take(sentence, profile)
        if not _LEFT_ASIDE.fullmatch(rest):
            left.append(sentence)
        elif said:
            read.append(_Sentence(sentence, said))
    return read, left


def _read_grouping(text: str, profile: Profile) -> tuple[list[_Sentence], list[str]]:
    """Read a grouping cell: a label that may carry the day of an addition (R10).

    Any other clause, and a day left over, is not understood.
    """
    read, left = _read_sentences(text, profile)
    dated = [each for each in read if not each.says.conditions]
    unread = [each.text for each in read if each.says.conditions]
    return dated, unread + [each for each in left if re.search(_DAY, each)]


def _read_description(text: str, profile: Profile) -> tuple[list[_Sentence], str, list[str]]:
    """Read the notations pasted into a description (R4) and a bare date at its end, which is a change (R10).

    Return them, the description without them, and what reads like a notation there and cannot be read.
    """
    parts = _REMARK.split(clean(text))
    read: list[_Sentence] = []
    for at in range(0, len(parts), 2):
        said, rest = _take(parts[at], profile)
        if said and _LEFT_ASIDE.fullmatch(rest):
            read.append(_Sentence(parts[at], said))
            parts[at] = ""
    descriptor = "".join(parts).strip(" .*-\u2013\u2014") if read else "".join(parts)
    bare = _BARE_DATE.search(descriptor)
    if bare and not _TURNED.search(descriptor[: bare.start()]) and (changed := day(bare["day"])):
        read.append(_Sentence(bare.group(), Reading(changed=changed)))
        descriptor = descriptor[: bare.start()].rstrip()
    return read, descriptor, _odd(descriptor, profile)


_BARE_DATE = re.compile(rf"(?:^|(?<=[\s*(]))effective {_DAY}[\s.)]*\Z", re.IGNORECASE | re.ASCII)
_DATED = re.compile(
    rf"\b(?:eff|effective|add|added|additions?|until|through)\b\W{{1,4}}(?:\w{{1,12}} ){{0,2}}{_DAY}", re.IGNORECASE | re.ASCII
)


def _odd(descriptor: str, profile: Profile) -> list[str]:
    """Return what of a description reads like a notation: a clause among other words, or a day nobody placed."""
    said, _ = _take(descriptor, profile)
    dated = _DATED.search(descriptor)
    return [descriptor] if said else [dated.group()] if dated else []


def _take(text: str, profile: Profile) -> tuple[Reading | None, str]:
    """Read every clause of a text, and return what is left of it."""
    reading = None
    for clause in _clauses(profile.payer, profile.delegate.name if profile.delegate else ""):
        found = clause.pattern.search(text)
        said = clause.read(found, profile) if found else None
        if found and said:
            reading = _join(reading, said) if reading else said
            text = f"{text[: found.start()]}{_HOLE}{text[found.end() :]}"
    return reading, text


# -- putting readings together -----------------------------------------------------------------------------------------

_CONTRADICT = (ThroughPlan, Refused, ManagedWith, SegmentOnly)
"""What cannot be said of a code for which no authorization is required."""


def _unqualified(said: list[_Sentence], rest: list[str]) -> tuple[list[_Sentence], list[str]]:
    """Leave out the sentences that take the requirement away, unless nothing qualifies or contradicts them."""
    relaxing = [each for each in said if _has(each.says, NotRequired)]
    qualified = bool(rest) or any(each.says.refused or _has(each.says, *_CONTRADICT) for each in said)
    if not relaxing or not qualified:
        return said, []
    return [each for each in said if each not in relaxing], [each.text for each in relaxing]


def _has(reading: Reading, *kinds: type[Condition]) -> bool:
    return any(isinstance(each, kinds) for each in reading.conditions)


def _joined(readings: Iterable[Reading]) -> Reading:
    whole = Reading()
    for each in readings:
        whole = _join(whole, each)
    return whole


def _join(one: Reading, other: Reading) -> Reading:
    """Put two readings of one row together; where both give a day, the first stands."""
    return Reading(
        conditions=_merge(one.conditions, other.conditions),
        begins=one.begins or other.begins,
        changed=one.changed or other.changed,
        refused=tuple(dict.fromkeys((*one.refused, *other.refused))),
        calls_unlisted=one.calls_unlisted or other.calls_unlisted,
        dates_disagree=one.dates_disagree
        or other.dates_disagree
        or _differ(one.begins, other.begins)
        or _differ(one.changed, other.changed),
    )


def _differ(one: date | None, other: date | None) -> bool:
    return one is not None and other is not None and one != other


def _merge(one: Iterable[Condition], other: Iterable[Condition]) -> tuple[Condition, ...]:
    """Keep one condition of a kind: a companion (R17) completes the rule it belongs to (R16)."""
    kept = {type(each): each for each in one}
    for each in other:
        before = kept.get(type(each))
        if isinstance(each, ManagedWith) and isinstance(before, ManagedWith):
            kept[type(each)] = replace(each, family=each.family or before.family, companions=before.companions or each.companions)
        elif isinstance(each, ThroughPlan) and isinstance(before, ThroughPlan):
            kept[type(each)] = ThroughPlan(contacts=tuple(dict.fromkeys((*before.contacts, *each.contacts))))
        else:
            kept[type(each)] = each
    return tuple(kept.values())


# -- clauses -----------------------------------------------------------------------------------------------------------


def _addition(found: re.Match[str], profile: Profile) -> Reading | None:  # noqa: ARG001 - as every clause
    begins = day(found["day"])
    return Reading(begins=begins) if begins else None


def _not_required(found: re.Match[str], profile: Profile) -> Reading | None:  # noqa: ARG001
    return _changed(found, NotRequired())


def _changed(found: re.Match[str], condition: Condition) -> Reading | None:
    """A condition that holds from a day, where one is printed; a day that does not exist leaves the clause unread."""
    printed = found["day"]
    changed = day(printed) if printed else None
    return Reading(conditions=(condition,), changed=changed) if changed or not printed else None


def _managed_with(found: re.Match[str], profile: Profile) -> Reading | None:
    family = found["family"].lower()
    if family not in dict(profile.families):
        return None
    return Reading(conditions=(ManagedWith(family=family),), calls_unlisted=found["what"].lower() == "unlisted")


def _companion(found: re.Match[str], profile: Profile) -> Reading | None:
    companions = named(found["codes"])
    if not companions or not profile.families:
        return None
    return Reading(conditions=(ManagedWith(family=profile.families[0][0], companions=companions),))


def _reach_plan(found: re.Match[str], profile: Profile) -> Reading:  # noqa: ARG001
    contact = Contact(phone=_digits(found["phone"]), option=found["option"], fax=_digits(found["fax"]))
    return Reading(conditions=(ThroughPlan(contacts=(contact,)),))


def _through_plan(found: re.Match[str], profile: Profile) -> Reading | None:  # noqa: ARG001
    return _changed(found, ThroughPlan())


def _digits(number: str | None) -> str | None:
    return "-".join(re.findall(r"\d+", number)) if number else None


def _refused(found: re.Match[str], profile: Profile) -> Reading | None:  # noqa: ARG001
    refused = named(found["codes"])
    return Reading(refused=refused) if refused else None


def _register(found: re.Match[str], profile: Profile) -> Reading:  # noqa: ARG001
    return Reading(conditions=(RegisterDevice(),))


def _purchase_only(found: re.Match[str], profile: Profile) -> Reading:  # noqa: ARG001
    return Reading(conditions=(PurchaseOnly(over=int(found["over"]) if found["over"] else None),))


def _part_of(found: re.Match[str], profile: Profile) -> Reading | None:
    program = profile.cross_references.get(key(found["whole"]))
    return Reading(conditions=(PartOf(program=program),)) if program else None


_AUTHORIZATION = r"(?:pre-?certification|prior auth(?:orization)?|pa)"
_THIS_CODE = r"(?:cpt|hcpcs|procedure)"


@lru_cache(maxsize=16)
def _clauses(payer: str, delegate: str) -> tuple[_Clause, ...]:
    """Return every clause, with the names of this list's payer and delegate in place; a name nobody gave is never met."""
    return tuple(
        _Clause(re.compile(pattern, re.IGNORECASE | re.ASCII), read) for pattern, read in _patterns(_named(payer), _named(delegate))
    )


def _named(name: str) -> str:
    return r"\W{1,3}".join(re.escape(each) for each in words(name)) or r"(?!)"


def _patterns(payer: str, delegate: str) -> Iterator[tuple[str, _Reader]]:
    # R13
    yield rf"\bno {_AUTHORIZATION} (?:is )?required(?:,? effective {_DAY})?", _not_required
    # R10, what is added
    yield rf"\b(?:ama )?addition ?- ?eff(?:ective)?\.? {_DAY}", _addition
    yield rf"{_DAY} ?- ?{_NAME}{{0,6}}additions?\b", _addition
    yield rf"\beffective {_DAY} {_NAME}{{0,3}}additions?\b", _addition
    yield rf"\badd(?:ed)? {_DAY}", _addition
    # R16, then R17 which completes it
    yield (
        (
            rf"\bthis (?P<what>unlisted|procedure) code will be managed (?:if|when) {_SUBMITTED}"
            rf"(?:in|of|from) the delegated (?P<family>\w+) program\W{{1,3}}otherwise,? {payer} will manage (?:the|this) code"
        ),
        _managed_with,
    )
    yield rf"\bcompanion (?:procedure )?to (?P<codes>{LISTED})", _companion
    # R12
    yield (
        (
            rf"\b(?:for this {_THIS_CODE} code,? )?please (?:reach out to|contact|call) {payer} at (?P<phone>{_PHONE})"
            rf"(?:,? option (?P<option>\d{{1,3}}))?(?:,? (?:or|and) \(?fax\)?:? (?P<fax>{_PHONE}))?"
        ),
        _reach_plan,
    )
    yield rf"\b(?:this {_THIS_CODE} code )?requires (?:a )?{_AUTHORIZATION} through {payer}(?:,? effective {_DAY})?", _through_plan
    # R14
    yield (
        (
            rf"\b(?:cpt |hcpcs )?codes? (?P<codes>{LISTED}) (?:is|are) considered "
            r"(?:experimental|investigational)(?:(?: and | or | ?/ ?)(?:experimental|investigational))? "
            r"and will be (?:denied|refused)(?: if requested)?"
        ),
        _refused,
    )
    # R22
    yield (
        (
            rf"\bthis {_THIS_CODE} code does not require (?:a )?{_AUTHORIZATION} through {delegate}"
            r"\W{1,3}but please register the device with (?:the|its) manufacturer"
        ),
        _register,
    )
    # R20
    yield r"(?:\bif requested with > ?(?P<over>\d{1,3}) components?,? )?\bpurchase only\b", _purchase_only
    # R21
    yield r"\bpart of (?P<whole>\w+(?: \w+){0,3})", _part_of
