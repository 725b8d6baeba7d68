"""Pictures of pages: PNG, JPEG, and TIFF of one page or many."""

import hashlib
import io
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from precert.facts.model import Citation
from precert.intake.readers import ocr
from precert.intake.readers.document import Document, UnreadableError
from precert.intake.readers.page import Page
from precert.intake.readers.tables import blocks_of

_DPI = (70, 1300)
"""What a picture says of its dots per inch is believed between these."""
_MOST_PIXELS = 60_000_000
"""A page of letter size at 800 dots per inch."""
_MOST_PAGES = 200


def read(name: str, data: bytes) -> Document:
    """Read each page of a picture."""
    ocr.require(name, "a picture")
    digest = hashlib.sha256(data).hexdigest()
    pages = list(_pages(name, digest, data))
    return Document(
        name=name,
        sha256=digest,
        blocks=tuple(blocks_of(pages, name, digest)),
        notes=tuple(note for page in pages for note in page.notes),
        kind="image",
    )


def _pages(name: str, digest: str, data: bytes) -> Iterator[Page]:
    image, sequence = import_module("PIL.Image"), import_module("PIL.ImageSequence")
    try:
        with image.open(io.BytesIO(data), formats=("PNG", "JPEG", "TIFF")) as picture:
            for number, frame in enumerate(sequence.Iterator(picture), 1):
                _check(name, frame, number)
                place = Citation(document=name, sha256=digest, page=number)
                yield ocr.page_of(_upright(frame), number, _dpi(frame), place)
    except UnreadableError:
        raise
    except Exception as error:
        raise UnreadableError(f"`{name}` cannot be read as a picture ({type(error).__name__}); save it again as PNG or PDF") from error


def _check(name: str, frame: Any, number: int) -> None:  # noqa: ANN401 - PIL images
    if frame.size[0] * frame.size[1] > _MOST_PIXELS:
        raise UnreadableError(f"`{name}` has a page of {frame.size[0]} x {frame.size[1]} dots; save it at 300 per inch")
    if number > _MOST_PAGES:
        raise UnreadableError(f"`{name}` has more than {_MOST_PAGES} pages; split it")


def _upright(frame: Any) -> Any:  # noqa: ANN401 - PIL images
    """Return a picture as its camera meant it to be seen, on white where it is transparent."""
    upright = import_module("PIL.ImageOps").exif_transpose(frame)
    if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
        ground = import_module("PIL.Image").new("RGBA", upright.size, "white")
        return import_module("PIL.Image").alpha_composite(ground, upright.convert("RGBA"))
    return upright


def _dpi(frame: Any) -> float | None:  # noqa: ANN401 - PIL images
    said = frame.info.get("dpi")
    across = float(said[0]) if said else 0.0
    return across if _DPI[0] <= across <= _DPI[1] else None
