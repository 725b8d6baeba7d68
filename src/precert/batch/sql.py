"""The queries, for DuckDB and Spark alike. They know lines, cases, roles and sounds; no query knows a rule.

entries   plan, code, period, facets -> says + cite, or ear + cite of its first row; and the voice
plays     voice -> role, and under which place of a required line it is played
hears     ear, role -> sound, carrier, first, over
hearers   the lines that have an ear         others   the lines with a voice, of the cases of hearers
heard     hearer, other line, sound          keyed    hearer -> key: kind, furnished, the sounds heard
decided   hearer -> says, row, primary lines
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from precert.batch.reading import BITS
from precert.batch.tabulate import OTHER, UNKNOWN, Named

CASE = ("case_id", "plan", "day", "segment", "state", "place_of_service")
"""What the lines of a case share."""
FACETS = ("segment", "state", "place_of_service")


@dataclass(frozen=True, slots=True)
class Column:
    """How a column of the contract is had from the input: its value, when it cannot be read, and the table of its texts."""

    value: str
    bad: str | None = None
    join: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the two engines spell differently."""

    joined: str
    """Different texts of a group in order, joined: `{}` is the text."""
    numbers: str
    """The different numbers of a group in order, by `rank` and then by themselves."""
    same: str
    """Equal, or both null."""
    bucket: str
    """One of 65,536 numbers for a text or a number."""
    case: str
    """A number or text for each case: `{}` are the columns that its lines share."""
    copies: bool
    """Whether lines that are alike in all that is read of them are one row with a count."""


@dataclass(slots=True)
class Lines:
    """The input as it is read: which columns it has and what reads them."""

    columns: dict[str, Column]
    named: Named
    words: Words
    crowded: bool = False
    """Whether some case has more lines than are answered together."""
    facets: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Keep the facets that the input has a column for."""
        self.facets = tuple(name for name in FACETS if name in self.columns)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that the lines of a case share."""
        return ("case_id", "plan", "day", *self.facets)

    def value(self, name: str) -> str:
        """Return the expression of a column's value."""
        if name in FACETS and name not in self.columns:
            return "NULL"
        return self.columns[name].value

    def bad(self) -> str:
        """Return the expression that counts a bit for each need of a line that cannot be read."""
        parts = [f"CASE WHEN {each.bad} THEN {BITS[_NEED[name]]} ELSE 0 END" for name, each in self.columns.items() if each.bad]
        if self.crowded:
            parts.append(f"CASE WHEN crowd.case_id IS NOT NULL THEN {BITS['case-id']} ELSE 0 END")
        return " + ".join(parts)

    def read(self, *names: str, kept: Iterable[str] = ()) -> str:
        """Return the query of lines with these columns read, and `bad`; `kept` are columns as they stand in the input."""
        values = ["l.lid", *(f"{self.value(name)} AS {name}" for name in names), *kept, f"{self.bad() or '0'} AS bad"]
        return f"SELECT {', '.join(values)} FROM lines l{self._joins(names)}"  # noqa: S608 - names of ours

    def _joins(self, names: Iterable[str]) -> str:
        wanted = [each.join for name, each in self.columns.items() if each.join and (name in names or (each.bad and ".unread" in each.bad))]
        found = "".join(f" LEFT JOIN {join}" for join in wanted)
        if self.crowded:
            same = " AND ".join(self.words.same.format(f"crowd.{name}", self.value(name)) for name in self.key)
            found += f" LEFT JOIN crowd ON {same}"
        return found

    def meets(self, entry: str, line: str) -> str:
        """Return the condition that an entry is about a line."""
        conditions = [f"{entry}.plan = {line}.plan", f"{entry}.code = {line}.code"]
        conditions += [f"{line}.day >= {entry}.first", f"{line}.day <= {entry}.last"]
        for name in FACETS:
            named = getattr(self.named, name)
            if name not in self.columns:
                conditions.append(f"({entry}.{name} IS NULL OR {entry}.{name} = '{UNKNOWN}')")
            else:
                conditions.append(f"({entry}.{name} IS NULL OR {entry}.{name} = {_class(f'{line}.{name}', named)})")
        return " AND ".join(conditions)

    def same_case(self, one: str, other: str) -> str:
        """Return the condition that two rows are of one case."""
        return " AND ".join(
            self.words.same.format(f"{one}.{name}", f"{other}.{name}") if name in FACETS else f"{one}.{name} = {other}.{name}"
            for name in self.key
        )


_NEED = {
    "plan": "plan",
    "day": "date-of-service",
    "units": "units",
    "furnished": "modifiers",
    "segment": "segment",
    "state": "state",
    "place_of_service": "place-of-service",
    "case_id": "case-id",
}


def _class(value: str, named: tuple[str, ...]) -> str:
    """Return the expression of what a facet's value is to the lists."""
    known = "".join(f" WHEN {value} IN ({', '.join(map(quoted, named))}) THEN {value}" for _ in named[:1])
    return f"CASE WHEN {value} IS NULL THEN '{UNKNOWN}'{known} ELSE '{OTHER}' END"


def quoted(text: str) -> str:
    """Write a text as a literal."""
    return "'" + text.replace("'", "''") + "'"


# -- the lines that depend on others -----------------------------------------------------------------------------------------


def hearers(lines: Lines) -> str:
    """The lines that have an ear."""
    read = lines.read(*lines.key, "code", "line_number", "units", "furnished")
    shared = ", ".join(f"r.{name}" for name in lines.key)
    distinct = "DISTINCT " if lines.words.copies else ""
    return (
        f"SELECT {distinct}r.lid, {shared}, r.line_number, r.code, r.units, e.ear, e.cite, "  # noqa: S608 - names of ours
        f"CASE WHEN ears.furnished THEN r.furnished ELSE '' END AS furnished, r.furnished AS modifier "
        f"FROM ({read}) r JOIN entries_heard e ON {lines.meets('e', 'r')} JOIN ears ON ears.ear = e.ear WHERE r.bad = 0"
    )


def cases(lines: Lines) -> str:
    """The cases of lines that hear others, numbered."""
    shared = ", ".join(f"h.{name}" for name in lines.key)
    names = ", ".join(lines.key)
    return (
        f"SELECT {names}, {lines.words.case.format(names)} AS cid FROM "  # noqa: S608 - names of ours
        f"(SELECT DISTINCT {shared} FROM hearers h JOIN ears ON ears.ear = h.ear WHERE NOT ears.deaf)"
    )


def others(lines: Lines) -> str:
    """The lines of those cases that play a role."""
    read = lines.read(*lines.key, "code", "line_number", "units", "furnished")
    names = "c.cid, r.lid, r.line_number, r.code, r.units, r.furnished, e.voice"
    found = f"FROM ({read}) r JOIN cases c ON {lines.same_case('r', 'c')} JOIN entries_voiced e ON {lines.meets('e', 'r')} WHERE r.bad = 0"
    return f"SELECT {names}, count(*) AS n {found} GROUP BY {names}" if lines.words.copies else f"SELECT {names}, 1 AS n {found}"


def pairs(lines: Lines) -> str:
    """The lines that hear, by case."""
    return f"SELECT h.lid, c.cid, h.ear, h.furnished FROM hearers h JOIN cases c ON {lines.same_case('h', 'c')}"  # noqa: S608 - names of ours


def heard(*, late: bool) -> str:
    """What each hearer hears of each other line. The late ones hear what was decided of the torn."""
    decided = " LEFT JOIN decided_early d ON d.lid = o.lid" if late else ""
    under = "(p.under IS NULL OR p.under = d.required_by)" if late else "p.under IS NULL"
    return (
        f"SELECT h.lid, s.sound, s.carrier, s.rank, s.over, o.line_number AS number, "  # noqa: S608 - names of ours
        f"o.units * (o.n - CASE WHEN o.lid = h.lid THEN 1 ELSE 0 END) AS units "
        f"FROM hearing h JOIN others o ON o.cid = h.cid JOIN plays p ON p.voice = o.voice "
        f"JOIN ears ON ears.ear = h.ear JOIN hears s ON s.ear = h.ear AND s.role = p.role{decided} "
        f"WHERE ears.late = {late} AND (o.lid <> h.lid OR o.n > 1) AND {under}"
    )


def keyed(words: Words, knot: int, *, late: bool) -> str:
    """The key of each hearer: its ear, how it is furnished, and the sounds it hears. A knotted one is a key of its own."""
    table = "heard_late" if late else "heard_early"
    sounds = (
        f"SELECT lid, {words.joined.format('sound')} AS sounds, max(CASE WHEN sound = {knot} THEN 1 ELSE 0 END) AS knotted FROM "  # noqa: S608 - names of ours
        f"(SELECT lid, sound, over, sum(units) AS units FROM {table} GROUP BY lid, sound, over) "
        f"WHERE over IS NULL OR units > over GROUP BY lid"
    )
    return (
        f"SELECT h.lid, ears.kind, h.cite, h.furnished, "  # noqa: S608 - names of ours
        f"CASE WHEN s.knotted = 1 THEN concat('line ', cast(h.lid AS string)) ELSE coalesce(s.sounds, '') END AS sounds "
        f"FROM hearers h JOIN ears ON ears.ear = h.ear LEFT JOIN ({sounds}) s ON s.lid = h.lid WHERE ears.late = {late}"
    )


def new_keys(*, late: bool) -> str:
    """Each key, and one line that has it."""
    table = "keyed_late" if late else "keyed_early"
    return f"SELECT kind, furnished, sounds, min(lid) AS lid FROM {table} GROUP BY kind, furnished, sounds"  # noqa: S608 - names of ours


def questions(lines: Lines) -> str:
    """The case of each key's line: itself, and the lines of its case that play a role."""
    shared = ", ".join(f"h.{name}" for name in lines.key)
    own = f"SELECT k.lid AS asked, h.lid, h.line_number, h.code, h.units, h.modifier AS furnished, 1 AS n, {shared} FROM keys k JOIN hearers h ON h.lid = k.lid"  # noqa: E501, S608 - names of ours
    rest = (
        f"SELECT k.lid AS asked, o.lid, o.line_number, o.code, o.units, o.furnished, "  # noqa: S608 - names of ours
        f"o.n - CASE WHEN o.lid = k.lid THEN 1 ELSE 0 END AS n, {shared} FROM keys k JOIN hearers h ON h.lid = k.lid "
        f"JOIN hearing g ON g.lid = k.lid JOIN others o ON o.cid = g.cid WHERE o.lid <> k.lid OR o.n > 1"
    )
    said = "q.asked, q.lid, q.line_number, coalesce(t.value, q.code) AS code, q.units, q.furnished, q.n"
    shared = ", ".join(f"q.{name}" for name in lines.key)
    return f"SELECT {said}, {shared} FROM ({own} UNION ALL {rest}) q LEFT JOIN read_code t ON t.raw = q.code"  # noqa: S608 - names of ours


_ENTRY = ("first", "last", *FACETS, "says", "cite", "voice", "ear")
SPELLINGS = (
    f"SELECT e.plan, t.raw AS code, {', '.join(f'e.{name}' for name in _ENTRY)} "  # noqa: S608 - names of ours
    "FROM entries e JOIN read_code t ON t.value = e.code"
)
"""The entries of codes under every other way that they are spelled in the input."""


def decided(words: Words, *, late: bool) -> str:
    """The answer of each hearer, and the lines that carry it."""
    when = "late" if late else "early"
    carriers = (
        f"SELECT lid, carrier, {words.numbers} AS primary_lines FROM "  # noqa: S608 - names of ours
        f"(SELECT lid, carrier, number, min(rank) AS rank FROM heard_{when} "
        f"WHERE carrier IS NOT NULL AND number IS NOT NULL GROUP BY lid, carrier, number) "
        f"GROUP BY lid, carrier"
    )
    return (
        f"SELECT k.lid, a.says, s.required_by, k.cite + a.row AS cite, "  # noqa: S608 - names of ours
        f"coalesce(a.primary_lines, p.primary_lines) AS primary_lines FROM keyed_{when} k "
        f"JOIN answers a ON a.kind = k.kind AND a.furnished = k.furnished AND a.sounds = k.sounds "
        f"JOIN says s ON s.says = a.says "
        f"LEFT JOIN ({carriers}) p ON p.lid = k.lid AND p.carrier = a.carrier"
    )


def crowds(lines: Lines, most: int, bucket: str) -> tuple[str, str]:
    """Return two queries: of buckets that hold more lines than a case may have, and of the cases that do.

    Most inputs have no such bucket, and counting buckets costs next to nothing. `bucket` numbers a case's id.
    """
    named = bucket.format(lines.value("case_id"))
    some = f"SELECT {named} AS bucket FROM lines l GROUP BY 1 HAVING count(*) > {most}"  # noqa: S608 - names of ours
    names = ", ".join(lines.key)
    exact = f"SELECT {names} FROM ({lines.read(*lines.key)}) r WHERE bad = 0 GROUP BY {names} HAVING count(*) > {most}"  # noqa: S608 - names of ours
    return some, exact


# -- every line ------------------------------------------------------------------------------------------------------------------


def answered(lines: Lines, kept: Iterable[str] = ()) -> str:
    """Every line with the number of its answer and of its citation, and the lines that carry it.

    A line that cannot be read is answered by what it needs: those answers are numbered below nought. `kept` are columns of the
    input to hand on, as expressions.
    """
    kept = list(kept)
    read = lines.read(*lines.key, "code", kept=[f"{each} AS _{at}" for at, each in enumerate(kept)])
    handed = "".join(f", r._{at}" for at in range(len(kept)))
    ear = "e.ear IS NOT NULL AND r.bad = 0"
    said = "CASE WHEN r.bad <> 0 THEN -r.bad {} WHEN e.says IS NOT NULL THEN e.says WHEN {} THEN p.invalid ELSE p.unlisted END AS says"
    said = said.format("{}", "r.code IS NULL OR (t.raw IS NOT NULL AND t.value IS NULL)")
    source = (
        f"FROM ({read}) r LEFT JOIN entries e ON {lines.meets('e', 'r')} LEFT JOIN plans p ON p.plan = r.plan "
        f"LEFT JOIN read_code t ON t.raw = CASE WHEN e.code IS NULL THEN r.code END"
    )
    if lines.words.copies:
        alone = f"{said.format('')}, CASE WHEN r.bad = 0 THEN e.cite END AS cite, CAST(NULL AS array<bigint>) AS primary_lines"
        among = "d.says, d.cite, d.primary_lines"
        return (
            f"SELECT {alone}{handed} {source} WHERE NOT coalesce({ear}, FALSE) UNION ALL "  # noqa: S608 - names of ours
            f"SELECT {among}{handed} FROM ({read}) r JOIN entries_heard e ON {lines.meets('e', 'r')} "
            f"LEFT JOIN decided d ON d.lid = r.lid WHERE {ear}"
        )
    return (
        f"SELECT r.lid, {said.format('WHEN e.ear IS NOT NULL THEN d.says')}, "
        f"CASE WHEN r.bad <> 0 THEN NULL WHEN e.ear IS NOT NULL THEN d.cite ELSE e.cite END AS cite, d.primary_lines{handed} "
        f"{source} LEFT JOIN decided d ON d.lid = CASE WHEN {ear} THEN r.lid END"
    )


def counted(table: str) -> str:
    """How many lines each answer has."""
    return f"SELECT says, count(*) AS n FROM {table} GROUP BY says"  # noqa: S608 - names of ours


def written(lines: Lines, kept: Sequence[str], columns: Iterable[str]) -> str:
    """Every line of the input with the columns of its answer. `kept` are the input's columns, quoted."""
    values = {"primary_lines": "coalesce(a.primary_lines, s.nobody)", "citation": "c.citation"}
    told = [f"a._{at} AS {name}" for at, name in enumerate(kept)] + [f"{values.get(name, f's.{name}')} AS {name}" for name in columns]
    return (
        f"SELECT {', '.join(told)} FROM ({answered(lines, [f'l.{name}' for name in kept])}) a "  # noqa: S608 - names of ours
        f"LEFT JOIN says s ON s.says = a.says LEFT JOIN cites c ON c.cite = a.cite"
    )
