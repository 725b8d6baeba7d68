"""Which encoding bytes are in: told where it can be, named where it is guessed, refused where nothing makes text of them."""

import pytest

from precert.intake.readers import UnreadableError, read
from precert.intake.readers.decoding import decode

TEXT = "Code\tCPT® Description\n22551\tMade-up \u2013 café\n"


def sight(data: bytes) -> tuple[str, str, bool]:
    found = decode("x", data)
    return found.text, found.encoding, found.guessed


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_what_says_its_encoding_is_read_by_it_and_nothing_is_guessed(encoding: str) -> None:
    assert sight(TEXT.encode(encoding))[::2] == (TEXT, False)


@pytest.mark.parametrize(("mark", "encoding"), [(b"\xfe\xff", "utf-16-be"), (b"\x00\x00\xfe\xff", "utf-32-be")])
def test_either_order_of_bytes_is_read(mark: bytes, encoding: str) -> None:
    assert sight(mark + TEXT.encode(encoding))[0] == TEXT


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_a_guess(encoding: str) -> None:
    assert sight(TEXT.encode(encoding)) == (TEXT, "UTF-16", True)


def test_one_byte_a_character_is_a_guess() -> None:
    assert sight(TEXT.encode("cp1252")) == (TEXT, "Windows-1252", True)
    assert sight("café".encode("latin-1")) == ("café", "Windows-1252", True)


@pytest.mark.parametrize("name", ["x.txt", "x.csv", "x.html"])
def test_a_guess_is_noted_whatever_the_format(name: str) -> None:
    bodies = {"x.txt": TEXT, "x.csv": TEXT.replace("\t", ","), "x.html": f"<html><p>{TEXT}"}
    (note,) = read(name, bodies[name].encode("cp1252")).notes
    assert (note.code, note.citation.line) == ("guessed-encoding", 1)
    assert "Windows-1252" in note.message


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"a\tb\x00", "NUL"),
        (bytes(range(256)) * 4, "NUL"),
        (b"abc\xff\x01\x02", "control characters"),
        (b"abc\x81def", "byte 3 is not UTF-8, and byte 3 not Windows-1252"),
        ("®®®".encode() + b"\xff", "damaged: byte 6 is not UTF-8"),
        (b"\xef\xbb\xbfabc\xff", r"begins as UTF-8 text and is none \(byte 3 is not\)"),
        (b"\xff\xfea\x00b", "begins as UTF-16 text and is none"),
        (b"\xff\xfea\x00\x00\x00", "NUL"),
        (b"\xff\xfe\x00\x00a\x00\x00", "begins as UTF-32 text and is none"),
        (("a\x00" * 40).encode("utf-16-le"), "NUL"),
    ],
)
def test_what_no_encoding_makes_text_of_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(UnreadableError, match=why):
        read("x", data)


@pytest.mark.parametrize("declared", ["windows-1252", "ISO-8859-1", "latin1", "us-nonsense", "utf-7", "zip", None])
def test_a_declared_encoding_is_believed_where_it_is_one_of_text_and_fits(declared: str | None) -> None:
    found = decode("x", b"a\x96b", declared)
    assert found.text == "a\u2013b"
    assert found.guessed == (declared not in {"windows-1252", "ISO-8859-1", "latin1"})


def test_a_declared_encoding_that_does_not_fit_is_not_believed() -> None:
    assert sight("®".encode()) == ("®", "UTF-8", False)
    assert decode("x", b"caf\xe9", "utf-8").encoding == "Windows-1252"
    assert decode("x", "®".encode(), "iso-8859-5").encoding == "iso8859-5"
