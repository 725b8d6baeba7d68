"""Order lines drawn at random over every bundled plan, as they may stand in a table, and what each is to be answered.

The expected answer is that of `precert.check` for the lines of the case that can be read; a line that cannot is expected to be
`undetermined`, and to name what it needs.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

import precert
from precert import codes
from precert.batch.atoms import FACETS
from precert.facts.condition import PlacesOnly, StatesOnly
from precert.request import RequestError
from precert.requirement.case import Case
from precert.requirement.present import place
from tests.naive.sample import MALFORMED, STRANGERS, Dealer
from tests.naive.sources import releases

MEDICARE = "medicare-ffs"
Line = dict[str, Any]
BAD: dict[str, list[Any]] = {
    "units": [0, -1, 10_000],
    "modifiers": [["NUU"], ["N"], ["NU", ""]],
    "segment": ["", " ", "x" * 65],
    "state": ["XX", "Florida", ""],
    "place_of_service": ["1", "024", "ab"],
    "plan": ["cigna", "CIGNA-COMMERCIAL", "", None],
    "date_of_service": [None, "2026-02-30", "20260302", "2026-W10-1", "2026-3-2", "\u0662026-03-02"],
    "case_id": [None],
}
NEED = {name: name.replace("_", "-") for name in BAD}
ANSWER = (
    *("requirement", "managed_by", "managed_by_name", "platform", "program", "conflict"),
    *("limits", "needs", "notices", "primary_lines", "citation", "release"),
)
SCHEMA = pa.schema(
    [
        *(("case_id", pa.string()), ("line_number", pa.int64()), ("plan", pa.string()), ("code", pa.string())),
        *(("date_of_service", pa.string()), ("modifiers", pa.list_(pa.string())), ("units", pa.int32())),
        *(("segment", pa.string()), ("state", pa.string()), ("place_of_service", pa.string())),
    ]
)


class Table:
    """Lines in any order, with their cases."""

    def __init__(self, lines: int, seed: int, *, malformed: float = 0.02) -> None:
        self.rng = random.Random(seed)
        self.lines: list[Line] = []
        dealer = Dealer(releases(), seed)
        medicare = self.medicare()
        while len(self.lines) < lines:
            case = next(medicare) if self.rng.random() < 0.12 else dealer.case()
            self._add(case, malformed)
        self.rng.shuffle(self.lines)

    def _add(self, case: dict[str, Any], malformed: float) -> None:
        shared = {name: case.get(name) for name in ("plan", "date_of_service", *FACETS.values())} | {"case_id": f"case {len(self.lines)}"}
        if self.rng.random() < malformed:
            name = self.rng.choice([*FACETS.values(), "plan", "date_of_service", "case_id"])
            shared[name] = self.rng.choice(BAD[name])
        for number, line in enumerate(case["lines"], 1):
            told = {"line_number": number, "code": writable(line["code"]), "modifiers": line.get("modifiers"), "units": line.get("units")}
            if self.rng.random() < malformed:
                name = self.rng.choice(["units", "modifiers", "code"])
                told[name] = self.rng.choice(BAD[name]) if name in BAD else None
            self.lines.append(shared | told)

    def medicare(self) -> Iterator[dict[str, Any]]:
        """Lists of some states and some places of service, that begin and end."""
        book = list(precert.rulebook(MEDICARE))
        rng, conditions = self.rng, [one for each in book for one in each.conditions]
        states = sorted({state for one in conditions if isinstance(one, StatesOnly) for state in one.states})
        places = sorted({where for one in conditions if isinstance(one, PlacesOnly) for where in one.places})
        by_state = [each for each in book if any(isinstance(one, StatesOnly) for one in each.conditions)]
        while True:
            listing = rng.choice([rng.choice(book), rng.choice(by_state)])
            own = [day + timedelta(days=by) for day in (listing.begins, listing.ends, listing.changed) if day for by in (-1, 0, 1)]
            yield {
                "plan": MEDICARE,
                "date_of_service": rng.choice([*own, date(2026, 3, 2)]).isoformat(),
                "state": rng.choice([None, "HI", " fl", rng.choice(states)]),
                "place_of_service": rng.choice([None, None, "11", *places]),
                "lines": [
                    {"code": each} for each in (listing.code, *rng.choices([*STRANGERS, *MALFORMED, book[0].code], k=rng.randint(0, 2)))
                ],
            }

    def arrow(self) -> pa.Table:
        """The table as Arrow."""
        return pa.Table.from_pylist(self.lines, SCHEMA)

    def expected(self) -> list[Line]:
        """Every line's answer, in the order of the lines."""
        return expected(self.lines)


def writable(code: str) -> str:
    """No file holds half a surrogate pair."""
    return code.encode(errors="replace").decode()


def expected(lines: Sequence[Line]) -> list[Line]:
    cases: dict[tuple[Any, ...], list[int]] = {}
    answers: list[Line] = [{}] * len(lines)
    for at, line in enumerate(lines):
        needs = [need for name, need in _bad(line)]
        if needs:
            nothing = dict.fromkeys(ANSWER)
            answers[at] = (
                nothing
                | {"requirement": "undetermined", "conflict": False, "needs": needs}
                | {name: [] for name in ("limits", "notices", "primary_lines")}
            )
        else:
            cases.setdefault(_shared(line), []).append(at)
    for members in cases.values():
        members.sort(key=lambda at: lines[at]["line_number"])
        for at, answer in zip(members, _answers([lines[at] for at in members]), strict=True):
            answers[at] = answer
    return answers


_ORDER = ("plan", "date_of_service", "units", "modifiers", "segment", "state", "place_of_service", "case_id")


def _bad(line: Line) -> Iterator[tuple[str, str]]:
    """What of a line a single question would be refused for, told by asking one."""
    for name in _ORDER:
        if name == "case_id":
            refused = line[name] is None
        elif name == "plan":
            refused = line[name] not in {"cigna-commercial", "health-alliance-medical", MEDICARE}
        else:
            refused = not _readable(name, line.get(name))
        if refused:
            yield name, NEED[name]


def _readable(name: str, value: object) -> bool:
    case: dict[str, Any] = {"plan": "any", "date_of_service": "2026-03-02", "lines": [{"code": "22551"}]}
    place_of = case["lines"][0] if name in {"units", "modifiers"} else case
    place_of[name] = value
    try:
        Case.from_dict(case)
    except RequestError:
        return False
    return True


def _shared(line: Line) -> tuple[Any, ...]:
    state, where = (codes.fold(line[name]) if line[name] is not None else None for name in ("state", "place_of_service"))
    segment = line["segment"]
    return line["case_id"], line["plan"], line["date_of_service"], segment and segment.strip().lower(), state, where


def _answers(lines: Sequence[Line]) -> Iterator[Line]:
    first = lines[0]
    case = {name: first[name] for name in ("plan", "date_of_service", *FACETS.values())}
    order = [{"code": line["code"] or "", "modifiers": line["modifiers"], "units": line["units"]} for line in lines]
    told = precert.check(case | {"lines": order}).to_dict()
    numbers = [line["line_number"] for line in lines]
    for answer in told["lines"]:
        manager, deciding = answer["managed_by"], [each["citation"] for each in answer["candidates"] if each["decides"]]
        cited = deciding or answer["citations"]
        yield {
            **{name: answer[name] for name in ("requirement", "platform", "program", "conflict", "limits", "needs")},
            "managed_by": manager and manager["kind"],
            "managed_by_name": manager and manager["name"],
            "notices": [each["kind"] for each in answer["notices"]],
            "primary_lines": list(dict.fromkeys(numbers[at - 1] for at in answer["primary_lines"])),
            "citation": place(cited[0]) if cited else None,
            "release": ";".join(each["id"] for each in told["releases"]),
        }


def differences(answered: Sequence[Line], lines: Sequence[Line], told: Sequence[Line]) -> list[str]:
    """What differs, line by line: the input's columns, then the answer's."""
    found = []
    assert len(answered) == len(lines) == len(told)
    for got, line, answer in zip(answered, lines, told, strict=True):
        wanted = line | answer
        differ = {name: (got.get(name), wanted[name]) for name in wanted if got.get(name) != wanted[name]}
        if differ or list(got) != [*SCHEMA.names, *ANSWER]:
            found.append(f"{line}: {differ}")
    return found
