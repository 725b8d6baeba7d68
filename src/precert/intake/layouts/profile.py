"""A profile: what one published list's words mean, as reviewed TOML. The bundled ones stand in `precert/bundled/profiles`.

Vocabulary is matched by its words alone: case, markup, spacing, punctuation and word order do not matter (R1).
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from precert import codes
from precert.facts.model import Cell, Components, Delegate
from precert.intake.layouts.columns import words

# Words a requirement cell may print in any list; a profile adds its own.
_COMMON_REQUIREMENTS = {
    "yes": Cell.YES,
    "no": Cell.NO,
    "out of scope": Cell.OUT_OF_SCOPE,
    "add-on code": Cell.ADD_ON,
    "unlisted": Cell.UNLISTED,
    "experimental/investigational": Cell.INVESTIGATIONAL,
}
_COMMON_PLATFORMS = {"out of scope": "Out of Scope"}


class ProfileError(ValueError):
    """A profile that cannot be read; the message names the member."""


def key(text: str) -> tuple[str, ...]:
    """Return what two spellings of one vocabulary word share (R1)."""
    return tuple(sorted(words(text)))


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
    requirements: Mapping[tuple[str, ...], Cell] = field(default_factory=dict)
    segments: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    """Requirement words that limit a row to a segment, and the segment (R19)."""
    platforms: Mapping[tuple[str, ...], str] | None = None
    """None: the list's platforms are not known, and any is taken as printed."""
    through_plan: frozenset[tuple[str, ...]] = frozenset()
    client_specific: frozenset[tuple[str, ...]] = frozenset()
    """Section titles that make their rows client specific (R23)."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    cross_references: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    """What a row calls itself a part of, and the program meant (R21)."""
    exceptions: Mapping[str, str] = field(default_factory=dict)
    """In our words: when codes a row forbids together are allowed (R24)."""
    pointer_conditions: Mapping[str, str] = field(default_factory=dict)
    """In our words: when to use the codes a row points to (R26)."""


def read_profile(data: bytes, *, plan: str | None = None) -> Profile:
    """Read a profile from TOML; raise ProfileError where it cannot be."""
    try:
        raw = tomllib.loads(data.decode("utf-8"))
        return _profile(raw)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError, AttributeError, re.error) as error:
        where = f" of `{plan}`" if plan else ""
        raise ProfileError(f"the profile{where} cannot be read: {error!r}") from error


def default_profile(plan: str, list_id: str | None = None) -> Profile:
    """Return a profile for a list nobody has described: common words only, no delegate, platforms as printed."""
    return Profile(
        plan=plan,
        list=list_id or plan,
        title=plan,
        payer=plan,
        program=plan,
        requirements={key(word): cell for word, cell in _COMMON_REQUIREMENTS.items()},
    )


def _profile(raw: dict[str, Any]) -> Profile:
    program, vocabulary = raw.get("programs", {}), raw.get("vocabulary", {})
    requirements = _COMMON_REQUIREMENTS | {word: Cell(cell) for word, cell in vocabulary.get("requirement", {}).items()}
    platforms = vocabulary.get("platform")
    components = raw.get("components")
    return Profile(
        plan=raw["plan"],
        list=raw["list"],
        title=raw["title"],
        payer=raw["payer"],
        delegate=Delegate(**raw["delegate"]) if "delegate" in raw else None,
        membership=raw.get("membership", False),
        program=program.get("all"),
        program_title=_pattern(program.get("title")),
        elsewhere_title=_pattern(program.get("elsewhere_title")),
        elsewhere=tuple(program.get("elsewhere", ())),
        settings=program.get("settings", {}),
        families=tuple(raw.get("families", {}).items()),
        components=_components(components) if components else None,
        requirements={key(word): cell for word, cell in requirements.items()},
        segments={key(word): segment for word, segment in vocabulary.get("segment", {}).items()},
        platforms={key(word): name for word, name in (_COMMON_PLATFORMS | platforms).items()} if platforms is not None else None,
        through_plan=frozenset(key(word) for word in vocabulary.get("through_plan", ())),
        client_specific=frozenset(key(word) for word in vocabulary.get("client_specific", ())),
        aliases=raw.get("aliases", {}),
        cross_references={key(word): name for word, name in raw.get("cross_references", {}).items()},
        exceptions=raw.get("exceptions", {}),
        pointer_conditions=raw.get("pointer_conditions", {}),
    )


def _pattern(text: str | None) -> re.Pattern[str] | None:
    return re.compile(text, re.IGNORECASE) if text else None


def _components(raw: dict[str, Any]) -> Components:
    excluded = tuple(_range(each) for each in raw["excluded"])
    return Components(category=raw["category"], excluded=excluded)


def _range(text: str) -> tuple[str, str]:
    low, _, high = text.partition("-")
    ends = codes.parse(low), codes.parse(high or low)
    if ends[0] is None or ends[1] is None:
        raise ProfileError(f"`{text}` is no code and no range of codes")
    return ends[0], ends[1]
