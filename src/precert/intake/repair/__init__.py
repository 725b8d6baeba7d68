"""Repair proposals for damaged codes, each with its evidence. A proposal changes no answer until a person accepts it (R7)."""

from precert.intake.repair.implausible import set_aside_implausible
from precert.intake.repair.known import Known, KnownText
from precert.intake.repair.propose import propose

__all__ = ["Known", "KnownText", "propose", "set_aside_implausible"]
