"""The facts: listings, conditions, citations, and the immutable releases that hold them. See `model.py` for the words."""
