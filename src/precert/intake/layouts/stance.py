"""What a text around a table says of its codes: that they need prior authorization, that they do not, or neither.

It serves one question: may a list that prints no requirement be taken as one of codes that need authorization (R2)? So it is made
to be wrong in one direction only: a text that may speak of exempt or removed codes counts as doing so, whatever else it says.
"""

import re
from enum import Enum

_FLAGS = re.IGNORECASE | re.ASCII
_AUTHORIZATION = re.compile(
    r"\b(?:prior[- ]?auth\w{0,20}|pre[- ]?auth\w{0,20}|auth(?:orization|orizations|s)?|pre[- ]?cert\w{0,20}|prior approvals?"
    r"|pre[- ]?approvals?|pa)\b",
    _FLAGS,
)
_DENYING = re.compile(
    r"\b(?:no|not|non|nor|never|none|neither|without|cannot|can't|don't|doesn't|isn't|aren't|won't|exempt\w{0,10}|exclu\w{0,10}|except\w{0,10}"
    r"|unless|waive\w{0,3}|remov\w{0,5}|delet\w{0,5}|retir\w{0,8}|eliminat\w{0,5}|discontinu\w{0,6}|terminat\w{0,6}|suspend\w{0,3}|suspension"
    r"|lift\w{0,3}|drop\w{0,4}|bypass\w{0,3}|inactiv\w{0,6}|obsolete|former|formerly|previous|previously|end|ends|ended|ending|rescind\w{0,3}"
    r"|sunset\w{0,4}|relax\w{0,3}|gold[- ]?card\w{0,3}|auto[- ]?approv\w{0,4}|retract\w{0,3}|cancel\w{0,6}|withdr\w{0,6}|free|freely|only"
    r"|historical|archived?|old|reduc\w{0,6}|deregulat\w{0,4}|optional|voluntary|stop\w{0,4}|off|expir\w{0,6}|moved)\b",
    _FLAGS,
)
# What says no and takes no requirement away.
_HARMLESS = re.compile(
    r"\b(?:not (?:a |be |constitute a |an )?guarantee\w{0,4}|no guarantee|not (?:an )?(?:all[- ]?inclusive|exhaustive)|not limited to"
    r"|not intended|for reference only|cpt only|no later than|non-?(?:participating|contracted|network|emergen\w{1,3}|urgent)"
    r"|without (?:prior |further |any )?notice|front[- ]?end|end of (?:list|document|table))\b",
    _FLAGS,
)
_NEEDING = re.compile(r"\b(?:requir(?:e|es|ed|ing)|needs?|needed|needing|must|subject to)\b", _FLAGS)
_LISTING = re.compile(r"\b(?:lists?|codes?|services?|procedures?|grid|matrix|cpt|hcpcs)\b", _FLAGS)
_ASKING = re.compile(
    r"\b(?:call|fax|phone|contact|submit\w{0,4}|forms?|portal|requests?|email|status|department|fees?|rates?|pricing)\b", _FLAGS
)
# A title and what follows it, on one line: "Prior Authorization Procedure List: ..."
_HEADED = re.compile(r"\W{0,3}(?:prior[- ]?auth\w{0,20}|pre[- ]?cert\w{0,20}) (?:\w{1,20} ){0,2}(?:lists?|codes?) ?[:\u2013\u2014]", _FLAGS)
_SENTENCE = re.compile(r"(?<=[.!?;])\s|\n")
_WORDS = re.compile(r"[a-z0-9']+", re.ASCII)
_TITLE = 15
"""Words in a title; a longer text is a sentence, which says what it says of authorization or of something else."""
_SHORT, _ALONE = 4, 3
_CODES = re.compile(r"\b(?:lists?|codes?|cpt|hcpcs)\b", _FLAGS)
_CAPITAL_PA = re.compile(r"\bPA\b", re.ASCII)


# A text of these words and no others says that codes are left out, whatever it does not name: `Exclusions`, `Retired 2030`.
_LEFT_OUT = frozenset(
    [
        "exclusion", "exclusions", "excluded", "exempt", "exempted", "exemption", "exemptions", "exception", "exceptions",
        "removed", "removals", "deleted", "deletion", "deletions", "retired", "terminated", "terminations", "waived", "waivers",
        "suspended", "suspensions", "inactive", "discontinued", "voluntary", "courtesy", "optional", "expired", "obsolete",
        "archived", "historical", "rescinded",
    ]
)  # fmt: skip
_BESIDE = frozenset(
    [
        "services", "service", "codes", "code", "list", "lists", "procedures", "procedure", "items", "effective", "the", "from", "as",
        "of", "on", "in", "for", "and", "review", "predetermination", "only", "cpt", "hcpcs", "all", "these", "following", "are",
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
    ]
)  # fmt: skip
# Whom a text speaks of that stands over codes, where it says in so many words that it speaks of others.
_OF_OTHERS = re.compile(
    r"\b(?:not (?:\w{1,12} ){0,3}?(?:listed|shown|included|appearing|on th(?:is|e))|(?:all|any) other|emergen\w{1,3}|urgent)\b", _FLAGS
)
# A whole sentence on care in some place, such as prefaces have; without its stop it may be a title.
_ELSEWHERE = re.compile(r"\bfor (?:\w{1,15} ){1,3}(?:in|at|during|provided|rendered|performed) [^.]*\.\Z", _FLAGS)
_TO_OTHERS = re.compile(r"\W{0,3}(?:all )?other (?:cpt |hcpcs )?(?:codes|services|procedures)\W{0,3}\Z", _FLAGS)
_OF_THESE = re.compile(r"\b(?:following|below|these|this list|the codes|all codes|listed here)\b", _FLAGS)
_CONDITIONAL = re.compile(
    r"\b(?:suspen\w{1,6}|waiv\w{1,4}|lift(?:ed|s|ing)|paus\w{1,3}|relax\w{1,3}|unless|except\w{0,6}|only|if|when)\b", _FLAGS
)
# What a remark says of a requirement that is taken away; `Only for members over 65` limits it, and takes nothing away.
_GONE = (
    r"(?:remov(?:ed|al)|delet(?:ed|ion)|terminat(?:ed|es|ion)|term(?:ed)?|retired|discontinued|expire[sd]?|expired|ended|ends|suspended|waived"
    r"|lifted|rescinded|withdrawn|eliminated|sunset(?:ted)?|inactive(?:ated)?|inactivated|exempt(?:ed)?|cancell?ed|obsolete|dropped)"
)
_TAKING_AWAY = re.compile(
    rf"\b(?:{_GONE}|no longer|(?:not|never|n't) (?:be |been )?(?:\w{{1,12}} )?(?:requir\w{{1,6}}|need\w{{0,3}}|necessary|subject)"
    r"|(?:no|without) (?:prior[- ]?|pre-?)?(?:auth\w{0,20}|pa|approval|cert\w{0,20}|review))\b",
    _FLAGS,
)
_DAY_BESIDE = r"(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|(?:19|20)\d{2}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? \d)"
_REMARKED = re.compile(
    rf"\b{_GONE}(?: (?:effective|eff\.?|as of|on|from|in|by|after|through|code|list)){{0,3}}:? {_DAY_BESIDE}"
    rf"|(?:^|[-\u2013\u2014*(\[] ?)(?:code |pa )?{_GONE}\W{{0,3}}(?:\Z|(?=[)\]]))"
    rf"|{_GONE} from (?:the )?(?:\w{{1,15}} )?(?:list|pa|prior|auth)",
    _FLAGS,
)


class Stance(Enum):
    """What a text says of the codes it stands over."""

    REQUIRED = "required"
    OTHERWISE = "otherwise"
    SILENT = "silent"


def stance(text: str) -> Stance:
    """Return what a text says."""
    said = {_sentence(each) for each in _SENTENCE.split(text)}
    return next((each for each in (Stance.OTHERWISE, Stance.REQUIRED) if each in said), Stance.SILENT)


def speaks_of_authorization(text: str) -> bool:
    """Tell whether a text speaks of prior authorization at all."""
    return bool(_AUTHORIZATION.search(text))


def denies(title: str) -> bool:
    """Tell whether a title may say that what stands below it needs no authorization, or is no longer listed."""
    return (may_deny(title) and bool(_names(title) or _NEEDING.search(title) or _CODES.search(title))) or _leaves_out(title)


def denies_below(text: str) -> bool:
    """Tell whether a text outside the rows says so of the codes below it: as a title, or as a sentence about these codes."""
    said = [each for each in _SENTENCE.split(text) if denies(each) and not _OF_OTHERS.search(each)]
    return any(_OF_THESE.search(each) or (len(each.split()) <= _TITLE and not _ELSEWHERE.search(each)) for each in said)


def turns_to_others(title: str) -> bool:
    """Tell whether a title turns to the codes that the last title did not speak of: `All other codes`."""
    return bool(_TO_OTHERS.match(title)) and not denies(title)


def is_conditional(text: str) -> bool:
    """Tell whether a text that denies a requirement says so for a time, from a day, or in some case: elsewhere the codes need it."""
    return bool(_CONDITIONAL.search(text)) or any(char.isdigit() for char in text)


def takes_away(remark: str) -> bool:
    """Tell whether a remark beside a requirement may take it away."""
    return bool(_TAKING_AWAY.search(_HARMLESS.sub(" ", remark)))


def is_withdrawn(description: str) -> bool:
    """Tell whether a description remarks that its code was removed: with a day, or as a remark of its own; a device removed is none."""
    return bool(_REMARKED.search(description))


def states_need(text: str) -> bool:
    """Tell whether a text says that authorization is needed, for whomever."""
    return _names(text) and bool(_NEEDING.search(text))


def _leaves_out(title: str) -> bool:
    said = [each for each in _WORDS.findall(title.lower()) if not each.isdigit()]
    return len(said) <= _TITLE and not _LEFT_OUT.isdisjoint(said) and _LEFT_OUT.union(_BESIDE).issuperset(said)


def may_deny(remark: str) -> bool:
    """Tell whether a remark beside a code denies anything: of a requirement that is not printed, it may be that."""
    return bool(_DENYING.search(_HARMLESS.sub(" ", remark)))


def _sentence(text: str) -> Stance:
    size, names = len(text.split()), _names(text)
    speaks = names or bool(_NEEDING.search(text)) or (size <= _TITLE and bool(_LISTING.search(text))) or size <= _ALONE
    if speaks and may_deny(text):
        return Stance.OTHERWISE
    if not names or _ASKING.search(text):
        return Stance.SILENT
    titled = _HEADED.match(text) or (size <= _TITLE and (_LISTING.search(text) or size <= _SHORT))
    return Stance.REQUIRED if titled or _NEEDING.search(text) else Stance.SILENT


def _names(text: str) -> bool:
    """Whether authorization is named; `pa` in small letters may be a state, or a person."""
    return any(found.group().lower() != "pa" or _CAPITAL_PA.fullmatch(found.group()) for found in _AUTHORIZATION.finditer(text))
