"""The meaning: a case and the facts in, a determination out. Pure; start reading at `determine.py`."""
