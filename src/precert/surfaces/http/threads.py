"""Work that would hold up others goes into threads, within a time."""

from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

import anyio.to_thread

from precert.surfaces.http.problem import Problem

P = ParamSpec("P")
T = TypeVar("T")
SECONDS = 30.0


async def work(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a function in a thread. Raises what it raises; Problem `busy` when it takes too long."""
    return await within(SECONDS, function, *args, **kwargs)


async def within(seconds: float, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a function in a thread, within so many seconds. A thread cannot be stopped: what it does after that, nobody is told."""
    try:
        with anyio.fail_after(seconds):
            return await anyio.to_thread.run_sync(partial(function, *args, **kwargs), abandon_on_cancel=True)
    except TimeoutError:
        raise Problem("busy", headers={"Retry-After": "5"}) from None
