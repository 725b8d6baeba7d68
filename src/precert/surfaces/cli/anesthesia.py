"""`precert anesthesia`: chooses the spine anesthesia code for a date of service, from facts or from the surgeon's codes."""

from datetime import datetime
from typing import Annotated, Any

import typer

from precert import bootstrap
from precert.anesthesiology import explain
from precert.anesthesiology.answer import Choice
from precert.anesthesiology.answer import anesthesia as choose
from precert.anesthesiology.terms import DISCLAIMER, LABELS, REGION, FindingCode, Flag, Need
from precert.surfaces.cli.options import Json, books
from precert.surfaces.cli.output import Page, write_json

_NEEDS = {
    Need.REGION: "Which part of the spine? Add --region.",
    Need.ONE_LUNG: "Is one lung ventilated? Add --one-lung or --no-one-lung.",
    Need.EARLIER_EDITION: "What was reported on that day? Look at the code book of its year.",
}


def _flag(flag: Flag) -> Any:  # noqa: ANN401 - typer's own words for an option have no better type
    name = flag.replace("_", "-")
    return typer.Option(f"--{name}/--no-{name}", help=f"{LABELS[flag].capitalize()}.", show_default=False)


def anesthesia(  # noqa: PLR0913 - the contract's options
    *,
    region: Annotated[str | None, typer.Option("--region", metavar="REGION", help="cervical, thoracic or lumbar.")] = None,
    sitting: Annotated[bool | None, _flag(Flag.SITTING)] = None,
    anterior_transthoracic: Annotated[bool | None, _flag(Flag.ANTERIOR_TRANSTHORACIC)] = None,
    one_lung: Annotated[bool | None, _flag(Flag.ONE_LUNG)] = None,
    sympathectomy: Annotated[bool | None, _flag(Flag.SYMPATHECTOMY)] = None,
    lumbar_puncture: Annotated[bool | None, _flag(Flag.LUMBAR_PUNCTURE)] = None,
    closed_or_manipulation: Annotated[bool | None, _flag(Flag.CLOSED_OR_MANIPULATION)] = None,
    extensive: Annotated[bool | None, _flag(Flag.EXTENSIVE)] = None,
    image_guided: Annotated[bool | None, _flag(Flag.IMAGE_GUIDED)] = None,
    non_spinal_thoracotomy: Annotated[bool | None, _flag(Flag.NON_SPINAL_THORACOTOMY)] = None,
    surgery: Annotated[str | None, typer.Option("--for", metavar="CODE,...", help="The surgeon's codes: they may name the region.")] = None,
    day: Annotated[str | None, typer.Option("--date", metavar="D", help="The date of service, YYYY-MM-DD; without it, today.")] = None,
    as_json: Json = False,
) -> int:
    """Say which spine anesthesia code the facts lead to, why, and what would change it. A fact left out is not known.

    Exit status: 0 answered; 2 the request could not be read; 3 no answer could be made.
    """
    choice = choose(
        date=datetime.now().astimezone().date() if day is None else day,
        region=region,
        sitting=sitting,
        anterior_transthoracic=anterior_transthoracic,
        one_lung=one_lung,
        sympathectomy=sympathectomy,
        lumbar_puncture=lumbar_puncture,
        closed_or_manipulation=closed_or_manipulation,
        extensive=extensive,
        image_guided=image_guided,
        non_spinal_thoracotomy=non_spinal_thoracotomy,
        surgery=None if surgery is None else bootstrap.surgery(surgery.split(","), books(None)),
    )
    if as_json:
        write_json(choice.to_dict())
    else:
        _show(choice, today=day is None)
    return 0


# -- for people ------------------------------------------------------------------------------------------------------------


def _show(choice: Choice, *, today: bool) -> None:
    page = Page()
    page.say(f"Date of service: {choice.question.day}" + (" (today; --date sets another)" if today else ""), 0)
    page.say(f"Known: {explain.named(tuple(choice.question.facts.items())) or 'nothing yet'}", 0, hang=2)
    if Need.REGION in choice.needs and choice.candidates:
        page.say(f"The surgery is in {len(choice.candidates)} regions: a candidate for each. --region says which it is.", 0, hang=2)
        for each in choice.candidates:
            _answer(page, each, f"{str(each.question.facts[REGION]).upper()}: {_headline(each)}")
    else:
        _answer(page, choice, _headline(choice))
        _not_chosen(page, choice)
    _findings(page, choice)
    page.gap()
    page.say(DISCLAIMER, 0)
    page.finish()


def _headline(choice: Choice) -> str:
    if choice.code:
        return choice.code
    return f"ONE OF {', '.join(choice.pointers)}" if choice.pointers else "NO CODE YET"


def _answer(page: Page, choice: Choice, headline: str) -> None:
    page.heading(headline)
    for each in (*(_NEEDS[need] for need in choice.needs), *choice.because):
        page.say(each)
    if choice.lines:
        printed = f"line{'s' if len(choice.lines) > 1 else ''} {', '.join(map(str, choice.lines))}"
        page.say(f"Printed in {choice.book.page.document.document}, {printed}.", hang=2)
    answer = choice.to_dict()
    if choice.code:
        _about(page, answer)
    if answer["would_change"]:
        page.say("What would change it, if it were known:")
    for each in answer["would_change"]:
        result = each["code"] or " or ".join(each["pointers"]) or "a code of an earlier edition, not known here"
        page.item(f"{explain.named(tuple(each['facts'].items()))}: {result}")


def _about(page: Page, answer: dict[str, Any]) -> None:
    page.item(_inpatient(answer["inpatient_only"]))
    page.item(f"Added {answer['added']}; wording changed: {answer['changed'] or answer['changed_note'].replace('-', ' ')}")
    page.item("In MIPS, by the page, which gives no date")
    for what in answer["included"]:
        page.item(f"Includes {what}: not billed apart")
    for each in answer["do_not_report"]:
        page.item(f"Not with {explain.named(tuple(each['when'].items()))}: use {' or '.join(each['use'])}")


def _inpatient(told: dict[str, Any]) -> str:
    status = {True: "Inpatient-only", False: "Not inpatient-only", None: "Inpatient-only: not known"}[told["status"]]
    source = {"opps": f", by CMS's file of {told['quarter']}", "page": ", by the page", None: ""}[told["source"]]
    differs = told["disagreement"]
    return status + source + (f"; the page says it is {'' if differs['page'] else 'not '}on the list" if differs else "")


def _not_chosen(page: Page, choice: Choice) -> None:
    if choice.code or choice.pointers:
        page.heading("NOT CHOSEN")
        for each in choice.to_dict()["not_chosen"]:
            page.item(f"{each['code']}: {each['why']}")


def _findings(page: Page, choice: Choice) -> None:
    every = [each for answer in (*choice.candidates, choice) for each in answer.findings]
    # An inference stands among the reasons already.
    found = dict.fromkeys(each.message for each in every if each.code is not FindingCode.OUR_INFERENCE)
    if found:
        page.heading("LOOK AT THIS")
    for message in found:
        page.item(message)
