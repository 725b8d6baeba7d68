"""Lists of payers nobody knows, each laid out as some payers lay theirs out. All wording is made up."""

from dataclasses import dataclass, field

from precert.facts.model import Cell
from tests.intake.make import table

YES, NO = Cell.YES, Cell.NO


@dataclass(frozen=True, kw_only=True)
class Stranger:
    """A document, and what must be read of it: each listed code with what is printed of it, and why rows are set aside."""

    data: bytes
    listed: dict[str, Cell | None]
    aside: tuple[str, ...] = ()
    finds: frozenset[str] = frozenset()
    categories: frozenset[str] = field(default=frozenset())
    name: str = "list.txt"


STRANGERS = {
    "three columns": Stranger(
        data=table(
            ("Procedure Code", "Description", "Prior Authorization Required (Yes/No)"),
            ("22551", "Made up: a neck", "Yes"),
            ("27447", "Made up: a knee", "yes"),
            ("63047", "Made up: a back", "No"),
            ("97110", "Made up: a walk", "N"),
            ("E0601", "Made up: a machine", "YES"),
        ),
        listed={"22551": YES, "63047": NO, "E0601": YES, "27447": YES, "97110": NO},
    ),
    "three columns without headings": Stranger(
        data=table(
            ("22551", "Made up: a neck", "Prior authorization required"),
            ("63047", "Made up: a back", "No prior authorization required"),
            ("E0601", "Made up: a machine", "Prior Authorization Required"),
        ),
        listed={"22551": YES, "63047": NO, "E0601": YES},
        finds=frozenset({"no-headings", "column-by-content"}),
    ),
    "a preamble, a footer, headings on every page": Stranger(
        data=b"Example Care, 2030\nCodes that need review before the visit\n\n"
        + table(("HCPCS/CPT\u00ae", "Long Desc", "PA?"), ("22551", "Made up", "Y"), ("HCPCS/CPT\u00ae", "Long Desc", "PA?"))
        + table(("22552", "Made up", "N"), ("Page 1", "", "")),
        listed={"22551": YES, "22552": NO},
        aside=("malformed-code",),
    ),
    "a grid with marks": Stranger(
        data=table(
            ("Service Category", "CPT [\u00ae] Code", "Procedure Description", "Requires PA"),
            ("Back", "22551", "Made up", "X"),
            ("Back", "22552", "Made up", "x"),
            ("Back", "22554", "Made up", ""),
        ),
        listed={"22551": YES, "22552": YES},
        aside=("blank-requirement",),
        categories=frozenset({"Back"}),
    ),
    "a policy, and its codes in one cell": Stranger(
        data=b"Services that require prior authorization\n"
        + table(
            ("Procedures and Services", "Additional Information", "CPT or HCPCS Codes"),
            ("Bariatric surgery", "", "43644, 43645, 43770-43772"),
            ("Chest work", "", "19316; 19318"),
            ("Sleep kit", "", "E0601"),
            ("Wheels", "", "K0800 thru K0802 and E1230"),
        ),
        listed=dict.fromkeys(
            ["43644", "43645", "43770", "43771", "43772", "19316", "19318", "E0601", "K0800", "K0801", "K0802", "E1230"], None
        ),
        finds=frozenset({"membership-inferred", "range-expanded"}),
        categories=frozenset({"Bariatric surgery", "Chest work", "Sleep kit", "Wheels"}),
    ),
    "sections": Stranger(
        data=table(
            ("Code", "Description", "Auth Required"),
            ("Durable equipment", "", ""),
            ("E0601", "Made up", "Required"),
            ("E0470", "Made up", "Not required"),
            ("Back surgery", "", ""),
            ("22551", "Made up", "Required"),
        ),
        listed={"E0601": YES, "E0470": NO, "22551": YES},
        finds=frozenset({"unmarked-section"}),
    ),
    "periods": Stranger(
        data=table(
            ("Proc Code", "Modifier", "Desc", "Precert", "Effective Date", "End Date"),
            ("22551", "", "Made up", "PA required", "1/1/2030", "12/31/9999"),
            ("22552", "", "Made up", "No PA required", "2030-01-01", ""),
            ("K0823", "RR", "Made up", "PA required", "", ""),
            ("K0824", "RR", "Made up", "No PA required", "", ""),
        ),
        listed={"22551": YES, "22552": NO, "K0823": YES},
        aside=("unread-qualifier",),
        finds=frozenset({"uninterpreted-notation"}),
    ),
    "a header of two rows": Stranger(
        data=table(
            ("", "", "Prior Authorization", "", ""),
            ("HCPCS", "Short Descriptor", "Required?", "Effective Date", "Comments"),
            ("E0601", "Made up", "Yes", "1/1/2030", ""),
            ("E0470", "Made up", "No", "", ""),
        ),
        listed={"E0601": YES, "E0470": NO},
        finds=frozenset({"header-of-two-rows"}),
    ),
    "headings nobody knows": Stranger(
        data=table(
            ("#", "Item", "Wording", "Rule"),
            ("1", "22551", "Made up", "PA required"),
            ("2", "22552", "Made up", "Prior auth required"),
            ("3", "E0601", "Made up", "PA is required"),
        ),
        listed={"22551": YES, "22552": YES, "E0601": YES},
        finds=frozenset({"column-by-content", "unknown-column", "uninterpreted-notation"}),
    ),
    "an appendix of status indicators": Stranger(
        data=table(
            ("HCPCS Code", "Short Descriptor", " SI", "Prior Auth"),
            ("22551", "Made up", "J1", "Y"),
            ("22552", "Made up", "N", "Y"),
            ("63047", "Made up", "J1", "N"),
        ),
        listed={"22551": YES, "22552": YES, "63047": NO},
    ),
    "a line of business": Stranger(
        data=table(
            ("Line of Business", "Service Code", "Service Description", "Authorization Requirement"),
            ("Gold", "22551", "Made up", "Authorization required"),
            ("Gold", "22552", "Made up", "Authorization not required"),
            ("", "22554", "Made up", "Authorization not required"),
        ),
        listed={"22551": YES, "22554": NO},
        aside=("unread-qualifier",),
        finds=frozenset({"uninterpreted-notation"}),
    ),
    "a medical policy": Stranger(
        data=b"Prior Authorization Code List\n\nBariatric surgery\n43644, 43645\n43770 - 43772\n\nSleep kit\nE0601\n97110-GP\n",
        listed=dict.fromkeys(["43644", "43645", "43770", "43771", "43772", "E0601"], None),
        aside=("modifier-in-code-cell",),
        finds=frozenset({"membership-inferred", "codes-outside-tables", "range-expanded", "code-in-prose"}),
        categories=frozenset({"Bariatric surgery", "Sleep kit"}),
    ),
    "codes by themselves": Stranger(
        data=b"| CPT codes that require precertification |\n|---|\n| 22551 |\n| 22552, 22554 |\n",
        listed=dict.fromkeys(["22551", "22552", "22554"], None),
        finds=frozenset({"membership-inferred"}),
    ),
    "words nobody knows": Stranger(
        data=table(
            ("Code(s)", "Service", "Prior Authorization Requirements"),
            ("22551", "Made up", "Prior authorization required"),
            ("22552", "Made up", "Prior authorization required after 12 visits"),
            ("22554", "Made up", "None"),
            ("22556", "Made up", "See policy"),
        ),
        listed={"22551": YES},
        aside=("unknown-requirement",) * 3,
        finds=frozenset({"unknown-requirement"}),
    ),
    "changes of a list": Stranger(
        data=b"Changes of the prior authorization list\n"
        + table(
            ("Code", "Description", "Change", "Date Added"),
            ("22551", "Made up", "Now on the list", "1/1/2030"),
            ("22552", "Made up", "Taken off, PA removed", "1/1/2030"),
        ),
        listed={"22551": None},
        aside=("contradicts-membership",),
        finds=frozenset({"membership-inferred", "unknown-column", "uninterpreted-notation"}),
    ),
    "a sheet of wildcards": Stranger(
        data=table(
            ("Code", "Requires Authorization"),
            ("J73xx", "Yes"),
            ("0095T*", "Yes"),
            ("J7318-J7321 (excluding J7320)", "Yes"),
            ("00100-01999", "Yes"),
            ("22554-22551", "Yes"),
            ("22551, 22552, and the like", "Yes"),
        ),
        listed={"J7318": YES, "J7319": YES, "J7321": YES},
        aside=("wildcard-code", "wildcard-code", "range-too-wide", "malformed-range", "malformed-code-list"),
        finds=frozenset({"range-expanded"}),
    ),
}
