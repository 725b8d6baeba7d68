"""What a descriptor states that is worth keeping, without its words: regions of the spine, approach, and what it forbids or points to.

Nothing is assumed: a fact is kept when the descriptor names it, in a context that makes it one.
"""

import hashlib
import re
from dataclasses import dataclass

from precert import codes
from precert.facts.model import Facts, Fingerprint
from precert.intake.layouts.columns import clean

# "Cervical" is a region of the spine beside these, and not beside an artery of the neck.
_SPINAL = re.compile(
    r"spin|vertebra|lamin|interspace|interbody|disc(?:ectomy|ography)|epidural|facet|arthrodesis|sacroiliac|intrathecal"
    r"|subarachnoid|intervertebral|zygapophyseal|sympathetic|sacroplasty|sacral augmentation",
    re.IGNORECASE,
)
_NOT_SPINAL = re.compile(r"carotid|vertebral artery", re.IGNORECASE)
_REGIONS = (
    ("cervical", re.compile(r"\bcervical|\bcervicothoracic|\bC[1-7]\b", re.IGNORECASE)),
    ("thoracic", re.compile(r"\bthoracic|\bcervicothoracic|\bthoracolumbar|\bT(?:1[0-2]|[1-9])\b", re.IGNORECASE)),
    ("lumbar", re.compile(r"\blumbar|\blumbosacral|\bthoracolumbar|\bL[1-5]\b", re.IGNORECASE)),
    ("sacral", re.compile(r"\b(?:pre-?)?sacral\b|\blumbosacral|\bsacroplasty|\bS[1-5]\b", re.IGNORECASE)),
    ("sacroiliac", re.compile(r"\bsacroiliac", re.IGNORECASE)),
)
_APPROACHES = (
    ("anterior", re.compile(r"\banterior (?:approach|interbody|instrumentation|thoracic)|(?:,|;) anterior\b", re.IGNORECASE)),
    ("posterior", re.compile(r"\bposterior\b|\bposterolateral\b", re.IGNORECASE)),
    ("lateral", re.compile(r"\blateral extracavitary|\btranspedicular", re.IGNORECASE)),
    ("percutaneous", re.compile(r"\bpercutaneous", re.IGNORECASE)),
    ("endoscopic", re.compile(r"\bendoscopic", re.IGNORECASE)),
)
_EACH_ADDITIONAL = re.compile(
    r"list separately|listseparately|\beach additional\b|\b(?:second|third) (?:and|level|interspace)|add'l levels", re.IGNORECASE
)
_UNLISTED = re.compile(r"\bunlisted\b|\bnot otherwise (?:classified|specified)\b", re.IGNORECASE)

# A spreadsheet that cuts cells off does so at 255 characters; one that ends there and in mid-sentence has been cut.
_CUT = 255
_MARKS = "Ⓜ"

_CODES = r"[0-9A-Za-z]{5}(?:(?:,| and| or|\s*-\s*| )+[0-9A-Za-z]{5})*"
_FORBIDS = (
    re.compile(
        rf"do not report (?P<these>{_CODES}) in conjunction with (?P<those>{_CODES})(?P<unless>,? (?:unless|except)\b)?", re.IGNORECASE
    ),
    re.compile(
        rf"do not (?:use|report) (?:this code )?with (?:\w+ ){{0,4}}?codes? (?P<those>{_CODES})(?P<unless>,? unless\b)?", re.IGNORECASE
    ),
)
_REPLACES = re.compile(rf"this code (?:is )?to be used in place of (?P<codes>{_CODES})", re.IGNORECASE)
_USE_INSTEAD = re.compile(rf"\buse codes? (?P<codes>{_CODES})", re.IGNORECASE)


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
    approaches = [name for name, pattern in _APPROACHES if pattern.search(text)] if spinal else []
    return Facts(
        regions=tuple(name for name, pattern in _REGIONS if pattern.search(text)) if spinal else (),
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
    """Tell whether the document cut a descriptor off."""
    return _CUT - 5 <= len(descriptor) <= _CUT + 1 and not descriptor.rstrip().endswith((")", "."))


def letters(text: str) -> str:
    """Return the letters and digits of a text, lower-cased: what two printings of one descriptor share."""
    return "".join(re.findall(r"[a-z0-9]", clean(text).lower()))


def digest(text: str) -> str:
    """Return the first 16 hexadecimal digits of a text's SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def forbidden(code: str, descriptor: str) -> Forbidden | None:
    """Return the pairs a descriptor forbids, for a row of this code."""
    text = clean(descriptor).replace(_MARKS, "")
    for pattern in _FORBIDS:
        found = pattern.search(text)
        if found:
            these = tuple(codes.mentioned(found["these"])) if "these" in pattern.groupindex else (code,)
            those = tuple(codes.mentioned(found["those"]))
            if these and those:
                return Forbidden(these=these, those=those, has_exception=bool(found["unless"]))
    return None


def pointing(code: str, descriptor: str) -> list[Pointing]:
    """Return where a descriptor names another code to use."""
    text = clean(descriptor)
    replaces, instead = _REPLACES.search(text), _USE_INSTEAD.search(text)
    found = [Pointing(code=each, use=(code,)) for each in codes.mentioned(replaces["codes"])] if replaces else []
    if instead:
        found.append(Pointing(code=code, use=tuple(codes.mentioned(instead["codes"]))))
    return [each for each in found if each.use]
