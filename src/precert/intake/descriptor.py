"""What a descriptor states that is worth keeping, without its words: regions of the spine, approach, and what it forbids or points to.

Nothing is assumed: a fact is kept when the descriptor names it, in a context that makes it one. What stands among examples
(`eg, ...`) or behind `other than`, `except` or `without` is not stated.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from precert.facts.model import Facts, Fingerprint
from precert.intake.layouts.columns import clean
from precert.intake.mentions import LISTED, named

_FLAGS = re.IGNORECASE | re.ASCII

# "Cervical" is a region of the spine beside these, and not beside an artery or a lymph node of the neck.
_SPINAL = re.compile(
    r"spin(?:e|al|ous)\b|vertebra|laminar\b|lamin(?:ec|o)tom|laminoplast|interspace|interbody|disc(?:ectom|ograph|\b)|intradiscal|epidural"
    r"|facet|arthrodesis|sacroiliac|intrathecal|subarachnoid|zygapophyseal|sympathetic|sacroplasty|sacral augmentation"
    r"|segmental instrumentation|(?:anterior|posterior) instrumentation|[ct]?lso\b|sacral-? ?orthos",
    _FLAGS,
)
_NOT_SPINAL = re.compile(r"carotid|vertebral artery|lymph|accessory nerve", _FLAGS)
_REGIONS = (
    ("cervical", re.compile(r"\bcervical|\bcervico-?thoracic|\bcranio-?cervical|\bC[1-7]\b", _FLAGS)),
    ("thoracic", re.compile(r"\bthoracic|\bcervico-?thoracic|\bthoraco-?lumbar|\bT(?:1[0-2]|[1-9])\b", _FLAGS)),
    ("lumbar", re.compile(r"\blumbar|\blumbo-?sacral|\bthoraco-?lumbar|\bL[1-5]\b", _FLAGS)),
    ("sacral", re.compile(r"\b(?:pre-?)?sacral\b|\blumbo-?sacral|\bsacroplasty|\bS[1-5]\b", _FLAGS)),
    ("sacroiliac", re.compile(r"\bsacro-?iliac", _FLAGS)),
)
# An approach is named as one, or stands alone between commas; an anchored device and a panel of a brace have sides too.
_APPROACHES = (
    (
        "anterior",
        re.compile(
            r"\banterior (?:approach|interbody|technique|thoracic)|(?<!integral )\banterior instrumentation|[,;] ?anterior ?[,;]", _FLAGS
        ),
    ),
    (
        "posterior",
        re.compile(
            r"\bposterior (?:or posterolateral )?(?:approach|technique|interbody)|\bposterolateral (?:approach|technique)"
            r"|\bposterior (?:non-?)?segmental instrumentation|[,;] ?posterior ?[,;]",
            _FLAGS,
        ),
    ),
    ("lateral", re.compile(r"\blateral extracavitary", _FLAGS)),
    ("percutaneous", re.compile(r"\bpercutaneous", _FLAGS)),
    ("endoscopic", re.compile(r"\bendoscopic", _FLAGS)),
)
_EXAMPLES = re.compile(r"[(\[]\s?e\.?g\b[^()\[\]]*(?:[(\[][^()\[\]]*[)\]][^()\[\]]*)*[)\]]", _FLAGS)
_EXCEPTED = re.compile(r"\b(?:other than|except(?:ing|s)?|exclud(?:es|ing)|not including|without)\b[^;,.()]*", _FLAGS)
_EACH_ADDITIONAL = re.compile(
    r"\blist ?(?:separately)? ?in addition\b|\blist ?separately|\beach additional\b|\b(?:second|third) (?:level|interspace)\b"
    r"|\bsecond and (?:all )?subsequent\b|\bthird and any additional\b|\badd'l levels",
    _FLAGS,
)
_UNLISTED = re.compile(r"\bunlisted\b|\bnot otherwise (?:classified|specified)\b|\bno[cs]\b|\bunclassified\b|\bunspecified\b", _FLAGS)

# A spreadsheet that cuts cells off does so at 255 characters, the last of which may be a blank. One that ends as a clause about
# primary procedures ends, or with a stop, is whole.
_CUT = (254, 255)
_WHOLE_END = re.compile(r"procedure\)?\)|\.\Z", _FLAGS)

_REST = r"(?P<rest>[^.;]{0,300})"
_FORBIDS = (
    re.compile(
        rf"\bdo not report (?:codes? )?(?P<these>{LISTED}) (?:in conjunction|together|on the same day)"
        rf" with (?:codes? )?(?P<those>{LISTED}){_REST}",
        _FLAGS,
    ),
    re.compile(
        rf"\bdo not (?:use|report) (?:this code )?(?:in conjunction )?with (?:\w{{1,20}} ){{0,4}}?codes? (?P<those>{LISTED}){_REST}", _FLAGS
    ),
)
_FORBIDDING = re.compile(r"\bdo not (?:use|report)\b", _FLAGS)
_EXCEPTION = re.compile(r"\b(?:unless|except|if|when|other than)\b", _FLAGS)
_REPLACES = re.compile(rf"\bthis code (?:is )?to be used in place of (?:codes? )?(?P<codes>{LISTED})", _FLAGS)
_USE_INSTEAD = re.compile(rf"(?<!not )(?<!never )\buse codes? (?P<codes>{LISTED})", _FLAGS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbidden:
    """Codes a descriptor forbids to report together (R24)."""

    these: tuple[str, ...]
    those: tuple[str, ...]
    has_exception: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointing:
    """A code, and those a descriptor says to use for it (R26)."""

    code: str
    use: tuple[str, ...]


def facts(descriptor: str) -> Facts:
    """Extract the facts of a descriptor."""
    text = clean(descriptor)
    spinal = bool(_SPINAL.search(text)) and not _NOT_SPINAL.search(text)
    stated = _EXCEPTED.sub(" ", _EXAMPLES.sub(" ", text)) if spinal else ""
    approaches = [name for name, pattern in _APPROACHES if pattern.search(stated)]
    return Facts(
        regions=tuple(name for name, pattern in _REGIONS if pattern.search(stated)),
        approach=approaches[0] if len(approaches) == 1 else None,
        each_additional=bool(_EACH_ADDITIONAL.search(text)),
        unlisted=bool(_UNLISTED.search(text)),
    )


def fingerprint(descriptor: str) -> Fingerprint | None:
    """Digest a descriptor's letters and digits; None when it has none."""
    text = letters(descriptor)
    if not text:
        return None
    return Fingerprint(length=len(text), digest=digest(text), cut=is_cut(descriptor))


def is_cut(descriptor: str) -> bool:
    """Tell whether the document may have cut a descriptor off."""
    return len(descriptor) in _CUT and not _WHOLE_END.search(descriptor[-12:])


def letters(text: str) -> str:
    """Return the letters and digits of a text, lower-cased: what two printings of one descriptor share."""
    return "".join(re.findall(r"[a-z0-9]", clean(text).lower()))


def digest(text: str) -> str:
    """Return the first 16 hexadecimal digits of a text's SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def forbidden(code: str, descriptor: str) -> Iterator[Forbidden]:
    """Yield the pairs a descriptor forbids, for a row of this code."""
    text = clean(descriptor)
    for pattern in _FORBIDS:
        for found in pattern.finditer(text):
            these = named(found["these"]) if "these" in pattern.groupindex else (code,)
            those = named(found["those"])
            if these and those:
                yield Forbidden(these=these, those=those, has_exception=bool(_EXCEPTION.search(found["rest"])))


def forbids_unread(code: str, descriptor: str) -> bool:
    """Tell whether a descriptor forbids more than `forbidden` reads."""
    return len(_FORBIDDING.findall(clean(descriptor))) > len(list(forbidden(code, descriptor)))


def pointing(code: str, descriptor: str) -> list[Pointing]:
    """Return where a descriptor names another code to use."""
    text = clean(descriptor)
    replaces, instead = _REPLACES.search(text), _USE_INSTEAD.search(text)
    found = [Pointing(code=each, use=(code,)) for each in named(replaces["codes"])] if replaces else []
    if instead:
        found.append(Pointing(code=code, use=named(instead["codes"])))
    return [each for each in found if each.use]
