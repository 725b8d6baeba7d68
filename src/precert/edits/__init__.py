"""Coding edits beside prior authorization: what the federal tables say of the codes of an order (semantics.md, R66 and R67).

`book` holds the facts, of listed codes only; `add_on` and `in_force` read them; `terms` has the words. Nothing here knows what a
plan's list asks, and nothing here changes it. Pure, but for `shelf`, which opens the bundled data.
"""
