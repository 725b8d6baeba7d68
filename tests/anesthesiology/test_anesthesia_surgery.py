"""From the surgeon's codes to candidates (R52), and where anesthesia and surgery contradict each other (R53)."""

import json
from collections.abc import Iterable
from datetime import date
from itertools import permutations
from typing import Any

import pytest

from precert.anesthesiology.answer import anesthesia
from precert.anesthesiology.shelf import bundled_book
from precert.anesthesiology.surgery import inpatient_outpatient, region_mismatch
from precert.facts.model import Facts

CERVICAL, LUMBAR = Facts(regions=("cervical",), approach="anterior"), Facts(regions=("lumbar",), approach="posterior")
SURGERY = {"22551": CERVICAL, "22612": LUMBAR}
BOOK = bundled_book()


def on(surgery: dict[str, Facts | None], **facts: Any) -> dict[str, Any]:  # noqa: ANN401 - facts are of two types
    return anesthesia(date="2026-05-01", surgery=surgery, **facts).to_dict()


def codes(answer: dict[str, Any]) -> list[str]:
    return [each["code"] for each in answer["findings"]]


def test_one_candidate_for_each_region_named() -> None:
    answer = on({"22551": CERVICAL, "22612": LUMBAR})
    assert [(each["facts"], each["code"]) for each in answer["candidates"]] == [
        ({"region": "cervical"}, "00600"),
        ({"region": "lumbar"}, "00630"),
    ]
    assert [each["because"][0] for each in answer["candidates"]] == [
        "The lists name the cervical spine for 22551 (R52).",
        "The lists name the lumbar spine for 22612 (R52).",
    ]
    assert (answer["facts"], answer["code"], answer["needs"]) == ({}, None, ["region"])
    assert answer["because"][:2] == [each["because"][0] for each in answer["candidates"]]
    assert all(each["candidates"] == [] for each in answer["candidates"])
    assert answer["findings"] == []


def test_one_region_named_is_taken() -> None:
    answer = on({"22551": CERVICAL, "22845": Facts(approach="anterior")}, sitting=True)
    assert (answer["code"], answer["facts"]) == ("00604", {"region": "cervical", "sitting": True})
    assert answer["because"][0] == "The lists name the cervical spine for 22551 (R52)."
    assert [each["code"] for each in answer["candidates"]] == ["00604"]
    assert codes(answer) == ["surgery-names-no-region"]


def test_a_code_of_two_regions_gives_two_candidates() -> None:
    answer = on({"62321": Facts(regions=("cervical", "thoracic")), "63045": CERVICAL})
    assert [each["code"] for each in answer["candidates"]] == ["00600", "00620"]
    assert answer["candidates"][0]["because"][0] == "The lists name the cervical spine for 62321, 63045 (R52)."


def test_sacral_and_sacroiliac_name_none_of_the_three() -> None:
    answer = on({"27279": Facts(regions=("sacroiliac",)), "63185": Facts(regions=("sacral", "lumbar"))})
    assert codes(answer) == ["surgery-outside-regions"]
    assert answer["findings"][0]["message"] == "The lists name sacroiliac for 27279: none of cervical, thoracic, lumbar."
    assert answer["code"] == "00630"
    assert (on({"27279": Facts(regions=("sacroiliac",))})["candidates"], on({"27279": Facts(regions=("sacral",))})["needs"]) == (
        [],
        ["region"],
    )


def test_codes_that_say_nothing_are_named() -> None:
    answer = on({"99999": None, "22845": Facts()})
    assert [(each["code"], each["severity"], each["message"]) for each in answer["findings"]] == [
        ("surgery-names-no-region", "info", "The lists name no region for 22845."),
        ("surgery-not-listed", "info", "No list held here names 99999, so nothing is known of its region."),
    ]
    assert (answer["candidates"], answer["needs"]) == ([], ["region"])


def test_nothing_is_assumed_of_an_approach() -> None:
    """Anterior is not yet transthoracic, percutaneous not yet image-guided: both are asked for, unless they are known."""
    thoracic, lumbar = Facts(regions=("thoracic",), approach="anterior"), Facts(regions=("lumbar",), approach="percutaneous")
    answer = on({"63077": thoracic, "62287": lumbar})
    assert [each["code"] for each in answer["candidates"]] == ["00620", "00630"]
    assert codes(answer) == ["approach-is-no-fact", "approach-is-no-fact"]
    assert [each["message"] for each in answer["findings"]] == [
        "The lists name the approach of 62287 percutaneous; that does not say: percutaneous and image-guided. Ask.",
        "The lists name the approach of 63077 anterior; that does not say: anterior transthoracic approach. Ask.",
    ]
    assert codes(on({"63077": thoracic}, anterior_transthoracic=False)) == []
    assert codes(on({"22551": CERVICAL})) == []


def test_a_region_given_stands_beside_the_surgery() -> None:
    answer = on(SURGERY, region="thoracic")  # type: ignore[arg-type]
    assert (answer["code"], codes(answer)) == ("00620", ["surgery-names-another-region"])
    assert answer["findings"][0]["message"] == "The region given is thoracic; the surgical codes name cervical and lumbar."
    assert [each["code"] for each in answer["candidates"]] == ["00600", "00630"]
    same = on(SURGERY, region="lumbar")  # type: ignore[arg-type]
    assert (same["code"], same["findings"], len(same["candidates"])) == ("00630", [], 2)
    one = on({"22551": CERVICAL}, region="lumbar")
    assert (one["code"], codes(one)) == ("00630", ["surgery-names-another-region"])


def test_a_rule_that_needs_no_region_decides_for_every_candidate() -> None:
    answer = on(SURGERY, extensive=True)  # type: ignore[arg-type]
    assert answer["code"] == "00670"
    assert [each["code"] for each in answer["candidates"]] == ["00670", "00670"]


def test_no_surgery_no_candidates() -> None:
    assert on({}) == anesthesia(date="2026-05-01").to_dict()


def test_the_order_of_the_codes_does_not_matter() -> None:
    surgery: dict[str, Facts | None] = {"22612": LUMBAR, " 22551": CERVICAL, "27279": Facts(regions=("sacroiliac",)), "99999": None}
    assert len({json.dumps(on(dict(each))) for each in permutations(surgery.items())}) == 1


# -- R53 -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "regions", "line"),
    [
        ("00630", ["cervical"], 34),
        ("00600", ["lumbar", "sacral"], 4),
        ("00625", ["lumbar", "cervical"], 21),
        ("00600", ["cervical"], None),
        ("00600", ["lumbar", "cervical"], None),
        ("00630", [], None),
        ("00630", ["sacral", "sacroiliac"], None),
        ("00640", ["cervical"], None),
        ("00670", ["cervical"], None),
        ("99999", ["cervical"], None),
    ],
)
def test_region_mismatch(code: str, regions: Iterable[str], line: int | None) -> None:
    found = region_mismatch(code, regions, book=BOOK)
    assert (found.citation.line if found and found.citation else None) == line
    if found:
        assert (found.code, found.severity) == ("anesthesia-region-mismatch", "warning")


def test_the_mismatch_names_both_regions() -> None:
    found = region_mismatch("00625", ["lumbar", "cervical"], book=BOOK)
    assert found
    assert found.message == "00625 is for the thoracic spine; the surgery is cervical and lumbar."


@pytest.mark.parametrize(
    ("code", "place", "day", "evidence"),
    [
        ("00632", "24", "2026-05-01", "by CMS's file of 2026-04"),
        ("00632", "22", "2018-06-01", "by the page"),
        ("00604", "24", "2025-05-01", "by CMS's file of 2025-04"),
        ("00604", "24", "2026-05-01", None),
        ("00632", "21", "2026-05-01", None),
        ("00632", "99", "2026-05-01", None),
        ("00632", None, "2026-05-01", None),
        ("00600", "24", "2026-05-01", None),
        ("01937", "24", "2021-05-01", None),
    ],
)
def test_inpatient_only_at_an_outpatient_place(code: str, place: str | None, day: str, evidence: str | None) -> None:
    found = inpatient_outpatient(code, place, date.fromisoformat(day), book=BOOK)
    assert (found is None) == (evidence is None)
    if found and evidence:
        assert (found.code, found.severity) == ("inpatient-only-outpatient", "warning")
        assert found.message == f"{code} is inpatient-only on {day} {evidence}; place of service {place} is an outpatient one."
        assert (found.citation is not None) == (evidence == "by the page")


def test_the_places_where_nobody_is_an_inpatient() -> None:
    places = {f"{each:02d}" for each in range(100)}
    flagged = {each for each in places if inpatient_outpatient("00632", each, date(2026, 5, 1), book=BOOK)}
    assert flagged == {"11", "19", "20", "22", "23", "24", "49", "50", "62", "71", "72"}
