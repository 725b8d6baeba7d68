"""Cases drawn at random, weighted so that every rule of semantics.md is met.

They are drawn from the naive rows with a seeded generator, so that a seed gives the same
cases on any machine, whatever the engine under test says of them.
"""

import copy
import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from .engine import (
    MANAGED_WITH,
    PURCHASE_ONLY,
    Line,
    Order,
    _added_on,
    _changed_on,
    _forbidden,
    _says,
    _says_use_instead,
    _stands_in_place_of,
)
from .rows import ALLIANCE, CIGNA, CODE, Known, Row

Case = dict[str, Any]

ORDINARY_DAY = date(2026, 3, 2)
# R44: the turn of each edition's year, the last fresh day and the first stale one; and the ends of the calendar.
EDITION_DAYS = [date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1), date(2027, 2, 21), date(2027, 2, 22)]
FAR_DAYS = [date(1, 1, 1), date(1999, 12, 31), date(2024, 2, 29), date(9999, 12, 31)]
SEGMENTS = [None, None, None, "fl-dsnp", " FL-DSNP ", "Fl-DsNp", "medicaid", "fl dsnp", "dsnp"]
MODIFIERS: list[list[str] | None] = [[], [], None, ["NU"], ["UE"], ["RR"], ["rr"], [" nu"], ["59"], ["KX", "RR"], ["RR", "NU"], ["zz"]]
UNITS = [1, 1, 1, None, 2, 3, 4, 5, 6, 10, 9999]
ELSEWHERE = {CIGNA: ["Medical Oncology", "Laboratory Management"], ALLIANCE: ["Massage", "Joint"]}

# Well-formed and on no list, and tokens that are no code.
STRANGERS = ["99213", "00604", "A0428", "Q9999", "1234F", "0001U", "77776", "77777", "93451", "93598", "33249", "0999T"]
MALFORMED = [
    *("", " ", "2255", "225511", "22 551", "22551-", "E0470-NU", "0.1641", "h suxi", "AB123", "2255a1", "-22551", "22551\n22552"),
    *(
        "\uff12\uff12\uff15\uff15\uff11",
        "2255\u0661",
        "\u017f9364",
        "\u212a0823",
        "22551\u0000",
        "\ud800",
        "\ud83d\ude00",
        "é" * 31 + "\ud800x",
        "x" * 40,
    ),
    *('"\\\u007f\u2028', "<b>22551</b>", "null"),
]


def dress(code: str, rng: random.Random) -> str:
    """The code as somebody may type it."""
    return rng.choice([code] * 12 + [code.lower(), f" {code}", f"{code}\t", f"\u00a0{code.lower()} \n"])


class Deck:
    """The codes of one plan, sorted by what rule they call for."""

    def __init__(self, plan: str, known: Known) -> None:
        self.plan = plan
        self.rows = [row for row in known.rows if row.plan == plan]
        self.known = known
        self.by_code: dict[str, list[Row]] = {}
        self.by_program: dict[str, list[str]] = {}
        for row in self.rows:
            self.by_code.setdefault(row.code, []).append(row)
            self.by_program.setdefault(row.program, []).append(row.code)
        self.codes = sorted(self.by_code)
        self.programs = list(self.by_program)

    def that(self, test: Callable[[Row], bool]) -> list[str]:
        """The codes of the rows that pass, each once, in document order."""
        return list(dict.fromkeys(row.code for row in self.rows if test(row)))

    @cached_property
    def torn(self) -> list[str]:
        """R30-R32: in more than one program."""
        return [code for code in self.codes if len({row.program for row in self.by_code[code]}) > 1]

    @cached_property
    def add_ons(self) -> list[str]:
        """R15."""
        return self.that(lambda row: row.requirement == "Add-on Code" and not _says(row, MANAGED_WITH))

    @cached_property
    def add_ons_in_place(self) -> list[str]:
        """R15: add-ons whose primaries the federal table does not name."""
        return [code for code in self.add_ons if not self.known.federal.get(code)]

    @cached_property
    def devices(self) -> list[str]:
        """R16, R17."""
        return self.that(lambda row: _says(row, MANAGED_WITH))

    @cached_property
    def anchors(self) -> list[str]:
        """R16: musculoskeletal and printed Yes."""
        return self.that(lambda row: row.product == "Musculoskeletal" and row.requirement == "Yes")

    @cached_property
    def weak_anchors(self) -> list[str]:
        """R16: musculoskeletal and something else."""
        return self.that(lambda row: row.product == "Musculoskeletal" and row.requirement != "Yes" and not _says(row, MANAGED_WITH))

    @cached_property
    def bought(self) -> list[str]:
        """R20."""
        return self.that(lambda row: _says(row, PURCHASE_ONLY))

    @cached_property
    def chairs(self) -> list[str]:
        """R20: what may be a component."""
        return self.that(lambda row: row.category == "WHEELCHAIRS")

    @cached_property
    def dated(self) -> dict[str, date]:
        """R10."""
        return {row.code: day for row in self.rows if (day := _added_on(row) or _changed_on(row))}

    @cached_property
    def noted(self) -> list[str]:
        """Whatever prints a notation, or stands where few rows do."""
        few = ("Unlisted", "Experimental/Investigational", "No")
        return self.that(lambda row: bool(row.notation) or row.requirement in few or (row.section or "").startswith("Client"))

    @cached_property
    def segmented(self) -> list[str]:
        """R19."""
        return self.that(lambda row: "FL DSNP" in (row.requirement or "") + row.descriptor)

    @cached_property
    def at_home(self) -> list[str]:
        """R27."""
        return self.that(lambda row: row.program in {"Home Health", "Home Infusion Therapy"})

    @cached_property
    def pointed(self) -> list[str]:
        """R26."""
        rows = [row for row in self.rows if _stands_in_place_of(row) or _says_use_instead(row)]
        return [code for row in rows for code in (row.code, *_stands_in_place_of(row), *_says_use_instead(row))]

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        """R24."""
        return _forbidden(Order(self.plan, ORDINARY_DAY, None, None, list[Line](), self.rows, {}, []))

    @cached_property
    def damaged(self) -> list[str]:
        """R7: what the damaged rows print, and what they may have been."""
        return [code for each in self.known.set_aside if each.plan == self.plan for code in (each.printed, *each.proposed)]

    def primaries(self, code: str) -> list[str]:
        """R15: what may carry an add-on: the federal primaries, else rows of the same place."""
        federal = sorted(self.known.federal.get(code, ()))
        if federal:
            return federal + 3 * [each for each in federal if each in self.by_code]  # the listed ones more often
        places = {(row.program, row.category, row.section) for row in self.by_code[code]}
        return self.that(lambda row: (row.program, row.category, row.section) in places and row.requirement == "Yes")

    def days(self) -> list[date]:
        """Every boundary of the list, the day before and the day after."""
        return sorted({day + timedelta(days=by) for day in self.dated.values() for by in (-1, 0, 1)})


class Dealer:
    """Deals one case after another."""

    def __init__(self, known: Known, seed: int) -> None:
        self.rng = random.Random(seed)
        self.decks = {plan: Deck(plan, known) for plan in (CIGNA, ALLIANCE)}

    def cases(self, count: int) -> Iterator[Case]:
        for _ in range(count):
            yield self.case()

    def case(self) -> Case:
        rng = self.rng
        deck = self.decks[CIGNA if rng.random() < 0.87 else ALLIANCE]
        codes = self.codes(deck)
        lines = [self.line(code) for code in codes]
        case: Case = {"plan": deck.plan, "date_of_service": self.day(deck, codes).isoformat(), "lines": lines}
        if rng.random() < 0.35:
            case["segment"] = rng.choice(SEGMENTS)
        if rng.random() < 0.3:
            case["programs"] = self.programs(deck, codes)
        if rng.random() < 0.1:
            case |= {"known_at": "2026-11-21", "state": rng.choice(["FL", "il "]), "place_of_service": "24", "reference": "case-1.A_b"}
        return case

    def line(self, code: str) -> Case:
        rng = self.rng
        line: Case = {"code": dress(code, rng) if CODE.fullmatch(code) else code}
        if rng.random() < 0.5:
            line["modifiers"] = copy.copy(rng.choice(MODIFIERS))
        if rng.random() < 0.4:
            line["units"] = rng.choice(UNITS)
        return line

    def day(self, deck: Deck, codes: list[str]) -> date:
        rng = self.rng
        own = [deck.dated[code] for code in codes if code in deck.dated]
        if own and rng.random() < 0.7:
            return rng.choice(own) + timedelta(days=rng.choice([-1, -1, 0, 1]))
        dice = rng.random()
        if dice < 0.6:
            return ORDINARY_DAY
        if dice < 0.75:
            return rng.choice(EDITION_DAYS)
        if dice < 0.8:
            return rng.choice(FAR_DAYS)
        return rng.choice(deck.days() or EDITION_DAYS)

    def programs(self, deck: Deck, codes: list[str]) -> list[str]:
        rng = self.rng
        own = [row.program for code in codes for row in deck.by_code.get(code, ())]
        every = deck.programs + ELSEWHERE[deck.plan]
        return rng.choice(
            [
                [],
                list(dict.fromkeys(own)),
                own[:1],
                own[-1:],
                [name for name in every if name not in own[:1]],
                rng.sample(every, rng.randint(0, len(every))),
            ]
        )

    def codes(self, deck: Deck) -> list[str]:
        rng = self.rng
        recipe = rng.choice(RECIPES if deck.plan == CIGNA else PLAIN_RECIPES)
        codes = recipe(deck, rng)
        for _ in range(rng.choice([0, 0, 0, 1, 2])):
            codes.append(rng.choice(rng.choice([deck.codes, STRANGERS, MALFORMED])))
        if rng.random() < 0.1:
            codes.append(rng.choice(codes))
        rng.shuffle(codes)
        return codes


Recipe = Callable[[Deck, random.Random], list[str]]


def _some(pool: list[str], rng: random.Random, low: int, high: int) -> list[str]:
    return rng.choices(pool, k=rng.randint(low, high)) if pool else []


def anything(deck: Deck, rng: random.Random) -> list[str]:
    return _some(deck.codes, rng, 1, 6)


def of_one_program(deck: Deck, rng: random.Random) -> list[str]:
    return _some(deck.by_program[rng.choice(deck.programs)], rng, 1, 6)


def strangers(deck: Deck, rng: random.Random) -> list[str]:
    return _some(STRANGERS + MALFORMED + deck.pointed, rng, 1, 4)


def damaged(deck: Deck, rng: random.Random) -> list[str]:
    return _some(deck.damaged or STRANGERS, rng, 1, 3) + _some(deck.codes, rng, 0, 2)


def conflict(deck: Deck, rng: random.Random) -> list[str]:
    """R31: a torn code, alone or beside codes of one or of both of its programs."""
    code = rng.choice(deck.torn)
    programs = [row.program for row in deck.by_code[code]]
    beside = [each for name in rng.sample(programs, rng.randint(0, len(programs))) for each in _some(deck.by_program[name], rng, 0, 2)]
    return [code, *beside, *_some(deck.torn, rng, 0, 1)]


def add_on(deck: Deck, rng: random.Random) -> list[str]:
    pool = rng.choice([deck.add_ons, deck.add_ons_in_place or deck.add_ons])
    found = _some(pool, rng, 1, 2)
    return found + [each for code in found for each in _some(deck.primaries(code), rng, 0, 2)]


def device(deck: Deck, rng: random.Random) -> list[str]:
    beside = rng.choice([[], deck.anchors, deck.anchors, deck.weak_anchors, deck.anchors + deck.weak_anchors])
    return _some(deck.devices, rng, 1, 2) + _some(beside, rng, 1, 3)


def companion(deck: Deck, rng: random.Random) -> list[str]:
    return ["J7330", *_some(["27412", "27447", "22551", "23929"], rng, 0, 3), *_some(deck.anchors, rng, 0, 1)]


def wheelchair(deck: Deck, rng: random.Random) -> list[str]:
    return _some(deck.bought, rng, 1, 2) + _some(deck.chairs, rng, 0, 5)


def dated(deck: Deck, rng: random.Random) -> list[str]:
    return _some(list(deck.dated), rng, 1, 3) + _some(deck.add_ons, rng, 0, 1)


def noted(deck: Deck, rng: random.Random) -> list[str]:
    return _some(deck.noted, rng, 1, 4)


def segmented(deck: Deck, rng: random.Random) -> list[str]:
    return _some(deck.segmented, rng, 1, 2) + _some(deck.at_home, rng, 0, 2)


def forbidden(deck: Deck, rng: random.Random) -> list[str]:
    return [code for pair in rng.sample(deck.pairs, rng.randint(1, 2)) for code in pair]


PLAIN_RECIPES: list[Recipe] = [anything, strangers, damaged]
RECIPES: list[Recipe] = [
    *(anything, of_one_program, strangers, conflict, conflict, add_on, add_on, device, device),
    *(companion, wheelchair, wheelchair, dated, noted, noted, segmented, forbidden),
]
