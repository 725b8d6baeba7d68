"""Many cases at once: what lines can do to each other as columns, one call of `determine` per distinct key, joined back.

Read `atoms.py` first, then `tabulate.py`, `plan.py` and `screen.py`. Nothing here states a rule: every column is asked of the meaning.
"""
