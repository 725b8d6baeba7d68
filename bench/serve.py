"""What the service costs beside a bare route, and how steady it is while lists are published: `python -m bench.serve [--seconds N]`.

Two servers, one worker each, are asked in turns in the same run: `precert serve`, whose answers are not recorded, and a route of the same
framework with nothing around it that reads the same body by the same model and returns the same bytes. Then answers that are recorded,
at a fixed rate, while a list is published every few seconds. It asserts nothing.
"""

import argparse
import asyncio
import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.__main__ import PLAIN, case, machine

BARE = """
import json, sys
import uvicorn
from fastapi import FastAPI
from starlette.responses import Response
from starlette.routing import Route
from precert import Case, rulebook
from precert.surfaces.http.routes.determinations import written

BOOK = rulebook("cigna-commercial")

async def determine(request):
    told = BOOK.determine(Case.from_dict(json.loads(await request.body())))
    return Response(written(told), media_type="application/json")

app = FastAPI()
app.router.routes.insert(0, Route("/v1/determinations", determine, methods=["POST"]))
uvicorn.run(app, port=int(sys.argv[1]), access_log=False, log_level="warning")
"""
CONNECTIONS = 8
LIST = "Copyright 2026 Example\n\nCategory\tCPT Code\tCPT Code Description\nSpine\t22551\tOne\nSpine\t22590\tAnother, the {}.\n"
PROFILE = 'plan = "example"\nlist = "example"\ntitle = "Example"\npayer = "Example"\nmembership = true\n[programs]\nall = "Spine"\n'


@dataclass
class Taken:
    """What a load found: seconds of each answer, and how many were no answer."""

    seconds: list[float] = field(default_factory=list)
    errors: int = 0

    def percentile(self, at: int) -> float:
        """Return a percentile, in milliseconds."""
        return statistics.quantiles(self.seconds, n=100)[at - 1] * 1e3


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.serve", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--seconds", type=float, default=3, help="how long each server is asked in a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steady", type=float, default=30, help="how long recorded answers are asked for; 0 leaves it out")
    options = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        against_bare(Path(folder) / "home", options.seconds, options.rounds)
        if options.steady:
            steadily(Path(folder) / "steady", options.steady)


# -- beside a bare route ---------------------------------------------------------------------------------------------------


def against_bare(home: Path, seconds: float, rounds: int) -> None:
    """Print how many answers a second the service gives, and a bare route."""
    body = json.dumps(case(PLAIN)).encode()
    found: dict[str, list[float]] = {"bare": [], "precert": []}
    with serving(home, "-c", BARE) as bare, serving(home, "-m", "precert.surfaces.cli.main", "serve", "--port") as ours:
        asked = {"bare": (bare, request(body)), "precert": (ours, request(body, "?preview=true"))}
        for port, sent in asked.values():
            asyncio.run(loaded(port, sent, 1))
        for _ in range(rounds):
            for name, (port, sent) in asked.items():
                taken = asyncio.run(loaded(port, sent, seconds))
                assert not taken.errors
                found[name].append(len(taken.seconds) / seconds)
    rates = {name: statistics.median(each) for name, each in found.items()}
    print(f"POST /v1/determinations, {len(PLAIN)} lines, not recorded, {CONNECTIONS} connections, one worker, median of {rounds} rounds")
    for name, rate in rates.items():
        print(f"  {name:<8}{rate:8.0f} answers/s  ({min(found[name]):.0f} to {max(found[name]):.0f})")
    print(f"  ratio   {rates['precert'] / rates['bare']:8.2f}  (target 0.60)")


def request(body: bytes, query: str = "") -> bytes:
    """Return a request as it is sent."""
    head = [f"POST /v1/determinations{query} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, "", ""]).encode() + body


async def loaded(port: int, sent: bytes, seconds: float) -> Taken:
    """Ask as fast as answers come, over several connections."""
    taken = Taken()
    until = time.perf_counter() + seconds

    async def work() -> None:
        async with connected(port) as (reader, writer):
            while time.perf_counter() < until:
                await ask(reader, writer, sent, taken)

    await asyncio.gather(*(work() for _ in range(CONNECTIONS)))
    return taken


@contextlib.asynccontextmanager
async def connected(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Give a connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sent: bytes, taken: Taken) -> None:
    """Ask once, and take note."""
    start = time.perf_counter()
    writer.write(sent)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    await reader.readexactly(length)
    taken.seconds.append(time.perf_counter() - start)
    taken.errors += not head.startswith(b"HTTP/1.1 200")


# -- steadily, while lists are published -----------------------------------------------------------------------------------

RATE, EVERY = 100, 5.0


def steadily(home: Path, seconds: float) -> None:
    """Print how long recorded answers take at a fixed rate, while a list of the very plan that is asked is published."""
    publish(home, 0)
    body = json.dumps({"plan": "example", "date_of_service": "2027-03-02", "lines": [{"code": code} for code in PLAIN]}).encode()
    with serving(home, "-m", "precert.surfaces.cli.main", "serve", "--port") as port:
        taken, published = asyncio.run(_steadily(port, home, request(body), seconds))
    print(f"recorded, {RATE} requests/s for {seconds:.0f} s, a list published by another process every {EVERY:.0f} s ({published} times)")
    print(f"  p50 {taken.percentile(50):.1f} ms, p99 {taken.percentile(99):.1f} ms (target 50), most {max(taken.seconds) * 1e3:.1f} ms")
    print(f"  {len(taken.seconds)} answers, {taken.errors} errors (target 0)")


async def _steadily(port: int, home: Path, sent: bytes, seconds: float) -> tuple[Taken, int]:
    taken, start, published = Taken(), time.perf_counter(), 0

    async def publishing() -> None:
        nonlocal published
        while True:
            await asyncio.sleep(EVERY)
            published += 1
            await asyncio.to_thread(publish, home, published)

    publisher = asyncio.create_task(publishing())
    async with contextlib.AsyncExitStack() as stack:
        idle = [await stack.enter_async_context(connected(port)) for _ in range(16)]
        tasks: set[asyncio.Task[None]] = set()
        for number in range(int(seconds * RATE)):
            await asyncio.sleep(max(0, start + number / RATE - time.perf_counter()))
            if not idle:
                idle.append(await stack.enter_async_context(connected(port)))
            tasks.add(asyncio.create_task(_borrow(idle, sent, taken)))
        await asyncio.gather(*tasks)
    publisher.cancel()
    return taken, published


async def _borrow(idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]], sent: bytes, taken: Taken) -> None:
    reader, writer = idle.pop(0)  # in turns: the service lets go of a connection that nobody has used for ten seconds
    await ask(reader, writer, sent, taken)
    idle.append((reader, writer))


def publish(home: Path, number: int) -> None:
    """Ingest a list that is new and publish it, as another process."""
    home.mkdir(exist_ok=True)
    document, profile = home / "example.txt", home / "example.toml"
    document.write_text(LIST.format(number), "utf-8")
    profile.write_text(PROFILE, "utf-8")
    for verb in (["ingest", str(document), "--plan", "example", "--profile", str(profile)], ["publish", "--list", "example"]):
        command = [sys.executable, "-m", "precert.surfaces.cli.main", *verb]
        subprocess.run(command, env=os.environ | {"PRECERT_HOME": str(home)}, check=True, stdout=subprocess.DEVNULL)


@contextlib.contextmanager
def serving(home: Path, *arguments: str) -> Iterator[int]:
    """Start a server on a free port, and stop it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [sys.executable, *arguments, str(port)]
    environment = os.environ | {"PRECERT_HOME": str(home)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


if __name__ == "__main__":
    main()
