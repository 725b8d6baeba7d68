"""Whoever alters the audit log without its key is found: random tamperings, each on a fresh copy, and the words for each kind.

The seed is fixed, so that a tampering that is not found can be looked at again.
"""

import hashlib
import json
import random
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from precert.store.audit import LOST_KEY, FileAuditLog
from precert.store.chain import Anchor, Block, Chain

SEED = 20261121


@dataclass
class Scene:
    """Bytes of a log, of the same log earlier, and of another installation's."""

    log: bytes
    head: bytes
    starts: list[int]
    """Where each block begins, and the end."""
    older: list[tuple[bytes, bytes]]
    """Log and head after each commit."""
    other: tuple[bytes, bytes]


def entry(chance: random.Random) -> str:
    return json.dumps({"id": chance.randbytes(16).hex(), "answer": "x" * chance.randrange(300)})


def fill(folder: Path, chance: random.Random, commits: int) -> list[tuple[bytes, bytes]]:
    log, states = FileAuditLog(folder), []
    for _ in range(commits):
        log.append([entry(chance) for _ in range(chance.randint(1, 4))])
        states.append(((folder / "log.jsonl").read_bytes(), (folder / "head.json").read_bytes()))
    return states


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Scene]:
    chance = random.Random(SEED)
    folder, other = tmp_path_factory.mktemp("tampering") / "audit", tmp_path_factory.mktemp("other") / "audit"
    states, others = fill(folder, chance, 30), fill(other, chance, 33)
    starts = [0, *(len(log) for log, _ in states)]
    return folder, Scene(states[-1][0], states[-1][1], starts, states[:-1], others[-1])


Tampered = tuple[bytes | None, bytes | None]
"""The log and the head afterwards; None where the file is gone."""


def piece(scene: Scene, chance: random.Random) -> tuple[int, int]:
    """Return where some bytes, a line, or some blocks begin and end."""
    kind = chance.choice(["bytes", "line", "blocks"])
    if kind == "bytes":
        start = chance.randrange(len(scene.log))
        return start, min(len(scene.log), start + chance.randint(1, 400))
    if kind == "line":
        ends = [0, *(n + 1 for n, byte in enumerate(scene.log) if byte == 10)]
        at = chance.randrange(len(ends) - 1)
        return ends[at], ends[at + 1]
    first = chance.randrange(len(scene.starts) - 1)
    return scene.starts[first], scene.starts[min(len(scene.starts) - 1, first + chance.randint(1, 3))]


def edit_byte(scene: Scene, chance: random.Random) -> Tampered:
    at = chance.randrange(len(scene.log))
    return scene.log[:at] + bytes([(scene.log[at] + chance.randint(1, 255)) % 256]) + scene.log[at + 1 :], scene.head


def edit_entry_and_its_header(scene: Scene, chance: random.Random) -> Tampered:
    """Change an entry, and make its header's digest true again, with a key of one's own."""
    at = chance.randrange(len(scene.starts) - 1)
    block = scene.log[scene.starts[at] : scene.starts[at + 1]]
    header, body = block.split(b"\n", 1)
    body = body.replace(b'"answer": "', b'"answer": "y', 1)
    members = json.loads(header) | {"body": hashlib.sha256(body).hexdigest(), "length": len(body)}
    forged = json.dumps(members, separators=(",", ":")).encode() + b"\n" + body
    return scene.log[: scene.starts[at]] + forged + scene.log[scene.starts[at + 1] :], scene.head


def delete(scene: Scene, chance: random.Random) -> Tampered:
    start, end = piece(scene, chance)
    return scene.log[:start] + scene.log[end:], scene.head


def swap(scene: Scene, chance: random.Random) -> Tampered:
    one, two = sorted((piece(scene, chance), piece(scene, chance)))
    (a, b), (c, d) = one, (max(two[0], one[1]), max(two[1], one[1]))
    return scene.log[:a] + scene.log[c:d] + scene.log[b:c] + scene.log[a:b] + scene.log[d:], scene.head


def duplicate(scene: Scene, chance: random.Random) -> Tampered:
    start, end = piece(scene, chance)
    to = chance.choice([end, chance.choice(scene.starts), chance.randrange(len(scene.log)), len(scene.log)])
    return scene.log[:to] + scene.log[start:end] + scene.log[to:], scene.head


def truncate(scene: Scene, chance: random.Random) -> Tampered:
    at = chance.choice([0, chance.choice(scene.starts[:-1]), chance.randrange(len(scene.log)), len(scene.log) - chance.randint(1, 40)])
    return scene.log[:at], scene.head


def remove(_scene: Scene, chance: random.Random) -> Tampered:
    return chance.choice([(None, _scene.head), (_scene.log, None), (b"", None), (b"", b"")])


def append_forged(scene: Scene, chance: random.Random) -> Tampered:
    """Append a block that continues the log in every way, but for the key."""
    key = bytes(32)
    members = json.loads(scene.head)
    members.pop("mac")
    anchor = Anchor(**members)
    tail = b""
    for _ in range(chance.randint(1, 3)):
        body = entry(chance).encode() + b"\n"
        block = Block.of(body, 1, anchor)
        tail += block.render(key) + body
        grown = Chain.new()
        grown.update(scene.log + tail)
        anchor = anchor.after(block, grown)
    return scene.log + tail, chance.choice([scene.head, anchor.render(key)])


def append_noise(scene: Scene, chance: random.Random) -> Tampered:
    noise = chance.choice([chance.randbytes(chance.randint(1, 2000)).strip(b"\0") or b"x", entry(chance).encode() + b"\n", b"\n", b"{}"])
    return scene.log + noise, scene.head


def replace_log(scene: Scene, chance: random.Random) -> Tampered:
    """Put an older or another log in place of the log, or with its own head too when that is another installation's."""
    older = chance.choice(scene.older)[0]
    return chance.choice([(older, scene.head), (scene.other[0], scene.head), scene.other, (scene.other[0][: len(scene.log)], scene.head)])


def alter_head(scene: Scene, chance: random.Random) -> Tampered:
    """Alter the head, or put back one that is older by more than one commit: one commit is what a crash leaves, and is finished."""
    at = chance.randrange(len(scene.head))
    changed = scene.head[:at] + bytes([(scene.head[at] + chance.randint(1, 255)) % 256]) + scene.head[at + 1 :]
    members = json.loads(scene.head)
    shorter = json.dumps(members | {"entries": members["entries"] - 1}, separators=(",", ":")).encode() + b"\n"
    older = chance.choice(scene.older[:-1])
    edited = (scene.log[:100] + b"x" + scene.log[101:], scene.older[-1][1])
    other = (scene.log, scene.other[1])
    return chance.choice([(scene.log, changed), (scene.log, shorter), (older[0], shorter), (scene.log, older[1]), other, edited])


KINDS: list[Callable[[Scene, random.Random], Tampered]] = [
    edit_byte,
    edit_entry_and_its_header,
    delete,
    swap,
    duplicate,
    truncate,
    remove,
    append_forged,
    append_noise,
    replace_log,
    alter_head,
]


def put(folder: Path, tampered: Tampered) -> None:
    for name, data in zip(("log.jsonl", "head.json"), tampered, strict=True):
        (folder / name).unlink(missing_ok=True)
        if data is not None:
            (folder / name).write_bytes(data)


@pytest.mark.parametrize("count", [pytest.param(300, id="everyday"), pytest.param(3000, id="long", marks=pytest.mark.long)])
def test_random_tamperings_are_all_found(scene: tuple[Path, Scene], count: int) -> None:
    folder, given = scene
    chance, done, missed = random.Random(SEED + 1), 0, []
    while done < count:
        kind = KINDS[done % len(KINDS)]
        tampered = kind(given, chance)
        if tampered == (given.log, given.head):
            continue  # a swap of equal bytes, which alters nothing
        put(folder, tampered)
        log = FileAuditLog(folder)
        words = log.verify()
        if not words or log.recovered or not all(words):
            missed.append((done, kind.__name__))
        done += 1
    put(folder, (given.log, given.head))
    assert FileAuditLog(folder).verify() == []
    assert missed == []


@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        (lambda s: (s.log.replace(b'"answer": "x', b'"answer": "y', 1), s.head), r"block 1 at byte 0 \(ent.*\) was altered"),
        (lambda s: (s.log[: s.starts[4]] + s.log[s.starts[5] :], s.head), r"block 5 is missing before byte \d+: deleted or moved"),
        (lambda s: (s.log[: s.starts[4]] + s.log[s.starts[7] :], s.head), "blocks 5 to 7 are missing"),
        (lambda s: (s.log[: s.starts[5]] + s.log[s.starts[4] :], s.head), r"stands block 5, which was due earlier: moved or repeated"),
        (lambda s: (s.log[: s.starts[-2]], s.head), r"holds \d+ of the \d+ bytes that its head anchors: it was cut, or replaced"),
        (lambda s: (s.log[:-5], s.head), "was cut short"),
        (lambda s: (b"", s.head), "holds 0 of the"),
        (lambda s: (None, s.head), r"the log is missing; its head anchors \d+ entries"),
        (lambda s: (s.log, None), "the head of the audit log is missing"),
        (lambda _: (None, None), "(?s)the head of the audit log is missing.*the log is missing"),
        (lambda s: s.other, "altered, or was made by another installation"),
        (lambda s: (s.other[0], s.head), "at byte 0 stands something that this installation did not write there as a block"),
        (lambda s: (s.log + b"{}", s.head), "after the anchored head stands bytes that this installation did not write"),
        (lambda s: (s.log, s.older[3][1]), "more than one commit: the head was put back"),
        (lambda s: (s.log[:50] + b"\n" * 300 + s.log[50:], s.head), "at byte 0 stands something"),
    ],
)
def test_each_kind_has_words(scene: tuple[Path, Scene], tamper: Callable[[Scene], Tampered], words: str) -> None:
    folder, given = scene
    put(folder, tamper(given))
    found = "\n".join(FileAuditLog(folder).verify())
    put(folder, (given.log, given.head))
    assert re.search(words, found), found


def test_another_course_of_the_same_log_is_found(scene: tuple[Path, Scene], tmp_path: Path) -> None:
    """Two copies with one key go on apart; the log of one under the head of the other is found though every block is ours."""
    folder, given = scene
    copies = [tmp_path / name for name in ("one", "two")]
    for copy in copies:
        shutil.copytree(folder, copy)
        put(copy, given.older[4])
    FileAuditLog(copies[0]).append(["a"])
    FileAuditLog(copies[0]).append(["c"])
    FileAuditLog(copies[1]).append(["b"])
    FileAuditLog(copies[1]).append(["c"])
    one, two = ((copy / "log.jsonl").read_bytes() for copy in copies)
    assert len(one) == len(two)
    (copies[0] / "log.jsonl").write_bytes(two)
    assert FileAuditLog(copies[0]).verify() == ["the log is another one than its head anchors"]
    mixed = one[: given.starts[5]] + two[given.starts[5] : len(two) // 2] + two[len(two) // 2 :]
    (copies[0] / "log.jsonl").write_bytes(mixed)
    assert FileAuditLog(copies[0]).verify() != []
    last = len(Block.of(b"c\n", 1, Anchor.empty()).render(bytes(32))) + 2
    (copies[0] / "log.jsonl").write_bytes(one[:-last] + two[-last:])
    assert any("another course" in words for words in FileAuditLog(copies[0]).verify())


def test_a_lost_key_is_said(scene: tuple[Path, Scene], tmp_path: Path) -> None:
    shutil.copytree(scene[0], tmp_path / "audit")
    (tmp_path / "audit" / "key").unlink()
    assert FileAuditLog(tmp_path / "audit").verify() == [LOST_KEY]
    for log, head in ((b"", scene[1].head), (None, b"[]"), (None, b"{"), (scene[1].log, None)):
        put(tmp_path / "audit", (log, head))
        assert FileAuditLog(tmp_path / "audit").verify() == [LOST_KEY]


def test_a_list_of_findings_ends_somewhere(scene: tuple[Path, Scene], tmp_path: Path) -> None:
    shutil.copytree(scene[0], tmp_path / "audit")
    blocks = [scene[1].log[start:end] for start, end in zip(scene[1].starts, scene[1].starts[1:], strict=False)]
    put(tmp_path / "audit", (b"".join(reversed(blocks)), scene[1].head))
    found = FileAuditLog(tmp_path / "audit").verify()
    assert len(found) == 21
    assert found[-1] == "and 10 more"
