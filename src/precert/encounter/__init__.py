"""The encounter: what only a whole order says - its lines, the federal tables beside them, and the anesthesia it carries.

`answer` puts one answer together: what the list asks (`requirement`), and findings beside it from `edits` and, by
`anesthesia`, from `anesthesiology`. A finding changes no line (R66). `what_if` asks again with neighbour codes (R70). The three rooms
below know nothing of one another. Pure: where the facts lie is given.
"""
