"""One contract, asked of every store: memory, SQLite, PostgreSQL."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path

import pytest

from precert.ports import Clock, ReleaseReader, ReleaseStore, ReviewStore, StoreError
from precert.store.check import digest
from precert.store.clock import SystemClock
from precert.store.memory import FixedClock, MemoryStore
from precert.store.places import open_reader, open_store
from tests.store.conftest import Store
from tests.store.samples import DAY, LIST, NOON, PLAN, decision, draft, publication, release

A, B, C = release(1), release(2), release(3)
ABSENT = "sha256:" + "0" * 64


def test_a_store_is_both_ports(store: Store) -> None:
    releases: ReleaseStore = store
    reviews: ReviewStore = store
    assert releases.published() == []
    assert reviews.drafts() == []


def test_what_is_published_can_be_opened(store: Store) -> None:
    assert store.publish(A, publication(A)) == publication(A)
    assert store.published() == [publication(A)]
    assert store.open(publication(A).id) == A


def test_publications_keep_their_order(store: Store) -> None:
    for data in (C, A, B):
        store.publish(data, publication(data))
    assert [each.id for each in store.published()] == [publication(data).id for data in (C, A, B)]


def test_publishing_what_is_current_changes_nothing(store: Store) -> None:
    store.publish(A, publication(A))
    later = publication(A, days=9)
    assert store.publish(A, later) == publication(A)
    assert store.published() == [publication(A)]


def test_an_earlier_release_can_be_published_again(store: Store) -> None:
    given = [publication(A), publication(B, days=1), publication(A, days=2)]
    for data, published in zip((A, B, A), given, strict=True):
        assert store.publish(data, published) == published
    assert store.published() == given


def test_lists_have_their_own_current_release(store: Store) -> None:
    given = [publication(A), publication(A, list_id="list-b"), publication(B)]
    for data, published in zip((A, A, B), given, strict=True):
        store.publish(data, published)
    assert store.publish(A, publication(A, list_id="list-b", days=1)) == given[1]
    assert store.published() == given


def test_a_text_that_is_not_its_address_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="the text is not release sha256:"):
        store.publish(A, publication(B))
    assert store.published() == []
    with pytest.raises(StoreError):
        store.open(publication(B).id)


@pytest.mark.parametrize("absent", [ABSENT, "Robert'); DROP TABLE", ""])
def test_an_absent_release_is_said_to_be_absent(store: Store, absent: str) -> None:
    with pytest.raises(StoreError, match="does not hold") as raised:
        store.open(absent)
    assert "Robert" not in str(raised.value)


def test_a_release_of_any_bytes_comes_back_alike(store: Store) -> None:
    for data in (b"", b"\0", bytes(range(256)), release(9, 3_000_000)):
        store.publish(data, publication(data))
        assert store.open(publication(data).id) == data


def test_what_is_kept_is_there_when_opened_again(opener: Callable[[], Store]) -> None:
    first = opener()
    first.publish(A, publication(A))
    first.keep_draft(draft())
    first.decide(decision())
    first.close()
    second = opener()
    assert (second.published(), second.open(publication(A).id)) == ([publication(A)], A)
    assert (second.draft(LIST), second.decisions(LIST)) == (draft(), [decision()])
    second.close()


def test_no_draft_no_document_no_decision(store: Store) -> None:
    assert store.draft(LIST) is None
    assert store.document(digest(b"")) is None
    assert store.decisions(LIST) == []


def test_a_draft_takes_the_place_of_the_last_one(store: Store) -> None:
    second = draft(data=b"the next document", profile=b"the next profile")
    store.keep_draft(draft())
    store.keep_draft(second)
    assert store.draft(LIST) == second
    assert store.drafts() == [second]


def test_documents_and_profiles_stay_readable(store: Store) -> None:
    for data in (b"one", b"two", b""):
        store.keep_draft(draft(data=data, profile=b"profile of " + data))
    for data in (b"one", b"two", b""):
        assert store.document(digest(data)) == data
        assert store.document(digest(b"profile of " + data)) == b"profile of " + data


def test_drafts_are_ordered_by_list(store: Store) -> None:
    names = ["b", "a", "Z", "é", "a-b", "ab"]
    for name in names:
        store.keep_draft(draft(name))
    store.keep_draft(draft("b", b"again"))
    assert [each.list for each in store.drafts()] == sorted(names)


def test_decisions_keep_their_order(store: Store) -> None:
    given = [decision(row=f"row-{n}", code=None if n % 2 else "63081") for n in (3, 1, 2, 1)]
    for each in given:
        store.decide(each)
        store.decide(replace(each, list="list-b"))
    assert store.decisions(LIST) == given
    assert [each.list for each in store.decisions("list-b")] == ["list-b"] * 4


def test_times_come_back_in_utc_to_the_microsecond(store: Store) -> None:
    local = datetime(2026, 3, 8, 1, 59, 59, 123456, tzinfo=timezone(timedelta(hours=-7)))
    store.decide(replace(decision(), at=local))
    store.keep_draft(replace(draft(), ingested_at=local))
    kept = store.draft(LIST)
    assert kept is not None
    for time in (store.decisions(LIST)[0].at, kept.ingested_at):
        assert time.isoformat() == "2026-03-08T08:59:59.123456+00:00"


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(StoreError, match="time zone"):
        store.decide(replace(decision(), at=naive))
    with pytest.raises(StoreError, match="time zone"):
        store.keep_draft(replace(draft(), ingested_at=naive))
    assert (store.draft(LIST), store.decisions(LIST)) == (None, [])


@pytest.mark.parametrize("bad", ["a\0b", "\ud800"])
def test_text_that_one_store_could_not_hold_is_refused_by_all(store: Store, bad: str) -> None:
    for attempt in (
        lambda: store.decide(replace(decision(), why=bad)),
        lambda: store.keep_draft(replace(draft(), name=bad)),
        lambda: store.publish(A, replace(publication(A), plan=bad)),
        lambda: store.open(bad),
        lambda: store.draft(bad),
        lambda: store.decisions(bad),
        lambda: store.document(bad),
    ):
        with pytest.raises(StoreError, match="cannot be kept"):
            attempt()
    assert store.published() == []


@pytest.mark.parametrize("text", ["", "'; --", "ünïcödé 漢字 🦴", "a\nb\tc", "x" * 100_000])
def test_any_other_text_comes_back_alike(store: Store, text: str) -> None:
    store.decide(replace(decision(), why=text, list=text))
    assert store.decisions(text)[0].why == text


def test_many_publishers_come_one_after_another(opener: Callable[[], Store]) -> None:
    """Each thread publishes to its own list and to a shared one: nothing is lost, and no list has a release twice in a row."""
    stores = [opener() for _ in range(4)]
    failed: list[BaseException] = []

    def work(worker: int) -> None:
        try:
            for n in range(6):
                own, shared = release(100 * worker + n), release(n // 3)
                stores[worker].publish(own, publication(own, list_id=f"list-{worker}"))
                stores[worker].publish(shared, publication(shared, list_id="shared"))
        except BaseException as error:  # noqa: BLE001 - shown below, in the test's own thread
            failed.append(error)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    for worker in range(4):
        wanted = [publication(release(100 * worker + n)).id for n in range(6)]
        assert [each.id for each in stores[0].published() if each.list == f"list-{worker}"] == wanted
    shared = [each.id for each in stores[0].published() if each.list == "shared"]
    assert all(one != after for one, after in pairwise(shared))
    for each in stores:
        each.close()


# The reading half alone.


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def filled(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ReleaseReader]:
    """A reader of each kind, over a store with two publications."""
    if request.param == "memory":
        memory = MemoryStore()
        _fill(memory)
        yield memory
        return
    url = f"sqlite:///{tmp_path / 'store.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("new_schema")
    with open_store(url) as writer:
        _fill(writer)
    reader = open_reader(url)
    assert reader is not None
    yield reader
    reader.close()


def _fill(store: ReleaseStore) -> None:
    store.publish(A, publication(A))
    store.publish(B, publication(B, days=1))


def test_a_reader_reads_what_the_store_published(filled: ReleaseReader) -> None:
    assert filled.published() == [publication(A), publication(B, days=1)]
    assert filled.open(publication(A).id) == A
    with pytest.raises(StoreError, match="does not hold"):
        filled.open(ABSENT)
    with pytest.raises(StoreError, match="cannot be kept"):
        filled.open("\0")


def test_clocks_tell_utc() -> None:
    clocks: list[Clock] = [SystemClock(), FixedClock()]
    assert [clock.now().utcoffset() for clock in clocks] == [timedelta(0)] * 2
    assert abs(SystemClock().now() - datetime.now(UTC)) < timedelta(minutes=1)
    assert FixedClock(NOON).now() == NOON
    assert (publication(A).plan, publication(A).known_at) == (PLAN, DAY)
