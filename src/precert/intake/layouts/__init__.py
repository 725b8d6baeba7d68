"""Layouts give table columns their roles, and rows their kinds. Declarative: `columns.py` is a table, a plan's words are a profile."""
