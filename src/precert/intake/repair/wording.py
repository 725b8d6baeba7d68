"""Descriptions as evidence: the same wording elsewhere, letter by letter, never "nearly".

The row above and the row below often read almost alike, so a likeness proves nothing; an equal text printed beside one code
only does, unless a document prints it beside several.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from precert.intake import descriptor
from precert.intake.layouts.rows import SourceRow
from precert.intake.repair.known import Known, KnownText

SHORTEST = 12
"""Letters a text must have to be told apart from others by them."""


@dataclass(frozen=True, slots=True)
class Same:
    """The one code that a description stands beside elsewhere, and where."""

    code: str
    where: tuple[str, ...]
    is_whole: bool
    """False: the other document cut its text off, and the two are equal up to there."""


class Texts:
    """Descriptions by their digests: the same letters are found again, and letters that begin with a text cut off."""

    def __init__(self, texts: Iterable[KnownText]) -> None:
        self.by_letters: dict[tuple[int, str], list[KnownText]] = {}
        for text in texts:
            self.by_letters.setdefault((text.fingerprint.length, text.fingerprint.digest), []).append(text)
        self.cuts = sorted({length for (length, _), found in self.by_letters.items() if any(each.fingerprint.cut for each in found)})

    def equal(self, letters: str) -> list[KnownText]:
        """Return the texts of exactly these letters, those cut off there among them."""
        return self.by_letters.get((len(letters), descriptor.digest(letters)), [])

    def begun(self, letters: str) -> list[KnownText]:
        """Return the texts cut off elsewhere that these letters begin with."""
        found: list[KnownText] = []
        for length in self.cuts:
            if length < len(letters):
                same = self.by_letters.get((length, descriptor.digest(letters[:length])), [])
                found += [each for each in same if each.fingerprint.cut]
        return found


class Wordings:
    """Every description known elsewhere or printed in this document, by its digest."""

    def __init__(self, rows: Iterable[SourceRow], known: Known) -> None:
        self.texts = Texts((*known.texts, *_own(rows)))

    def same(self, text: str) -> Same | None:
        """Return the one code known to stand beside this description; None when it stands beside none, or several."""
        letters = descriptor.letters(text)
        if len(letters) < SHORTEST:
            return None
        exact = self.texts.equal(letters)
        whole = [each for each in exact if not each.fingerprint.cut]
        cut = [each for each in exact if each.fingerprint.cut] + self.texts.begun(letters)
        named = {each.code for each in (*whole, *cut)}
        if len(named) != 1:
            return None
        return Same(named.pop(), tuple(sorted({each.list for each in whole or cut})), bool(whole))

    def beside(self, text: str) -> frozenset[str]:
        """Return every code known to stand beside this description."""
        letters = descriptor.letters(text)
        return frozenset(each.code for each in (*self.texts.equal(letters), *self.texts.begun(letters)))


def _own(rows: Iterable[SourceRow]) -> list[KnownText]:
    """Return the document's own descriptions: a program may print a code that another one prints too."""
    return [
        KnownText(code=row.listing.code, fingerprint=row.listing.fingerprint, list=f"{row.listing.program}, in this document")
        for row in rows
        if row.listing.fingerprint
    ]
