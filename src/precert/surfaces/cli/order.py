"""The answer to an order as a scheduler reads it: what each line asks, the cases to build, whom to ask, what is missing."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from precert.facts.condition import Contact
from precert.requirement.answer import Determination, Group, LineAnswer
from precert.requirement.explain import DISCLAIMER
from precert.requirement.terms import Need, Requirement
from precert.surfaces import words
from precert.surfaces.cli.output import GAP, Page, fit, widest

if TYPE_CHECKING:
    from precert.encounter.what_if import Alternative, LineWhatIf

_PLAN_DECIDES = (Requirement.ASK_PLAN, Requirement.OUT_OF_SCOPE, Requirement.NOT_ON_LIST)
_COLUMNS = ("Line", "Code", "What the list asks", "Who, on which platform", "Program", "Printed row")
_LEAST_WORDS, _MOST_WHERE = 24, 36


def show(answer: Determination, *, today: bool = False, neighbours: "Sequence[LineWhatIf] | None" = None) -> None:
    """Print an answer. `today` says that nobody gave the date; `neighbours` what other codes would be answered, if that was asked."""
    page = Page()
    _asked(page, answer, today=today)
    for part in (_lines, _cases, _ask_plan, _missing, _conflicts, _beside, _findings, _elsewhere):
        part(page, answer)
    if neighbours is not None:
        _what_if(page, answer, neighbours)
    page.gap()
    page.say(DISCLAIMER, 0)
    page.finish()


def _asked(page: Page, answer: Determination, *, today: bool) -> None:
    case = answer.case
    page.say(f"Plan: {case.plan} ({answer.index.payer})", 0)
    page.say(f"Date of service: {case.date_of_service}" + (" (today; --date sets another)" if today else ""), 0)
    for held in answer.index.held:
        page.say(
            f"List: {held.title}, {f'{held.edition} edition' if held.edition else 'edition unknown'}, as known on {held.known_at}",
            0,
            hang=6,
        )
    given = (("Segment", case.segment), ("State", case.state), ("Place of service", case.place_of_service), ("Case", case.reference))
    told = [f"{name}: {value}" for name, value in given if value is not None]
    told += [f"Programs bought: {', '.join(case.programs) or 'none'}"] if case.programs is not None else []
    for each in told:
        page.say(each, 0, hang=2)


# -- the lines -------------------------------------------------------------------------------------------------------------


def _lines(page: Page, answer: Determination) -> None:
    page.heading("THE ORDER (PA = prior authorization)")
    rows = [_cells(answer, line) for line in answer.lines]
    widths = _widths(page, rows)
    if widths:
        page.table(dict(zip(_COLUMNS, widths, strict=True)), rows)
    else:
        _stacked(page, rows)


def _widths(page: Page, rows: list[tuple[str, ...]]) -> list[int] | None:
    """The widths of one line's cells beside each other; None where the page is too narrow for them."""
    natural = [widest(rows, name, at) for at, name in enumerate(_COLUMNS)]
    for who, program in ((natural[3], natural[4]), (22, 20)):
        widths = [*natural[:2], 0, min(who, natural[3]), min(program, natural[4]), natural[5]]
        left = page.width - sum(widths) - len(widths) * GAP
        if left >= min(natural[2], _LEAST_WORDS):
            return [*widths[:2], min(left, natural[2]), *widths[3:]]
    return None


def _stacked(page: Page, rows: list[tuple[str, ...]]) -> None:
    """On a narrow page: who, program and printed row below each other, so that no citation is broken."""
    cells = [(number, code, asks, "\n".join(each for each in rest if each != "-") or "-") for number, code, asks, *rest in rows]
    names = (*_COLUMNS[:3], "Who, program, printed row")
    number, code, asks, where = (widest(cells, name, at) for at, name in enumerate(names))
    left = page.width - number - code - len(names) * GAP
    where = max(fit(cells, "Printed row", 3), min(where, _MOST_WHERE, left - _LEAST_WORDS))
    asks = min(asks, max(left - where, _LEAST_WORDS))
    page.table(dict(zip(names, (number, code, asks, where), strict=True)), cells, spread=True)


def _cells(answer: Determination, line: LineAnswer) -> tuple[str, ...]:
    ruling = line.ruling
    outcome = ruling.outcome
    asks = [words.asks(outcome, _names(answer, line)), *(words.LIMITS[each] for each in outcome.limits)]
    asks += ["The programs differ: see below"] if ruling.conflict else []
    who = words.who(outcome) + (f", {outcome.platform}" if outcome.platform else "")
    printed = "\n".join(words.row(each) for each in ruling.citations)
    return str(line.number), words.token(line), "\n".join(asks), who, ruling.program or "-", printed or "-"


def _stack(*cells: str) -> str:
    return "\n".join(cell for cell in cells if cell != "-") or "-"


def _names(answer: Determination, line: LineAnswer | None = None) -> words.Names:
    return words.Names(plan=answer.index.payer).beside(line.ruling.decider if line else None)


# -- what to do ------------------------------------------------------------------------------------------------------------


def _cases(page: Page, answer: Determination) -> None:
    page.heading("CASES TO BUILD")
    if not answer.cases:
        page.say("None, by what the list says and what is known so far.")
    for number, group in enumerate(answer.cases, 1):
        carried = [answer.lines[at - 1] for at in group.lines]
        page.say(f"{number}. {_where(group)}; program: {group.program or 'not named'}", hang=3)
        page.say(", ".join(words.order_line(each) for each in carried), 5)
        _contacts(page, carried)


def _where(group: Group) -> str:
    manager = group.managed_by.name if group.managed_by else None
    if group.platform:
        return f"{manager or 'the list does not say who'}, on {group.platform}"
    return f"{manager}; the list names no platform" if manager else "the list does not say who manages it, nor where"


def _contacts(page: Page, carried: Iterable[LineAnswer]) -> None:
    contacts: dict[Contact, None] = dict.fromkeys(contact for each in carried for contact in each.ruling.contacts)
    for each in contacts:
        page.say(words.contact(each), 5, hang=2)


def _ask_plan(page: Page, answer: Determination) -> None:
    open_lines = [line for line in answer.lines if line.requirement in _PLAN_DECIDES]
    if not open_lines:
        return
    page.heading(f"ASK THE PLAN ({answer.index.payer}): the list does not say whether these need PA")
    for line in open_lines:
        page.item(f"{words.opening(words.order_line(line))}: {words.why(line, _names(answer, line))}")
        _contacts(page, [line])


def _missing(page: Page, answer: Determination) -> None:
    waiting = [line for line in answer.lines if line.ruling.outcome.needs]
    if not waiting:
        return
    page.heading("STILL MISSING")
    for line in waiting:
        for need in line.ruling.outcome.needs:
            page.item(f"{words.opening(words.order_line(line))}: {_question(need, line, answer)}")
        if line.requirement is Requirement.UNDETERMINED:
            page.say(f"Why: {words.why(line, _names(answer, line))}", 4)
            _contacts(page, [line])


def _question(need: Need, line: LineAnswer, answer: Determination) -> str:
    add_on = answer.index.add_ons.get(line.line.code or "")
    return words.question(need, line, _names(answer, line), add_on.primaries if add_on else ())


# -- what to know ----------------------------------------------------------------------------------------------------------


def _conflicts(page: Page, answer: Determination) -> None:
    differing = [line for line in answer.lines if line.ruling.conflict or _settled(line)]
    if not differing:
        return
    page.heading("THE LIST SAYS DIFFERENT THINGS")
    for line in differing:
        how = "the program of the other lines is answered" if _settled(line) else "the strictest is answered"
        page.item(f"{words.opening(words.order_line(line))}: {how}")
        for each in line.ruling.candidates:
            listing, names = each.row.listing, words.Names(plan=answer.index.payer).beside(each.row)
            if listing.citation in line.ruling.citations or _settled(line):
                answered = " (answered)" if each.decides else ""
                page.item(f"{listing.program}: {words.asks(each.outcome, names)}, {words.row(listing.citation)}{answered}", 4)


def _settled(line: LineAnswer) -> bool:
    """Whether other lines settled which of two programs answers (R31): the row that lost is shown too."""
    return any(why.code == "settled" for why in line.ruling.reasons)


def _beside(page: Page, answer: Determination) -> None:
    noted = [(line, notice) for line in answer.lines for notice in line.ruling.notices]
    reviewed = [(line, why) for line in answer.lines for why in line.ruling.reasons if why.code == "reviewed"]
    if not noted and not reviewed:
        return
    page.heading("WORTH KNOWING")
    for line, why in reviewed:
        page.item(f"{words.opening(words.order_line(line))}: {why.text}")
    for line, notice in noted:
        printed = f" {words.row(notice.citation)}" if notice.citation else ""
        page.item(f"{words.opening(words.order_line(line))}: {notice.text}{printed}")


def _findings(page: Page, answer: Determination) -> None:
    if not answer.findings:
        return
    page.heading("LOOK AT THIS")
    for each in answer.findings:
        where = f"{words.opening(words.lines(each.lines))}: " if each.lines and not each.message.startswith("Line ") else ""
        exception = f" Exception: {each.exception}." if each.exception else ""
        printed = f" {words.row(each.citation)}" if each.citation else ""
        page.item(f"{where}{each.message}{exception}{printed}")


def _elsewhere(page: Page, answer: Determination) -> None:
    if answer.elsewhere:
        page.heading("OTHER LISTS")
        page.say(f"The plan publishes these elsewhere; they were not looked at: {'; '.join(answer.elsewhere)}.")


# -- what if ---------------------------------------------------------------------------------------------------------------


def _what_if(page: Page, answer: Determination, neighbours: "Sequence[LineWhatIf]") -> None:
    """Say which neighbour codes would be answered otherwise, grouped where they would be answered alike."""
    page.heading("WHAT IF ANOTHER CODE IS ORDERED")
    for each in neighbours:
        ordered = words.opening(words.order_line(answer.lines[each.number - 1]))
        if not each.asked:
            page.item(f"{ordered}: the lists name no neighbour of this code")
        elif not each.alternatives:
            page.item(f"{ordered}: {words.counted(each.asked, 'neighbour')} asked, no difference")
        else:
            page.item(f"{ordered}: {words.counted(each.asked, 'neighbour')} asked; these differ:")
        alike: dict[str, list[str]] = {}
        for alternative in each.alternatives:
            alike.setdefault(_otherwise(answer, alternative), []).append(alternative.code)
        for told, named in alike.items():
            page.item(f"{words.listed(named, 'or')}: {told}", 4)
        if each.left_out:
            page.say(f"and {each.left_out} more", 4)


def _otherwise(answer: Determination, alternative: "Alternative") -> str:
    told = [_asked_of(answer, alternative.line)] if alternative.changed else ["the same"]
    told += [f"{words.order_line(line)} then: {_asked_of(answer, line)}" for line, _ in alternative.others]
    return "; ".join(told)


def _asked_of(answer: Determination, line: LineAnswer) -> str:
    """Say what is asked for a line, of whom and where, and what would be missing."""
    outcome = line.ruling.outcome
    where = ", ".join(each for each in (words.who(outcome), outcome.platform) if each and each != "-")
    missing = f"; missing: {', '.join(outcome.needs)}" if outcome.needs else ""
    return words.asks(outcome, _names(answer, line)) + (f" ({where})" if where else "") + missing
