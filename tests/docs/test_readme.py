"""The pages tell the truth: the README's demo is what its command prints, its Python runs, and its links lead somewhere."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import precert
from precert.requirement.terms import Requirement

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = re.findall(r"^    (pip install .*)$", README, re.MULTILINE)
PAGES = [path for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("bench/*.md")) if path.name != "LICENSE.md"]


ORDER = list(Requirement)


def block(language: str) -> str:
    """The README's first block in a language."""
    found = re.search(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def test_the_two_commands() -> None:
    assert COMMANDS == [
        "pip install . && precert check --plan cigna-commercial --date 2026-03-02 22551 22853 22845 20930",
        'pip install -e ".[dev]" && python -m pytest',
    ]


def test_the_demo_is_what_the_command_prints() -> None:
    script = Path(sys.executable).with_name("precert")
    if not script.exists():
        pytest.skip("the command is not installed beside this interpreter")
    command = shlex.split(COMMANDS[0].split("&&")[1])
    plain = {name: value for name, value in os.environ.items() if name not in {"FORCE_COLOR", "TTY_COMPATIBLE"}}
    done = subprocess.run(
        [sys.executable, str(script), *command[1:]],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env=plain | {"NO_COLOR": "1", "COLUMNS": "120"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == block("text")


def test_the_python_runs() -> None:
    names: dict[str, object] = {}
    exec(compile(block("python"), "README.md", "exec"), names)  # noqa: S102 - our own page
    answer = names["answer"]
    assert isinstance(answer, precert.Determination)
    assert str(answer.lines[0].requirement) == "required"


def test_every_requirement_is_explained() -> None:
    for page in (README, (ROOT / "docs" / "answers.md").read_text("utf-8")):
        assert re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE)[: len(Requirement)] == ORDER


def test_the_version_is_told() -> None:
    assert f"*Software*: {precert.__version__}." in README
    assert f"## {precert.__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text("utf-8"))
    missing = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert not missing


def test_the_worked_places_exist() -> None:
    """Paths that ARCHITECTURE.md and CONTRIBUTING.md name as code are there."""
    roots = (ROOT, ROOT / "src" / "precert")
    for page in ("ARCHITECTURE.md", "CONTRIBUTING.md"):
        text = (ROOT / page).read_text("utf-8")
        named = re.findall(r"`((?:src/precert|intake|facts|requirement|tools|docs|tests|cases)/[a-z_/.]+(?:\.py|/))`", text)
        assert not [name for name in named if not any((root / name).exists() for root in roots)]
