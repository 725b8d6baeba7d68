"""What may be taken from the document itself where no profile says it: headers, columns, and that a list is one of membership.

A heading that is known decides; what the cells print decides where no heading does, and only where one column alone prints it. A
column nobody knows is no obstacle: it may limit what its rows say, so what it prints stays uninterpreted (R25). But a heading
that may say the opposite, or speaks of authorization in words we do not know, makes its whole header unreadable. Each thing
taken so is a finding, and `--init-profile` writes it down for a person to decide.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from precert.facts.model import Citation, Finding
from precert.intake.layouts.codecell import read_cell
from precert.intake.layouts.columns import (
    SHARED,
    WHOLE,
    Column,
    Header,
    Role,
    build_header,
    clean,
    header,
    how,
    like_header,
    limits,
    role,
    shown,
    states_requirement,
    words,
)  # fmt: skip
from precert.intake.layouts.content import Content, contents
from precert.intake.layouts.lines import lists_codes
from precert.intake.layouts.profile import Profile, prints_requirement
from precert.intake.layouts.stance import Stance, denies, speaks_of_authorization, stance
from precert.intake.readers.document import Document, Prose, RawRow

_MOST_ROWS = 400
"""Rows below a header that are looked at."""
_LONGEST_ROW = 32_767
_FEWEST_CODES = 0.5
"""The share of codes in a column that its heading calls one of codes, below which a header that is odd besides is not believed."""
_SEPARATORS = re.compile(r"[-_.]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inferred:
    """What the document says of its own layout."""

    headers: Mapping[Citation, Header] = field(default_factory=dict)
    spanning: frozenset[Citation] = frozenset()
    """Rows of titles that span the columns of a header below them, and are part of it."""
    first: Header | None = None
    """The columns of a document without headings."""
    membership: bool = False
    code_lines: bool = False
    """Whether lines of codes outside any table are its rows."""
    findings: tuple[Finding, ...] = ()


def infer(document: Document, profile: Profile) -> Inferred:
    """Look a document over before it is read; a profile that does not ask for it has said what there is to say."""
    if profile.infer:
        return _Inference(document, profile).whole()
    return _spanning(document, profile) if profile.two_row_headers else Inferred()


def _spanning(document: Document, profile: Profile) -> Inferred:
    """Read the headers of two rows that a profile announces."""
    rows = [each for each in document.blocks if isinstance(each, RawRow) and _is_readable(each)]
    headers, spanning = {}, set()
    for above, row in pairwise(rows):
        found = None if header(row.cells, profile.columns) else header(_spanned(above.cells, row.cells, profile), profile.columns)
        if found and not _prints_codes(above):
            headers[row.citation] = found
            spanning.add(above.citation)
    return Inferred(headers=headers, spanning=frozenset(spanning))


class _Inference:
    def __init__(self, document: Document, profile: Profile) -> None:
        self.document, self.profile = document, profile
        self.rows = [each for each in document.blocks if isinstance(each, RawRow) and _is_readable(each)]
        self.coded = [_prints_codes(row) for row in self.rows]
        self.begun = self._begun()
        self.findings: list[Finding] = []
        self.headers: dict[Citation, Header] = {}
        self.spanning: set[Citation] = set()
        self.may_require = False
        """Whether a table without a requirement column has a column that may be it."""

    def whole(self) -> Inferred:
        heads = [at for at in range(len(self.rows)) if self._may_head(at)]
        for at, end in pairwise([*heads, len(self.rows)]):
            self._head(at, self.rows[at + 1 : end][:_MOST_ROWS])
        is_headless = not heads and not self._unread_heading()
        evidence = None if self.may_require else self._membership()
        first = self._headless(is_member=evidence is not None) if is_headless else None
        layouts = [*self.headers.values(), *([first] if first else [])]
        lines = self._code_lines() if evidence and not layouts else []
        if lines:
            self._find("codes-outside-tables", "lines of nothing but codes are read as rows, under the heading above them", lines[0])
        # a list that prints requirements prints them: beside one, a table without is of something else
        is_member = evidence is not None and bool(lines or layouts) and not any(Role.REQUIREMENT in each.at for each in layouts)
        if is_member and evidence:
            message = "no column prints a requirement; this says that the codes need authorization, and nothing in the document denies it"
            self._find("membership-inferred", message, evidence)
        return Inferred(
            headers=self.headers, spanning=frozenset(self.spanning), first=first, membership=is_member, code_lines=bool(lines),
            findings=tuple(self.findings),
        )  # fmt: skip

    def _find(self, code: str, message: str, citation: Citation) -> None:
        self.findings.append(Finding(code=code, message=message, citation=citation))

    # -- header rows ---------------------------------------------------------------------------------------------------

    def _may_head(self, at: int) -> bool:
        """Whether a row may be a header: it prints no code and no requirement, and is marked, known, or the first of its table."""
        row = self.rows[at]
        if header(row.cells, self.profile.columns) is not None:
            return True
        if self.coded[at] or (not row.is_header and prints_requirement(row.cells, self.profile)):
            return False
        return row.is_header or like_header(row.cells, self.profile.columns) or (_filled(row) > 1 and self._is_first(at))

    def _is_first(self, at: int) -> bool:
        """Whether nothing but titles stands on its sheet above a row, and codes stand below it."""
        return at < self.begun.get(self.rows[at].citation.sheet, -1) and any(self.coded[at + 1 : at + 3])

    def _begun(self) -> dict[str | None, int]:
        """Return where the first code of each sheet stands."""
        coded = [at for at, prints in enumerate(self.coded) if prints]
        return {self.rows[at].citation.sheet: at for at in reversed(coded)}

    def _unread_heading(self) -> bool:
        """Whether a row of several cells stands above the first code: it may be a header, and must not be passed over."""
        first = next((at for at, prints in enumerate(self.coded) if prints), len(self.rows))
        return first == len(self.rows) or any(_filled(row) > 1 for row in self.rows[:first])

    def _head(self, at: int, body: Sequence[RawRow]) -> None:
        row, printed = self.rows[at], contents(body)
        if not body and header(row.cells, self.profile.columns) is None:
            return  # over no rows, a heading nobody knows can be anything
        found = _Resolving(row.cells, printed, self.profile).header()
        if at and (found is None or Role.REQUIREMENT not in found.header.at) and not self.coded[at - 1]:
            spanned = _Resolving(_spanned(self.rows[at - 1].cells, row.cells, self.profile), printed, self.profile).header()
            if spanned and Role.REQUIREMENT in spanned.header.at:
                found = spanned
                self.spanning.add(self.rows[at - 1].citation)
                self._find("header-of-two-rows", "a title that spans columns is read as part of the headings below it", row.citation)
        if found:
            self.may_require = self.may_require or (found.may_require and Role.REQUIREMENT not in found.header.at)
            self.headers[row.citation] = found.header
            for code, message in found.findings:
                self._find(code, message, row.citation)

    # -- a table without headings --------------------------------------------------------------------------------------

    def _headless(self, *, is_member: bool) -> Header | None:
        """Read the columns by what they print, where one alone prints codes and the requirement is beyond doubt."""
        body = self.rows[:_MOST_ROWS]
        printed = contents(body)
        found = _Resolving(("",) * len(printed), printed, self.profile).without_headings() if printed else None
        if found is None or (Role.REQUIREMENT not in found.header.at and (found.may_require or not is_member)):
            return None
        at = self.rows[self.coded.index(True)].citation
        self._find("no-headings", "the table has no headings; its columns are read by what they print", at)
        for code, message in found.findings:
            self._find(code, message, at)
        return found.header

    def _code_lines(self) -> list[Citation]:
        """Return the lines of nothing but codes, if there are more than one code of them: one alone may be a number."""
        found = [each for each in self.document.blocks if isinstance(each, Prose) and lists_codes(clean(each.text[:_LONGEST_ROW]))]
        read = [read_cell(clean(each.text[:_LONGEST_ROW])) for each in found]
        codes = sum(len(list(each.named())) for each in read if not isinstance(each, str))
        return [each.citation for each in found] if codes > 1 else []

    # -- membership ----------------------------------------------------------------------------------------------------

    def _membership(self) -> Citation | None:
        """Return where it is said that the codes need authorization; None where nothing says so, or anything speaks otherwise."""
        evidence = None
        for text, citation in self._texts():
            said = stance(text)
            if said is Stance.OTHERWISE:
                return None
            if said is Stance.REQUIRED and evidence is None:
                evidence = citation
        return evidence

    def _texts(self) -> Iterator[tuple[str, Citation]]:
        """Yield every text around the tables: the document's name, titles, headings, prose, names of sheets."""
        if not self.document.blocks:
            return
        stem = self.document.name.rpartition(".")[0] or self.document.name
        yield _SEPARATORS.sub(" ", stem), self.document.blocks[0].citation
        for block in self.document.blocks:
            if isinstance(block, Prose) and not lists_codes(block.text[:_LONGEST_ROW]):
                yield clean(block.text[:_LONGEST_ROW]), block.citation
            elif isinstance(block, RawRow) and _is_readable(block):
                yield from ((text, block.citation) for text in self._row_texts(block))
        for sheet, citation in {each.citation.sheet: each.citation for each in reversed(self.document.blocks)}.items():
            if sheet and not denies(sheet):  # the rows of a sheet whose name denies it are held apart from the others
                yield sheet, citation

    def _row_texts(self, row: RawRow) -> list[str]:
        """The titles that a row prints: its only text, or its headings, but those whose meaning is known as a whole."""
        cells = [clean(cell) for cell in row.cells if clean(cell)]
        if len(cells) == 1 and not _prints_codes(row):
            return cells
        is_header = row.citation in self.headers or header(row.cells, self.profile.columns) is not None
        return [cell for cell in cells if words(cell) not in WHOLE] if is_header or row.citation in self.spanning else []


@dataclass(frozen=True, slots=True)
class _Found:
    header: Header
    findings: tuple[tuple[str, str], ...]
    may_require: bool
    """Whether a column nobody knows may be the requirement column: it prints short answers."""


class _Resolving:
    """Gives the columns of one header their roles, by headings first."""

    def __init__(self, cells: tuple[str, ...], printed: Sequence[Content], profile: Profile) -> None:
        self.cells, self.profile = cells, profile
        self.printed = [*printed, *(Content(()) for _ in range(len(cells) - len(printed)))]
        self.columns: dict[int, Column] = {}
        self.unknown: list[int] = []
        self.findings: list[tuple[str, str]] = []
        self.may_require = False

    def header(self) -> _Found | None:
        """Return the header these cells make, if they make one."""
        for at, cell in enumerate(self.cells):
            if clean(cell):
                self._name(at, cell)
        # a heading without a role that may turn the others round, or may be the requirement, spoils the header
        if any(denies(self.cells[at]) for at in self.unknown) or self._is_twice(Role.CODE) or self._is_twice(Role.REQUIREMENT):
            return None
        self._by_content()
        if self._lacks_codes() or not self._knows_requirement() or self._repeats():
            return None
        self._labels()
        self._rest()
        return self._built() if len(self.columns) > 1 or len(self.cells) == 1 else None

    def without_headings(self) -> _Found | None:
        """Return the header that the columns make by what they print."""
        self.unknown = list(range(len(self.cells)))
        self._by_content()
        if not self._has(Role.CODE):
            return None
        left = [at for at in self.unknown if self.printed[at].cells]
        if len(left) == 1 and self.printed[left[0]].are_texts and not any(denies(cell) for cell in self.printed[left[0]].cells):
            self._take(left[0], Role.DESCRIPTION, "its cells are the only texts beside the codes")
        self._rest()
        return self._built()

    def _built(self) -> _Found:
        at = next((n for n, each in self.columns.items() if each.role is Role.REQUIREMENT), None)
        mark = self.printed[at].mark if at is not None and states_requirement(self.cells[at]) else None
        made = build_header(self.cells, dict(sorted(self.columns.items())), frozenset([mark] if mark else []))
        return _Found(made, tuple(self.findings), self.may_require)

    # -- by headings ---------------------------------------------------------------------------------------------------

    def _name(self, at: int, cell: str) -> None:
        named = role(cell, self.profile.columns)
        if named is None:
            self.unknown.append(at)
        else:
            self.columns[at] = Column(clean(cell), named, how(cell, self.profile.columns))

    def _has(self, wanted: Role) -> bool:
        return any(each.role is wanted for each in self.columns.values())

    def _is_twice(self, wanted: Role) -> bool:
        return sum(each.role is wanted for each in self.columns.values()) > 1

    def _lacks_codes(self) -> bool:
        """Whether there is no column of codes, or what its heading calls one is none, in a header that is odd besides."""
        at = next((n for n, each in self.columns.items() if each.role is Role.CODE), None)
        if at is None:
            return True
        is_odd = bool(self.unknown) and bool(self.printed[at].cells)
        return is_odd and self.printed[at].codes < _FEWEST_CODES

    def _knows_requirement(self) -> bool:
        """Whether the requirement column is known, or no column can be one."""
        return self._has(Role.REQUIREMENT) or not any(speaks_of_authorization(clean(self.cells[at])) for at in self.unknown)

    def _repeats(self) -> bool:
        """Whether one heading stands over two columns of what only one can be."""
        said = [words(self.cells[at]) for at, each in self.columns.items() if each.role not in SHARED]
        return len(set(said)) < len(said)

    def _labels(self) -> None:
        """Tell what a heading such as `Service` stands over: a description, or what many codes belong to."""
        described = [at for at, each in self.columns.items() if each.role is Role.DESCRIPTION]
        code = next(at for at, each in self.columns.items() if each.role is Role.CODE)
        loose = [at for at in described if WHOLE.get(words(self.cells[at])) is Role.DESCRIPTION]
        belongs = len(described) > 1 or self.printed[code].several >= _FEWEST_CODES
        if len(loose) == 1 and belongs and not self._has(Role.CATEGORY):
            self.columns[loose[0]] = Column(clean(self.cells[loose[0]]), Role.CATEGORY, "content")
        for at in sorted(self.columns, reverse=True):
            each = self.columns[at]
            if each.role not in SHARED and self._is_twice(each.role):
                self.columns.pop(at)
                self.unknown.append(at)

    # -- by content ----------------------------------------------------------------------------------------------------

    def _by_content(self) -> None:
        if not self._has(Role.CODE):
            rivals = [at for at, each in enumerate(self.printed) if each.codes >= _FEWEST_CODES]
            of_codes = [at for at in rivals if self.printed[at].are_codes]
            if rivals == of_codes and len(of_codes) == 1 and of_codes[0] in self.unknown and not limits(self.cells[of_codes[0]]):
                share = f"{self.printed[of_codes[0]].codes:.0%}".replace("%", " %")
                self._take(of_codes[0], Role.CODE, f"{share} of its {len(self.printed[of_codes[0]].cells)} filled cells are codes")
        if not self._has(Role.REQUIREMENT):
            stating = [at for at in self.unknown if self.printed[at].are_requirements]
            if len(stating) == 1 and not _qualifies(self.cells[stating[0]]):
                self._take(stating[0], Role.REQUIREMENT, "each of its filled cells says itself whether authorization is required")
        for at in [each for each in self.unknown if self.printed[each].are_numbers and not self.printed[each].are_codes]:
            self._take(at, Role.UNREAD, "its cells count the rows")

    def _take(self, at: int, wanted: Role, why: str) -> None:
        self.unknown.remove(at)
        self.columns[at] = Column(clean(self.cells[at]), wanted, "content")
        self._find("column-by-content", f"{self._called(at)}, is read as {wanted}: {why}")

    def _rest(self) -> None:
        for at in sorted(self.unknown):
            self.columns[at] = Column(clean(self.cells[at]), Role.QUALIFIER, "nothing")
            why = "nobody has said what it means; what it prints beside a row is left uninterpreted"
            self.may_require = self.may_require or self.printed[at].may_answer
            if self.cells[at] or self.printed[at].cells:
                self._find("unknown-column", f"{self._called(at)}: {why}")
        self.unknown = []

    def _find(self, code: str, message: str) -> None:
        self.findings.append((code, message))

    def _called(self, at: int) -> str:
        return f"column {at + 1}, `{shown(self.cells[at])}`" if clean(self.cells[at]) else f"column {at + 1}"


def _qualifies(heading: str) -> bool:
    """Whether a heading nobody knows may limit the answers below it: it speaks of authorization, of whom it is for, or denies it."""
    said = clean(heading)
    return stance(said) is Stance.OTHERWISE or speaks_of_authorization(said) or limits(said)


def _is_readable(row: RawRow) -> bool:
    return row.doubt is None and all(len(cell) <= _LONGEST_ROW for cell in row.cells)


def _filled(row: RawRow) -> int:
    return sum(bool(clean(cell)) for cell in row.cells)


def _prints_codes(row: RawRow) -> bool:
    return any(not isinstance(read_cell(clean(cell)), str) for cell in row.cells)


def _spanned(above: tuple[str, ...], below: tuple[str, ...], profile: Profile) -> tuple[str, ...]:
    """Return the headings of a header of two rows: one that says nothing alone is read with the title that spans it."""
    found, title = [], ""
    for at, cell in enumerate(below):
        title = clean(above[at]) if at < len(above) and clean(above[at]) else title
        is_alone = not clean(cell) or role(cell, profile.columns) is not None
        found.append(cell if is_alone else f"{title} {clean(cell)}".strip())
    return tuple(found)
