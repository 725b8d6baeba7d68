"""What the styles of a page do to what a person sees of it: those of an element, and those of its style sheets as far as they can be told.

Selectors of tags, classes and ids are followed, also one inside another; which of two rules wins is not: a text that one rule hides
and another shows is doubtful. What a rule hides that cannot be followed is noted, and so is a style sheet that is not in the page.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Flag, auto
from functools import lru_cache
from typing import Any


class Look(Flag):
    """What declarations do."""

    HIDES = auto()
    SHOWS = auto()
    """They say that something is shown, as if another rule hid it."""
    STRIKES = auto()
    HEAVY = auto()
    WHITE = auto()
    COLOURED = auto()
    DARK = auto()
    """There is a background of a colour, or a picture."""
    LIGHT = auto()


PLAIN = Look(0)
_MOST_SELECTORS, _MOST_PARTS, _MOST_CLASSES = 250, 8, 50
_OFF_PAGE = {"px": -500.0, "pt": -400.0}
_OFF_PAGE_ELSE = -90.0
"""How far from its place a text stands where nobody sees it, in other units."""
_WHITE = 0.98
_BOLD = 600
_HALF = 50
_MOST_ANSWERS = 10_000
_PICTURE = re.compile(r"gradient|^url$|image", re.ASCII)
_COMPOUND = re.compile(r"(\*|[a-zA-Z][a-zA-Z0-9]*)?((?:[.#][-_a-zA-Z0-9]+)*)", re.ASCII)
_NAMED = re.compile(r"[.#][-_a-zA-Z0-9]+", re.ASCII)
_PASSING = frozenset(
    ("hover", "focus", "focus-within", "focus-visible", "active", "visited", "before", "after", "selection", "placeholder", "marker")
)
"""What a selector says of a moment, or of what is no text of the page."""
_ELSEWHERE = frozenset({"print", "speech", "aural", "braille"})
"""Media that are no screen."""


@lru_cache(maxsize=4096)
def look(style: str) -> Look:
    """Return what an element's own style does."""
    import tinycss2  # type: ignore[import-untyped]  # noqa: PLC0415 - many documents are no pages

    return _look(tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True))


def _look(contents: Iterable[Any]) -> Look:
    said = {each.lower_name: _values(each.value) for each in contents if each.type == "declaration"}
    found = PLAIN
    for judge in (_shown, _coloured, _backed, _lettered):
        found |= judge(said)
    return found | (Look.HIDES if _is_out_of_sight(said) else PLAIN)


def _values(tokens: Iterable[Any]) -> list[Any]:
    """Return the tokens of a value, those of its functions behind the function's own."""
    found: list[Any] = []
    for each in tokens:
        if each.type not in ("whitespace", "comment"):
            found.append(each)
        if each.type == "function":
            found += [inner for inner in each.arguments if inner.type not in ("whitespace", "comment")]
    return found


def _words(values: Iterable[Any]) -> set[str]:
    return {each.lower_value for each in values if each.type == "ident"}


def _numbers(values: Iterable[Any]) -> list[tuple[float, str]]:
    return [(each.value, getattr(each, "lower_unit", "%")) for each in values if each.type in ("number", "dimension", "percentage")]


def _shown(said: dict[str, list[Any]]) -> Look:
    found = PLAIN
    for name, hiding in (("display", {"none"}), ("visibility", {"hidden", "collapse"}), ("content-visibility", {"hidden"})):
        words = _words(said.get(name, ()))
        if words:
            found |= Look.HIDES if words & hiding else Look.SHOWS
    return found | (Look.HIDES if "all" in _words(said.get("mso-hide", ())) else PLAIN)


def _coloured(said: dict[str, list[Any]]) -> Look:
    colours = list(_colours(said.get("color", ())))
    if not colours:
        return PLAIN
    if colours[0].alpha == 0:
        return Look.HIDES
    return Look.WHITE if _is_white(colours[0]) else Look.COLOURED


def _backed(said: dict[str, list[Any]]) -> Look:
    values = [*said.get("background", ()), *said.get("background-color", ()), *said.get("background-image", ())]
    if any(each.type == "url" or (each.type == "function" and _PICTURE.search(each.lower_name)) for each in values):
        return Look.DARK
    solid = [each for each in _colours(values) if each.alpha > 0]
    return (Look.LIGHT if _is_white(solid[-1]) else Look.DARK) if solid else PLAIN


def _colours(values: Iterable[Any]) -> Iterator[Any]:
    from tinycss2.color3 import RGBA, parse_color  # type: ignore[import-untyped]  # noqa: PLC0415 - as above

    yield from (found for each in values if isinstance(found := parse_color(each), RGBA))


def _is_white(colour: Any) -> bool:  # noqa: ANN401 - tinycss2 carries no types
    return bool(min(colour.red, colour.green, colour.blue) >= _WHITE)


def _lettered(said: dict[str, list[Any]]) -> Look:
    struck = _words((*said.get("text-decoration", ()), *said.get("text-decoration-line", ())))
    weight = said.get("font-weight", ())
    is_heavy = bool(_words(weight) & {"bold", "bolder"}) or any(value >= _BOLD for value, _ in _numbers(weight))
    return (Look.STRIKES if "line-through" in struck else PLAIN) | (Look.HEAVY if is_heavy else PLAIN)


def _is_out_of_sight(said: dict[str, list[Any]]) -> bool:
    """Whether a text is drawn so small, so faint, so far away or so cut off that nobody sees it."""
    least = {"font-size": 1, "opacity": 0, "zoom": 0}
    if any(_is_at_most(said, name, most) for name, most in least.items()):
        return True
    is_cut = bool(_words((*said.get("overflow", ()), *said.get("overflow-x", ()), *said.get("overflow-y", ()))) & {"hidden", "clip"})
    if is_cut and any(_is_at_most(said, name, 1) for name in ("height", "max-height", "width", "max-width")):
        return True
    return _is_moved_away(said) or _is_clipped(said)


def _is_at_most(said: dict[str, list[Any]], name: str, most: float) -> bool:
    return any(value == 0 or (unit in ("px", "pt") and value <= most) for value, unit in _numbers(said.get(name, ())[:1]))


def _is_moved_away(said: dict[str, list[Any]]) -> bool:
    sides = ["text-indent", "margin-left", "margin-top"]
    if _words(said.get("position", ())) & {"absolute", "fixed", "relative"}:
        sides += ["left", "right", "top", "bottom", "inset"]
    return any(value <= _OFF_PAGE.get(unit, _OFF_PAGE_ELSE) for side in sides for value, unit in _numbers(said.get(side, ())))


def _is_clipped(said: dict[str, list[Any]]) -> bool:
    box, path, moved = (_numbers(said.get(name, ())) for name in ("clip", "clip-path", "transform"))
    is_scaled = any(each.type == "function" and each.lower_name.startswith("scale") for each in said.get("transform", ()))
    return (
        (bool(box) and all(value <= 1 for value, _ in box))
        or any(unit == "%" and value >= _HALF for value, unit in path)
        or (is_scaled and any(value == 0 for value, _ in moved))
    )


# -- style sheets ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Part:
    """One element of a selector: what it must be, and whether it must stand right inside the one before."""

    tag: str | None
    names: frozenset[str]
    is_child: bool

    @property
    def key(self) -> str:
        return min(self.names, default=self.tag or "*")

    def fits(self, tag: str, names: frozenset[str]) -> bool:
        return self.tag in (None, tag) and self.names <= names


_Step = tuple[tuple[_Part, ...], int]
"""A selector, and which of its parts is met."""


@dataclass(frozen=True, slots=True)
class Met:
    """What the elements around have met of the selectors: anywhere outside, and right outside."""

    outside: frozenset[_Step] = frozenset()
    above: frozenset[_Step] = frozenset()


@dataclass(slots=True)
class Sheet:
    """The rules of a page that hide, strike or show something."""

    rules: dict[tuple[_Part, ...], Look] = field(default_factory=dict)
    by_key: dict[str, list[_Step]] = field(default_factory=dict)
    answers: dict[tuple[str, frozenset[str], Met], tuple[Look, Met]] = field(default_factory=dict)
    """What was met before: the rows of a list are alike."""
    is_unread: bool = False
    """A rule that hides or strikes something could not be followed."""

    def add(self, text: str) -> None:
        """Take the rules of a style sheet."""
        import tinycss2  # noqa: PLC0415 - as above

        self._take(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True))

    def _take(self, rules: Iterable[Any]) -> None:
        import tinycss2  # noqa: PLC0415 - as above

        for rule in rules:
            if rule.type == "qualified-rule":
                self._rule(rule, _look(tinycss2.parse_blocks_contents(rule.content)) & ~Look.HEAVY)
            elif rule.type == "at-rule" and rule.lower_at_keyword == "import":
                self.is_unread = True
            elif rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports", "layer") and rule.content:
                self._group(rule)

    def _group(self, rule: Any) -> None:  # noqa: ANN401 - tinycss2 carries no types
        """Take what holds on every screen; of what holds on some, know whether it hides anything."""
        import tinycss2  # noqa: PLC0415 - as above

        words = _words(rule.prelude)
        inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        is_media = rule.lower_at_keyword == "media"
        if is_media and words & _ELSEWHERE and not words & {"screen", "all", "not"}:
            return
        if is_media and words <= {"screen", "all", "only"} and all(each.type != "() block" for each in rule.prelude):
            self._take([each for each in inner if each.type == "qualified-rule"])
        else:
            hiding = (_look(tinycss2.parse_blocks_contents(each.content)) for each in inner if each.type == "qualified-rule")
            self.is_unread |= any(each & (Look.HIDES | Look.STRIKES) for each in hiding)

    def _rule(self, rule: Any, does: Look) -> None:  # noqa: ANN401 - as above
        if not does:
            return
        for text in _selectors(rule.prelude):
            parts = _parts(text) if text is not None else None
            if parts in self.rules:
                self.rules[parts] |= does
            elif parts is None or len(self.rules) >= _MOST_SELECTORS:
                self.is_unread |= bool(does & (Look.HIDES | Look.STRIKES))
            else:
                for at, part in enumerate(parts):
                    self.by_key.setdefault(part.key, []).append((parts, at))
                self.rules[parts] = does

    @property
    def is_idle(self) -> bool:
        """No rule hides or strikes anything."""
        return not any(does & (Look.HIDES | Look.STRIKES | Look.WHITE) for does in self.rules.values())

    def meet(self, tag: str, element: Any, around: Met) -> tuple[Look, Met]:  # noqa: ANN401 - lxml's elements
        """Return what the rules do to an element, and what is met inside it."""
        own = [f".{each}" for each in (element.get("class") or "").split()[:_MOST_CLASSES]]
        if element.get("id"):
            own.append(f"#{element.get('id')}")
        asked = tag, frozenset(own), around
        if asked not in self.answers:
            if len(self.answers) >= _MOST_ANSWERS:
                self.answers.clear()
            self.answers[asked] = self._met(*asked)
        return self.answers[asked]

    def _met(self, tag: str, names: frozenset[str], around: Met) -> tuple[Look, Met]:
        does, met = PLAIN, set()
        for key in (*names, tag, "*"):
            for parts, at in self.by_key.get(key, ()):
                before = (parts, at - 1)
                is_placed = not at or before in (around.above if parts[at].is_child else around.outside)
                if not is_placed or not parts[at].fits(tag, names):
                    continue
                if at == len(parts) - 1:
                    does |= self.rules[parts]
                else:
                    met.add((parts, at))
        return does, Met(around.outside | met if met else around.outside, frozenset(met))


def _selectors(prelude: Iterable[Any]) -> Iterator[str | None]:
    """Yield each selector of a rule as text; None for one that cannot be followed. One that speaks of a moment is left out."""
    text: str | None = ""
    is_passing = is_pseudo = False
    for each in prelude:
        if each.type == "literal" and each.value == ",":
            if not is_passing:
                yield text
            text, is_passing, is_pseudo = "", False, False
            continue
        is_passing |= is_pseudo and each.type == "ident" and each.lower_value in _PASSING
        is_pseudo = each.type == "literal" and each.value in (":", "::")
        piece = _piece(each)
        text = None if piece is None or text is None else text + piece
    if not is_passing:
        yield text


def _piece(token: Any) -> str | None:  # noqa: ANN401 - tinycss2 carries no types
    match token.type:
        case "ident":
            return str(token.value)
        case "hash":
            return f"#{token.value}"
        case "whitespace" | "comment":
            return " "
        case "literal" if token.value in (".", ">", "*"):
            return str(token.value)
        case _:
            return None


def _parts(selector: str) -> tuple[_Part, ...] | None:
    found: list[_Part] = []
    is_child = False
    for word in selector.replace(">", " > ").split():
        if word == ">":
            is_child = True
            continue
        whole = _COMPOUND.fullmatch(word)
        if whole is None:
            return None
        tag = None if whole[1] in (None, "*") else whole[1].lower()
        found.append(_Part(tag, frozenset(_NAMED.findall(whole[2])), is_child))
        is_child = False
    return tuple(found) if 0 < len(found) <= _MOST_PARTS and not is_child and not found[0].is_child else None
