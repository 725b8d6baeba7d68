"""Spine anesthesia: which code a schedule carries on a date, why, and what would change it (semantics.md, R50-R53).

`page` holds what the document states, `reading` reads it, `table` ranks the rules, `status` dates the inpatient-only list,
`surgery` goes from the surgeon's codes to a region, `answer` puts an answer together. Pure, but for `shelf`, which opens the
bundled data.
"""
