"""Where releases, reviews and records are kept: the ports of `precert.ports`, on SQLite, PostgreSQL, files, and in memory.

Importing this package imports no driver: `places` opens a store and imports what that store needs. docs/store.md says what
is promised and how it was tried.
"""
