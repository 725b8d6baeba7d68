"""The closed vocabulary of what readers of text, CSV, workbooks and pages see: doubts set a row aside, notes become findings."""

from enum import StrEnum


class Doubt(StrEnum):
    """Why the cells of a row cannot be believed."""

    HIDDEN_SHEET = "hidden-sheet"  # the row stands in a sheet of a workbook that is hidden, as old editions are
    REVOKED_BY_COMMENT = "comment-on-code"  # a comment on a cell of the row speaks of a change: of what is removed, ends, or begins
    HIDDEN_TEXT = "hidden-text"  # the document hides a cell of the row, or shows its text in white on white
    OVERLAPPING_TEXT = "overlapping-text"  # texts of the row stand on each other, and neither can be told
    READINGS_DIFFER = "ocr-readings-differ"  # a code of a picture reads otherwise at a second look
    UNCERTAIN_ROW = "uncertain-row"  # which lines or cells of a page belong to the row cannot be told
    UNKNOWN_LETTERS = "unknown-letters"  # the document does not say which letters it draws in the row
    STRUCK_OUT = "struck-out"  # a text of the row is struck out, as publishers do with what they delete
    TABLE_IN_CELL = "table-in-cell"  # a cell of the row holds a table of its own, or the row belongs to such a table
    TOO_MANY_FIELDS = "too-many-fields"  # the row has more fields than a spreadsheet has columns; it was not parted to its end
    UNBALANCED_QUOTE = "unbalanced-quote"  # a quote in the row is never closed, so its fields cannot be told
    UNCALCULATED = "formula-without-value"  # a cell of the row is a formula that was never calculated
    UNREAD_FORMAT = "unread-number-format"  # a cell of the row has a number format whose look cannot be told


class Seen(StrEnum):
    """What a person should know of how a document was read."""

    CODE_BY_FORMULA = "code-by-formula"  # a code is what a formula made when the file was last calculated
    CODE_IN_PROSE = "code-in-prose"  # a line outside every table begins with what may be a code; nothing was read from it
    COMMENT_ON_CODE = "comment-on-code"  # a code of a workbook carries a comment, of which nothing was taken into the row
    GUESSED_ENCODING = "guessed-encoding"  # the text does not say its encoding and is not UTF-8; it was guessed
    HIDDEN_COLUMN = "hidden-column"  # a column of a workbook is hidden, or nought wide; it was read
    HIDDEN_ROW = "hidden-row"  # a row of a workbook is hidden, or of no height; it was read
    HIDDEN_SHEET = "hidden-sheet"  # a sheet of a workbook is hidden; its rows were set aside
    HIDDEN_TEXT = "hidden-text"  # the document hides a text; it was not read
    OVERLAPPING_TEXT = "overlapping-text"  # texts of a page stand on each other; the rows were set aside
    PAGE_SET_STRAIGHT = "page-set-straight"  # the picture of a page lay aslant and was turned before it was read
    READ_BY_OCR = "read-by-ocr"  # a page is a picture; its text was recognised, and may be misread where it looks right
    READINGS_DIFFER = "ocr-readings-differ"  # codes of a picture read otherwise at a second look; their rows were set aside
    STRUCK_OUT = "struck-out"  # texts of a page are struck out; the rows were set aside
    TEXT_ASLANT = "text-aslant"  # letters stand across the others of a page, as in a watermark; they were not read
    UNKNOWN_LETTERS = "unknown-letters"  # the document does not say which letters it draws; the rows were set aside
    SHEET_NOT_READ = "stylesheet-not-read"  # a page may hide or strike texts by a style sheet or a script that was not read
    MERGED_CELLS = "merged-cells"  # a cell is merged over several rows; it was read in each of them
