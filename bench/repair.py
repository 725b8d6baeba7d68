"""What becomes of damaged codes, with the last release at hand and without: `python -m bench.repair SHARED [--count N] [--seed S]`.

SHARED is a folder with the published lists and the federal tables (CONTRIBUTING.md, "Make the bundled releases"). Prints, for every
kind of damage, how many damaged codes were listed as if they were sound, how many first proposals are right, and how sure they said
they were; then what was set aside of next releases that nothing is wrong with. It asserts nothing: the tests do.
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from precert import bundled
from precert.bootstrap import open_release, published
from precert.intake.layouts.profile import read_profile
from precert.intake.pipeline import known_from
from tools import bundle, damage
from tools.damage import Measured, Subject, Trial

CODE_SETS_AS_OF = date(2026, 4, 1)
_BINS = (0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.98, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a share of the damage is done: to which list, one row in how many, how many in a row, and how many texts are misspelt."""

    list: str
    share: float
    every: int
    run: int = 1
    misspelt: float = 0.0


SPARSE = (Plan(list="cigna-commercial", share=0.7, every=25), Plan(list="health-alliance-medical", share=0.1, every=15))
DENSE = (Plan(list="cigna-commercial", share=0.15, every=30, run=6), Plan(list="health-alliance-medical", share=0.05, every=15, run=3))
MISSPELT = tuple(Plan(list="cigna-commercial", share=0.5, every=25, misspelt=share) for share in (0.3, 1.0))
"""Beside the damage, one letter changed in the descriptions of three rows in ten, and of all: what a scan does."""


def subject(shared: Path, name: str, *, has_last: bool) -> Subject:
    """Return a list with everything that is known but its own release, and with that where asked."""
    releases = {each.list: open_release(each) for each in published() if each.list in bundle.DOCUMENTS}
    known = known_from(
        [release for other, release in releases.items() if other != name],
        in_force=bundle.code_set(shared / "reference"),
        as_of=CODE_SETS_AS_OF,
        last=releases[name] if has_last else None,
    )
    document = bundle.DOCUMENTS[name]
    profile = read_profile((bundled.PROFILES / f"{name}.toml").read_bytes(), plan=name)
    return Subject(name=document, text=(shared / "seeds" / document).read_text("utf-8"), profile=profile, known=known)


def measured(shared: Path, plans: Iterable[Plan], *, count: int, seed: int, has_last: bool) -> Measured:
    """Do the damage of several plans, and put together what became of it."""
    found = Measured()
    for number, plan in enumerate(plans):
        one = damage.measure(
            subject(shared, plan.list, has_last=has_last),
            count=round(count * plan.share),
            every=plan.every,
            run=plan.run,
            misspelt=plan.misspelt,
            seed=seed + number,
        )
        found.trials += one.trials
        found.documents += one.documents
        found.undamaged += one.undamaged
        found.false_alarms += one.false_alarms
    return found


def table(trials: list[Trial]) -> Iterator[str]:
    """Yield what became of each kind of damage, and of all, as lines."""
    yield f"{'':20}{'damaged':>9}{'listed wrong':>14}{'set aside':>11}{'proposed':>10}{'right':>8}{'precision':>11}{'recall':>9}"
    kinds = sorted({each.kind for each in trials})
    for name, some in [*((kind, [each for each in trials if each.kind == kind]) for kind in kinds), ("all", trials)]:
        proposed, right = sum(each.proposed is not None for each in some), sum(each.is_right for each in some)
        wrong, aside = sum(each.is_wrong for each in some), sum(each.is_aside for each in some)
        precision = f"{right / proposed:.2%}" if proposed else "-"
        yield f"{name:20}{len(some):>9}{wrong:>14}{aside:>11}{proposed:>10}{right:>8}{precision:>11}{right / len(some):>9.1%}"


def bins(trials: list[Trial]) -> Iterator[tuple[float, float, int, float, float]]:
    """Yield (from, to, proposals, mean confidence, share that is right) for each bin of confidence that has any."""
    for low, high in pairwise(_BINS):
        some = [each for each in trials if each.proposed and low <= each.confidence < high]
        if some:
            yield low, high, len(some), sum(each.confidence for each in some) / len(some), sum(each.is_right for each in some) / len(some)


def report(title: str, found: Measured) -> Iterator[str]:
    """Yield a measurement as lines."""
    yield from ("", f"{title}: {len(found.trials)} damaged codes in {found.documents} documents", *table(found.trials))
    yield f"rows that nothing was done to: {found.undamaged}, set aside: {len(found.false_alarms)}"
    for low, high, count, said, right in bins(found.trials):
        yield f"  confidence {low:.2f} to {high:.2f}: {count:>6} proposals, {said:.3f} said, {right:.4f} right"


def revisions(shared: Path, *, times: int, seed: int) -> Iterator[str]:
    """Yield what was set aside of next releases without damage, as lines."""
    new = sorted(bundle.code_set(shared / "reference"))
    for has_last in (True, False):
        there: Counter[str] = Counter()
        doubted: Counter[str] = Counter()
        for name in bundle.DOCUMENTS:
            some = damage.read_revisions(subject(shared, name, has_last=has_last), times=times, new=new, seed=seed)
            there, doubted = there + some[0], doubted + some[1]
        told = ", ".join(f"{kind} {count} ({doubted[kind]} set aside)" for kind, count in sorted(there.items()) if kind != "taken out")
        yield f"next releases, {'with' if has_last else 'without'} the last one: {told}; taken out {there['taken out']}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.repair", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("--count", type=int, default=10_000, help="how many codes to damage, with the last release and without")
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    for has_last, title in ((True, "with the last release at hand"), (False, "without it")):
        found = measured(options.shared, SPARSE + DENSE, count=options.count, seed=options.seed, has_last=has_last)
        print("\n".join(report(title, found)), flush=True)
    scanned = measured(options.shared, MISSPELT, count=options.count // 5, seed=options.seed, has_last=True)
    print("\n".join(report("with the last release, descriptions misspelt", scanned)), flush=True)
    print("\n".join(["", *revisions(options.shared, times=10, seed=options.seed)]))


if __name__ == "__main__":
    main()
