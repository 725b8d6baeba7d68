"""The closed vocabularies of this room, and its words. Each value is documented where it is defined; the words are ours."""

from dataclasses import dataclass
from enum import StrEnum

from precert.facts.model import Citation
from precert.request import RequestError


class Region(StrEnum):
    """The parts of the spine that the ten codes tell apart."""

    CERVICAL = "cervical"  # the neck
    THORACIC = "thoracic"  # the chest
    LUMBAR = "lumbar"  # the lower back


REGION = "region"
"""The name of the one fact that is not a yes or no."""


class Flag(StrEnum):
    """A fact of the procedure that is true, false, or not known."""

    SITTING = "sitting"  # the patient sits
    ANTERIOR_TRANSTHORACIC = "anterior_transthoracic"  # the spine is reached from the front, through the chest
    ONE_LUNG = "one_lung"  # one lung is ventilated
    SYMPATHECTOMY = "sympathectomy"  # a lumbar sympathectomy is part of it
    LUMBAR_PUNCTURE = "lumbar_puncture"  # it is a lumbar puncture, to diagnose or to treat
    CLOSED_OR_MANIPULATION = "closed_or_manipulation"  # a closed procedure, or the spine is manipulated
    EXTENSIVE = "extensive"  # extensive, on the spine and the cord
    IMAGE_GUIDED = "image_guided"  # percutaneous and guided by images
    NON_SPINAL_THORACOTOMY = "non_spinal_thoracotomy"  # the chest is opened for something other than the spine


LABELS: dict[str, str] = {
    REGION: "region",
    Flag.SITTING: "sitting position",
    Flag.ANTERIOR_TRANSTHORACIC: "anterior transthoracic approach",
    Flag.ONE_LUNG: "one-lung ventilation",
    Flag.SYMPATHECTOMY: "lumbar sympathectomy",
    Flag.LUMBAR_PUNCTURE: "lumbar puncture",
    Flag.CLOSED_OR_MANIPULATION: "closed procedure or manipulation",
    Flag.EXTENSIVE: "extensive procedure on spine and cord",
    Flag.IMAGE_GUIDED: "percutaneous and image-guided",
    Flag.NON_SPINAL_THORACOTOMY: "thoracotomy that is not spinal",
}

Conditions = tuple[tuple[str, str | bool], ...]
"""Facts and the values they must have, by name: what a rule asks for."""


def said(name: str, value: str | bool) -> str:
    """Write a fact and its value in words."""
    if isinstance(value, bool):
        return LABELS[name] if value else f"no {LABELS[name]}"
    return f"{LABELS[name]} {value}"


class Need(StrEnum):
    """A fact that is missing for a code."""

    REGION = "region"  # which part of the spine
    ONE_LUNG = "one-lung"  # whether one lung is ventilated
    EARLIER_EDITION = "earlier-edition"  # what was reported before the deciding rule's code existed


class Severity(StrEnum):
    """How much a finding matters."""

    INFO = "info"  # worth knowing
    WARNING = "warning"  # may make the claim wrong


class FindingCode(StrEnum):
    """What an answer should be looked at for."""

    WRONG_SECTION = "wrong-section"  # the page prints it in the section of another code
    CONTRADICTS_ITSELF = "contradicts-itself"  # the page states two different values
    UNKNOWN_SENTENCE = "unknown-sentence"  # a sentence that nothing here can read
    NOT_STATED = "not-stated"  # the page leaves it out
    OUR_INFERENCE = "our-inference"  # the page does not print it so; we infer it
    STATUS_MAY_BE_STALE = "status-may-be-stale"  # more than 92 days after the last CMS file held
    POINTER_INPATIENT_ONLY = "pointer-inpatient-only"  # one of the codes pointed to is inpatient-only on the date
    SURGERY_NOT_LISTED = "surgery-not-listed"  # no list held here names the surgical code
    SURGERY_NAMES_NO_REGION = "surgery-names-no-region"  # nothing the lists say of the surgical code names a region
    SURGERY_OUTSIDE_REGIONS = "surgery-outside-regions"  # the surgical code is sacral or sacroiliac: none of the three regions
    SURGERY_NAMES_ANOTHER_REGION = "surgery-names-another-region"  # the region given is none that the surgical codes name
    APPROACH_IS_NO_FACT = "approach-is-no-fact"  # the surgical code's approach hints at a fact, which has to be asked for
    ANESTHESIA_REGION_MISMATCH = "anesthesia-region-mismatch"  # the anesthesia code's region contradicts the surgery (R53)
    INPATIENT_ONLY_OUTPATIENT = "inpatient-only-outpatient"  # an inpatient-only code at an outpatient place of service (R53)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something to look at. `code` is stable, `message` is ours."""

    code: FindingCode
    severity: Severity
    message: str
    citation: Citation | None = None


class QuestionError(RequestError):
    """A question that could not be read: `bad-region`, `bad-date`, `bad-field` or `bad-code`. The message may quote the input."""


DISCLAIMER = (
    "Says which code a published page about spine anesthesia names for these facts, and nothing about payment, coverage, or medical "
    "necessity. The codes' own wording belongs to the AMA and is not reproduced: check the code book of the date of service."
)
