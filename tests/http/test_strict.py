"""What is refused as JSON at the edge."""

import json
from typing import Any

import pytest

from precert.surfaces.http import strict
from precert.surfaces.http.problem import Problem

REFUSED = [
    b"",
    b"{",
    b'{"a":1}{"b":2}',
    b'{"a":1,"a":1}',
    b'{"a":{"b":1,"b":2}}',
    b"[NaN]",
    b'{"a":Infinity}',
    b'{"a":-Infinity}',
    b'{"a":1e999}',
    b'{"a":-1e999}',
    b'["\\ud800"]',
    b'{"\\uDFFF":1}',
    b'["x\\udc00\\ud800"]',
    b'\xef\xbb\xbf{"a":1}',
    b'"\xff"',
    b"\xed\xa0\x80",
    json.dumps({"a": 1}).encode("utf-16"),
    b"[" * 17 + b"]" * 17,
    b"[" * 100_000,
    b'{"a":' * 5000 + b"1" + b"}" * 5000,
    b"9" * 5000,
    b"{'a':1}",
    b'{"a":01}',
    b'{"a":1,}',
    b'["\t"]',
]


@pytest.mark.parametrize("data", REFUSED, ids=lambda data: repr(data[:24]))
def test_refused(data: bytes) -> None:
    with pytest.raises(Problem) as told:
        strict.read(data)
    assert (told.value.code, told.value.status, told.value.where) == ("bad-json", 400, None)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b' {"a": [1, 2.5, true, null, "\\ud83d\\ude00"]} \n', {"a": [1, 2.5, True, None, "\U0001f600"]}),
        (b'{"a":"\\\\ud800"}', {"a": "\\ud800"}),
        (b"[" * 16 + b"]" * 16, [[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]),
        ('"é"'.encode(), "é"),
    ],
)
def test_taken(data: bytes, value: Any) -> None:  # noqa: ANN401 - JSON values have no better type
    assert strict.read(data) == value
