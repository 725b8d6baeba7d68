"""Damage done to a list's codes as scanners, spreadsheets and typists do it, and what reading the list makes of each damaged row.

The measurements of `bench/repair.py` and the tests of the real lists use it. Damage is drawn from a seed: the same seed, the same
damage.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from precert import codes
from precert.intake.layouts.columns import Role, header
from precert.intake.layouts.profile import Profile
from precert.intake.pipeline import IngestReport, ingest
from precert.intake.repair import Known

Damage = Callable[[str, random.Random], str | None]
"""Returns what is printed for a code, or None where this damage cannot happen to it."""


def _as(char: str, printed: str) -> Damage:
    def damage(code: str, draw: random.Random) -> str | None:
        places = [at for at, each in enumerate(code) if each == char]
        if not places:
            return None
        at = draw.choice(places)
        return code[:at] + draw.choice(printed) + code[at + 1 :]

    return damage


def _stray(mark: str) -> Damage:
    def damage(code: str, draw: random.Random) -> str:
        at = draw.randrange(1, len(code))
        return code[:at] + mark + code[at:]

    return damage


def _dropped(code: str, draw: random.Random) -> str:
    at = draw.randrange(len(code))
    return code[:at] + code[at + 1 :]


def _doubled(code: str, draw: random.Random) -> str:
    at = draw.randrange(len(code))
    return code[:at] + code[at] + code[at:]


_SPLIT = {"0": "()", "1": "|.", "4": "/1", "6": "(o", "7": "1'", "8": "()0", "9": "()l"}


def _split(code: str, draw: random.Random) -> str | None:
    places = [at for at, each in enumerate(code) if each in _SPLIT]
    if not places:
        return None
    at = draw.choice(places)
    return code[:at] + _SPLIT[code[at]] + code[at + 1 :]


def _changed(code: str, draw: random.Random) -> str:
    at = draw.choice([at for at, each in enumerate(code) if each.isdigit()])
    return code[:at] + draw.choice([digit for digit in "0123456789" if digit != code[at]]) + code[at + 1 :]


def _swapped(code: str, draw: random.Random) -> str | None:
    places = [at for at in range(len(code) - 1) if code[at] != code[at + 1]]
    if not places:
        return None
    at = draw.choice(places)
    return code[:at] + code[at + 1] + code[at] + code[at + 2 :]


def _twice(code: str, draw: random.Random) -> str | None:
    printed: str | None = code
    for _ in range(2):
        tried = (CLASSES[kind](printed, draw) for kind in draw.sample(_MISREADINGS, len(_MISREADINGS)) if printed)
        printed = next((new for new in tried if new), None)
    return printed


CLASSES: dict[str, Damage] = {
    "T as 1": _as("T", "1"),
    "T as 7": _as("T", "7"),
    "0 as O or o": _as("0", "Oo"),
    "1 as I or l": _as("1", "Il"),
    "5 as S": _as("5", "S"),
    "8 as B": _as("8", "B"),
    "2 as Z": _as("2", "Z"),
    "6 as G": _as("6", "G"),
    "character dropped": _dropped,
    "character doubled": _doubled,
    "character split": _split,
    "digit changed": _changed,
    "neighbours swapped": _swapped,
    "misread twice": _twice,
    "stray blank": _stray(" "),
    "stray dot": _stray("."),
    "stray colon": _stray(":"),
    "stray bar": _stray("|"),
    "leading zero lost": lambda code, _: code.lstrip("0") if code[0] == "0" else None,
    "written 22551.0": lambda code, _: f"{code}.0" if code.isdigit() else None,
    "blank": lambda _, __: "",
}
_MOSTLY = 0.5
_MISREADINGS = [name for name in CLASSES if " as " in name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One damaged code and what became of its row."""

    kind: str
    line: int
    true: str
    printed: str
    listed: str | None
    """The code that the row is listed with; None when it is set aside."""
    is_aside: bool
    proposed: str | None = None
    confidence: float = 0.0

    @property
    def is_wrong(self) -> bool:
        """Whether the row is listed with a code that is not its own."""
        return self.listed not in (None, self.true)

    @property
    def is_right(self) -> bool:
        """Whether the first proposal is the code."""
        return self.proposed == self.true


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A list as text: the document that is damaged, and the profile it is read by."""

    name: str
    text: str
    profile: Profile
    known: Known

    def read(self, text: str) -> IngestReport:
        """Read a version of the document."""
        return ingest(self.name, text.encode(), self.profile, known=self.known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Where a row of a text prints a well-formed code, and its description; lines and cells are counted from nought."""

    line: int
    code: int
    description: int | None


def rows(text: str) -> list[Row]:
    """Return the rows of a tab-separated text that print a well-formed code."""
    found, named = [], None
    for number, line in enumerate(text.split("\n")):
        cells = tuple(line.split("\t"))
        is_header = header(cells)
        named = is_header or named
        if is_header or named is None or len(cells) == 1:
            continue
        at = named.at[Role.CODE]
        if at < len(cells) and codes.parse(cells[at]):
            found.append(Row(line=number, code=at, description=named.at.get(Role.DESCRIPTION)))
    return found


def spaced(among: Sequence[Row], draw: random.Random, *, every: int, run: int = 1) -> list[Row]:
    """Choose `run` rows in a row out of `every` so many, beginning anywhere."""
    first = draw.randrange(every)
    return [row for at, row in enumerate(among) if (at + first) % every < run]


def damage(text: str, chosen: Sequence[Row], draw: random.Random) -> tuple[str, dict[int, tuple[str, str, str]]]:
    """Damage the code of each of these rows; return the text, and line -> (kind, true, printed), lines counted from one."""
    lines, done = text.split("\n"), {}
    for row in chosen:
        cells = lines[row.line].split("\t")
        kind, printed = _draw(cells[row.code], draw)
        done[row.line + 1] = (kind, codes.fold(cells[row.code]), printed)
        cells[row.code] = printed
        lines[row.line] = "\t".join(cells)
    return "\n".join(lines), done


def misspell(text: str, among: Sequence[Row], draw: random.Random, share: float) -> str:
    """Change one letter in the descriptions of a share of rows, as a scan does."""
    lines = text.split("\n")
    for row in among:
        cells = lines[row.line].split("\t")
        letters = [at for at, char in enumerate(cells[row.description]) if char.isalpha()] if row.description is not None else []
        if row.description is not None and letters and draw.random() < share:
            at, words = draw.choice(letters), cells[row.description]
            cells[row.description] = words[:at] + "x" + words[at + 1 :]
            lines[row.line] = "\t".join(cells)
    return "\n".join(lines)


def _draw(code: str, draw: random.Random) -> tuple[str, str]:
    while True:
        # the letter of a category III code is what scanners misread most, and there are few such codes
        kind = draw.choice(["T as 1", "T as 7"] if "T" in codes.fold(code) and draw.random() < _MOSTLY else list(CLASSES))
        printed = CLASSES[kind](code, draw)
        if printed is not None and codes.fold(printed) != codes.fold(code):
            return kind, printed


@dataclass(kw_only=True)
class Measured:
    """What became of damaged codes, and how many rows were set aside that nothing was done to."""

    trials: list[Trial] = field(default_factory=list)
    documents: int = 0
    undamaged: int = 0
    """Rows that nothing was done to, in all documents."""
    false_alarms: list[str] = field(default_factory=list)


def measure(subject: Subject, *, count: int, every: int, run: int = 1, seed: int, misspelt: float = 0.0) -> Measured:  # noqa: PLR0913 - a plan
    """Damage a document again and again, and tell what became of each damaged code; a few more than `count`."""
    draw, measured, among = random.Random(seed), Measured(), rows(subject.text)  # noqa: S311 - damage is no secret
    ever = {each.row.citation.line for each in subject.read(subject.text).sheet.set_aside}
    sound = [row for row in among if row.line + 1 not in ever]
    while len(measured.trials) < count:
        text, damaged = damage(misspell(subject.text, among, draw, misspelt), spaced(sound, draw, every=every, run=run), draw)
        report = subject.read(text)
        aside = {each.row.citation.line: each.row for each in report.sheet.set_aside}
        measured.trials += _trials(report, damaged, set(aside))
        measured.documents += 1
        measured.undamaged += len(sound) - len(damaged)
        measured.false_alarms += [
            f"seed {seed}, document {measured.documents}, line {line}: {row.reason} {row.printed}"
            for line, row in aside.items()
            if line not in damaged and line not in ever
        ]
    return measured


def _trials(report: IngestReport, damaged: dict[int, tuple[str, str, str]], aside: set[int | None]) -> Iterator[Trial]:
    listed = {row.listing.citation.line: row.listing.code for row in report.sheet.listed}
    proposals = {each.citation.line: each for each in report.proposals}
    for line, (kind, true, printed) in damaged.items():
        proposal = proposals.get(line)
        yield Trial(
            kind=kind,
            line=line,
            true=true,
            printed=printed,
            listed=listed.get(line),
            is_aside=line in aside,
            proposed=proposal.proposed if proposal else None,
            confidence=proposal.confidence if proposal else 0.0,
        )


# -- a next release ----------------------------------------------------------------------------------------------------


def revise(text: str, among: Sequence[Row], draw: random.Random, new: Sequence[str], *, share: int = 40) -> tuple[str, dict[int, str], int]:
    """Make a next release that is sound: descriptions revised, rows taken out, rows of new codes put in; one of each in `share` rows.

    Return the text, line -> what was done to the row (`kept`, `revised`, `new`), lines counted from one, and how many were taken out.
    """
    lines, listed = text.split("\n"), {text.split("\n")[row.line].split("\t")[row.code] for row in among}
    chosen = draw.sample(list(among), 3 * len(among) // share)
    revised, gone, before = ({row.line for row in chosen[at::3]} for at in range(3))
    at_line, made, done = {row.line: row for row in among}, [], {}
    for number, line in enumerate(lines):
        if number in gone:
            continue
        made.append(_revised(line, at_line[number]) if number in revised else line)
        if number in at_line:
            done[len(made)] = "revised" if number in revised else "kept"
        if number in before and (added := _added(line, at_line[number], new, listed)):
            made.append(added)
            done[len(made)] = "new"
    return "\n".join(made), done, len(gone)


def _revised(line: str, row: Row) -> str:
    cells = line.split("\t")
    if row.description is not None:
        cells[row.description] += ", as it is worded from now on"
    return "\t".join(cells)


def _added(line: str, row: Row, new: Sequence[str], listed: set[str]) -> str | None:
    """Return a row of the next code after this one that the list does not have, with a description of its own."""
    cells = line.split("\t")
    kind = codes.family(codes.fold(cells[row.code]))
    after = (code for code in new if code > cells[row.code] and code not in listed and codes.family(code) == kind)
    code = next(after, None)
    if code is None:
        return None
    listed.add(code)
    cells[row.code] = code
    if row.description is not None:
        cells[row.description] = f"Something that no list had before, number {code}"
    return "\t".join(cells)


def read_revisions(subject: Subject, *, times: int, new: Sequence[str], seed: int) -> tuple[Counter[str], Counter[str]]:
    """Read next releases without any damage; return how many rows of each kind there were, and how many were set aside."""
    draw, among = random.Random(seed), rows(subject.text)  # noqa: S311 - as above
    ever = {each.row.citation.line for each in subject.read(subject.text).sheet.set_aside}
    sound = [row for row in among if row.line + 1 not in ever]
    there: Counter[str] = Counter()
    doubted: Counter[str] = Counter()
    for _ in range(times):
        text, done, gone = revise(subject.text, sound, draw, new)
        there.update(done.values())
        there["taken out"] += gone
        aside = (done.get(each.row.citation.line or 0) for each in subject.read(text).sheet.set_aside)
        doubted.update(kind for kind in aside if kind)
    return there, doubted
