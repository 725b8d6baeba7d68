"""The notation grammar: every clause as it is printed, turned round, and almost. Key phrases only."""

from dataclasses import fields
from datetime import date

import pytest

from precert.facts.condition import (
    Contact,
    ManagedWith,
    NotRequired,
    PartOf,
    PurchaseOnly,
    RegisterDevice,
    ThroughPlan,
)
from precert.intake import notation
from precert.intake.notation import Reading, day, read_row
from tests.intake.make import profile

MANAGED = "This procedure code will be managed {} with any code of the delegated MSK program; otherwise, Example Health will {} the code."
PLAIN = MANAGED.format("if billed", "manage")
REGISTER = "This CPT code does {}require prior authorization through {}, but please register the device with its manufacturer"
CONTACT = "please contact Example Health at {}"
REFUSED = "Codes {} considered {} and will be {}"


def read(text: str) -> Reading:
    return read_row(profile(), notation=text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1/2/2021", date(2021, 1, 2)),
        ("01/02/21", date(2021, 1, 2)),
        ("7.1.2021", date(2021, 7, 1)),
        ("12/31/99", date(2099, 12, 31)),
        ("2/29/2024", date(2024, 2, 29)),
        ("2/29/2023", None),
        ("2/30/2021", None),
        ("13/1/2021", None),
        ("0/1/2021", None),
        ("1/0/2021", None),
        ("4/31/21", None),
    ],
)
def test_a_day_is_printed_month_first(text: str, expected: date | None) -> None:
    assert day(text) == expected


READ: list[tuple[str, Reading]] = [
    # R13
    ("No PA required", Reading(conditions=(NotRequired(),))),
    ("No PA required Effective 01/01/22.", Reading(conditions=(NotRequired(),), changed=date(2022, 1, 1))),
    ("no prior authorization is required, effective 1.2.2022", Reading(conditions=(NotRequired(),), changed=date(2022, 1, 2))),
    ("No pre-certification required", Reading(conditions=(NotRequired(),))),
    # R10
    ("Add 1/1/2017", Reading(begins=date(2017, 1, 1))),
    ("Added 1/1/17.", Reading(begins=date(2017, 1, 1))),
    ("Effective 7/1/2021 Additions", Reading(begins=date(2021, 7, 1))),
    ("Effective 7/1/2021 AMA Additions", Reading(begins=date(2021, 7, 1))),
    ("1/1/19 - Beam Program Additions", Reading(begins=date(2019, 1, 1))),
    ("AMA addition - eff 01/01/2023", Reading(begins=date(2023, 1, 1))),
    ("AMA addition - eff. 01/01/2023", Reading(begins=date(2023, 1, 1))),
    # R16, R17
    (PLAIN, Reading(conditions=(ManagedWith(family="msk"),))),
    (PLAIN.replace("procedure code", "unlisted code"), Reading(conditions=(ManagedWith(family="msk"),), calls_unlisted=True)),
    ("Companion procedure to 27412.", Reading(conditions=(ManagedWith(family="msk", companions=("27412",)),))),
    (f"Companion to 27412 or 27415. {PLAIN}", Reading(conditions=(ManagedWith(family="msk", companions=("27412", "27415")),))),
    (f"{PLAIN} Companion to 27412", Reading(conditions=(ManagedWith(family="msk", companions=("27412",)),))),
    # R12
    ("Requires precertification through Example Health", Reading(conditions=(ThroughPlan(),))),
    ("*Requires PA through Example Health, effective 7.1.2021", Reading(conditions=(ThroughPlan(),), changed=date(2021, 7, 1))),
    (CONTACT.format("555-010-0199"), Reading(conditions=(ThroughPlan(contacts=(Contact(phone="555-010-0199"),)),))),
    (
        "For this HCPCS code, " + CONTACT.format("(555) 010-0199, option 5 or (fax): 555.010.0123"),
        Reading(conditions=(ThroughPlan(contacts=(Contact(phone="555-010-0199", option="5", fax="555-010-0123"),)),)),
    ),
    # R14
    (REFUSED.format("43206, and 43252 are", "investigational", "denied"), Reading(refused=("43206", "43252"))),
    (REFUSED.format("43206-43208 are", "experimental and investigational", "refused"), Reading(refused=("43206", "43207", "43208"))),
    # R22
    (REGISTER.format("not ", "Example Benefit Manager"), Reading(conditions=(RegisterDevice(),))),
    # R20
    ("Purchase only", Reading(conditions=(PurchaseOnly(),))),
    ("If requested with >4 components, purchase only.", Reading(conditions=(PurchaseOnly(over=4),))),
    ("If requested with &gt; 12 components purchase only", Reading(conditions=(PurchaseOnly(over=12),))),
    # R21
    ("Part of sleep kit", Reading(conditions=(PartOf(program="Sleep"),))),
    # several at once
    ("Add 1/1/2030. Purchase only", Reading(conditions=(PurchaseOnly(),), begins=date(2030, 1, 1))),
    ("No PA required; purchase only", Reading(conditions=(NotRequired(), PurchaseOnly()))),
    ("", Reading()),
    (" .  ", Reading()),
]


@pytest.mark.parametrize(("text", "expected"), READ, ids=[text for text, _ in READ])
def test_what_is_printed_is_read(text: str, expected: Reading) -> None:
    assert read(text) == expected


NOT_READ = [
    # turned round
    "not no PA required",
    "Unless urgent, no PA required",
    "Members under 21: no PA required",
    "It is not so that no PA required",
    "No PA required unless urgent",
    "No PA required except for inpatients",
    "No PA required for some members",
    "No PA required until 1/1/2022",
    "No PA required*",
    "No PA required (*)",
    "Do not add 1/1/2017",
    "Effective 7/1/2021 no Additions",
    "1/1/19 - removed from Additions",
    "1/1/19 - deleted Additions",
    MANAGED.format("if not billed", "manage"),
    MANAGED.format("unless billed", "manage"),
    MANAGED.format("if billed", "not manage"),
    PLAIN.replace("will be managed", "will not be managed"),
    PLAIN.replace("of the delegated", "outside the delegated"),
    PLAIN.replace("any code of", "a code that isn't in"),
    f"{PLAIN.removesuffix('.')}, except in May.",
    "Not a companion procedure to 27412",
    "No longer requires precertification through Example Health",
    "Requires precertification through Example Health unless urgent",
    "Do not " + CONTACT.format("555-010-0199"),
    REFUSED.format("43206 are not", "experimental", "denied"),
    REFUSED.format("43206 are", "experimental", "approved"),
    REFUSED.format("43206 are", "experimental", "denied") + " unless urgent",
    REGISTER.format("", "Example Benefit Manager"),
    "Not purchase only",
    "Purchase only, unless rented",
    "Rental or purchase only",
    "If requested with <4 components, purchase only",
    "If not requested with >4 components, purchase only",
    "Not part of sleep kit",
    "Part of sleep kit, except masks",
    # almost
    "PA required",
    "No. PA required",
    "No PA required Effective 2/30/2021",
    "No PA required Effective 2021-01-01",
    "Add 2/30/2017",
    "Add 13/1/2017",
    "Add 111/1/2017",
    "Add 1/1/20177",
    "Effective 7/1/2021",
    PLAIN.replace("MSK", "XYZ"),
    PLAIN.replace("Example Health", "Another Payer"),
    "Companion to 00100-99999",
    "Companion to a brace",
    "Requires precertification through Another Payer",
    "Requires precertification through Example Health, effective 2.30.2021",
    CONTACT.format("555-010-01999"),
    CONTACT.format("555-010").replace("Example Health", "Another"),
    REFUSED.format("00100-99999 are", "experimental", "denied"),
    REGISTER.format("not ", "Another Manager"),
    "Part of home kit",
    "Call somebody",
]


@pytest.mark.parametrize("text", NOT_READ)
def test_what_may_mean_something_else_is_left_over_whole(text: str) -> None:
    assert read(text) == Reading(rest=text)


def test_a_sentence_beside_another_that_is_not_understood_is_read() -> None:
    assert read("Purchase only. Call somebody.") == Reading(conditions=(PurchaseOnly(),), rest="Call somebody.")


@pytest.mark.parametrize(
    "other",
    ["Inpatients excepted.", "Requires PA through Example Health", PLAIN, REFUSED.format("43206 is", "experimental", "denied")],
)
def test_no_pa_required_must_stand_unqualified(other: str) -> None:
    for text in (f"No PA required. {other}", f"{other.removesuffix('.')}. No PA required"):
        reading = read(text)
        assert NotRequired() not in reading.conditions
        assert "No PA required" in reading.rest


def test_what_qualifies_may_stand_in_another_cell() -> None:
    reading = read_row(profile(), notation="No PA required", description="Made up. Requires PA through Example Health")
    assert (reading.conditions, reading.rest) == ((ThroughPlan(),), "No PA required")


def test_words_around_a_clause_do_not_join_into_another() -> None:
    assert NotRequired() not in read("No purchase only PA required").conditions


def test_without_families_or_a_delegate_their_clauses_are_not_read() -> None:
    bare = profile(without='[families]\nmsk = "Musculoskeletal"\n')
    assert read_row(bare, notation=PLAIN).rest == PLAIN
    assert read_row(bare, notation="Companion to 27412").rest == "Companion to 27412"
    alone = profile(without='[delegate]\nname = "Example Benefit Manager"\nevidence = "made up"\n')
    said = REGISTER.format("not ", "Example Benefit Manager")
    assert read_row(alone, notation=said).rest == said


def test_two_days_for_one_thing_are_noted_and_the_first_stands() -> None:
    reading = read_row(profile(), notation="Add 1/1/2017", grouping="1/1/19 - Additions")
    assert (reading.begins, reading.dates_disagree) == (date(2017, 1, 1), True)
    assert not read_row(profile(), notation="Add 1/1/2019", grouping="1/1/19 - Additions").dates_disagree


def test_contacts_of_two_cells_are_kept_once() -> None:
    text = CONTACT.format("555-010-0199")
    reading = read_row(profile(), notation=text, description=f"Made up - {text}")
    assert reading.conditions == (ThroughPlan(contacts=(Contact(phone="555-010-0199"),)),)


# -- the grouping cell -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["Group B", "Yes", "2"])
def test_a_grouping_may_be_a_label(text: str) -> None:
    assert read_row(profile(), grouping=text) == Reading()


@pytest.mark.parametrize("text", ["2/30/2021 - Additions", "1/1/19 - removed", "No PA required", "Purchase only"])
def test_a_grouping_that_says_more_is_left_over(text: str) -> None:
    assert read_row(profile(), grouping=text) == Reading(rest=text)


# -- the description ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "descriptor"),
    [
        (f"{PLAIN} A pump, made up", "A pump, made up"),
        ("A pump. Purchase only", "A pump"),
        ("A pump - Part of sleep kit", "A pump"),
        ("A pump, 1 unit *Requires PA through Example Health", "A pump, 1 unit"),
        ("A pump Effective 07/01/2021", "A pump"),
        ("A pump (effective 7.1.21)", "A pump ("),
    ],
)
def test_a_notation_pasted_into_a_description_is_read_and_taken_out(text: str, descriptor: str) -> None:
    reading = read_row(profile(), description=text)
    assert reading.pasted_in_description
    assert not reading.rest
    assert (reading.descriptor, bool(reading.conditions or reading.changed)) == (descriptor, True)


@pytest.mark.parametrize(
    "text",
    [
        "A pump",
        "A pump. With a stop. And more - or less",
        "Part of the knee, and an addition",
        "An additional pump, add-on 1.5/2 inch",
        "A safe and effective pump",
    ],
)
def test_a_description_is_left_alone(text: str) -> None:
    assert read_row(profile(), description=text) == Reading(descriptor=text)


@pytest.mark.parametrize(
    "text",
    [
        "A pump, not purchase only",
        "A pump (part of sleep kit)",
        "A pump no longer effective 7/1/2021",
        "A pump until effective 7/1/2021",
        "A pump effective 2/30/2021",
        "A pump effective 7/1/2021 in two sizes",
        "A pump added 1/1/2020 and since",
    ],
)
def test_what_reads_like_a_notation_in_a_description_and_cannot_be_read_is_left_over(text: str) -> None:
    reading = read_row(profile(), description=text)
    assert (reading.conditions, reading.changed, reading.begins) == ((), None, None)
    assert reading.rest
    assert reading.descriptor == text


def test_a_description_pasted_into_the_notation_is_no_rest() -> None:
    reading = read_row(profile(), notation=f"{PLAIN} Unlisted pump, made up", description="Unlisted Pump; made up")
    assert reading.pasted_in_notation
    assert not reading.rest
    other = read_row(profile(), notation=f"{PLAIN} Unlisted pump", description="Unlisted pump, made up")
    assert (other.pasted_in_notation, other.rest) == (False, "Unlisted pump")


def test_every_member_of_a_reading_is_told_apart() -> None:
    names = {field.name for field in fields(Reading)}
    assert names == {
        "conditions", "begins", "changed", "refused", "calls_unlisted", "rest", "descriptor", "pasted_in_description",
        "pasted_in_notation", "dates_disagree",
    }  # fmt: skip
    assert not notation.same_words("", "")
