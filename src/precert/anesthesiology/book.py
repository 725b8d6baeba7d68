"""What an answer is made from: the page's statements, the decision table, and CMS's status facts, in one place."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from precert.anesthesiology import page as on_page
from precert.anesthesiology import status as on_status
from precert.anesthesiology import table as on_table
from precert.anesthesiology.page import Page
from precert.anesthesiology.status import Inpatient, Status
from precert.anesthesiology.table import Table
from precert.facts.model import Reference


@dataclass(frozen=True, kw_only=True)
class Book:
    """The facts of spine anesthesia. Read it with `parse`; nothing changes it."""

    page: Page
    table: Table
    status: Status

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """Name the page and the status facts, each with its edition and content address."""
        return self.page.reference, self.status.reference

    def inpatient(self, code: str, day: date) -> Inpatient:
        """Tell whether a code is inpatient-only on a date of service (R51)."""
        return on_status.inpatient_only(code, day, page=self.page, status=self.status)


def parse(*, page: bytes, table: bytes, status: bytes) -> Book:
    """Read a book from its three texts on paper."""
    read = on_page.parse(page)
    return Book(page=read, table=on_table.parse(table, read), status=on_status.parse(status))
