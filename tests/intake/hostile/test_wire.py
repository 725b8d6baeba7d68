"""What crosses from a reader's process: a reading comes through as it was sent, and anything else is refused at its first wrong line."""

import hashlib
import json
import random
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from precert.facts.model import Citation
from precert.intake.readers.document import Box, Document, MissingExtraError, Note, Prose, RawRow, UnreadableError
from precert.intake.sandbox import wire

SHA = hashlib.sha256(b"").hexdigest()
FIRST = {"wire": 1, "guards": ["wall-clock"]}
AT = [1, None, None, None]
ROW = ["row", AT, ["22551", "made up"], False, None, []]
END = ["end", "text", 1, 0]


def receiver() -> wire.Receiver:
    return wire.Receiver(name="x.txt", sha256=SHA)


def received(lines: Iterable[object]) -> Document:
    taking = receiver()
    for each in lines:
        taking.take(each if isinstance(each, bytes) else json.dumps(each).encode())
    return taking.document()


def sent(document: Document) -> Document:
    taking = receiver()
    for each in (wire.first(document.guards), *wire.lines(document)):
        assert each.endswith(b"\n")
        taking.take(each[:-1])
    return taking.document()


def place(**at: object) -> Citation:
    return Citation(document="x.txt", sha256=SHA, **at)  # type: ignore[arg-type]


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
numbers = st.none() | st.integers(1, 1 << 20)
lengths = st.floats(-1e6, 1e6)
boxes = st.none() | st.builds(Box, lengths, lengths, lengths, lengths)
places = st.builds(lambda page, sheet: place(page=page, sheet=sheet), numbers, st.none() | texts)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    blocks: list[RawRow | Prose] = []
    for number in range(draw(st.integers(0, 6))):
        citation = place(line=number + 1, page=draw(numbers), sheet=draw(st.none() | texts), row=draw(numbers))
        cells = tuple(draw(st.lists(texts, min_size=1, max_size=4)))
        where = tuple(draw(boxes) for _ in cells) if draw(st.booleans()) else ()
        doubt = draw(st.sampled_from([None, "hidden-text"]))
        row = RawRow(cells, citation, is_header=draw(st.booleans()), doubt=doubt, boxes=where)
        blocks.append(row if draw(st.booleans()) else Prose("".join(cells), citation))
    notes = tuple(Note("hidden-row", draw(texts), draw(places)) for _ in range(draw(st.integers(0, 2))))
    return Document(name="x.txt", sha256=SHA, blocks=tuple(blocks), notes=notes, kind="pdf", guards=("wall-clock",))


@given(documents())
@settings(deadline=None)
def test_a_reading_comes_through_as_it_was_sent(document: Document) -> None:
    assert sent(document) == document


def test_half_a_character_comes_through_as_a_sign_that_is_no_code() -> None:
    document = Document(name="x.txt", sha256=SHA, blocks=(RawRow(("22\ud800551", "x"), place(line=1)),))
    (row,) = sent(document).blocks
    assert isinstance(row, RawRow)
    assert row.cells == ("22\ufffd551", "x")


def test_an_answer_is_what_it_should_be() -> None:
    assert received([FIRST, ROW, END]).blocks == (RawRow(("22551", "made up"), place(line=1)),)


NAN = b'["row",[1,null,null,null],["a"],false,null,[[NaN,0,0,0]]]'
WRONG: dict[str, list[object]] = {
    "no first line": [ROW, END],
    "another version": [{"wire": 2, "guards": []}, ROW, END],
    "a first line with more": [{"wire": 1, "guards": [], "x": 1}, ROW, END],
    "guards that are no names": [{"wire": 1, "guards": ["A b"]}, END],
    "guards without end": [{"wire": 1, "guards": ["a"] * 1000}, END],
    "two first lines": [FIRST, FIRST, END],
    "no end": [FIRST, ROW],
    "nothing": [],
    "an end that counts wrong": [FIRST, ROW, ["end", "text", 2, 0]],
    "an end of no kind": [FIRST, ROW, ["end", "a kind", 1, 0]],
    "more after the end": [FIRST, ROW, END, ROW],
    "a refusal after a row": [FIRST, ROW, ["unreadable", "x"]],
    "an unknown line": [FIRST, ["column", AT]],
    "no list": [FIRST, 7],
    "a null": [FIRST, None],
    "no JSON": [FIRST, b"{"],
    "no text": [FIRST, b"\xff\xfe"],
    "two values": [FIRST, b"[] []"],
    "depth": [FIRST, b"[" * 50_000 + b"]" * 50_000],
    "a number of many digits": [FIRST, b'["row",[' + b"9" * 10_000 + b',null,null,null],["a"],false,null,[]]'],
    "a cell that is a number": [FIRST, ["row", AT, [22551], False, None, []]],
    "a cell that is nothing": [FIRST, ["row", AT, [None], False, None, []]],
    "half a character": [FIRST, b'["row",[1,null,null,null],["\\ud800"],false,null,[]]'],
    "half a character in prose": [FIRST, b'["prose",[1,null,null,null],"\\udfff"]'],
    "half a character in a sheet's name": [FIRST, b'["prose",[1,null,"\\udfff",null],"x"]'],
    "half a character in a message": [FIRST, b'["unreadable","\\udfff"]'],
    "no cells": [FIRST, ["row", AT, [], False, None, []]],
    "too many cells": [FIRST, ["row", AT, [""] * ((1 << 20) + 1), False, None, []]],
    "a header that is a number": [FIRST, ["row", AT, ["a"], 1, None, []]],
    "a doubt that is no code": [FIRST, ["row", AT, ["a"], False, "A doubt", []]],
    "a doubt that is a number": [FIRST, ["row", AT, ["a"], False, 1, []]],
    "fewer boxes than cells": [FIRST, ["row", AT, ["a", "b"], False, None, [None]]],
    "a box of three": [FIRST, ["row", AT, ["a"], False, None, [[1, 2, 3]]]],
    "a box of texts": [FIRST, ["row", AT, ["a"], False, None, [["1", "2", "3", "4"]]]],
    "a box far away": [FIRST, b'["row",[1,null,null,null],["a"],false,null,[[1e999,0,0,0]]]'],
    "a box of an endless number": [FIRST, b'["row",[1,null,null,null],["a"],false,null,[[' + b"9" * 4_000 + b",0,0,0]]]"],
    "a box of no number": [FIRST, NAN],
    "line nought": [FIRST, ["prose", [0, None, None, None], "a"]],
    "line true": [FIRST, ["prose", [True, None, None, None], "a"]],
    "line 1.5": [FIRST, ["prose", [1.5, None, None, None], "a"]],
    "a line beyond": [FIRST, ["prose", [1 << 31, None, None, None], "a"]],
    "a sheet that is a number": [FIRST, ["prose", [None, None, 1, None], "a"]],
    "a sheet's name without end": [FIRST, ["prose", [None, None, "x" * 1_000, None], "a"]],
    "a place of three": [FIRST, ["prose", [1, None, None], "a"]],
    "two rows in one place": [FIRST, ROW, ROW, ["end", "text", 2, 0]],
    "a row after a note": [FIRST, ["note", "hidden-row", "x", AT], ROW, ["end", "text", 1, 1]],
    "a note that is no code": [FIRST, ["note", "Hidden", "x", AT]],
    "a message without end": [FIRST, ["note", "hidden-row", "x" * 5_000, AT]],
    "a failure with words": [FIRST, ["failed", "KeyError: 'words of the document'"]],
    "progress backwards": [FIRST, ["progress", 2, 3], ["progress", 1, 3]],
    "progress that stands still": [FIRST, ["progress", 1, 3], ["progress", 1, 3]],
    "progress beyond its end": [FIRST, ["progress", 4, 3]],
    "progress that moves its end": [FIRST, ["progress", 1, 3], ["progress", 2, 4]],
    "progress of a text": [FIRST, ["progress", "1", 3]],
    "progress without end": [FIRST, ["progress", 1, 10**9]],
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_reading_is_refused(what: str) -> None:
    with pytest.raises(wire.WireError):
        received(WRONG[what])


def test_a_line_of_brackets_is_refused_before_it_is_taken_apart() -> None:
    """Five megabytes of brackets would be three hundred of lists."""
    with pytest.raises(wire.WireError, match="too long"):
        received([FIRST, b'["row",' + b"[]," * (5 << 19) + b"0]"])


def test_a_long_text_of_brackets_is_a_text() -> None:
    text = '[]{},\\"' * (1 << 20)
    (block,) = received([FIRST, ["prose", AT, text], END]).blocks
    assert block == Prose(text, place(line=1))


def test_all_texts_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MOST_TEXT", 10)
    with pytest.raises(wire.WireError, match="too long"):
        received([FIRST, ROW, END])


def test_all_cells_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MOST_CELLS", 1)
    with pytest.raises(wire.WireError, match="too many cells"):
        received([FIRST, ROW, END])


def test_all_rows_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MOST_BLOCKS", 0)
    with pytest.raises(wire.WireError, match="too many rows"):
        received([FIRST, ROW, END])


def test_a_reader_without_a_reading_says_why() -> None:
    with pytest.raises(UnreadableError, match="a reason"):
        received([FIRST, ["unreadable", "a reason"]])
    with pytest.raises(MissingExtraError, match="an extra"):
        received([FIRST, ["missing-extra", "an extra"]])
    with pytest.raises(wire.StoppedError) as memory:
        received([FIRST, ["out-of-memory"]])
    with pytest.raises(wire.StoppedError, match=r"KeyError in precert\.x:7") as failed:
        received([FIRST, ["failed", "KeyError in precert.x:7"]])
    assert (memory.value.memory, failed.value.memory) == (True, False)


def test_a_damaged_answer_is_a_reading_or_a_wire_error_and_nothing_else() -> None:
    """Every error that damage can cause is one of ours."""
    good = b"\n".join(
        json.dumps(each).encode() for each in (FIRST, ["progress", 1, 2], ROW, ["note", "hidden-row", "x", AT], ["end", "text", 1, 1])
    )
    pick = random.Random(11)
    for _ in range(5_000):
        data = bytearray(good)
        for _ in range(pick.randrange(1, 4)):
            at = pick.randrange(len(data))
            match pick.randrange(3):
                case 0:
                    data[at] = pick.randrange(256)
                case 1:
                    del data[at]
                case _:
                    data[at:at] = pick.choice([b"[", b'"', b"9", b"null", b",", b"\\u0000", b"-", b"1e400", b"true", b"\n"])
        try:
            received(bytes(data).split(b"\n"))
        except (wire.WireError, wire.StoppedError, UnreadableError):
            continue
