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
    r"|front[- ]?end|end of (?:list|document|table))\b",
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
_TITLE = 15
"""Words in a title; a longer text is a sentence, which says what it says of authorization or of something else."""
_SHORT, _ALONE = 4, 3
_CODES = re.compile(r"\b(?:lists?|codes?|cpt|hcpcs)\b", _FLAGS)
_CAPITAL_PA = re.compile(r"\bPA\b", re.ASCII)


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
    return may_deny(title) and bool(_names(title) or _NEEDING.search(title) or _CODES.search(title))


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
