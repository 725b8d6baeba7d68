"""An answer as a table, in plain text and in HTML, for an interpreter and for Jupyter. The terminal of `precert check` is richer."""

import textwrap
from html import escape
from typing import Any

_COLUMNS = ("#", "code", "requirement", "managed by", "platform", "program", "needs", "row")


def cells(line: dict[str, Any]) -> tuple[str, ...]:
    """Return one line of an answer as the cells of its table."""
    manager = line["managed_by"]
    return (
        str(line["number"]),
        "-".join([_shown(line["code"]), *line["modifiers"]]) + (f":{line['units']}" if line["units"] != 1 else ""),
        line["requirement"] + (" (programs differ)" if line["conflict"] else ""),
        (manager["name"] or manager["kind"]) if manager else "",
        line["platform"] or "",
        line["program"] or "",
        ", ".join(line["needs"]),
        ", ".join(place(each) for each in line["citations"]),
    )


def _shown(token: str) -> str:
    """What is no code may hold line breaks and control characters: they are not for a table, nor for a terminal."""
    return "".join(char if char.isprintable() else "\ufffd" for char in token)


def place(citation: dict[str, Any]) -> str:
    """Return a citation in short, such as `list.txt:717` or `list.pdf p. 3 row 12`."""
    if citation["line"] is not None:
        return f"{citation['document']}:{citation['line']}"
    parts = [("p. ", citation["page"]), ("sheet ", citation["sheet"]), ("row ", citation["row"])]
    return " ".join([citation["document"], *(f"{name}{value}" for name, value in parts if value is not None)])


def text(answer: dict[str, Any]) -> str:
    """Return an answer as a plain-text table."""
    rows = [_COLUMNS, *(cells(line) for line in answer["lines"])]
    widths = [max(len(row[n]) for row in rows) for n in range(len(_COLUMNS))]
    lines = [_title(answer), ""]
    lines += ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines += ["", *beside(answer)] if beside(answer) else []
    lines += ["", *textwrap.wrap(answer["disclaimer"], 100)]
    return "\n".join(lines)


def beside(answer: dict[str, Any]) -> list[str]:
    """Return what stands beside the table: cases to build, notices, findings, and the lists elsewhere."""
    told = [
        "Case to build: "
        + ", ".join(filter(None, [(group["managed_by"] or {}).get("name"), group["platform"], group["program"]]))
        + f": lines {', '.join(map(str, group['lines']))}"
        for group in answer["cases"]
    ]
    told += [f"Line {line['number']}: {notice['text']}" for line in answer["lines"] for notice in line["notices"]]
    told += [finding["message"] for finding in answer["findings"]]
    return told + ([f"Other lists, not looked at: {', '.join(answer['elsewhere'])}"] if answer["elsewhere"] else [])


def html(answer: dict[str, Any]) -> str:
    """Return an answer as an HTML table; every value is escaped."""
    head = "".join(f"<th>{name}</th>" for name in _COLUMNS)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells(line)) + "</tr>" for line in answer["lines"])
    return (
        f"<table><caption>{escape(_title(answer))}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        + "".join(f"<p>{escape(each)}</p>" for each in beside(answer))
        + f"<p><small>{escape(answer['disclaimer'])}</small></p>"
    )


def _title(answer: dict[str, Any]) -> str:
    return f"{answer['plan']}, date of service {answer['date_of_service']}"
