"""Repair proposals for damaged codes, each with its evidence. A proposal changes no answer until a person accepts it (R7)."""

from precert.intake.repair.implausible import set_aside_implausible
from precert.intake.repair.in_force import not_in_force
from precert.intake.repair.known import Known, KnownText, Span
from precert.intake.repair.propose import propose

__all__ = ["Known", "KnownText", "Span", "not_in_force", "propose", "set_aside_implausible"]
