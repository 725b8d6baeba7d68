"""What a PDF page draws, in the order it draws it: letters with all that says whether a person sees them, rules, and shades.

pdfplumber passes on where letters stand, and not how they are drawn: nothing of text that is invisible by its mode, clipped away,
transparent, or in a layer that is switched off. So the page is interpreted here, by pdfminer as pdfplumber does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar, cast

from pdfminer.layout import LTChar
from pdfminer.pdfcolor import PDFColorSpace
from pdfminer.pdfdevice import PDFTextDevice, PDFTextSeq
from pdfminer.pdffont import PDFFont, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFGraphicState, PDFPageInterpreter, PDFResourceManager, PDFStackT, PDFTextState
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFObjRef, PDFStream, resolve1
from pdfminer.psparser import PSLiteral
from pdfminer.utils import MATRIX_IDENTITY, Matrix, PathSegment, apply_matrix_pt, apply_matrix_rect, mult_matrix

from precert.intake.readers.document import UnreadableError

Sides = tuple[float, float, float, float]
"""Left, bottom, right, top; from the page's lower left corner."""
Rgb = tuple[float, float, float]

_DEEPEST, _MOST_FORMS = 24, 5_000
"""Drawings within drawings, and drawings on one page: far more than any list has."""
_MOST_MARKS = 200_000
"""Letters, shades and rules of one page. A page of the densest list has 10,000."""
_THIN, _SHORT = 2.5, 3.0
"""Points: a shade no thicker is a rule, and a rule no longer is a dot."""
_INVISIBLE_MODES = frozenset({3, 7})
SEE_THROUGH = 0.1
"""An ink of less cannot be seen."""
_BOLD = ("bold", "black", "heavy", "semibd", "demi")


@dataclass(frozen=True, slots=True)
class Shade:
    """A filled area or a picture: what text below it does not outlive, and what text upon it is seen against."""

    order: int
    sides: Sides
    rgb: Rgb | None
    """None where it has no one colour."""
    opaque: bool


class Ink(PDFTextDevice):
    """What one page draws."""

    def __init__(self, rsrcmgr: PDFResourceManager) -> None:
        super().__init__(rsrcmgr)
        self.chars: list[dict[str, Any]] = []
        self.shades: list[Shade] = []
        self.rules: list[Sides] = []
        self.pictures: list[Sides] = []
        self.width = self.height = 0.0
        self.clip: Sides = (0.0, 0.0, 0.0, 0.0)
        self.alpha = 1.0
        self.off = 0
        self.forms = self.depth = self.marks = 0
        self._mode = 0

    def begin_page(self, page: PDFPage, ctm: Matrix) -> None:
        """Take the size of the page, and what of it is shown."""
        left, bottom, right, top = apply_matrix_rect(ctm, page.mediabox)
        self.width, self.height = abs(right - left), abs(top - bottom)
        self.clip = _meet((0.0, 0.0, self.width, self.height), apply_matrix_rect(ctm, page.cropbox))

    def mark(self) -> int:
        """Count a mark; return its place in the order of drawing."""
        self.marks += 1
        if self.marks > _MOST_MARKS:
            raise UnreadableError(f"a page draws more than {_MOST_MARKS} marks; no list does")
        return self.marks

    def render_string(self, textstate: PDFTextState, seq: PDFTextSeq, ncs: PDFColorSpace, graphicstate: PDFGraphicState) -> None:
        """Take the mode of a text before its letters."""
        self._mode = textstate.render
        super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(  # noqa: PLR0913, PLR0917 - pdfminer's signature
        self,
        matrix: Matrix,
        font: PDFFont,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: PDFColorSpace,
        graphicstate: PDFGraphicState,
    ) -> float:
        """Keep a letter."""
        try:
            text, unknown = font.to_unichr(cid), False
        except PDFUnicodeNotDefined:
            text, unknown = f"(cid:{cid})", True
        char = LTChar(matrix, font, fontsize, scaling, rise, text, font.char_width(cid), font.char_disp(cid), ncs, graphicstate)
        self.chars.append(
            {
                "text": text,
                "sides": char.bbox,
                "along": matrix[:2],
                "order": self.mark(),
                "bold": self._is_bold(font, graphicstate),
                "rgb": self._ink(ncs, graphicstate),
                "gone": self._gone(char.bbox),
                "unknown": unknown,
            }
        )
        return char.adv

    def _is_bold(self, font: PDFFont, graphicstate: PDFGraphicState) -> bool:
        name = str(font.fontname).lower()
        return any(word in name for word in _BOLD) or (self._mode == 2 and graphicstate.linewidth > 0)  # noqa: PLR2004 - fill and stroke

    def _ink(self, ncs: PDFColorSpace, graphicstate: PDFGraphicState) -> Rgb | None:
        return rgb(graphicstate.scolor, graphicstate.scs) if self._mode == 1 else rgb(graphicstate.ncolor, ncs)

    def _gone(self, sides: Sides) -> bool:
        """Tell whether nothing of a letter is seen, whatever is drawn around it."""
        if self._mode in _INVISIBLE_MODES or self.alpha < SEE_THROUGH or self.off:
            return True
        x, y = (sides[0] + sides[2]) / 2, (sides[1] + sides[3]) / 2
        return not (self.clip[0] <= x <= self.clip[2] and self.clip[1] <= y <= self.clip[3])

    def paint_path(self, graphicstate: PDFGraphicState, stroke: bool, fill: bool, evenodd: bool, path: Sequence[PathSegment]) -> None:  # noqa: ARG002 - pdfminer's signature
        """Keep what a path leaves: rules of its straight sides, a shade of its area."""
        if self.off or self.alpha < SEE_THROUGH:
            return
        for points in self._parts(path):
            order, sides = self.mark(), _around(points)
            if fill and min(sides[2] - sides[0], sides[3] - sides[1]) > _THIN:
                self.shades.append(Shade(order, sides, rgb(graphicstate.ncolor, graphicstate.ncs), self.alpha >= 1.0))
            elif fill:
                self._rule(sides)
            if stroke:
                for (x0, y0), (x1, y1) in pairwise(points):
                    self._rule((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))

    def _parts(self, path: Sequence[PathSegment]) -> Iterator[list[tuple[float, float]]]:
        """Yield the points of each part of a path, a closed one with its first point again."""
        points: list[tuple[float, float]] = []
        for segment in path:
            if segment[0] == "m":
                if len(points) > 1:
                    yield points
                points = []
            if segment[0] == "h":
                points += points[:1]
            elif self.ctm is not None:
                points.append(apply_matrix_pt(self.ctm, _end(segment)))
        if len(points) > 1:
            yield points

    def _rule(self, sides: Sides) -> None:
        wide, high = sides[2] - sides[0], sides[3] - sides[1]
        if min(wide, high) <= _THIN and max(wide, high) > _SHORT:
            self.rules.append(sides)

    def render_image(self, name: str, stream: PDFStream) -> None:  # noqa: ARG002 - pdfminer's signature
        """Keep where a picture stands. One with a mask lets see what is below it."""
        if self.off or self.ctm is None:
            return
        sides = apply_matrix_rect(self.ctm, (0, 0, 1, 1))
        is_mask = any(stream.get(key) for key in ("SMask", "Mask", "ImageMask", "IM"))
        self.shades.append(Shade(self.mark(), sides, None, self.alpha >= 1.0 and not is_mask))
        self.pictures.append(sides)


class Interpreter(PDFPageInterpreter):
    """pdfminer's interpreter, which also keeps the clip, the transparency and the layers; and counts drawings within drawings."""

    device: Ink
    layers_off: frozenset[int] = frozenset()
    handed: tuple[PDFGraphicState, int] | None = None

    def init_state(self, ctm: Matrix) -> None:
        """Begin a page, or a drawing within it: the latter goes on with the colours it is drawn with."""
        super().init_state(ctm)
        self._saved: list[tuple[Sides, float]] = []
        self._layers: list[bool] = []
        if self.handed:
            self.graphicstate, self.textstate.render = self.handed[0].copy(), self.handed[1]

    def subinterp(self) -> PDFPageInterpreter:
        """Return an interpreter for a drawing within this one."""
        inner = super().subinterp()
        assert isinstance(inner, Interpreter)
        inner.layers_off, inner.handed = self.layers_off, (self.graphicstate, self.textstate.render)
        return inner

    def do_q(self) -> None:
        """Save the state."""
        super().do_q()
        self._saved.append((self.device.clip, self.device.alpha))

    def do_Q(self) -> None:  # noqa: N802 - the operator's name
        """Restore it."""
        super().do_Q()
        if self._saved:
            self.device.clip, self.device.alpha = self._saved.pop()

    def do_W(self) -> None:  # noqa: N802 - the operator's name
        """Clip to the path at hand; its box is near enough."""
        points = [_end(each) for each in self.curpath if each[0] != "h"]
        if points:
            self.device.clip = _meet(self.device.clip, apply_matrix_rect(self.ctm, _around(points)))

    def do_W_a(self) -> None:  # noqa: N802 - the operator's name
        """Clip to the path at hand, by the other rule."""
        self.do_W()

    def do_gs(self, name: PDFStackT) -> None:
        """Take the transparency from a graphics state; any blending counts as seeing through."""
        states = resolve1(self.resources.get("ExtGState")) or {}
        state = resolve1(states.get(name.name)) if isinstance(name, PSLiteral) and isinstance(states, dict) else None
        if isinstance(state, dict):
            alpha, blend = resolve1(state.get("ca")), resolve1(state.get("BM"))
            self.device.alpha = float(alpha) if isinstance(alpha, int | float) else self.device.alpha
            if isinstance(blend, PSLiteral) and blend.name not in {"Normal", "Compatible"}:
                self.device.alpha = min(self.device.alpha, 0.99)

    def do_BMC(self, tag: PDFStackT) -> None:  # noqa: ARG002, N802 - the operator's name and signature
        """Begin a part that belongs to no layer."""
        self._layers.append(False)

    def do_BDC(self, tag: PDFStackT, props: PDFStackT) -> None:  # noqa: N802 - the operator's name
        """Begin a part, of a layer if it says so."""
        named = resolve1(self.resources.get("Properties")) if isinstance(tag, PSLiteral) and tag.name == "OC" else None
        layer = named.get(props.name) if isinstance(named, dict) and isinstance(props, PSLiteral) else None
        self._layers.append(self._is_off(layer))
        self.device.off += self._layers[-1]

    def do_EMC(self) -> None:  # noqa: N802 - the operator's name
        """End a part."""
        if self._layers:
            self.device.off -= self._layers.pop()

    def _is_off(self, layer: object) -> bool:
        return isinstance(layer, PDFObjRef) and layer.objid in self.layers_off

    def do_Do(self, xobjid_arg: PDFStackT) -> None:  # noqa: N802 - the operator's name
        """Draw a picture or a drawing that has a name."""
        device = self.device
        device.forms, device.depth = device.forms + 1, device.depth + 1
        if device.forms > _MOST_FORMS or device.depth > _DEEPEST:
            raise UnreadableError(
                f"a page draws drawings within drawings without end (more than {_MOST_FORMS} of them, or {_DEEPEST} deep); no list does"
            )
        named = self.xobjmap.get(xobjid_arg.name) if isinstance(xobjid_arg, PSLiteral) else None
        drawn = resolve1(named)
        kept = device.clip, device.alpha, device.off
        if isinstance(drawn, PDFStream):
            device.off += self._is_off(drawn.get("OC"))
            box, matrix = resolve1(drawn.get("BBox")), resolve1(drawn.get("Matrix"))
            if isinstance(box, list) and drawn.get("Subtype") is not None:
                ctm = mult_matrix(_numbers(matrix, MATRIX_IDENTITY), self.ctm)
                device.clip = _meet(device.clip, apply_matrix_rect(ctm, _numbers(box, device.clip)))
        super().do_Do(xobjid_arg)
        device.clip, device.alpha, device.off = kept
        device.set_ctm(self.ctm)
        device.depth -= 1


def rgb(color: object, space: PDFColorSpace) -> Rgb | None:
    """Return a colour as red, green and blue; None where it has none we know, as a pattern."""
    parts = color if isinstance(color, tuple | list) else (color,)
    if not all(isinstance(part, int | float) for part in parts) or space.name in {"Pattern", "Indexed", "Lab"}:
        return None
    inks = [min(max(float(part), 0.0), 1.0) for part in parts]
    if space.name in {"Separation", "DeviceN"}:  # the more ink, the darker
        return (1 - max(inks),) * 3
    if len(inks) == 1:
        return (inks[0],) * 3
    if len(inks) == 3:  # noqa: PLR2004 - red, green, blue
        return inks[0], inks[1], inks[2]
    if len(inks) == 4:  # noqa: PLR2004 - cyan, magenta, yellow, black
        red, green, blue = ((1 - ink) * (1 - inks[3]) for ink in inks[:3])
        return red, green, blue
    return None


_N = TypeVar("_N", bound=tuple[float, ...])


def _numbers(said: object, otherwise: _N) -> _N:
    """Return as many numbers as a default has; the default where something else is said."""
    found = tuple(resolve1(each) for each in said) if isinstance(said, list) else ()
    is_sound = len(found) == len(otherwise) and all(isinstance(each, int | float) for each in found)
    return cast("_N", found) if is_sound else otherwise


def _end(segment: PathSegment) -> tuple[float, float]:
    """Return where a part of a path ends."""
    numbers = [float(str(each)) for each in segment[1:]]
    return numbers[-2], numbers[-1]


def _meet(one: Sides, other: Sides) -> Sides:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def _around(points: Sequence[tuple[float, float]]) -> Sides:
    across, up = [x for x, _ in points], [y for _, y in points]
    return min(across), min(up), max(across), max(up)


def draw(rsrcmgr: PDFResourceManager, page: PDFPage, layers_off: frozenset[int]) -> Ink:
    """Return what a page draws."""
    ink = Ink(rsrcmgr)
    interpreter = Interpreter(rsrcmgr, ink)
    interpreter.layers_off = layers_off
    interpreter.process_page(page)
    return ink
