"""`precert check`: answers an order, given as lines or as a JSON case."""

import json
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from precert import bootstrap
from precert.requirement.answer import Determination
from precert.requirement.case import RequestError, read_date
from precert.requirement.terms import Requirement
from precert.surfaces.cli.options import Json
from precert.surfaces.cli.output import complain, write_json

if TYPE_CHECKING:
    from precert.encounter.what_if import LineWhatIf

_UNITS = re.compile(r"[0-9]{1,4}", re.ASCII)
_LINE_HELP = "CODE[-MOD...][:UNITS], such as 22551, K0823-RR or E2361-NU:2."


def check(  # noqa: PLR0913 - the contract's options
    *,
    lines: Annotated[list[str] | None, typer.Argument(metavar="LINE", help=_LINE_HELP, show_default=False)] = None,
    plan: Annotated[str | None, typer.Option("--plan", metavar="PLAN", help="The member's plan; `precert lists` names them.")] = None,
    day: Annotated[str | None, typer.Option("--date", metavar="D", help="The date of service, YYYY-MM-DD; without --case, today.")] = None,
    known_at: Annotated[str | None, typer.Option("--known-at", metavar="D", help="Answer as the lists were known on this day.")] = None,
    segment: Annotated[str | None, typer.Option("--segment", metavar="NAME", help="The member's segment of the plan.")] = None,
    state: Annotated[str | None, typer.Option("--state", metavar="XX", help="The member's state.")] = None,
    pos: Annotated[str | None, typer.Option("--pos", metavar="NN", help="The place of service, two digits.")] = None,
    program: Annotated[
        list[str] | None, typer.Option("--program", metavar="NAME", help="A program that the member's client bought; may be repeated.")
    ] = None,
    case: Annotated[
        str | None, typer.Option("--case", metavar="FILE|-", help="A JSON case, instead of lines; - reads it from stdin.")
    ] = None,
    record: Annotated[bool, typer.Option("--record", help="Keep the answer; its record's id goes to stderr.")] = False,
    what_if: Annotated[
        bool, typer.Option("--what-if", help="Say also which neighbour codes would be answered otherwise, and how.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Say what a plan's list asks for an order, and what cases to build.

    With --case, the options fill in what the case leaves out; one that contradicts the case is refused.

    Exit status: 0 answered; 1 answered, but a line is not a code; 2 the request could not be read; 3 no answer could be made.
    """
    told = {
        "plan": plan,
        "date_of_service": None if day is None else read_date(day, "--date"),
        "known_at": None if known_at is None else read_date(known_at, "--known-at"),
        "segment": segment,
        "state": state,
        "place_of_service": pos,
        "programs": program,
    }
    today = case is None and day is None
    if today:
        told["date_of_service"] = datetime.now().astimezone().date()
    answer = bootstrap.check(_order(lines, told) if case is None else _completed(_read_case(case), told, lines))
    for refused in bootstrap.rulebook(answer.case.plan, answer.case.known_at).refused:
        complain(f"{refused}; the last good one answers")
    neighbours = bootstrap.what_if(answer) if what_if else None
    record_id = _keep(answer) if record else None
    if as_json:
        write_json(_document(answer, neighbours))
    else:
        from precert.surfaces.cli import order  # noqa: PLC0415 - a caller of --json does not pay for it

        order.show(answer, today=today, neighbours=neighbours)
    if record_id:
        complain(f"kept as record {record_id}")
    return int(any(line.requirement is Requirement.INVALID_CODE for line in answer.lines))


def _document(answer: Determination, neighbours: "tuple[LineWhatIf, ...] | None") -> dict[str, Any]:
    if neighbours is None:
        return answer.to_dict()
    from precert.encounter import what_if  # noqa: PLC0415 - only who asks pays for it

    return what_if.document(answer, neighbours)


def _keep(answer: Determination) -> str:
    from precert import workbench  # noqa: PLC0415 - the store is loaded for a record only

    return workbench.keep_record(answer)


def _order(lines: list[str] | None, told: dict[str, Any]) -> dict[str, Any]:
    if told["plan"] is None:
        raise RequestError("bad-field", f"name the plan with --plan; the plans are {', '.join(bootstrap.plans())}")
    if not lines:
        raise RequestError("no-lines", "there are no lines: give at least one code, or a case with --case")
    return told | {"lines": [read_line(each) for each in lines]}


def read_line(text: str) -> dict[str, Any]:
    """Take `CODE[-MOD...][:UNITS]` apart; what each part may be is the core's to say."""
    ordered, colon, units = text.partition(":")
    code, *modifiers = ordered.split("-")
    return {"code": code, "modifiers": modifiers, "units": (int(units) if _UNITS.fullmatch(units) else units) if colon else 1}


def _completed(case: dict[str, Any], told: dict[str, Any], lines: list[str] | None) -> dict[str, Any]:
    if lines:
        raise RequestError("bad-field", "give either lines or --case, not both")
    given = {name: value for name, value in told.items() if value is not None}
    for name, value in given.items():
        if case.get(name) is not None and not _same(case[name], value):
            raise RequestError("bad-field", f"{_OPTIONS[name]} contradicts the case, whose `{name}` is `{case[name]}`")
    if case.get("date_of_service") is None and "date_of_service" not in given:
        raise RequestError("bad-date", "the case has no `date_of_service`; add it, or give --date")
    return given | {name: value for name, value in case.items() if value is not None or name not in given}


_OPTIONS = {
    "plan": "--plan",
    "date_of_service": "--date",
    "known_at": "--known-at",
    "segment": "--segment",
    "state": "--state",
    "place_of_service": "--pos",
    "programs": "--program",
}


def _same(held: object, told: object) -> bool:
    return held == told or str(held).strip().casefold() == str(told).casefold()


def _read_case(source: str) -> dict[str, Any]:
    where = "the case on stdin" if source == "-" else f"the case `{source}`"
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        case = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_number)
    except OSError as error:
        raise RequestError("unreadable-file", f"{where} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise RequestError("bad-json", f"{where} is not JSON that can be read: {error}") from error
    if not isinstance(case, dict):
        raise RequestError("bad-field", f"{where} is not an object with `plan`, `date_of_service` and `lines`")
    return case


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Keep an object's members; a name given twice would silently lose the first."""
    found = dict(members)
    if len(found) < len(members):
        raise ValueError("an object names a member twice")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")
