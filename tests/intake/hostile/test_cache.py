"""Kept readings: the same as read again, their owner's only, never believed when damaged, and never many."""

import os
import stat
from pathlib import Path

import pytest

from precert.intake.readers import read as read_here
from precert.intake.readers.document import Document, UnreadableError
from precert.intake.sandbox import cache, wire
from precert.intake.sandbox.cache import Cache

LINES = b"Code\tDescription\n22551\tmade up\n63047\tmade up\n"


class Reader:
    def __init__(self) -> None:
        self.times = 0

    def __call__(self, name: str, data: bytes) -> Document:
        self.times += 1
        return read_here(name, data)


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def kept(tmp_path: Path, reader: Reader) -> Cache:
    return Cache(tmp_path / "home" / "readings", reader, "1.0")


def files(kept: Cache) -> list[Path]:
    return sorted(kept.folder.iterdir())


def test_a_document_is_read_once(kept: Cache, reader: Reader) -> None:
    first, second = kept.read("x.txt", LINES), kept.read("x.txt", LINES)
    assert (first == second == read_here("x.txt", LINES), reader.times) == (True, 1)


def test_the_name_is_the_one_that_is_asked_for(kept: Cache, reader: Reader) -> None:
    kept.read("x.txt", LINES)
    document = kept.read("y.txt", LINES)
    assert ({document.name, *(block.citation.document for block in document.blocks)}, reader.times) == ({"y.txt"}, 1)


def test_a_look_keeps_nothing(kept: Cache, reader: Reader) -> None:
    kept.look("x.txt", LINES)
    assert not kept.folder.parent.exists()
    kept.keep(LINES, read_here("x.txt", LINES))
    kept.look("x.txt", LINES)
    assert reader.times == 1


def test_only_its_owner_may_open_it(kept: Cache) -> None:
    kept.read("x.txt", LINES)
    assert stat.S_IMODE(kept.folder.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(kept.folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(each.stat().st_mode) for each in files(kept)] == [0o600]


def test_no_damage_is_believed(kept: Cache, reader: Reader) -> None:
    """Each byte of it changed, each length of it cut: it is read again."""
    whole = kept.read("x.txt", LINES)
    (file,) = files(kept)
    good = file.read_bytes()
    for at in range(0, len(good), 7):
        for bad in (good[:at], good[:at] + bytes((good[at] ^ 1,)) + good[at + 1 :]):
            file.write_bytes(bad)
            before = reader.times
            assert kept.read("x.txt", LINES) == whole
            assert reader.times == before + 1


def test_a_reading_of_another_form_is_read_again(kept: Cache, reader: Reader) -> None:
    kept.read("x.txt", LINES)
    (file,) = files(kept)
    for body in (b"", b"{}\n", wire.first(()) + wire.line("unreadable", "x"), wire.first(()) + wire.line("out-of-memory")):
        file.write_bytes(cache._digest(body) + body)
        assert len(kept.look("x.txt", LINES).blocks) == 3
    assert reader.times == 5


def test_another_version_reads_again(kept: Cache, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.read("x.txt", LINES)
    Cache(kept.folder, reader, "1.1").read("x.txt", LINES)
    monkeypatch.setattr(cache, "_readers", lambda _kind: ("other readers",))
    kept.read("x.txt", LINES)
    assert (reader.times, len(files(kept))) == (3, 3)


def test_only_so_many_are_kept_and_the_last_used_stay(kept: Cache, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_MOST", 3)
    for number in range(5):
        kept.read("x.txt", LINES + b"%d\tx\n" % number)
        for age, each in enumerate(sorted(files(kept), key=lambda each: each.stat().st_mtime, reverse=True)):
            os.utime(each, (1_000_000 - age, 1_000_000 - age))
        kept.read("x.txt", LINES + b"0\tx\n")
    assert (len(files(kept)), reader.times) == (3, 5)


def test_what_cannot_be_kept_is_still_read(kept: Cache, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.folder.parent.write_text("a file where the folder would be")
    assert len(kept.read("x.txt", LINES).blocks) == 3
    monkeypatch.setattr(cache, "_LARGEST", 1)
    assert len(kept.read("x.txt", LINES).blocks) == 3
    assert reader.times == 2


def test_what_cannot_be_read_is_not_kept(kept: Cache) -> None:
    with pytest.raises(UnreadableError):
        kept.read("x.txt", b"a\tb\x00")
    assert not kept.folder.exists()
