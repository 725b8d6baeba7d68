"""An answer as the page shows it, made from its JSON alone: an answer that was kept is drawn like one that was just given.

What is said of a line comes from the tables of `words`; here it is only put where a reader looks for it: first the cases to
build, then what is missing, then whom to ask.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from precert.bootstrap import Rulebook
from precert.facts.compile import Index
from precert.facts.condition import PlacesOnly, SegmentOnly, StatesOnly
from precert.requirement.present import place
from precert.requirement.terms import Need, Requirement
from precert.surfaces import words
from precert.surfaces.plain import visible
from precert.surfaces.web import queued

Answer = Mapping[str, Any]

# What a scheduler has to do about a line; the page never shows it by colour alone.
BUILD, WAIT, ASK, NONE, UNKNOWN, WRONG = "build", "wait", "ask", "none", "unknown", "wrong"
_TODO: Mapping[str, str] = {
    Requirement.INVESTIGATIONAL: BUILD,
    Requirement.REQUIRED: BUILD,
    Requirement.UNLISTED: BUILD,
    Requirement.FOLLOWS_PRIMARY: BUILD,
    Requirement.UNDETERMINED: WAIT,
    Requirement.ASK_PLAN: ASK,
    Requirement.OUT_OF_SCOPE: ASK,
    Requirement.NOT_REQUIRED: NONE,
    Requirement.NOT_ON_LIST: UNKNOWN,
    Requirement.INVALID_CODE: WRONG,
}
_PLACES = {"11": "office", "12": "home", "19": "off-campus hospital", "21": "inpatient", "22": "on-campus hospital", "24": "surgery center"}
_MOST_PRIMARIES, _MOST_PLACES = 8, 4


class Names:
    """Who a plan's lists speak of, as far as they are at hand."""

    def __init__(self, plan: str, index: Index | None) -> None:
        self.plan, self._index = index.payer if index else plan, index

    def of(self, line: Answer) -> words.Names:
        """Return the names for one line: its own list says who the benefit manager is."""
        rows = self._index.rows(line["code"]) if self._index else ()
        named = [row.delegate.name for row in rows if row.delegate and line["program"] in (None, row.listing.program)]
        return words.Names(plan=self.plan, delegate=named[0]) if named else words.Names(plan=self.plan)

    def primaries(self, code: str) -> tuple[str, ...]:
        """Return the procedures that a federal table names for an add-on."""
        found = self._index.add_ons.get(code) if self._index else None
        return found.primaries if found else ()

    def listed(self, code: str) -> bool:
        """Whether a list names a code."""
        return bool(self._index and self._index.rows(code))


def page(answer: Answer, index: Index | None, *, questions: bool = True) -> dict[str, Any]:
    """Return what the page shows of an answer. Without `questions`, what is missing is told and not asked."""
    names = Names(answer["plan"], index)
    tokens = [named(each) for each in answer["lines"]]
    told = [each | {"goes_with": [tokens[number - 1] for number in each["primary_lines"]]} for each in answer["lines"]]
    lines = [_line(each, names) for each in told]
    groups = [_group(number, each, lines) for number, each in enumerate(answer["cases"], 1)]
    grouped = {number for each in answer["cases"] for number in each["lines"]}
    rest = [each for each in lines if each["number"] not in grouped]
    return {
        "plan": answer["plan"],
        "payer": names.plan,
        "day": answer["date_of_service"],
        "asked": [
            (name, answer[member])
            for name, member in (("Segment", "segment"), ("State", "state"), ("Place of service", "place_of_service"))
            if answer[member]
        ],
        "releases": _releases(answer, index),
        "lines": lines,
        "cases": groups,
        "ask": [each for each in rest if each["todo"] == ASK],
        "none": [each for each in rest if each["todo"] == NONE],
        "unknown": [each for each in rest if each["todo"] == UNKNOWN],
        "wrong": [each for each in rest if each["todo"] == WRONG],
        "apart": [each for each in rest if each["todo"] == BUILD],
        "questions": _questions(answer, lines, names, ask=questions),
        "conflicts": [each for each in lines if each["sides"]],
        "know": _know(answer, lines),
        "elsewhere": answer["elsewhere"],
    }


def _releases(answer: Answer, index: Index | None) -> list[dict[str, Any]]:
    titles = {held.list: held.title for held in index.held} if index else {}
    return [each | {"title": titles.get(each["list"], each["list"])} for each in answer["releases"]]


# -- a line ----------------------------------------------------------------------------------------------------------------


def token(line: Answer) -> str:
    """Write a line as one orders it, with its units."""
    return named(line) + (f" \u00d7{line['units']}" if line["units"] != 1 else "")


def named(line: Answer) -> str:
    """Write a line's code with its modifiers."""
    return "-".join([visible(line["code"]), *line["modifiers"]])


def cited(citation: Mapping[str, Any] | None) -> dict[str, str] | None:
    """Return where something is printed, and the address of the page that shows it."""
    if citation is None:
        return None
    where = {name: citation[name] for name in ("line", "page", "sheet", "row") if citation[name] is not None}
    return {"label": place(dict(citation)), "href": f"/rows/{citation['sha256']}?{urlencode(where)}"}


def _cited(every: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [each for each in map(cited, every) if each]


def asks(said: Answer, names: words.Names) -> str:
    """Say in a few words what a row, or a plan, asks."""
    goes_with = words.listed([*said.get("goes_with", ())]) or "another line"
    return words.ASKS[Requirement(said["requirement"])].format(plan=names.plan, delegate=names.delegate, lines=goes_with)


def who(said: Answer) -> str:
    """Say who manages a line."""
    manager = said["managed_by"]
    if manager is None:
        return ""
    return manager["name"] or {"plan": "the plan", "delegate": "the benefit manager"}.get(manager["kind"], "not stated")


def _line(line: Answer, names: Names) -> dict[str, Any]:
    of = names.of(line)
    settled = any(each["code"] == "settled" for each in line["reasons"])
    return {
        "number": line["number"],
        "code": visible(line["code"]),
        "linked": line["requirement"] != Requirement.INVALID_CODE,
        "token": token(line),
        "units": line["units"],
        "todo": _TODO[line["requirement"]],
        "requirement": line["requirement"],
        "asks": asks(line, of),
        "limits": [words.LIMITS[each] for each in line["limits"]],
        "who": who(line),
        "platform": line["platform"],
        "program": line["program"],
        "category": line["category"],
        "why": [each["text"].replace("the delegate", of.delegate) for each in line["reasons"]],
        "contacts": line["contacts"],
        "citations": _cited(line["citations"]),
        "conflict": line["conflict"],
        "settled": settled,
        "sides": [_side(each, of) for each in line["candidates"]] if line["conflict"] or settled else [],
    }


def _side(candidate: Answer, names: words.Names) -> dict[str, Any]:
    return {
        "asks": asks(candidate, names),
        "who": who(candidate),
        "platform": candidate["platform"],
        "program": candidate["program"],
        "category": candidate["printed"]["category"],
        "printed": candidate["printed"]["requirement"],
        "decides": candidate["decides"],
        "cited": cited(candidate["citation"]),
    }


def _group(number: int, group: Answer, lines: list[dict[str, Any]]) -> dict[str, Any]:
    carried = [lines[each - 1] for each in group["lines"]]
    contacts: list[dict[str, Any]] = []
    for each in carried:
        contacts += [one for one in each["contacts"] if one not in contacts]
    return {
        "number": number,
        "platform": group["platform"],
        "who": who(group),
        "program": group["program"],
        "lines": carried,
        "contacts": contacts,
        "by": _alike(carried),
        "codes": "\n".join(each["token"].replace("\u00d7", "x") for each in carried),
    }


def _alike(carried: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Put the lines together of which the same is said."""
    found: dict[str, list[dict[str, Any]]] = {}
    for each in carried:
        told = [each["asks"], *each["limits"], *(["the programs differ"] if each["conflict"] else [])]
        found.setdefault("; ".join(told), []).append(each)
    return list(found.items())


# -- what is missing -------------------------------------------------------------------------------------------------------

_CHOICES = {
    Need.SEGMENT: ("segment", "segment-only", "segment"),
    Need.STATE: ("state", "states-only", "states"),
    Need.PLACE_OF_SERVICE: ("place_of_service", "places-only", "places"),
}
_BOUGHT = (("NU", "Bought new (NU)"), ("UE", "Bought used (UE)"), ("RR", "Rented (RR)"))


def _questions(answer: Answer, lines: list[dict[str, Any]], names: Names, *, ask: bool) -> list[dict[str, Any]]:
    """Ask for what is missing, once where several lines lack the same fact of the order."""
    found: dict[tuple[str, object], dict[str, Any]] = {}
    for line, shown in zip(answer["lines"], lines, strict=True):
        for need in line["needs"]:
            about = need if Need(need) in _CHOICES else (need, line["number"])
            asked = found.setdefault((need, about), _question(Need(need), line, names, ask=ask) | {"lines": []})
            asked["lines"].append(shown)
            asked["choices"] += [each for each in _choices(Need(need), line, names) if ask and each not in asked["choices"]]
    return list(found.values())


def _question(need: Need, line: Answer, names: Names, *, ask: bool) -> dict[str, Any]:
    text = _ASKED[need].format(plan=names.plan, code=visible(line["code"]), places=_places(line))
    field = _CHOICES[need][0] if need in _CHOICES else None
    return {
        "need": str(need),
        "text": text,
        "choices": [],
        "field": field if ask else None,
        "why": [each["text"] for each in line["reasons"]],
    }


_ASKED: Mapping[Need, str] = {
    Need.SEGMENT: "Which segment of the plan is the member in?",
    Need.STATE: "Which state is the member in?",
    Need.PLACE_OF_SERVICE: "Where is the service given?",
    Need.PRIMARY_PROCEDURE: "Which procedure does {code} go with? Add it to the order.",
    Need.EARLIER_RELEASE: "What did the list say of {code} before it changed? Ask {plan}, or look at an earlier list.",
    Need.REVIEW: "A row that may be {code} could not be read. Somebody has to read it in the document: {places}.",
    Need.PURCHASE_OR_RENTAL: "Is {code} bought or rented?",
}


def _choices(need: Need, line: Answer, names: Names) -> list[dict[str, str]]:
    if need in _CHOICES:
        return _named(need, line)
    if need is Need.PURCHASE_OR_RENTAL:
        return [{"value": f"modifier {line['number']} {modifier}", "label": label} for modifier, label in _BOUGHT]
    if need is Need.PRIMARY_PROCEDURE:
        known = [each for each in names.primaries(line["code"]) if names.listed(each)]
        return [{"value": f"add {each}", "label": f"Add {each}"} for each in known[:_MOST_PRIMARIES]]
    if need is Need.REVIEW:
        return [{"href": each, "label": "Open the review queue"} for each in queued.addresses(line["citations"])]
    return _earlier(line)


def _places(line: Answer) -> str:
    """Name the first rows that a line rests on."""
    named = [visible(place(each)) for each in line["citations"]]
    more = [f"{len(named) - _MOST_PLACES} more"] if len(named) > _MOST_PLACES else []
    return words.listed([*named[:_MOST_PLACES], *more]) or "not named"


def _earlier(line: Answer) -> list[dict[str, str]]:
    return [{"href": f"/codes/{line['code']}", "label": f"History of {line['code']}"}]


def _named(need: Need, line: Answer) -> list[dict[str, str]]:
    field, kind, member = _CHOICES[need]
    told = [each[member] for row in line["candidates"] for each in row["conditions"] if each["kind"] == kind]
    every = dict.fromkeys(value for each in told for value in ([each] if isinstance(each, str) else each))
    return [{"value": f"set {field} {each}", "label": place_named(each) if need is Need.PLACE_OF_SERVICE else each} for each in every]


def place_named(number: str) -> str:
    """Write a place of service with what it is called, where it is one of the common ones."""
    return f"{number}, {_PLACES[number]}" if number in _PLACES else number


PLACES = tuple(_PLACES)


# -- what to know ----------------------------------------------------------------------------------------------------------


def _know(answer: Answer, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What stands beside the answer: findings first, then notices, then decisions of a review."""
    told = [
        {
            "about": [] if each["message"].startswith("Line ") else [lines[number - 1]["token"] for number in each["lines"]],
            "text": each["message"] + (f" Exception: {each['exception']}." if each["exception"] else ""),
            "warns": each["severity"] == "warning",
            "cited": cited(each["citation"]),
        }
        for each in answer["findings"]
    ]
    for line, shown in zip(answer["lines"], lines, strict=True):
        notices = [(each["text"], each["citation"]) for each in line["notices"]]
        notices += [(each["text"], None) for each in line["reasons"] if each["code"] == "reviewed"]
        told += [{"about": [shown["token"]], "text": text, "warns": False, "cited": cited(where)} for text, where in notices]
    return told


# -- what a plan's rows read -----------------------------------------------------------------------------------------------

_read: WeakKeyDictionary[Rulebook, dict[str, list[str]]] = WeakKeyDictionary()


def reads(book: Rulebook) -> dict[str, list[str]]:
    """Return the facts of the order, beside codes and date, that a plan's rows look at, each with the values they name."""
    found = _read.get(book)
    if found is None:
        conditions = [each for listing in book for each in listing.conditions]
        named = {
            "segment": {each.segment for each in conditions if isinstance(each, SegmentOnly)},
            "state": {state for each in conditions if isinstance(each, StatesOnly) for state in each.states},
            "place_of_service": {number for each in conditions if isinstance(each, PlacesOnly) for number in each.places},
        }
        found = _read[book] = {name: sorted(values) for name, values in named.items() if values}
    return found
