"""The closed vocabularies of an answer. Each value is documented where it is defined; docs/schemas is generated from here."""

from enum import StrEnum


class Requirement(StrEnum):
    """What the list asks for one line, most restrictive first (semantics.md, "Requirement")."""

    INVESTIGATIONAL = "investigational"  # printed experimental or investigational, or a notation says it will be refused as such
    REQUIRED = "required"  # printed Yes, or a membership list names the code
    UNLISTED = "unlisted"  # printed Unlisted: manual review
    UNDETERMINED = "undetermined"  # an answer needs facts we do not have: `needs` names each one
    ASK_PLAN = "ask-plan"  # the plan, not the delegate, manages the code here, and the list does not say whether PA is required
    FOLLOWS_PRIMARY = "follows-primary"  # carried by the authorization of a primary line of the same case
    OUT_OF_SCOPE = "out-of-scope"  # the delegate does not manage it; the plan may. Never read as "no PA"
    NOT_REQUIRED = "not-required"  # the list itself says no PA is required
    NOT_ON_LIST = "not-on-list"  # no in-force listing names the code. Never read as "no PA"
    INVALID_CODE = "invalid-code"  # the token is not a well-formed code


STRICTNESS = {value: rank for rank, value in enumerate(Requirement)}


class Manager(StrEnum):
    """Who manages a line."""

    DELEGATE = "delegate"  # the benefit manager that runs the program for the plan
    PLAN = "plan"  # the health plan itself
    UNSTATED = "unstated"  # the list does not say


class Need(StrEnum):
    """A fact that is missing."""

    SEGMENT = "segment"  # which segment of the plan the member is in
    STATE = "state"  # the member's state
    PLACE_OF_SERVICE = "place-of-service"  # where the service is given
    PRIMARY_PROCEDURE = "primary-procedure"  # the procedure that an add-on or a companion goes with
    EARLIER_RELEASE = "earlier-release"  # what the list said before a change it prints
    REVIEW = "review"  # a person's reading of a damaged row
    PURCHASE_OR_RENTAL = "purchase-or-rental"  # whether the item is bought or rented: modifier NU, UE, or RR


class Limit(StrEnum):
    """What narrows an answer."""

    PURCHASE_ONLY = "purchase-only"  # bought, never rented


class NoticeKind(StrEnum):
    """What a line's reader should know beside the answer."""

    REGISTER_DEVICE = "register-device"  # register the device with its manufacturer
    PART_OF_SLEEP_DME = "part-of-sleep-dme"  # the list refers to the sleep list, which does not decide for this member
    CLIENT_SPECIFIC = "client-specific"  # managed for some clients only
    FL_DSNP_ONLY = "fl-dsnp-only"  # the description limits the row to Florida dual-eligible special needs members
    SEE_CODE = "see-code"  # the list names another code to use
    HOME_SETTING = "home-setting"  # the code stands only in lists for care at home
    UNINTERPRETED = "uninterpreted"  # something is printed beside the row that nobody has interpreted yet


class FindingCode(StrEnum):
    """What the case as a whole should be looked at for."""

    COMPANION_MISSING = "companion-missing"  # the row names a companion procedure that the case lacks
    RENTAL_OF_PURCHASE_ONLY = "rental-of-purchase-only"  # ordered as a rental, and the list says purchase only
    DO_NOT_REPORT_TOGETHER = "do-not-report-together"  # the list forbids reporting the two lines together
    NOTATION_CONTRADICTS_CELL = "notation-contradicts-cell"  # the notation and the requirement cell disagree; the notation decided
    DOS_BEFORE_EDITION = "dos-before-edition"  # the date of service is before the year of the list's edition
    LIST_MAY_BE_STALE = "list-may-be-stale"  # more than a quarter has passed since the release became known
    LIST_HAS_UNREAD_ROWS = "list-has-unread-rows"  # a row nobody could read might name this code
    SECONDARY_SOURCE = "secondary-source"  # the facts were taken from a copy, not from the publisher


class Severity(StrEnum):
    """How much a finding matters."""

    INFO = "info"  # worth knowing
    WARNING = "warning"  # may make the answer or the claim wrong
