"""The findings that only an encounter can make. Each value is documented where it is defined."""

from enum import StrEnum


class EncounterCode(StrEnum):
    """What the order should be looked at for, its surgery and its anesthesia together."""

    ANESTHESIA_GOES_WITH = "anesthesia-goes-with"  # the case to build whose authorization the anesthesia line goes with (R53)
    ANESTHESIA_WITHOUT_CASE = "anesthesia-without-case"  # no case to build holds a surgery that the anesthesia line goes with (R53)
    ANESTHESIA_REGION_MISMATCH = "anesthesia-region-mismatch"  # the anesthesia code's region contradicts the surgery (R53)
    INPATIENT_ONLY_OUTPATIENT = "inpatient-only-outpatient"  # an inpatient-only code at an outpatient place of service (R53, R68)
