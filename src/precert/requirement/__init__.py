"""The meaning: a case and the facts in, a determination out. Pure; start reading at `determine.py`."""

SEMANTICS = "2"
"""The version of semantics.md that this room states. It changes when the same case and the same releases would be answered otherwise."""
