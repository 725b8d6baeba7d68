"""Pictures of pages: words as a recogniser reads them, and rules as they are drawn.

What a recogniser says of its own certainty is no evidence: it gives wrong codes 0.99. So each word that may be a code is cut out
and read again, larger and in black and white; where the two readings differ, neither is believed.
"""

import statistics
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from importlib import import_module
from typing import Any

from precert import codes
from precert.facts.model import Citation
from precert.intake.readers.document import MissingExtraError, Note
from precert.intake.readers.page import Page, Rule, Word
from precert.intake.readers.terms import Doubt, Seen

DPI = 200
"""Dots per inch at which a page is read."""
_POINT = 72.0
_INCHES = 11.0
"""The longer side of a page whose picture does not say its size."""
_FACE = 0.78
"""Of the height of a recogniser's box: it leaves room around the letters."""
_SPLIT = 0.45
"""Of a box's height: words of one line no farther apart are of one text."""
_BLANK = 0.2
"""Of such a box's height: what a blank measures."""
_ONE_FACE = 0.3
"""Of the usual height: boxes that differ by less hold letters of one size."""
_SLACK = 1.16
"""By how much the distances of lines differ from each other for that."""
_LARGER = 1.6
"""The second reading's size beside the first's."""
_LEAST_ACROSS, _LEAST_DOWN = 1.0, 0.3
"""Inches: no line of letters runs together for so long across, and no letter is so high."""
_TALLEST_RULE = 0.03
"""Inches: a stroke so thick is a shade."""
_LONGEST = 3000
"""Dots on the longer side: more are not passed on to the recogniser."""
_FIND_WITHIN = 1600
"""Dots on the longer side in which it looks for text: enough for letters of six points, and half the memory of a whole page."""
_SKEWS = 3.0
"""Degrees: a page that lies further aslant is not set straight."""
_SHARPER = 1.05
"""Times: a page is turned only if its lines are so much clearer then; turning it blurs it."""


def require(name: str, what: str) -> None:
    """Raise MissingExtraError where the recogniser is not installed."""
    try:
        for module in ("numpy", "PIL.Image", "cv2", "rapidocr", "pypdfium2"):
            import_module(module)
    except ModuleNotFoundError as error:
        raise MissingExtraError(f'`{name}` is {what}; to read it: pip install "precert[ocr]"') from error


@lru_cache(maxsize=1)
def _engine() -> Any:  # noqa: ANN401 - the recogniser carries no types
    return import_module("rapidocr").RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.max_side_len": _LONGEST,
            "Global.use_cls": False,  # a page that lies on its head is no page of a list
            "Global.text_score": 0.0,  # what it is unsure of is text all the same
            "Det.limit_type": "max",
            "Det.limit_side_len": _FIND_WITHIN,
        }
    )


def page_of(picture: Any, number: int, dpi: float | None, place: Citation) -> Page:  # noqa: ANN401 - a PIL image, loaded where it is needed
    """Recognise one page."""
    own = dpi or max(picture.size) / _INCHES
    gray, turned = _straight(picture.convert("L"))
    first = _resized(gray, DPI / own) if abs(own - DPI) > 1 else gray
    scale = _POINT / (own if first is gray else DPI)
    page = Page(number, first.size[0] * scale, first.size[1] * scale, slack=_SLACK)
    found = _words(first)
    again = _second(gray, [(text, _scaled(box, gray.size[0] / first.size[0])) for text, box in found])
    for (text, (left, top, right, bottom)), doubt in zip(found, again, strict=True):
        rim = (bottom - top) * (1 - _FACE) / 2
        page.words.append(
            Word(
                text,
                left * scale,
                (top + rim) * scale,
                right * scale,
                (bottom - rim) * scale,
                doubt=Doubt.READINGS_DIFFER if doubt else None,
            )
        )
    page.words = _evened(page.words)
    page.across, page.down = _rules(first, scale)
    _notes(page, turned, place)
    return page


_Box = tuple[float, float, float, float]


def _notes(page: Page, turned: float, place: Citation) -> None:
    page.notes.append(
        Note(Seen.READ_BY_OCR, "the page is a picture; its text was recognised, and may be misread where it looks right", place)
    )
    if turned:
        page.notes.append(Note(Seen.PAGE_SET_STRAIGHT, f"the picture lay {abs(turned):.1f} degrees aslant and was set straight", place))
    differing = sum(word.doubt == Doubt.READINGS_DIFFER for word in page.words)
    if differing:
        page.notes.append(Note(Seen.READINGS_DIFFER, f"{differing} codes read otherwise at a second look; their rows are set aside", place))


def _evened(words: list[Word]) -> list[Word]:
    """Give words of about the usual height that height: a recogniser's boxes grow and shrink with the letters in them."""
    if not words:
        return words
    usual = statistics.median(word.size for word in words)
    half = usual / 2
    return [
        replace(word, top=word.middle - half, bottom=word.middle + half) if abs(word.size - usual) < _ONE_FACE * usual else word
        for word in words
    ]


def _scaled(box: _Box, by: float) -> _Box:
    return box[0] * by, box[1] * by, box[2] * by, box[3] * by


def _resized(picture: Any, by: float) -> Any:  # noqa: ANN401 - PIL images
    return picture.resize((max(1, round(picture.size[0] * by)), max(1, round(picture.size[1] * by))), import_module("PIL.Image").LANCZOS)


def _straight(gray: Any) -> tuple[Any, float]:  # noqa: ANN401 - PIL images
    """Return a picture set straight, and by how many degrees it was turned: lines of text make the rows of pixels differ most."""
    np = import_module("numpy")
    small = gray.resize((800, max(1, round(800 * gray.size[1] / gray.size[0]))))

    def sharpness(angle: float) -> float:
        rows = np.asarray(small.rotate(angle, fillcolor=255), dtype=float).mean(axis=1)
        return float(np.square(np.diff(rows)).sum())

    coarse = max((step * 0.25 for step in range(round(-_SKEWS * 4), round(_SKEWS * 4) + 1)), key=sharpness)
    angle = max((coarse + step * 0.05 for step in range(-4, 5)), key=sharpness)
    if sharpness(angle) < _SHARPER * sharpness(0.0):
        return gray, 0.0
    return gray.rotate(angle, resample=import_module("PIL.Image").BICUBIC, fillcolor=255), angle


def _words(picture: Any) -> list[tuple[str, _Box]]:  # noqa: ANN401 - a PIL image
    """Return the words of a picture and where they stand, in its pixels."""
    np = import_module("numpy")
    read = _engine()(np.asarray(picture.convert("RGB")), use_det=True, use_cls=False, use_rec=True, return_word_box=True)
    found = []
    for line in read.word_results or ():
        words = [(str(text).strip(), _around(corners)) for text, _, corners in line if str(text).strip()]
        found += [(text, _reaching(box, words[at + 1][1] if at + 1 < len(words) else None)) for at, (text, box) in enumerate(words)]
    return found


def _around(corners: Sequence[Sequence[float]]) -> _Box:
    across, down = [float(x) for x, _ in corners], [float(y) for _, y in corners]
    return min(across), min(down), max(across), max(down)


def _reaching(box: _Box, after: _Box | None) -> _Box:
    """Return a word's box up to a blank before the next of its line: where words end, the recogniser only guesses."""
    high = box[3] - box[1]
    if after is None or not 0 < after[0] - box[2] < _SPLIT * high:
        return box
    return box[0], box[1], max(box[2], after[0] - _BLANK * high), box[3]


def _second(gray: Any, found: list[tuple[str, _Box]]) -> list[bool]:  # noqa: ANN401 - a PIL image
    """Read each word that may be a code again; tell for each word whether it reads otherwise."""
    np, cv2 = import_module("numpy"), import_module("cv2")
    doubts = [False] * len(found)
    for at, (text, (left, top, right, bottom)) in enumerate(found):
        if not _may_be_code(text):
            continue
        rim = 0.15 * (bottom - top)
        cut = gray.crop((round(left - 2 * rim), round(top), round(right + 2 * rim), round(bottom)))
        _, ink = cv2.threshold(np.asarray(_resized(cut, _LARGER)), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        again = _engine()(cv2.cvtColor(ink, cv2.COLOR_GRAY2RGB), use_det=False, use_cls=False, use_rec=True, return_word_box=False)
        said = "".join(again.txts or ()).replace(" ", "")
        doubts[at] = codes.fold(said) != codes.fold(text)
    return doubts


def _may_be_code(text: str) -> bool:
    return codes.parse(text) is not None


def _rules(picture: Any, scale: float) -> tuple[list[Rule], list[Rule]]:  # noqa: ANN401 - a PIL image
    """Return the long straight strokes of a picture, across and down."""
    np, cv2 = import_module("numpy"), import_module("cv2")
    pixels = np.asarray(picture)
    ink = cv2.adaptiveThreshold(255 - pixels, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 31, -12)
    inch = _POINT / scale
    across = [
        Rule((top + high / 2) * scale, left * scale, (left + wide) * scale)
        for left, top, wide, high in _strokes(ink, (round(_LEAST_ACROSS * inch), 1), (3, 1))
        if high <= _TALLEST_RULE * inch
    ]
    down = [
        Rule((left + wide / 2) * scale, top * scale, (top + high) * scale)
        for left, top, wide, high in _strokes(ink, (1, round(_LEAST_DOWN * inch)), (1, 3))
        if wide <= _TALLEST_RULE * inch
    ]
    return across, down


def _strokes(ink: Any, least: tuple[int, int], gap: tuple[int, int]) -> list[tuple[int, int, int, int]]:  # noqa: ANN401 - an array
    """Return the boxes of strokes of a least size, small gaps in them closed."""
    cv2 = import_module("cv2")
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, gap))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, least))
    _, _, boxes, _ = cv2.connectedComponentsWithStats(opened)
    return [(left, top, wide, high) for left, top, wide, high, _ in boxes[1:].tolist()]
