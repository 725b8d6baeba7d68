"""The last release of the same list as evidence: which of its rows a document still prints, and what stands where one is gone.

A list that is published again is mostly the same list. What it says of a row is weighed by what the row's text was printed
beside, and, where the text is new, by which codes are gone from just that place. A code that is new, a description that is
revised and a row that is gone are each ordinary by themselves.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable

from precert.facts.model import Listing
from precert.intake import descriptor
from precert.intake.layouts.rows import SetAsideRow, SourceRow
from precert.intake.repair.confusion import originals, resembles
from precert.intake.repair.known import KnownText
from precert.intake.repair.wording import Texts


class Last:
    """The rows of the last release, by program and by text."""

    def __init__(self, listings: Iterable[Listing]) -> None:
        self.rows = tuple(listings)
        self.programs: dict[str, list[Listing]] = {}
        for each in self.rows:
            self.programs.setdefault(each.program, []).append(each)
        self.texts = Texts(
            KnownText(code=each.code, fingerprint=each.fingerprint, list=each.program) for each in self.rows if each.fingerprint
        )

    def of(self, program: str) -> list[Listing]:
        """Return the rows of a program; those of the whole list where it had no program of this name."""
        return self.programs.get(program) or list(self.rows)

    def beside(self, text: str, program: str) -> frozenset[str]:
        """Return the codes that this text stood beside: in the program, or else anywhere in the list."""
        letters = descriptor.letters(text)
        found = self.texts.equal(letters) or self.texts.begun(letters)
        return frozenset(each.code for each in found if each.list == program) or frozenset(each.code for each in found)


class Compared:
    """The sound rows of one program of a document beside those of the last release."""

    def __init__(self, rows: list[tuple[int, SourceRow | SetAsideRow]], program: str, last: Last) -> None:
        self.before = last.of(program)
        self.had = Counter(each.code for each in self.before)
        self.texts = {each.code: each.fingerprint for each in self.before}
        self.places = {each.code: place for place, each in enumerate(self.before)}
        self.rows = [at for at, _ in rows]
        self.codes = {at: row.listing.code for at, row in rows if isinstance(row, SourceRow)}
        self.beside = {at: last.beside(row.descriptor, program) for at, row in rows}
        self.printed = Counter(code for at, code in self.codes.items() if not self.is_anothers(at))
        found = [(at, self.places[code]) for at, code in self.codes.items() if self._is_anchor(at, code)]
        self.anchors = [(-1, -1), *found, (self.rows[-1] + 1 if rows else 0, len(self.before))]
        damaged = [(at, row) for at, row in rows if isinstance(row, SetAsideRow)]
        self.unread = Counter(code for at, row in damaged if (code := self._meant(at, row.row.printed)))
        """Codes of rows that are set aside, where text or token tells which."""

    def is_anothers(self, at: int) -> bool:
        """Whether the row's text stood beside other codes, and not beside its own."""
        return bool(self.beside[at]) and self.codes[at] not in self.beside[at]

    def is_same(self, at: int) -> bool:
        """Whether the last release has the row's code and text, or the code in this place where neither has a text."""
        code = self.codes[at]
        is_bare = not self.beside[at] and self.had[code] > 0 and self.texts[code] is None
        return code in self.beside[at] or (is_bare and self.is_in_place(at))

    def is_gone(self, code: str) -> bool:
        """Whether the last release has the code, and no row that may be right prints it."""
        return self.had[code] > self.printed[code]

    def is_missing(self, code: str) -> bool:
        """Whether a code is gone, and no row that is set aside is its row."""
        return self.had[code] > self.printed[code] + self.unread[code]

    def gone_from(self, at: int) -> list[str]:
        """Return the codes that are gone from the place of a row; from the whole program, where the place cannot be told."""
        return [code for code in self._had_around(at) if self.is_gone(code)]

    def has_place(self, at: int) -> bool:
        """Whether the rows around stand in the order of the last release."""
        (_, low), (_, high) = self._around(at)
        return low < high

    def is_in_place(self, at: int) -> bool:
        """Whether the last release has the row's code in this place."""
        (_, low), (_, high) = self._around(at)
        return low < self.places.get(self.codes[at], -1) < high

    def has_fewer(self, at: int) -> bool:
        """Whether the document has fewer rows in this place than the last release: one that is gone was taken out."""
        (first, low), (end, high) = self._around(at)
        return sum(first < other < end for other in self.rows) < high - low - 1

    def _meant(self, at: int, printed: str) -> str | None:
        """Return the one code of the last release that a row set aside is the row of: its text says so, or its token does."""
        if self.beside[at]:
            found = list(self.beside[at])
        else:
            misread = originals(printed) if printed else set()
            near = [code for code in self._had_around(at) if printed and resembles(printed, code)]
            found = [code for code in near if code in misread] or near
        return found[0] if len(found) == 1 else None

    def _had_around(self, at: int) -> list[str]:
        (_, low), (_, high) = self._around(at)
        return list(dict.fromkeys(each.code for each in (self.before[low + 1 : high] if low < high else self.before)))

    def _around(self, at: int) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return the nearest rows before and after that the last release has once: where each stands now, and stood then."""
        before = bisect_left(self.anchors, at, key=_first) - 1
        after = bisect_right(self.anchors, at, key=_first)
        return self.anchors[max(before, 0)], self.anchors[min(after, len(self.anchors) - 1)]

    def _is_anchor(self, at: int, code: str) -> bool:
        return self.had[code] == 1 and self.printed[code] == 1 and not self.is_anothers(at)


def _first(anchor: tuple[int, int]) -> int:
    return anchor[0]


def compared(rows: list[SourceRow | SetAsideRow], last: Last) -> dict[str, Compared]:
    """Compare each program of a document with the last release."""
    programs: dict[str, list[tuple[int, SourceRow | SetAsideRow]]] = {}
    for at, row in enumerate(rows):
        programs.setdefault(row.listing.program if isinstance(row, SourceRow) else row.row.program, []).append((at, row))
    return {program: Compared(found, program, last) for program, found in programs.items()}
