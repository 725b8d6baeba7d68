"""JSON as it is read at the edge: what two readers could take for two things is refused.

Refused: a member named twice, NaN and the infinities, numbers too large to hold, halves of surrogate pairs, a byte order mark, text
that is not UTF-8, and nesting that no document here has. Booleans for numbers, floats for whole numbers and times for days are
refused by the models, which look at types.
"""

import json
import re
from typing import Any, NoReturn

from precert.surfaces.http.problem import Problem

_ESCAPED_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
_HALF = re.compile("[\ud800-\udfff]")
DEEPEST = 16
"""A case is four deep."""


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) < len(members):
        raise ValueError
    return found


def _no_number(_: str) -> NoReturn:
    raise ValueError


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError
    return value


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite)


def read(data: bytes) -> Any:  # noqa: ANN401 - JSON values have no better type
    """Read one JSON document. Raises Problem `bad-json`."""
    try:
        value = _DECODER.decode(data.decode())
    except (ValueError, RecursionError):
        raise Problem("bad-json") from None
    if data.count(b"[") + data.count(b"{") > DEEPEST and _depth(value) > DEEPEST:
        raise Problem("bad-json")
    if _ESCAPED_HALF.search(data) and _halved(value):
        raise Problem("bad-json")
    return value


def _depth(value: object) -> int:
    """Return how deep a value is, as far as it matters."""
    level, depth = [value], 0
    while level and depth <= DEEPEST:
        depth += 1
        level = [inner for each in level for inner in _inside(each)]
    return depth


def _halved(value: object) -> bool:
    """Tell whether half of a surrogate pair stands anywhere in a value."""
    level = [value]
    while level:
        if any(isinstance(each, str) and _HALF.search(each) for each in level):
            return True
        level = [inner for each in level for inner in _inside(each)]
    return False


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else []
