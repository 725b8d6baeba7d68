"""PDF: every page's words as a person sees them, laid out as tables by where they stand.

A letter is hidden that is invisible, clipped away, transparent, tiny, of the colour of its ground, or painted over. It is no
part of any cell, and the row it stands in is not believed. A page that is a picture of a page is recognised (`ocr`).
"""

import hashlib
import io
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from precert.facts.model import Citation
from precert.intake.readers import ocr, progress
from precert.intake.readers.document import Document, MissingExtraError, Note, UnreadableError
from precert.intake.readers.page import Page, Rule, Word
from precert.intake.readers.tables import blocks_of
from precert.intake.readers.terms import Doubt, Seen

_TINY = 2.0
"""Points: nobody reads a letter lower than this."""
_CONTRAST = 0.1
"""Of full: a letter that differs less from its ground in each colour cannot be seen."""
_WHITE = (1.0, 1.0, 1.0)
_SAME_SPOT = 0.3
"""Of a letter's width: the same letter drawn again so near is one letter, made bold so. Two of a kind stand a width apart."""
_COVERED = 0.5
"""Of a letter's area under another letter: neither can be told."""
_CROWD = 30
"""Letters at one spot: more of them tell nothing more."""
_PICTURE = 0.5
"""Of a page under pictures: with no text that is seen, it is a picture of a page."""
_STRUCK = (0.3, 0.7)
"""A rule at this height of a word strikes it out; one below underlines it."""
_WORDS = {"x_tolerance_ratio": 0.18, "extra_attrs": ["bold", "rgb", "gone", "doubt"], "return_chars": True}
MOST_PAGES = 2_000


def read(name: str, data: bytes) -> Document:
    """Read a PDF page by page."""
    digest = hashlib.sha256(data).hexdigest()
    pages = list(_pages(name, digest, data))
    return Document(
        name=name,
        sha256=digest,
        blocks=tuple(blocks_of(pages, name, digest)),
        notes=tuple(note for page in pages for note in page.notes),
        kind="pdf",
    )


def _pages(name: str, digest: str, data: bytes) -> Iterator[Page]:
    """Yield the pages of a PDF. What the libraries make of a broken one is not foreseen by them: any failure is a refusal."""
    try:
        pdfplumber, ink = import_module("pdfplumber"), import_module("precert.intake.readers.ink")
    except ModuleNotFoundError as error:
        raise MissingExtraError(f'`{name}` is a PDF; to read it: pip install "precert[pdf]"') from error
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            _check(len(pdf.pages))
            layers = _layers_off(pdf)
            for at, each in enumerate(pdf.pages, 1):
                place = Citation(document=name, sha256=digest, page=at)
                drawn = ink.draw(pdf.rsrcmgr, each.page_obj, layers)
                page = _page(drawn, place)
                yield _recognised(page, place, data) if _is_picture(page, drawn) else page
                each.close()
                progress.tell(at, len(pdf.pages))
    except UnreadableError as error:
        raise UnreadableError(f"`{name}` is not read: {error}") from error
    except RecursionError as error:
        raise UnreadableError(f"`{name}` cannot be read as a PDF: its parts contain each other without end") from error
    except MemoryError as error:
        raise UnreadableError(f"`{name}` cannot be read as a PDF: it unpacks to more than the memory holds") from error
    except Exception as error:
        raise UnreadableError(_why(name, error)) from error


def _check(pages: int) -> None:
    if pages > MOST_PAGES:
        raise UnreadableError(f"it has {pages} pages; more than {MOST_PAGES} are not read")


def _why(name: str, error: Exception) -> str:
    """Return what a person can do about it; never the parser's own words, which may quote the document."""
    inner: object = error.args[0] if error.args and isinstance(error.args[0], Exception) else error
    kind = type(inner).__name__
    if kind in {"PDFPasswordIncorrect", "PDFEncryptionError"}:
        return f"`{name}` is locked with a password; save it without one"
    return f"`{name}` cannot be read as a PDF: its parser failed ({kind}); print it to a new PDF"


def _layers_off(pdf: Any) -> frozenset[int]:  # noqa: ANN401 - loaded where it is needed
    """Return the numbers of the layers that are switched off when the document is opened."""
    resolve1 = import_module("pdfminer.pdftypes").resolve1
    layers = resolve1(pdf.doc.catalog.get("OCProperties"))
    default = resolve1(layers.get("D")) if isinstance(layers, dict) else None
    off = resolve1(default.get("OFF")) if isinstance(default, dict) else None
    return frozenset(each.objid for each in off or () if hasattr(each, "objid"))


def _page(ink: Any, place: Citation) -> Page:  # noqa: ANN401 - loaded where it is needed
    """Return a page as words and rules, all upright."""
    letters = [each for each in ink.chars if not each["text"].isspace()]
    turn = _turn(letters)
    width, height = (ink.height, ink.width) if turn in {90, 270} else (ink.width, ink.height)
    page = Page(number=place.page or 0, width=width, height=height, turn=turn)
    upright = [_upright(each, ink, turn) for each in ink.chars if _angle(each) == turn]
    aslant = sum(_angle(each) != turn for each in letters)
    if aslant:
        _note(page, Seen.TEXT_ASLANT, f"{aslant} letters stand across the others, as in a watermark; they are not read", place)
    _overlaps(upright)
    shades = [(each.order, _turned(each.sides, ink, turn), each.rgb, each.opaque) for each in ink.shades]
    _words(page, upright, shades)
    _rules(page, [_turned(each, ink, turn) for each in ink.rules], [sides for _, sides, rgb, _ in shades if rgb])
    _strike(page)
    _notes(page, place)
    return page


def _is_picture(page: Page, ink: Any) -> bool:  # noqa: ANN401 - loaded where it is needed
    """Tell whether nothing of a page is read but what pictures show."""
    area = sum((right - left) * (top - bottom) for left, bottom, right, top in ink.pictures)
    return not page.words and area >= _PICTURE * page.width * page.height


def _recognised(page: Page, place: Citation, data: bytes) -> Page:
    """Recognise a page that is a picture. Text hidden below it is another recogniser's, and is not believed."""
    ocr.require(place.document, "a PDF of pictures")
    with import_module("pypdfium2").PdfDocument(data) as pdf:
        picture = pdf[page.number - 1].render(scale=ocr.DPI * 1.5 / 72, grayscale=True).to_pil()
        return ocr.page_of(picture, page.number, ocr.DPI * 1.5, place)


_Sides = tuple[float, float, float, float]
"""Left, top, right, bottom; from the upper left corner of the upright page."""
_Shade = tuple[int, _Sides, tuple[float, float, float] | None, bool]


def _angle(char: dict[str, Any]) -> int | None:
    """Return by how much a page is turned clockwise to make a letter upright; None when it stands aslant."""
    a, b = char["along"]
    if abs(b) <= 0.02 * abs(a):
        return 0 if a > 0 else 180
    if abs(a) <= 0.02 * abs(b):
        return 90 if b > 0 else 270
    return None


def _turn(letters: list[dict[str, Any]]) -> int:
    counts = Counter(angle for each in letters if (angle := _angle(each)) is not None and not each["gone"])
    return counts.most_common(1)[0][0] if counts else 0


def _turned(sides: _Sides, ink: Any, turn: int) -> _Sides:  # noqa: ANN401 - loaded where it is needed
    """Return sides from the lower left corner as sides from the upper left of the page turned clockwise."""
    left, bottom, right, top = sides
    if turn == 90:  # noqa: PLR2004 - a quarter
        return bottom, left, top, right
    if turn == 180:  # noqa: PLR2004 - a half
        return ink.width - right, bottom, ink.width - left, top
    if turn:
        return ink.height - top, ink.width - right, ink.height - bottom, ink.width - left
    return left, ink.height - top, right, ink.height - bottom


def _upright(char: dict[str, Any], ink: Any, turn: int) -> dict[str, Any]:  # noqa: ANN401 - loaded where it is needed
    """Complete a letter to what pdfplumber's word extraction takes."""
    left, top, right, bottom = _turned(char["sides"], ink, turn)
    char.update(x0=left, top=top, x1=right, bottom=bottom, doctop=top, upright=True, size=bottom - top, doubt=None)
    if bottom - top < _TINY:
        char["gone"] = True
    if char["unknown"]:
        char["doubt"] = Doubt.UNKNOWN_LETTERS
    return char


def _overlaps(chars: list[dict[str, Any]]) -> None:
    """Drop letters drawn twice, which is how some make bold, and doubt those that stand on each other."""
    spots: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    dropped: set[int] = set()
    for char in chars:
        if char["gone"] or char["text"].isspace():
            continue
        x, y = int((char["x0"] + char["x1"]) / 8), int((char["top"] + char["bottom"]) / 8)
        for other in (each for i in (-1, 0, 1) for j in (-1, 0, 1) for each in spots.get((x + i, y + j), ())):
            if _is_again(char, other):
                dropped.add(id(char))
                other["bold"] = True
            elif _share(char, other) > _COVERED:
                char["doubt"] = other["doubt"] = Doubt.OVERLAPPING_TEXT
        if len(spots[x, y]) < _CROWD:
            spots[x, y].append(char)
    if dropped:
        chars[:] = [char for char in chars if id(char) not in dropped]


def _is_again(one: dict[str, Any], other: dict[str, Any]) -> bool:
    near = _SAME_SPOT * (one["x1"] - one["x0"])
    return bool(one["text"] == other["text"] and abs(one["x0"] - other["x0"]) < near and abs(one["top"] - other["top"]) < near)


def _share(one: dict[str, Any], other: dict[str, Any]) -> float:
    wide = min(one["x1"], other["x1"]) - max(one["x0"], other["x0"])
    high = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
    least = min((each["x1"] - each["x0"]) * each["size"] for each in (one, other))
    return wide * high / least if wide > 0 and high > 0 and least > 0 else 0.0


def _words(page: Page, chars: list[dict[str, Any]], shades: list[_Shade]) -> None:
    extract = import_module("pdfplumber.utils").extract_words
    sizes = [char["size"] for char in chars]
    tolerance = max(0.15 * statistics.median(sizes), 0.2) if sizes else 1.0
    for raw in extract(chars, y_tolerance=tolerance, **_WORDS):
        word = Word(raw["text"], raw["x0"], raw["top"], raw["x1"], raw["bottom"], raw["bold"], raw["doubt"])
        if raw["gone"] or _is_lost(word, raw, shades):
            page.hidden.append(word)
        else:
            page.words.append(word)


def _is_lost(word: Word, raw: dict[str, Any], shades: list[_Shade]) -> bool:
    """Tell whether a word is painted over, or is of the colour of its ground."""
    order, ground = raw["chars"][0]["order"], _WHITE
    x, y = word.centre, word.middle
    for drawn, (left, top, right, bottom), rgb, opaque in shades:
        if left <= x <= right and top <= y <= bottom:
            if drawn > order and opaque:
                return True
            if drawn < order and (opaque or rgb is None):
                ground = rgb  # type: ignore[assignment]  # None: a picture, on which anything may be seen
    ink = raw["rgb"]
    return ink is not None and ground is not None and all(abs(one - other) < _CONTRAST for one, other in zip(ink, ground, strict=True))


def _rules(page: Page, rules: list[_Sides], shades: list[_Sides]) -> None:
    for left, top, right, bottom in rules:
        if right - left >= bottom - top:
            page.across.append(Rule((top + bottom) / 2, left, right))
        else:
            page.down.append(Rule((left + right) / 2, top, bottom))
    for left, top, right, bottom in shades:
        page.across += [Rule(top, left, right), Rule(bottom, left, right)]


def _strike(page: Page) -> None:
    """Doubt words that a rule strikes out."""
    rules = sorted(page.across, key=lambda rule: rule.at)
    if not rules:
        return
    heights = [rule.at for rule in rules]
    bisect_left = import_module("bisect").bisect_left
    for at, word in enumerate(page.words):
        low, high = (word.top + share * word.size for share in _STRUCK)
        crossing = rules[bisect_left(heights, low) : bisect_left(heights, high)]
        if any(rule.start <= word.left + 1 and rule.end >= word.right - 1 for rule in crossing):
            page.words[at] = Word(word.text, word.left, word.top, word.right, word.bottom, word.bold, Doubt.STRUCK_OUT)


_DOUBTS = {
    Doubt.OVERLAPPING_TEXT: "words stand on each other",
    Doubt.UNKNOWN_LETTERS: "words hold letters that the document does not name",
    Doubt.STRUCK_OUT: "words are struck out",
}


def _notes(page: Page, place: Citation) -> None:
    if page.hidden:
        message = f"{len(page.hidden)} words cannot be seen; they are not read, and rows they stand in are set aside"
        _note(page, Seen.HIDDEN_TEXT, message, place)
    for doubt, what in _DOUBTS.items():
        count = sum(word.doubt == doubt for word in page.words)
        if count:
            _note(page, Seen(doubt), f"{count} {what}; rows they stand in are set aside", place)


def _note(page: Page, code: str, message: str, place: Citation) -> None:
    page.notes.append(Note(code, message, place))
