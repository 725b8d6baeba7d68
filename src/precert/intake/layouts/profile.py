"""A profile: what one published list's words mean, as reviewed TOML. The bundled ones stand in `precert/bundled/profiles`.

Vocabulary is matched by its words alone: case, markup, spacing, punctuation and word order do not matter (R1). A mark that may
lead to a footnote does: `No*` is not `No`.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from precert import codes
from precert.facts.model import OUT_OF_SCOPE_PLATFORM, Cell, Components, Delegate
from precert.intake.layouts.columns import SHARED, Role, clean, role, words

# Words a requirement cell may print in any list; a profile adds its own.
_STATED = {
    "yes": Cell.YES,
    "no": Cell.NO,
    "out of scope": Cell.OUT_OF_SCOPE,
    "add-on code": Cell.ADD_ON,
    "unlisted": Cell.UNLISTED,
    "experimental/investigational": Cell.INVESTIGATIONAL,
}
_COMMON_REQUIREMENTS = _STATED | {
    "y": Cell.YES,
    "n": Cell.NO,
    "true": Cell.YES,
    "false": Cell.NO,
    "required": Cell.YES,
    "not required": Cell.NO,
}
# Words that say what is required whatever stands above them, and in which order: the rest of the sentence is part of each.
_NAMES = (
    "pa", "prior auth", "prior authorization", "prior-authorization", "auth", "authorization", "preauthorization", "pre-authorization",
    "precert", "precertification", "pre-certification", "prior approval",
)  # fmt: skip
_SAID_REQUIRED = ("{} required", "{} is required", "requires {}", "{} needed", "yes, {} required", "yes - {} is required")
_SAID_NOT_REQUIRED = (
    "no {} required", "no {} is required", "{} not required", "{} is not required", "does not require {}", "no {} needed", "{} not needed",
    "no, {} not required",
)  # fmt: skip
_COMMON_PLATFORMS = {"out of scope": OUT_OF_SCOPE_PLATFORM}

# Anything else beside a word of the vocabulary, such as an asterisk or a letter of another script, may change what it says.
_HARMLESS = re.compile(r"[A-Za-z0-9\s/,.:;&+()'\"\u2019\-\u2010-\u2015\u00ae\u2122\u00a9]")


class Ends(StrEnum):
    """What a termination date is."""

    LAST_DAY = "last-day"
    FIRST_DAY_OUT = "first-day-out"


class Begins(StrEnum):
    """What an effective date is."""

    ADDITION = "addition"
    CHANGE = "change"


class ProfileError(ValueError):
    """A profile that cannot be read; the message names the member."""


def key(text: str) -> tuple[str, ...]:
    """Return what two spellings of one vocabulary word share (R1)."""
    plain = clean(text)
    return tuple(sorted((*words(plain), *_HARMLESS.sub("", plain))))


PLAIN_WORDS: Mapping[tuple[str, ...], Cell] = {
    key(form.format(name)): cell
    for name in _NAMES
    for cell, forms in ((Cell.YES, _SAID_REQUIRED), (Cell.NO, _SAID_NOT_REQUIRED))
    for form in forms
}
"""Vocabulary that needs no heading to be understood: it names what is required itself."""
COMMON_WORDS: Mapping[tuple[str, ...], Cell] = {**PLAIN_WORDS, **{key(word): cell for word, cell in _COMMON_REQUIREMENTS.items()}}
"""Vocabulary of any list's requirement column."""
_ANY_LIST: Mapping[tuple[str, ...], Cell] = {key(word): cell for word, cell in _STATED.items()}
"""The words of any list whose profile a person wrote; whatever else a cell prints is outside its vocabulary (R1)."""

_TAKING_AWAY = frozenset(words(form.format(name)) for name in _NAMES for form in _SAID_NOT_REQUIRED) | frozenset(
    words(word) for word, cell in _COMMON_REQUIREMENTS.items() if cell is Cell.NO
)


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What is known of one published list before it is read."""

    plan: str
    list: str
    title: str
    payer: str
    delegate: Delegate | None = None
    membership: bool = False
    """The list names codes that need PA and prints no requirement (R2)."""
    infer: bool = False
    """What nobody has said of the layout may be taken from the document itself; each thing so taken is a finding."""
    several_codes: bool = False
    """A code cell may hold several codes and ranges."""
    code_lines: bool = False
    """A line of nothing but codes outside the tables lists them, under the heading above it."""
    two_row_headers: bool = False
    """A title that spans columns is part of the headings below it."""
    positions: tuple[Role, ...] = ()
    """The columns, from the left, of a table without headings."""
    ends: Ends = Ends.LAST_DAY
    begins: Begins = Begins.ADDITION
    program: str | None = None
    """The program of every row, where the document does not title its programs."""
    program_title: re.Pattern[str] | None = None
    """A title that opens a program; group `program` is its name."""
    elsewhere_title: re.Pattern[str] | None = None
    """A text that names a program published elsewhere; group `program` is its name (R6)."""
    elsewhere: tuple[str, ...] = ()
    """Programs published elsewhere that the document names in its preface (R6)."""
    settings: Mapping[str, str] = field(default_factory=dict)
    families: tuple[tuple[str, str], ...] = ()
    components: Components | None = None
    columns: Mapping[tuple[str, ...], Role] = field(default_factory=dict)
    """Headings of this list that `columns.SYNONYMS` does not know, by their words."""
    requirements: Mapping[tuple[str, ...], Cell] = field(default_factory=dict)
    segments: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    """Requirement words that limit a row to a segment, and the segment (R19)."""
    platforms: Mapping[tuple[str, ...], str] | None = None
    """None: the list's platforms are not known, and any is taken as printed."""
    through_plan: frozenset[tuple[str, ...]] = frozenset()
    client_specific: frozenset[tuple[str, ...]] = frozenset()
    """Section titles that make their rows client specific (R23)."""
    aliases: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    """Odd labels, and what they stand for (R1)."""
    cross_references: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    """What a row calls itself a part of, and the program meant (R21)."""
    exceptions: Mapping[str, str] = field(default_factory=dict)
    """In our words: when codes a row forbids together are allowed (R24)."""
    pointer_conditions: Mapping[str, str] = field(default_factory=dict)
    """In our words: when to use the codes a row points to (R26)."""

    def platform(self, printed: str) -> str | None:
        """Return a platform in its one spelling; None when it is outside the vocabulary."""
        if self.platforms is not None:
            return self.platforms.get(key(printed))
        return OUT_OF_SCOPE_PLATFORM if key(printed) == key(OUT_OF_SCOPE_PLATFORM) else printed


def read_profile(data: bytes, *, plan: str | None = None) -> Profile:
    """Read a profile from TOML; raise ProfileError where it cannot be."""
    where = f" of `{plan}`" if plan else ""
    try:
        return _profile(_Table(tomllib.loads(data.decode("utf-8"))))
    except UnicodeDecodeError as error:
        raise ProfileError(f"the profile{where} cannot be read: it is not UTF-8 text") from error
    except (tomllib.TOMLDecodeError, ProfileError) as error:
        raise ProfileError(f"the profile{where} cannot be read: {error}") from error


DEFAULT = "infer = true\nseveral_codes = true\n"
"""What a profile in TOML says of a list that nobody has described: the same as `default_profile`."""


def default_profile(plan: str, list_id: str | None = None) -> Profile:
    """Return a profile for a list nobody has described: common words only, no delegate, platforms as printed."""
    return Profile(
        plan=plan,
        list=list_id or plan,
        title=plan,
        payer=plan,
        program=plan,
        infer=True,
        several_codes=True,
        requirements=COMMON_WORDS,
    )


def is_turned(printed: str) -> bool:
    """Tell whether these are common words for No in an order that nobody writes: without a profile, `required not` is not read."""
    return COMMON_WORDS.get(key(printed)) is Cell.NO and words(printed) not in _TAKING_AWAY


def prints_requirement(cells: tuple[str, ...], profile: Profile) -> bool:
    """Tell whether a row prints a requirement, and is no header: `PA Required` may be either, beside a code or beside headings."""
    printed = [cell for cell in cells if clean(cell) and (key(cell) in profile.requirements or key(cell) in profile.segments)]
    headings = {role(cell, profile.columns) for cell in cells} - {None}
    is_header = Role.CODE in headings or len(headings) > 2  # noqa: PLR2004 - two beside the requirement
    return any(not is_header or role(cell, profile.columns) is not Role.REQUIREMENT for cell in printed)


_T = TypeVar("_T")


class _Table:
    """A TOML table that names the member at fault: one that is missing, of another type, or unknown."""

    def __init__(self, raw: dict[str, Any], name: str = "") -> None:
        self.raw, self.name = dict(raw), name

    def take(self, name: str, kind: type[_T], default: _T) -> _T:
        value = self.raw.pop(name, default)
        if not isinstance(value, kind):
            raise ProfileError(f"`{self.name}{name}` should be {_KINDS[kind]}")
        return value

    def text(self, name: str) -> str:
        if name not in self.raw:
            raise ProfileError(f"`{self.name}{name}` is missing")
        return self.take(name, str, "")

    def optional(self, name: str) -> str | None:
        return self.take(name, str, "") or None

    def texts(self, name: str) -> tuple[str, ...]:
        found = self.take(name, list, [])
        if not all(isinstance(each, str) for each in found):
            raise ProfileError(f"`{self.name}{name}` should be a list of texts")
        return tuple(found)

    def table(self, name: str) -> "_Table":
        return _Table(self.take(name, dict, {}), f"{self.name}{name}.")

    def mapping(self, name: str) -> dict[str, str]:
        found = self.take(name, dict, {})
        if not all(isinstance(each, str) for each in found.values()):
            raise ProfileError(f"`{self.name}{name}` should hold texts only")
        return found

    def pattern(self, name: str) -> re.Pattern[str] | None:
        text = self.optional(name)
        if text is None:
            return None
        try:
            pattern = re.compile(text, re.IGNORECASE)
        except re.error as error:
            raise ProfileError(f"`{self.name}{name}` is no regular expression: {error}") from error
        if "program" not in pattern.groupindex:
            raise ProfileError(f"`{self.name}{name}` names no group `program`")
        return pattern

    def done(self) -> None:
        if self.raw:
            raise ProfileError(f"there is no member `{self.name}{min(self.raw)}`")


_KINDS: dict[type, str] = {str: "a text", bool: "true or false", list: "a list", dict: "a table"}


def _profile(raw: _Table) -> Profile:
    program, vocabulary, delegate, components, dates = (
        raw.table(name) for name in ("programs", "vocabulary", "delegate", "components", "dates")
    )
    infer = raw.take("infer", bool, False)
    platforms = vocabulary.mapping("platform") if "platform" in vocabulary.raw else None
    requirements = {word: _member(Cell, cell, "vocabulary.requirement") for word, cell in vocabulary.mapping("requirement").items()}
    profile = Profile(
        plan=raw.text("plan"),
        list=raw.text("list"),
        title=raw.text("title"),
        payer=raw.text("payer"),
        delegate=Delegate(name=delegate.text("name"), evidence=delegate.text("evidence")) if delegate.raw else None,
        membership=raw.take("membership", bool, False),
        infer=infer,
        several_codes=raw.take("several_codes", bool, False),
        code_lines=raw.take("code_lines", bool, False),
        two_row_headers=raw.take("two_row_headers", bool, False),
        positions=tuple(_member(Role, role, "positions") for role in raw.texts("positions")),
        ends=_member(Ends, dates.optional("termination") or Ends.LAST_DAY, "dates.termination"),
        begins=_member(Begins, dates.optional("effective") or Begins.ADDITION, "dates.effective"),
        program=program.optional("all"),
        program_title=program.pattern("title"),
        elsewhere_title=program.pattern("elsewhere_title"),
        elsewhere=program.texts("elsewhere"),
        settings=program.mapping("settings"),
        families=tuple((name.lower(), product) for name, product in raw.mapping("families").items()),
        components=_components(components) if components.raw else None,
        columns={words(heading): _member(Role, role, "columns") for heading, role in raw.mapping("columns").items()},
        requirements={**(COMMON_WORDS if infer else _ANY_LIST), **{key(word): cell for word, cell in requirements.items()}},
        segments={key(word): segment for word, segment in vocabulary.mapping("segment").items()},
        platforms={key(word): name for word, name in (_COMMON_PLATFORMS | platforms).items()} if platforms is not None else None,
        through_plan=frozenset(key(word) for word in vocabulary.texts("through_plan")),
        client_specific=frozenset(key(word) for word in vocabulary.texts("client_specific")),
        aliases={key(label): stands_for for label, stands_for in raw.mapping("aliases").items()},
        cross_references={key(word): name for word, name in raw.mapping("cross_references").items()},
        exceptions=raw.mapping("exceptions"),
        pointer_conditions=raw.mapping("pointer_conditions"),
    )
    for table in (raw, program, vocabulary, delegate, components, dates):
        table.done()
    single = [role for role in profile.positions if role not in SHARED]
    if profile.positions and (Role.CODE not in single or len(set(single)) < len(single)):
        raise ProfileError("`positions` should name the code column, and no column twice")
    if not (profile.program or profile.program_title):
        raise ProfileError("`programs` should say how programs are titled (`title`), or what all rows belong to (`all`)")
    return profile


_E = TypeVar("_E", Cell, Role, Ends, Begins)


def _member(kind: type[_E], value: str, name: str) -> _E:
    try:
        return kind(value)
    except ValueError as error:
        raise ProfileError(f"`{name}`: `{value}` is none of {', '.join(kind)}") from error


def _components(raw: _Table) -> Components:
    return Components(category=raw.text("category"), excluded=tuple(_range(each) for each in raw.texts("excluded")))


def _range(text: str) -> tuple[str, str]:
    low, _, high = text.partition("-")
    ends = codes.parse(low), codes.parse(high or low)
    if ends[0] is None or ends[1] is None or codes.family(ends[0]) != codes.family(ends[1]):
        raise ProfileError(f"`components.excluded`: `{text}` is no code and no range of codes")
    return ends[0], ends[1]
