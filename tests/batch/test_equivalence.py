"""Every line of a table is answered as `precert.check` answers it in its case: every column, every bundled plan."""

import json
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from jsonschema import Draft202012Validator

from precert.batch.screen import screen
from precert.requirement.terms import NoticeKind, Requirement
from tests.batch.made import Line, Table, differences

LINES = 20_000
# Nothing published so far calls for it.
NEVER_SEEN = {NoticeKind.UNINTERPRETED}


class Screened:
    """A table, and what batch and `precert.check` say of each line."""

    def __init__(self, lines: int, seed: int, folder: Path) -> None:
        self.table = Table(lines, seed)
        self.summary = screen(self.table.arrow(), folder / "out.parquet")
        self.answered: list[Line] = pq.read_table(folder / "out.parquet").to_pylist()
        self.told = self.table.expected()


@pytest.fixture(scope="module")
def screened(tmp_path_factory: pytest.TempPathFactory) -> Screened:
    return Screened(LINES, 6, tmp_path_factory.mktemp("screened"))


def test_twenty_thousand_lines(screened: Screened) -> None:
    assert len(screened.answered) >= LINES
    found = differences(screened.answered, screened.table.lines, screened.told)
    assert not found, f"{len(found)} lines differ:\n" + "\n".join(found[:5])


def test_the_summary_counts_every_line(screened: Screened) -> None:
    summary = screened.summary.to_dict()
    assert summary["lines"] == len(screened.answered)
    told = Counter(each["requirement"] for each in screened.told)
    assert {each["requirement"]: each["lines"] for each in summary["requirements"]} == told
    platforms = Counter(each["platform"] for each in screened.told)
    assert {each["platform"]: each["lines"] for each in summary["platforms"]} == platforms
    assert sum(each["lines"] for each in summary["reasons"]) == summary["lines"]
    needs = Counter(need for each in screened.told if each["release"] is None for need in each["needs"])
    assert {each["needs"]: each["lines"] for each in summary["malformed"]} == needs


def test_the_summary_fits_its_schema(screened: Screened) -> None:
    schema = json.loads((Path(__file__).parents[2] / "docs" / "schemas" / "screen-1.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(screened.summary.to_dict())


def test_modifiers_as_text_are_those_of_a_list(tmp_path: Path) -> None:
    table = Table(3_000, 7).arrow()
    place = table.schema.get_field_index("modifiers")
    texts = [None if each is None else ";".join(each) for each in table.column(place).to_pylist()]
    assert {"RR", "NU"} <= set(texts)
    answered = []
    for name, modifiers in (("list", table.column(place)), ("text", pa.array(texts, pa.string()))):
        screen(table.set_column(place, "modifiers", modifiers), tmp_path / f"{name}.parquet")
        answered.append(pq.read_table(tmp_path / f"{name}.parquet").drop_columns("modifiers"))
    assert answered[0].equals(answered[1])


@pytest.mark.parametrize("value", list(Requirement))
def test_the_sample_meets_every_requirement(screened: Screened, value: str) -> None:
    assert sum(each["requirement"] == value for each in screened.told) >= 20


@pytest.mark.parametrize("value", [each for each in NoticeKind if each not in NEVER_SEEN])
def test_the_sample_meets_every_notice(screened: Screened, value: str) -> None:
    assert sum(value in each["notices"] for each in screened.told) >= 10


@pytest.mark.parametrize(
    "need", ["segment", "state", "place-of-service", "primary-procedure", "earlier-release", "review", "purchase-or-rental"]
)
def test_the_sample_meets_every_need(screened: Screened, need: str) -> None:
    assert sum(need in each["needs"] and each["release"] is not None for each in screened.told) >= 10


@pytest.mark.parametrize("need", ["plan", "date-of-service", "units", "modifiers", "segment", "state", "place-of-service", "case-id"])
def test_the_sample_meets_every_unreadable_field(screened: Screened, need: str) -> None:
    assert sum(need in each["needs"] and each["release"] is None for each in screened.told) >= 10


def test_the_sample_meets_conflicts_limits_and_several_primaries(screened: Screened) -> None:
    assert sum(bool(each["conflict"]) for each in screened.told) >= 50
    assert sum(bool(each["limits"]) for each in screened.told) >= 50
    assert sum(len(each["primary_lines"]) > 1 for each in screened.told) >= 50
