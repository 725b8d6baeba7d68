"""What changed of a list as a whole, told once with the names of all that it is about; nothing is lost."""

from typing import Any

from precert.surfaces.web.compare import grouped_facts


def fact(subject: str, action: str, before: Any, after: Any, *members: str) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    return {"subject": subject, "action": action, "members": [{"name": each} for each in members], "before": before, "after": after}


def test_what_changed_alike_is_told_once_with_every_name() -> None:
    told = grouped_facts(
        [
            fact("add-ons", "changed", {"code": "20930"}, {"code": "20930"}, "primaries"),
            fact("add-ons", "changed", {"code": "20931"}, {"code": "20931"}, "primaries"),
            fact("add-ons", "removed", {"code": "20932"}, None),
            fact("edition", "changed", "2025", "2026"),
            fact("edition", "changed", "2026", "2027"),
            fact("set-aside", "added", None, {"printed": "h suxi", "reason": "malformed-code"}),
        ]
    )
    assert [(each["subject"], each["action"], each["names"], each["before"], each["after"]) for each in told] == [
        ("add-ons", "changed", ["20930", "20931"], None, None),
        ("add-ons", "removed", ["20932"], None, None),
        ("edition", "changed", [], "2025", "2026"),
        ("edition", "changed", [], "2026", "2027"),
        ("set-aside", "added", ["h suxi"], None, None),
    ]
