"""The anesthesia helper: which code of spine anesthesia the facts lead to, and what would change it."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from precert import bootstrap, codes
from precert.anesthesiology import explain
from precert.anesthesiology.answer import anesthesia as choose
from precert.anesthesiology.terms import DISCLAIMER, LABELS, REGION, Flag, Region
from precert.request import RequestError
from precert.surfaces.http.threads import work
from precert.surfaces.web import order, page, pasted

_KNOWN = {"yes": True, "no": False}


async def helper(request: Request) -> Response:
    """Show the questions, and the code that their answers lead to."""
    given = page.given(request)
    asked: dict[str, Any] = {each.value: given[each.value] for each in Flag if given.get(each.value) in _KNOWN}
    region, day, surgery = given.get(REGION, ""), given.get("date") or order.today().isoformat(), str(given.get("surgery", ""))[:400]
    facts: dict[str, Any] = {name: _KNOWN[value] for name, value in asked.items()}
    if region in set(Region):
        facts[REGION] = region
    values = {"flags": [(each.value, LABELS[each]) for each in Flag], "regions": [each.value for each in Region], "given": asked}
    values |= {"region": region, "day": day, "surgery": surgery, "choice": None, "wrong": None, "about": DISCLAIMER, "named": _named}
    if given:
        try:
            values["choice"] = await work(_chosen, day, facts, surgery)
        except RequestError as error:
            values["wrong"] = str(error)
    return await work(page.show, request, "anesthesia.html", status=422 if values["wrong"] else 200, **values)


def _chosen(day: str, facts: dict[str, Any], surgery: str) -> dict[str, Any]:
    named = [codes.fold(each.token) for each in pasted.read(surgery).lines if codes.parse(each.token)]
    return choose(date=day, surgery=bootstrap.surgery(named) if named else None, **facts).to_dict()


def _named(facts: dict[str, Any]) -> str:
    return explain.named(tuple(facts.items()))
