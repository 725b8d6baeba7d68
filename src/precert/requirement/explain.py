"""The words of an answer: one table of reasons, one of notices, one of findings. All ours; nothing here is a document's.

A reason's key is stable (`code` in the JSON); its rule is the number in semantics.md.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from precert.facts.model import Citation
from precert.requirement.terms import FindingCode, NoticeKind, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a line is answered so: the rule that decided, a stable code, and a sentence."""

    rule: str
    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to know beside the answer. `codes` are those it speaks of."""

    kind: NoticeKind
    text: str
    codes: tuple[str, ...] = ()
    citation: Citation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFinding:
    """Something to look at in the case. `lines` are 1-based; none when it concerns the case as a whole.

    `code` is a `FindingCode`, or of the vocabulary of who looks at a case beside its list.
    """

    code: StrEnum
    severity: Severity
    message: str
    lines: tuple[int, ...] = ()
    exception: str | None = None
    citation: Citation | None = field(default=None)


_REASONS: dict[str, tuple[str, str]] = {
    "printed-yes": ("R11", "The list prints Yes: prior authorization is required."),
    "printed-no": ("R11", "The list prints No."),
    "printed-out-of-scope": ("R11", "The list prints Out of Scope: the delegate does not manage this code; the plan may. Ask the plan."),
    "printed-investigational": ("R11", "The list prints experimental or investigational."),
    "printed-unlisted": ("R18", "The list prints Unlisted: the request is reviewed by hand."),
    "membership": ("R2", "The list names the codes that need prior authorization, and this is one of them."),
    "through-plan": ("R12", "The authorization is asked of the plan, not of the delegate."),
    "no-pa-since": ("R13", "The list says no prior authorization is required since {day}."),
    "changed-since": ("R10", "The row changed on {day}; what the list said before that day is not known here."),
    "refused": ("R14", "A notation calls the code experimental and says it will be refused if requested."),
    "has-primary": ("R15", "An add-on: it is carried by the authorization of its primary line."),
    "no-primary": ("R15", "An add-on, and no line of the case is a primary of it that needs prior authorization."),
    "has-anchor": ("R16", "The delegate manages it together with a procedure of its program in this case."),
    "weak-anchor": ("R16", "Managed with a procedure of the program, but no line of this case is certain to be one."),
    "no-anchor": (
        "R16",
        "Ordered without a procedure of the program, so the plan manages it; the list does not say whether PA is required.",
    ),
    "has-companion": ("R17", "The row names its companion procedure, and the case has it."),
    "in-segment": ("R19", "The row is in scope for the member's segment."),
    "other-segment": ("R19", "The row is in scope for another segment only."),
    "segment-unknown": ("R19", "The row is in scope for one segment of members only, and the case does not name the member's."),
    "place-listed": ("R62", "The list asks for prior authorization at this place of service."),
    "other-place": ("R62", "The list asks for prior authorization at other places of service only: ask the plan."),
    "place-unknown": ("R62", "The list asks for prior authorization at some places of service, and the case does not name its place."),
    "state-listed": ("R61", "The list asks for prior authorization in this state."),
    "state-unknown": ("R61", "On this date the list is in force in some states only, and the case does not name the member's."),
    "purchase-only": ("R20", "The item is purchase only."),
    "part-of": ("R21", "The row refers to another program's list, which does not decide for this member; so this row stands."),
    "superseded": ("R21", "Another program's list, to which a row refers, names the code and decides."),
    "program-not-purchased": ("R28", "The program that lists the code was not bought by the member's client: ask the plan."),
    "reviewed": ("R65", "The row's code could not be read; {by} {action} on {day}, and the row is answered so."),
    "programs-agree": ("R30", "Every program that lists the code says the same."),
    "settled": ("R31", "Two programs differ on this code; the other lines of the case belong to this one."),
    "strictest": ("R32", "Two programs differ on this code and nothing in the case settles it; the most restrictive is answered."),
    "review": ("R7", "A row of the list that could not be read may be this code; a person has to review it."),
    "not-on-list": (
        "not-on-list",
        "No row in force on this date names the code. This does not mean that no prior authorization is needed.",
    ),
    "removed": ("R60", "The list removed this code on {day}."),
    "other-state": ("R61", "On this date the list asks for this code in other states only."),
    "not-yet-listed": ("R10", "The list adds this code on {day}, after the date of service."),
    "invalid-code": ("invalid-code", "This is not a well-formed procedure code."),
}


_WRITTEN = {code: Reason(rule=rule, code=code, text=text) for code, (rule, text) in _REASONS.items()}


def reason(code: str, **details: str) -> Reason:
    """Return the reason with this code; `details` fill its sentence."""
    written = _WRITTEN[code]
    return Reason(rule=written.rule, code=code, text=written.text.format(**details)) if details else written


NOTICES: dict[NoticeKind, str] = {
    NoticeKind.REGISTER_DEVICE: "Register the device with its manufacturer.",
    NoticeKind.PART_OF_SLEEP_DME: "The row counts this code as sleep equipment; no row of the sleep list decides it for this member.",
    NoticeKind.CLIENT_SPECIFIC: "Managed for some clients only: check that the member's client has it.",
    NoticeKind.FL_DSNP_ONLY: "The row's description limits it to Florida D-SNP members.",
    NoticeKind.SEE_CODE: "The list names another code to use: {codes}{when}.",
    NoticeKind.HOME_SETTING: "These are lists for care at home; the same code given elsewhere may fall under another list.",
    NoticeKind.UNINTERPRETED: "Something is printed beside this row that nobody has interpreted yet: read the row itself.",
}

FINDINGS: dict[FindingCode, tuple[Severity, str]] = {
    FindingCode.COMPANION_MISSING: (Severity.WARNING, "Line {line} names a companion procedure, {codes}, that the case does not have."),
    FindingCode.RENTAL_OF_PURCHASE_ONLY: (Severity.WARNING, "Line {line} is ordered as a rental, and the list says purchase only."),
    FindingCode.DO_NOT_REPORT_TOGETHER: (Severity.WARNING, "The list forbids reporting {first} together with {second}."),
    FindingCode.NOTATION_CONTRADICTS_CELL: (
        Severity.WARNING,
        "Line {line}: the requirement cell and the notation disagree; the notation, which is more restrictive, is answered.",
    ),
    FindingCode.DOS_BEFORE_EDITION: (Severity.WARNING, "The date of service is before {edition}, the year of the list `{list}`."),
    FindingCode.LIST_MAY_BE_STALE: (
        Severity.WARNING,
        "The list `{list}` was learned on {known_at}, more than 92 days before the date of service; lists change quarterly.",
    ),
    FindingCode.LIST_HAS_UNREAD_ROWS: (Severity.WARNING, "Rows of the list could not be read; one of them might name this code."),
    FindingCode.SECONDARY_SOURCE: (Severity.INFO, "The facts of the list `{list}` were taken from a copy, not from the publisher."),
}


def finding(
    code: FindingCode, lines: tuple[int, ...] = (), *, citation: Citation | None = None, exception: str | None = None, **details: str
) -> CaseFinding:
    """Return a finding of the case; `details` fill its sentence."""
    severity, text = FINDINGS[code]
    return CaseFinding(code=code, severity=severity, message=text.format(**details), lines=lines, exception=exception, citation=citation)


DISCLAIMER = (
    "Says what the plan's published list asks for, nothing more. It is not an approval, a denial, a statement of coverage or of "
    "medical necessity, and a code that is not on a list, or out of its scope, may still need prior authorization. Confirm with the plan."
)
