"""The sample workbook, made as its publisher might have; a workbook cannot be read in a diff, so what makes it is kept.

python -m tests.intake.workbook
"""

import io
from datetime import date
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from tests.intake.render import with_shared_texts

SAMPLE = Path(__file__).parents[2] / "samples" / "formats" / "workbook.xlsx"
HEADER: list[str | float | date] = [
    "Category",
    "CPT® Code",
    "CPT® Code Description",
    "Prior Authorization Required?",
    "Case Build Platform",
    "External Notation",
]
ROWS: list[list[str | float | date]] = [
    ["", "", "Neck"],
    ["Back Surgery", 22551.0, "Made-up: joining two neck bones from the front, anterior approach, cervical spine", "Yes", "North Portal"],
    ["", 22552, "Made-up: the same as above, each additional cervical level, anterior approach, spine", "Add-on Code", "North Portal"],
    ["", 670, "Made-up: sleep for a back operation", "Yes", "North Portal"],
    ["#N/A", "63047", "Made-up: opening a lumbar vertebra to free a nerve", "Yes", "North Portal", "Effective 1/1/2030"],
    ["Back Surgery", "22554", "Made-up: joining neck bones without freeing nerves", "Yes", "North Portal"],
    ["Back Surgery", "22556", "Made-up: joining bones of the chest", "Yes", "North Portal"],
    ["Back Surgery", '=CONCATENATE("228","99")', "Made-up: unlisted back operation", "Unlisted", "North Portal"],
    ["Back Surgery", "0274T", "Made-up: lumbar opening through a tube", date(2030, 1, 1), "North Portal"],
    ["Back Surgery", "E0748", "Made-up: a growth stimulator", "Out of Scope", "South Portal"],
]


def workbook() -> bytes:
    """Return the workbook: a titled list with merged, struck, hidden and uncalculated cells, and a hidden sheet."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Codes"
    sheet["A1"], sheet["A2"] = "Example Health", "Prior Authorization Code List: Back and Neck"
    sheet.merge_cells("A2:F2")
    for row, cells in enumerate([HEADER, *ROWS], 4):
        for column, value in enumerate(cells, 1):
            if value != "":
                sheet.cell(row, column, value)
    for cell in (*sheet[4], sheet["C5"]):
        cell.font = Font(bold=True)
    for code in ("B6", "B7", "B8"):
        sheet[code].number_format = "00000"
    sheet.merge_cells("A6:A8")
    sheet["B10"].font = Font(strike=True)
    sheet["B9"].comment = Comment("Made-up: look again", "Example Health")
    sheet.row_dimensions[11].hidden = True
    sheet["A16"] = "© 2031 Example Health. This copyright line gives the edition."
    old = book.create_sheet("Before")
    old.sheet_state = "hidden"
    old.append(["Code", "Kind"])
    out = io.BytesIO()
    book.save(out)
    return with_shared_texts(out.getvalue())


if __name__ == "__main__":
    SAMPLE.write_bytes(workbook())
