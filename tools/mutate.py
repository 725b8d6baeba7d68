"""Change the code of a room, one small thing at a time, and see whether its tests notice: `python -m tools.mutate ROOM [--sample N]`.

A mutant is one change of the source: a comparison, `and`/`or`, a `not`, a constant, an arithmetic sign, a condition, a returned value,
a statement left out. Sentences are left alone: they may be improved at any time (contract.md). It is killed when a test fails, or when
the tests no longer come to an end. One that survives is a gap in the tests, or changes nothing that can be seen: `SURVIVORS` says which
of the latter are known, and why.

Works on a copy of the repository in a temporary folder, one forked process a mutant. `--sample N --seed S` takes N of the mutants, the same
ones for the same seed; without it every mutant is tried, which takes hours for a large room.
"""

import argparse
import ast
import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = {
    "anesthesiology": ["tests/anesthesiology", "tests/encounter"],
    "edits": ["tests/edits", "tests/encounter"],
    "encounter": ["tests/encounter"],
    "requirement": ["tests/core", "tests/test_cases.py", "tests/test_medicare.py", "tests/cli/test_check.py"],
}
"""The tests nearest to each room, quickest first."""

# Changes that nothing can be seen of, by the changed line (or a part of it).
SURVIVORS: dict[str, str] = {
    "lru_cache": "how much is remembered changes no answer",
    "_MOST_KEPT": "how much is remembered changes no answer",
    "ENCODING": "these texts are ASCII: every name of UTF-8 writes the same bytes",
    "separators=": "the texts written so hold no object, no character beyond ASCII",
    'len("2019-01")': "a longer piece of a day is in the same order",
    'if each.when else ""': "a name that is only compared with others of its kind",
    "kw_only": "how a class is built, not what it says",
    'or ""': "a line without a code is asked as a code that nothing names; so is any other such text",
}

SLOWEST = 4.0
"""A mutant that takes so many times what the tests take unchanged has no end."""
_COMPARISONS = {
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
}
_SIGNS = {ast.Add: "-", ast.Sub: "+", ast.Mult: "//", ast.FloorDiv: "*", ast.Div: "*", ast.Mod: "+", ast.BitOr: "&", ast.BitAnd: "|"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: the text from `start` to `end` (bytes of the file) becomes `text`."""

    path: Path
    line: int
    start: int
    end: int
    text: str
    was: str

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}: `{' '.join(self.was.split())}` -> `{' '.join(self.text.split())}`"


class _Changes(ast.NodeVisitor):
    """Every change of one file. Annotations, decorators, docstrings, asserts and what only types need are left alone."""

    def __init__(self, path: Path) -> None:
        self.path, self.source = path, path.read_bytes()
        starts = [0]
        for line in self.source.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        self.starts, self.found = starts, list[Mutant]()

    def at(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.starts[node.lineno - 1] + node.col_offset, self.starts[node.end_lineno - 1] + node.end_col_offset

    def change(self, start: int, end: int, text: str) -> None:
        was = self.source[start:end].decode()
        if was != text:
            line = self.source.count(b"\n", 0, start) + 1
            self.found.append(Mutant(self.path, line, start, end, text, was))

    def replace(self, node: ast.expr | ast.stmt, text: str) -> None:
        self.change(*self.at(node), text)

    def between(self, left: ast.expr, right: ast.expr, word: str) -> None:
        """Change the operator between two operands, whatever brackets and blanks stand around it."""
        start, end = self.at(left)[1], self.at(right)[0]
        gap = self.source[start:end].decode()
        kept = gap.strip("() \t\n")
        at = gap.index(kept)
        self.change(start + len(gap[:at].encode()), start + len(gap[: at + len(kept)].encode()), word)

    # -- what is left alone ------------------------------------------------------------------------------------------------

    def visit_Assert(self, node: ast.Assert) -> None:
        """Leave asserts alone."""

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """Leave the annotation alone."""
        if node.value:
            self.visit(node.value)

    def visit_If(self, node: ast.If) -> None:
        """Turn the condition round."""
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return
        self.turned(node.test)
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """Look at the body and the defaults only; a `__repr__` is for whoever debugs."""
        if node.name == "__repr__":
            return
        for default in (*node.args.defaults, *(each for each in node.args.kw_defaults if each)):
            self.visit(default)
        for statement in node.body[bool(ast.get_docstring(node)) :]:
            self.visit(statement)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Look at the body only, without docstrings."""
        for statement in node.body:
            self.visit(statement)

    def visit_Module(self, node: ast.Module) -> None:
        """Look at every statement."""
        for statement in node.body:
            self.visit(statement)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Change the expressions of a text, not the text around them."""
        for each in node.values:
            if isinstance(each, ast.FormattedValue):
                self.visit(each.value)

    # -- what is changed ---------------------------------------------------------------------------------------------------

    def turned(self, test: ast.expr) -> None:
        """Turn a condition round."""
        if not isinstance(test, ast.Compare):  # a comparison is turned by its own change
            self.replace(test, f"not ({self.text(test)})")

    def text(self, node: ast.expr) -> str:
        """Return an expression as it stands in the file."""
        start, end = self.at(node)
        return self.source[start:end].decode()

    def visit_IfExp(self, node: ast.IfExp) -> None:
        """Turn the condition round."""
        self.turned(node.test)
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        """Turn each filter round."""
        for test in node.ifs:
            self.turned(test)
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        """Change each comparison."""
        operands = [node.left, *node.comparators]
        for at, operator in enumerate(node.ops):
            self.between(operands[at], operands[at + 1], _COMPARISONS[type(operator)])
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        """Exchange `and` and `or`."""
        for left, right in pairwise(node.values):
            self.between(left, right, "or" if isinstance(node.op, ast.And) else "and")
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        """Change a sign."""
        if type(node.op) in _SIGNS:
            self.between(node.left, node.right, _SIGNS[type(node.op)])
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        """Leave out a `not`, and a minus."""
        if isinstance(node.op, ast.Not | ast.USub):
            self.replace(node, f"({self.text(node.operand)})")
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        """Change a number, a truth value, a text; a sentence is free to change."""
        if isinstance(node.value, bool):
            self.replace(node, str(not node.value))
        elif isinstance(node.value, int):
            self.replace(node, str(node.value + 1))
        elif isinstance(node.value, str) and " " not in node.value.strip():
            self.replace(node, repr(f"XX{node.value}"))

    def visit_Return(self, node: ast.Return) -> None:
        """Return nothing. `False` and `None` differ for the type checker only."""
        if node.value and not (isinstance(node.value, ast.Constant) and node.value.value in (None, False)):
            self.replace(node, "return None")
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        """Leave out a call; a text that stands alone is a docstring."""
        if isinstance(node.value, ast.Constant):
            return
        self.replace(node, "pass")
        self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        """Leave out a refusal."""
        self.replace(node, "pass")
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        """Leave out an addition."""
        self.replace(node, "pass")
        self.generic_visit(node)

    def visit_Continue(self, node: ast.Continue) -> None:
        """End the loop where it should go on."""
        self.replace(node, "break")


def mutants(room: str) -> list[Mutant]:
    """Return every mutant of a room, in the order of its files."""
    found: list[Mutant] = []
    for path in sorted((ROOT / "src" / "precert" / room).rglob("*.py")):
        changes = _Changes(path)
        changes.visit(ast.parse(changes.source))
        found += [each for each in changes.found if _compiles(changes.source, each)]
    return found


def mutated(source: bytes, mutant: Mutant) -> bytes:
    """Return a file's text with one change."""
    return source[: mutant.start] + mutant.text.encode() + source[mutant.end :]


def _compiles(source: bytes, mutant: Mutant) -> bool:
    try:
        compile(mutated(source, mutant), str(mutant.path), "exec")
    except SyntaxError:
        return False
    return True


# -- trying them -----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def copied() -> Iterator[Path]:
    """Copy what the tests need into a temporary folder, with the documents beside it where they are beside this repository."""
    ignore = shutil.ignore_patterns("__pycache__", ".*", "*.pyc")
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Path(folder) / ROOT.name
        shutil.copytree(ROOT, copy, ignore=ignore)
        if (ROOT.parent / "shared").exists():
            (Path(folder) / "shared").symlink_to(ROOT.parent / "shared")
        yield copy


def tried(copy: Path, tests: list[str], most: float) -> bool | None:
    """Run the tests of a copy in a process of its own; tell whether they all pass; None where they do not end in so many seconds."""
    child = os.fork()
    if child == 0:
        _run(copy, tests)
    signal.signal(signal.SIGALRM, lambda *_: os.killpg(child, signal.SIGKILL))
    signal.setitimer(signal.ITIMER_REAL, most)
    try:
        _, status = os.waitpid(child, 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    code = os.waitstatus_to_exitcode(status)
    return None if code == -signal.SIGKILL else code == 0


def _run(copy: Path, tests: list[str]) -> None:
    os.setpgid(0, 0)
    os.chdir(copy)
    os.environ |= {"PYTHONPATH": str(copy / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    sys.path[:0] = [str(copy / "src"), str(copy)]
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    import pytest  # noqa: PLC0415 - the parent has imported it already

    status = 3
    try:
        status = pytest.main(["-x", "-q", "--assert=plain", "-p", "no:cacheprovider", *tests])
    finally:
        os._exit(int(status))


def _import_what_tests_import() -> None:
    """Import once, before the first fork, what every test run would import again. Nothing of this repository."""
    for name in ("pytest", "hypothesis", "jsonschema", "typer.testing", "rich.console", "rich.table", "csv", "difflib"):
        with contextlib.suppress(ImportError):
            __import__(name)


def explained(mutant: Mutant) -> str | None:
    """Return why a mutant that survives changes nothing that can be seen, where that is known."""
    line = mutant.path.read_text("utf-8").splitlines()[mutant.line - 1]
    return next((why for part, why in SURVIVORS.items() if part in line), None)


def main() -> None:
    """Try the mutants of a room; exit 1 where fewer are killed than asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("room", choices=ROOMS)
    parser.add_argument("--sample", type=int, help="how many to try; without it, all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--least", type=float, default=0.0, help="the share that must be killed, in percent")
    parser.add_argument("--tests", nargs="+", help="other tests than the nearest")
    options = parser.parse_args()
    every, tests = mutants(options.room), options.tests or ROOMS[options.room]
    chosen = every if options.sample is None else random.Random(options.seed).sample(every, min(options.sample, len(every)))  # noqa: S311 - a seeded sample
    _import_what_tests_import()
    with copied() as copy:
        begun = time.monotonic()
        if not tried(copy, tests, 3600):
            parser.error("the tests fail without any change")
        usual = time.monotonic() - begun
        print(f"{options.room}: {len(every)} mutants, {len(chosen)} tried; the tests take {usual:.1f} s unchanged", flush=True)
        outcomes = {each: _outcome(each, copy, tests, usual * SLOWEST + 60) for each in chosen}
        if not tried(copy, tests, 3600):
            parser.error("the tests fail without any change, now that every mutant was tried: the figures say nothing")
    survivors, endless = ([each for each, outcome in outcomes.items() if outcome is which] for which in (True, None))
    known = [each for each in survivors if explained(each)]
    killed = len(chosen) - len(survivors)
    share = 100 * killed / len(chosen) if chosen else 100.0
    print(
        f"{options.room}: {killed} of {len(chosen)} killed ({share:.1f} %), {len(survivors)} survive, {len(known)} of them explained; "
        f"{len(endless)} of those killed had no end"
    )
    sys.exit(share < options.least)


def _outcome(mutant: Mutant, copy: Path, tests: list[str], most: float) -> bool | None:
    path = copy / mutant.path.relative_to(ROOT)
    source = path.read_bytes()
    assert source[mutant.start : mutant.end].decode() == mutant.was, "the file was changed while it was copied"
    path.write_bytes(mutated(source, mutant))
    try:
        outcome = tried(copy, tests, most)
    finally:
        path.write_bytes(source)
    if outcome:
        print(f"survives: {mutant}" + (f" ({why})" if (why := explained(mutant)) else ""), flush=True)
    return outcome


if __name__ == "__main__":
    main()
