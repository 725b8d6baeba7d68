"""The documents that several surfaces give, as JSON members: each is put together here once, and a surface only carries it.

Nothing here reads an argument, prints, or knows of HTTP. The documents of a room of the house (an answer, a difference, a
crosswalk) are that room's own; here are those that take several rooms.
"""
