"""Runs the service: one process, one loop, uvicorn with our protocol. Several processes may share a home, behind a balancer."""

import signal
import sys
from collections.abc import Callable

import uvicorn

from precert.surfaces.http.app import Pages, create_app
from precert.surfaces.http.protocol import Guarded
from precert.surfaces.http.settings import Settings
from precert.surfaces.http.telemetry import Telemetry, take_over

_TURN = 0.0005
"""Seconds that a thread which opens a list, say, may keep the loop waiting for its turn: every answer waits for several turns."""


def run(settings: Settings, *, pages: Pages | None = None, tell: Callable[[str], object] = lambda _: None) -> None:
    """Serve until told to stop; then finish what is under way. Raises RequestError when the set-up would let strangers in."""
    telemetry = Telemetry()
    config = configured(settings, create_app(settings, pages=pages, telemetry=telemetry))
    take_over(telemetry.log)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    tell(f"listening on http://{host}:{settings.port} (the API's page: /docs); stop with Ctrl-C")
    sys.setswitchinterval(_TURN)
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, _stopped)
    uvicorn.Server(config).run()


def _stopped(_number: int, _frame: object) -> None:
    """Take the signal that uvicorn hands on once it has stopped: to be told to stop is no failure."""


def configured(settings: Settings, app: object) -> uvicorn.Config:
    """Return uvicorn's configuration."""
    limits = settings.limits

    class Connection(Guarded):
        """One connection, with this service's limits."""

    Connection.limits = limits
    return uvicorn.Config(
        app,  # type: ignore[arg-type] # an ASGI app; uvicorn's own types for it are its own
        host=settings.host,
        port=settings.port,
        http=Connection,
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        backlog=512,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=limits.stop_seconds,
    )
