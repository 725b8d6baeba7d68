"""Repair proposals for damaged codes, each with its evidence. A proposal changes no answer until a person accepts it (R7)."""

from precert.intake.repair.propose import Known, KnownText, propose

__all__ = ["Known", "KnownText", "propose"]
