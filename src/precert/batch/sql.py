"""The queries, for DuckDB and Spark alike. They know lines, cases, roles and sounds; no query knows a rule.

entries   plan, code, period, facets -> meaning + cite (of its first row, where other lines decide)
meanings  meaning -> says, or ear; and voice
plays     voice -> role, and under which place of a required line it is played
hears     ear, role -> sound, carrier, first, over
met       every line -> meaning + cite       known     the same, with what the meaning is
near      the lines that have an ear, and those with a voice that may be in a case of one that has
placed    the lines that have an ear, and those with a voice of their `cases`, by case
hearers   the lines that have an ear
heard     hearer, other line, sound          keyed    hearer -> key: kind, furnished, the sounds heard
decided   hearer -> says, cite, primary lines

`BROADCAST` tells Spark that a table is part of the rulebook, or as small: a copy goes to every executor. DuckDB reads a comment.
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
    spot: str
    """A number for a text or a number, 32 bits of it."""
    number: str
    """A number for every row of a table that is kept."""
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

    def read(self, *names: str, kept: Iterable[str] = (), source: str = "lines") -> str:
        """Return the query of lines with these columns read, and `bad`; `kept` are columns as they stand in the source."""
        lid = [] if self.words.copies else ["l.lid"]
        values = [*lid, *(f"{self.value(name)} AS {name}" for name in names), *kept, f"{self.bad() or '0'} AS bad"]
        return f"SELECT {', '.join(values)} FROM {source} l{self._joins(names)}"  # noqa: S608 - names of ours

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


# -- every line, as far as its own code tells ----------------------------------------------------------------------------------


ABOUT = ("code", "line_number", "units", "furnished")
"""What is read of a line that depends on others, or on which others depend, besides what its case shares."""


def met(lines: Lines, *names: str, kept: Sequence[str] = ()) -> str:
    """Every line with the number of its meaning and of its citation.

    A line that cannot be read is answered by what it needs: those meanings are numbered below nought. `names` are columns to read,
    `kept` are expressions of the input to hand on, each `AS` a name.
    """
    read = lines.read(*dict.fromkeys([*lines.key, "code", *names]), kept=kept)
    lid = [] if lines.words.copies else ["lid"]
    handed = ", ".join(f"r.{name}" for name in [*lid, *names, *(each.rsplit(" AS ", 1)[1] for each in kept)])
    return (
        "SELECT /*+ BROADCAST(e, p, t) */ CASE WHEN r.bad <> 0 THEN -r.bad WHEN e.code IS NOT NULL THEN e.meaning "  # noqa: S608 - names of ours
        "WHEN r.code IS NULL OR (t.raw IS NOT NULL AND t.value IS NULL) THEN p.invalid ELSE p.unlisted END AS meaning, "
        f"CASE WHEN r.bad = 0 THEN e.cite END AS cite, {handed} "
        f"FROM ({read}) r LEFT JOIN entries e ON {lines.meets('e', 'r')} "
        "LEFT JOIN plans p ON p.plan = CASE WHEN e.code IS NULL THEN r.plan END "
        "LEFT JOIN read_code t ON t.raw = CASE WHEN e.code IS NULL THEN r.code END"
    )


KNOWN = "SELECT /*+ BROADCAST(g) */ m.*, g.says, g.ear, g.voice FROM met m LEFT JOIN meanings g ON g.meaning = m.meaning"
"""Every line with its meaning."""


def met_unnumbered(lines: Lines, kept: Sequence[str] = ()) -> str:
    """What is met where a line has no number of its own: what hears or is heard is known by all that is read of it, its `line`."""
    names = (*lines.key, *ABOUT)
    line = f"struct(m.cite, {', '.join(f'm.{name}' for name in names)})"
    handed = "".join(f", m.{each.rsplit(' AS ', 1)[1]}" for each in kept)
    return (
        "SELECT /*+ BROADCAST(g) */ m.meaning, m.cite, "  # noqa: S608 - names of ours
        f"CASE WHEN g.ear IS NOT NULL OR g.voice IS NOT NULL THEN {line} END AS line{handed} "
        f"FROM ({met(lines, *names, kept=kept)}) m LEFT JOIN meanings g ON g.meaning = m.meaning"
    )


# -- the lines that depend on others -----------------------------------------------------------------------------------------


def near(lines: Lines) -> str:
    """The lines that have an ear, and those with a voice that may be in a case of one that has.

    `spot` is one for all lines of a case and for few others; of these, what was read is read once more.
    """
    spots = "SELECT k.spot FROM known k JOIN ears ON ears.ear = k.ear WHERE NOT ears.deaf"
    found = f"SELECT lid, cite, ear, voice FROM known WHERE ear IS NOT NULL OR (voice IS NOT NULL AND spot IN ({spots}))"  # noqa: S608 - as above
    some = f"(SELECT l.*, n.ear, n.voice, n.cite FROM lines l JOIN ({found}) n ON n.lid = l.lid)"  # noqa: S608 - as above
    return lines.read(*lines.key, *ABOUT, kept=["l.ear", "l.voice", "l.cite"], source=some)


NEAR = "SELECT line, line.*, ear, voice FROM known WHERE line IS NOT NULL"
"""The same where it was kept of every line that hears or is heard."""


def cases(lines: Lines) -> str:
    """The cases of lines that hear others, numbered."""
    shared = ", ".join(f"n.{name}" for name in lines.key)
    found = f"SELECT /*+ BROADCAST(ears) */ DISTINCT {shared} FROM near n JOIN ears ON ears.ear = n.ear WHERE NOT ears.deaf"  # noqa: S608 - as above
    return f"SELECT {', '.join(lines.key)}, {lines.words.number} AS cid FROM ({found})"  # noqa: S608 - as above


def placed(lines: Lines, *, few: bool) -> str:
    """The lines that hear, and those of their cases that play a role; `alike` counts lines that are one row.

    `few`: the cases are so few that all may be copied to everyone.
    """
    hint = "/*+ BROADCAST(c) */ " if few else ""
    found = f"FROM near n LEFT JOIN cases c ON {lines.same_case('n', 'c')} WHERE n.ear IS NOT NULL OR c.cid IS NOT NULL"
    if not lines.words.copies:
        return f"SELECT n.*, c.cid, 1 AS alike {found}"
    one = f"SELECT {hint}n.line, n.ear, n.voice, c.cid, count(*) AS alike {found} GROUP BY n.line, n.ear, n.voice, c.cid"
    return f"SELECT {lines.words.number} AS lid, line, line.*, ear, voice, cid, alike FROM ({one})"  # noqa: S608 - as above


HEARERS = (
    "SELECT /*+ BROADCAST(ears) */ p.*, ears.kind, CASE WHEN ears.furnished THEN p.furnished ELSE '' END AS told "
    "FROM placed p JOIN ears ON ears.ear = p.ear"
)
"""The lines that have an ear."""
HEARD = (
    "SELECT /*+ BROADCAST(p, s) */ h.lid, s.sound, s.carrier, s.rank, s.over, o.line_number AS number, o.lid AS other, p.under, "
    "o.units * (o.alike - CASE WHEN o.lid = h.lid THEN 1 ELSE 0 END) AS units "
    "FROM placed h JOIN placed o ON o.cid = h.cid JOIN plays p ON p.voice = o.voice "
    "JOIN hears s ON s.ear = h.ear AND s.role = p.role "
    "WHERE h.ear IS NOT NULL AND o.voice IS NOT NULL AND (o.lid <> h.lid OR o.alike > 1)"
)
"""What each hearer hears of each other line; `under` what place that line is required, where it is torn."""
WAITS = "SELECT lid FROM heard WHERE under IS NOT NULL"
"""The hearers of those that are torn: they wait until those are decided."""


def _heard(waiting: bool | None) -> str:
    """What is heard by those that do not wait, or by those that do; None: nobody waits."""
    if waiting is None:
        return "heard"
    if not waiting:
        return "(SELECT heard.* FROM heard ANTI JOIN waiting ON waiting.lid = heard.lid)"
    return (
        "(SELECT heard.* FROM heard JOIN waiting w ON w.lid = heard.lid LEFT JOIN decided_first d ON d.lid = heard.other "
        "WHERE heard.under IS NULL OR heard.under = d.required_by)"
    )


_OF = {
    None: "",
    False: " ANTI JOIN waiting ON waiting.lid = h.lid",
    True: " JOIN waiting ON waiting.lid = h.lid",
}


def keyed(words: Words, knot: int, *, waiting: bool | None, few: bool) -> str:
    """The key of each hearer: its ear, how it is furnished, and the sounds it hears. A knotted one is a key of its own.

    `few`: what is heard is so little that all of it may be copied to everyone.
    """
    hint = "/*+ BROADCAST(s) */ " if few else ""
    sounds = (
        f"SELECT lid, {words.joined.format('sound')} AS sounds, max(CASE WHEN sound = {knot} THEN 1 ELSE 0 END) AS knotted FROM "  # noqa: S608 - names of ours
        f"(SELECT lid, sound, over, sum(units) AS units FROM {_heard(waiting)} GROUP BY lid, sound, over) "
        f"WHERE over IS NULL OR units > over GROUP BY lid"
    )
    return (
        f"SELECT {hint}h.lid, h.kind, h.cite, h.alike, h.told, "  # noqa: S608 - names of ours
        f"CASE WHEN s.knotted = 1 THEN concat('line ', cast(h.lid AS string)) ELSE coalesce(s.sounds, '') END AS sounds "
        f"FROM hearers h LEFT JOIN ({sounds}) s ON s.lid = h.lid{_OF[waiting]}"
    )


def new_keys(table: str) -> str:
    """Each key, and one line that has it."""
    return f"SELECT kind, told, sounds, min(lid) AS lid FROM {table} GROUP BY kind, told, sounds"  # noqa: S608 - names of ours


ASKED = "SELECT /*+ BROADCAST(k) */ k.lid, p.cid FROM keys k JOIN placed p ON p.lid = k.lid"
"""The case of each key's line."""


def questions(lines: Lines) -> str:
    """Each key's line, with what its case shares; and the lines of its case that play a role, without."""
    about = "{0}.lid, {0}.line_number, {0}.code, {0}.units, {0}.furnished"
    shared = [", ".join(each.format(name) for name in lines.key) for each in ("h.{}", "NULL AS {}", "q.{}")]
    own = f"SELECT /*+ BROADCAST(k) */ k.lid AS asked, {about.format('h')}, 1 AS n, {shared[0]} FROM keys k JOIN placed h ON h.lid = k.lid"  # noqa: S608 - names of ours
    rest = (
        f"SELECT /*+ BROADCAST(a) */ a.lid AS asked, {about.format('o')}, "  # noqa: S608 - as above
        f"o.alike - CASE WHEN o.lid = a.lid THEN 1 ELSE 0 END AS n, {shared[1]} "
        "FROM asked a JOIN placed o ON o.cid = a.cid WHERE o.voice IS NOT NULL AND (o.lid <> a.lid OR o.alike > 1)"
    )
    said = "q.asked, q.lid, q.line_number, coalesce(t.value, q.code) AS code, q.units, q.furnished, q.n"
    return f"SELECT /*+ BROADCAST(t) */ {said}, {shared[2]} FROM ({own} UNION ALL {rest}) q LEFT JOIN read_code t ON t.raw = q.code"  # noqa: S608 - as above


_ENTRY = ("first", "last", *FACETS, "meaning", "cite")
SPELLINGS = (
    f"SELECT e.plan, t.raw AS code, {', '.join(f'e.{name}' for name in _ENTRY)} "  # noqa: S608 - names of ours
    "FROM entries e JOIN read_code t ON t.value = e.code"
)
"""The entries of codes under every other way that they are spelled in the input."""


def decided(words: Words, keyed: str, *, waiting: bool | None, few: bool) -> str:
    """The answer of each hearer, and the lines that carry it. `few` as in `keyed`."""
    carriers = (
        f"SELECT lid, carrier, {words.numbers} AS primary_lines FROM "  # noqa: S608 - names of ours
        f"(SELECT lid, carrier, number, min(rank) AS rank FROM {_heard(waiting)} "
        f"WHERE carrier IS NOT NULL AND number IS NOT NULL GROUP BY lid, carrier, number) "
        f"GROUP BY lid, carrier"
    )
    return (
        f"SELECT /*+ BROADCAST(a{', p' if few else ''}) */ k.lid, k.alike, a.says, a.required_by, k.cite + a.row AS cite, "  # noqa: S608 - names of ours
        f"coalesce(a.primary_lines, p.primary_lines) AS primary_lines FROM {keyed} k "
        f"JOIN answers a ON a.kind = k.kind AND a.told = k.told AND a.sounds = k.sounds "
        f"LEFT JOIN ({carriers}) p ON p.lid = k.lid AND p.carrier = a.carrier"
    )


def crowded_spots(source: str, count: int, most: int) -> str:
    """A row where some spot has more lines than are answered together: only such an input can have such a case, and most have none.

    `source` is a query of the `spot` of each of `count` lines; so many spots are told apart that a few hundred lines share one.
    """
    bits = max(16, count.bit_length() - 8)
    return f"SELECT spot & {(1 << bits) - 1} FROM ({source}) GROUP BY 1 HAVING count(*) > {most} LIMIT 1"  # noqa: S608 - names of ours


def crowds(lines: Lines, most: int) -> str:
    """The cases of more lines than are answered together."""
    names = ", ".join(lines.key)
    return f"SELECT {names} FROM ({lines.read(*lines.key)}) r WHERE bad = 0 GROUP BY {names} HAVING count(*) > {most}"  # noqa: S608 - names of ours


# -- every line, answered --------------------------------------------------------------------------------------------------------

TOLD = (
    "SELECT k.lid, CASE WHEN k.ear IS NULL THEN coalesce(k.says, k.meaning) ELSE d.says END AS says, "
    "CASE WHEN k.ear IS NULL THEN k.cite ELSE d.cite END AS cite, d.primary_lines "
    "FROM known k LEFT JOIN decided d ON d.lid = CASE WHEN k.ear IS NOT NULL THEN k.lid END"
)
"""Every line with the number of its answer and of its citation, and the lines that carry it."""


COUNTED = (
    "SELECT says, sum(n) AS n FROM (SELECT coalesce(says, meaning) AS says, count(*) AS n FROM known WHERE ear IS NULL "
    "GROUP BY coalesce(says, meaning) UNION ALL SELECT says, alike FROM decided) GROUP BY says"
)
"""How many lines each answer has."""


def answered(lines: Lines, kept: Sequence[str] = ()) -> str:
    """Every line, read again, with its answer. `kept` are columns of the input to hand on, as expressions."""
    handed = "".join(f", k._{at}" for at in range(len(kept)))
    query = met_unnumbered(lines, kept=[f"{each} AS _{at}" for at, each in enumerate(kept)])
    known = f"FROM ({query}) k LEFT JOIN meanings g ON g.meaning = k.meaning"
    # in two halves: were all lines joined with the decided, those that hear nothing would meet in one place
    return (
        f"SELECT /*+ BROADCAST(g) */ coalesce(g.says, k.meaning) AS says, k.cite, CAST(NULL AS array<bigint>) AS primary_lines{handed} "
        f"{known} WHERE g.ear IS NULL UNION ALL SELECT /*+ BROADCAST(g) */ d.says, d.cite, d.primary_lines{handed} "
        f"{known} JOIN placed p ON p.line = k.line JOIN decided d ON d.lid = p.lid WHERE g.ear IS NOT NULL"
    )


def written(lines: Lines, kept: Sequence[str], columns: Iterable[str]) -> str:
    """Every line of the input with the columns of its answer. `kept` are the input's columns, quoted."""
    values = {"primary_lines": "coalesce(a.primary_lines, s.nobody)", "citation": "c.citation"}
    told = [f"a._{at} AS {name}" for at, name in enumerate(kept)] + [f"{values.get(name, f's.{name}')} AS {name}" for name in columns]
    return (
        f"SELECT {', '.join(told)} FROM ({answered(lines, [f'l.{name}' for name in kept])}) a "  # noqa: S608 - names of ours
        f"LEFT JOIN says s ON s.says = a.says LEFT JOIN cites c ON c.cite = a.cite"
    )
