"""The shipped rulebooks as reviewable text: codes, dates, decisions, citations, digests; never wording. Data only.

`releases.json` names them, with the day each became known; `releases/` holds them, one canonical text each; `profiles/` says
how each list is read. `tools/bundle.py` makes them from the documents.
"""

from pathlib import Path

HERE = Path(__file__).parent
RELEASES = HERE / "releases"
MANIFEST = HERE / "releases.json"
PROFILES = HERE / "profiles"
