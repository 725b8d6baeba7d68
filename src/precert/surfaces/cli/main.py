"""The `precert` command: finds the verb asked for, and turns whatever goes wrong into one line and an exit status.

Exit status (contract.md): 0 answered; 1 answered, with something to look at; 2 the request could not be read; 3 the answer could
not be made. A verb returns its status and raises for the rest. Only the file of the verb asked for is imported.
"""

import gc
import os
import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from precert.requirement.case import RequestError
from precert.surfaces.cli.output import complain

if TYPE_CHECKING:
    from typer._click import Command, Context, Parameter

ANSWERED, LOOK, UNREADABLE, FAILED = 0, 1, 2, 3
VERBS = (
    "check",
    "lists",
    "releases",
    "show",
    "search",
    "crosswalk",
    "anesthesia",
    "diff",
    "ingest",
    "review",
    "publish",
    "errata",
    "reference",
    "screen",
    "export",
    "verify",
    "serve",
    "version",
)

# What typer raises for a command line it cannot read has moved between its releases; its subclass has not.
_UsageError: type[Exception] = typer.BadParameter.__mro__[1]


class _AsTyped:
    """What turns an option's text into its type, where that is the text."""

    def coerce(self, value: object, **_: object) -> object:
        """Return the text, or whether a flag is set."""
        return value


def _lightly(params: "list[Parameter]") -> "list[Parameter]":
    """Take texts and flags as they were typed: typer would import pydantic, for as long as an answer takes, to say the same."""
    for each in params:
        if getattr(getattr(each, "type_descriptor", None), "annotation", None) in _TYPED:
            vars(each)["get_runtime_param"] = _AsTyped
    return params


_TYPED = (str, list[str], bool)


class Verb(TyperCommand):
    """One verb."""

    def get_params(self, ctx: "Context") -> "list[Parameter]":
        """Return the options and arguments."""
        return _lightly(super().get_params(ctx))


class Verbs(TyperGroup):
    """The verbs, each imported from its own file when it is asked for."""

    def get_params(self, ctx: "Context") -> "list[Parameter]":
        """Return the options before the verb."""
        return _lightly(super().get_params(ctx))

    def list_commands(self, ctx: "Context") -> list[str]:  # noqa: ARG002 - typer's signature
        """Return the verbs in the order that help shows them."""
        return list(VERBS)

    def get_command(self, ctx: "Context", cmd_name: str) -> "Command":  # noqa: ARG002 - as above
        """Return the command of a verb. Raises RequestError when there is none."""
        if cmd_name not in VERBS:
            raise RequestError("unknown-verb", _unknown_verb(cmd_name))
        verb = typer.Typer(add_completion=False, rich_markup_mode=None)
        verb.command(cmd_name, cls=Verb)(getattr(import_module(f"precert.surfaces.cli.{cmd_name}"), cmd_name))
        return get_command(verb)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: ARG002, FBT002 - typer's signature; a process ends with a status either way
        windows_expand_args: bool = True,  # noqa: FBT002 - as above
        **extra: Any,  # noqa: ANN401 - as above
    ) -> NoReturn:
        """Run the verb asked for and exit with its status."""
        run_verb = partial(super().main, args, prog_name, complete_var, False, windows_expand_args, **extra)
        sys.exit(_status(run_verb))


def _unknown_verb(name: str) -> str:
    near = get_close_matches(name, VERBS, n=1)
    hint = f"did you mean `{near[0]}`? " if near else ""
    return f"there is no verb `{name}`; {hint}The verbs are {', '.join(VERBS)}"


def _status(run_verb: Callable[[], object]) -> int:
    try:
        status = run_verb()
    except _UsageError as error:
        complain(_usage(error))
    except RequestError as error:
        complain(str(error))
    except Exception as error:  # noqa: BLE001 - nobody reads a traceback at a desk, and the status says that no answer was made
        complain(f"the answer could not be made: {type(error).__name__}: {error}")
        return FAILED
    else:
        return status if isinstance(status, int) else ANSWERED
    return UNREADABLE


def _usage(error: Exception) -> str:
    message: str = error.format_message() if hasattr(error, "format_message") else str(error)
    context = getattr(error, "ctx", None)
    return f"{message.rstrip('.')}; see `{context.command_path if context else 'precert'} --help`"


app = typer.Typer(
    cls=Verbs,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(epilog="Exit status: 0 answered; 1 answered, look at it; 2 the request could not be read; 3 no answer could be made.")
def precert() -> None:
    """Which lines of an order need prior authorization, who manages them, and which printed row says so."""


def run() -> None:
    """Run the command as a process: the entry point."""
    gc.disable()  # a process of a tenth of a second leaves no garbage worth the search for it
    try:
        app(prog_name="precert")
    except SystemExit as ended:
        if "duckdb" in sys.modules:  # it counts on stderr, as leaks, what a process that ends leaves to the system
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(ended.code if isinstance(ended.code, int) else FAILED)
        raise
    finally:
        gc.freeze()  # the same for the search that the interpreter makes on its way out


if __name__ == "__main__":
    run()
