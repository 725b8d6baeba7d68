"""Federal code tables as users download them, read to facts: which codes were in force when, and which add-ons name which primaries.

What a file is, its content says; no wording of it is kept.
"""

from precert.intake.reference.book import Book, book
from precert.intake.reference.files import UnknownTableError, read_table
from precert.intake.reference.table import CodeFact, Kind, PairFact, Table, parse

__all__ = ["Book", "CodeFact", "Kind", "PairFact", "Table", "UnknownTableError", "book", "parse", "read_table"]
