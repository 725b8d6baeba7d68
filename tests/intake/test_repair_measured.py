"""Damage of every kind done to the two real lists, where they are at hand: what is listed wrongly, and whether proposals are right.

Measured on 10,000 damaged codes (`python -m bench.repair`); the figures stand in its table. An everyday run takes a sample.
"""

from pathlib import Path

import pytest

from bench import repair as bench
from tools import bundle, damage
from tools.damage import CLASSES, Measured

SHARED = Path(__file__).parents[2].parent / "shared"
pytestmark = pytest.mark.skipif(
    not (SHARED / "seeds").is_dir(), reason=f"the published lists are not at hand: no {SHARED / 'seeds'} (they may not be shipped)"
)
SAMPLE, ALL, SEED = 250, 10_000, 2026


def check_with_last(found: Measured) -> None:
    assert [each for each in found.trials if each.is_wrong] == [], "a damaged code is listed as if it were sound"
    assert all(each.is_aside or each.listed == each.true for each in found.trials), "a row is lost"
    assert precision(found) >= 0.99
    assert sum(each.is_right for each in found.trials) >= 0.85 * len(found.trials)
    assert len(found.false_alarms) <= found.undamaged / 1_000


def precision(found: Measured) -> float:
    proposed = [each for each in found.trials if each.proposed]
    return sum(each.is_right for each in proposed) / len(proposed)


def check_calibration(found: Measured) -> None:
    """Nothing claims more than it holds: in each bin at least as many proposals are right as they say, less what chance may take."""
    for low, high, count, said, right in bench.bins(found.trials):
        assert right >= said - (said * (1 - said) / count) ** 0.5 * 3, f"{low} to {high}: {said:.3f} said, {right:.3f} right"


def test_a_sample_with_the_last_release_at_hand() -> None:
    found = bench.measured(SHARED, bench.SPARSE + bench.DENSE, count=SAMPLE, seed=SEED, has_last=True)
    check_with_last(found)
    check_calibration(found)
    assert len({each.kind for each in found.trials}) >= len(CLASSES) - 2


def test_a_sample_without_it() -> None:
    found = bench.measured(SHARED, bench.SPARSE + bench.DENSE, count=SAMPLE, seed=SEED, has_last=False)
    assert precision(found) >= 0.97
    assert sum(each.is_wrong for each in found.trials) <= 0.03 * len(found.trials)
    check_calibration(found)


def test_a_sample_with_misspelt_descriptions_lists_no_damaged_code() -> None:
    found = bench.measured(SHARED, bench.MISSPELT, count=SAMPLE // 2, seed=SEED, has_last=True)
    assert [each for each in found.trials if each.is_wrong] == []
    assert precision(found) >= 0.99


@pytest.mark.parametrize("has_last", [True, False])
def test_a_next_release_without_damage_is_read_as_it_is(has_last: bool) -> None:
    new = sorted(bundle.code_set(SHARED / "reference"))
    subject = bench.subject(SHARED, "cigna-commercial", has_last=has_last)
    there, doubted = damage.read_revisions(subject, times=1, new=new, seed=SEED)
    assert there["kept"] > 1_400
    assert doubted["kept"] <= there["kept"] / 500
    assert all(doubted[kind] <= there[kind] * 0.05 for kind in ("revised", "new"))


@pytest.mark.parametrize("name", list(bundle.DOCUMENTS))
def test_the_list_itself_is_no_damage(name: str) -> None:
    subject = bench.subject(SHARED, name, has_last=True)
    alone = bench.subject(SHARED, name, has_last=False)
    here, there = subject.read(subject.text), alone.read(alone.text)
    assert [(each.row.reason, each.row.citation.line) for each in here.sheet.set_aside] == [
        (each.row.reason, each.row.citation.line) for each in there.sheet.set_aside
    ]
    assert here.release.id == there.release.id


@pytest.mark.long
def test_ten_thousand_with_the_last_release_at_hand() -> None:
    found = bench.measured(SHARED, bench.SPARSE + bench.DENSE, count=ALL, seed=SEED, has_last=True)
    check_with_last(found)
    check_calibration(found)


@pytest.mark.long
def test_ten_thousand_without_it() -> None:
    found = bench.measured(SHARED, bench.SPARSE + bench.DENSE, count=ALL, seed=SEED, has_last=False)
    assert precision(found) >= 0.97
    assert sum(each.is_wrong for each in found.trials) <= 0.02 * len(found.trials)
    check_calibration(found)
