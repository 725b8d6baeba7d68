"""What the service tells about itself: a JSON line a request, and metrics. Neither holds anything that was sent.

A request is told by its route's template, never by its path; by our own id for it, never by one that was sent; and an error by its
type and where in our code it was raised, never by its message, which may quote the input.
"""

import logging
import sys
import traceback
from typing import Any

import orjson
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_ROUTE = "(none)"


def logger() -> Any:  # noqa: ANN401 - structlog's loggers have no better type
    """Return the logger: one JSON object a line, on stderr."""
    return structlog.wrap_logger(
        structlog.BytesLogger(sys.stderr.buffer),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(serializer=orjson.dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )


class Telemetry:
    """The log and the metrics of one service."""

    def __init__(self, log: Any = None) -> None:  # noqa: ANN401 - as above
        self.log = log or logger()
        self.registry = CollectorRegistry()
        names = ("route", "method", "status")
        self._requests = Counter("precert_requests", "Requests, by the template of their route", names, registry=self.registry)
        self._seconds = Histogram("precert_request_seconds", "How long they took", ("route",), buckets=_BUCKETS, registry=self.registry)
        self._counted: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self.under_way = Gauge("precert_requests_under_way", "Requests under way", registry=self.registry)
        self.records = Counter("precert_records", "Records kept", registry=self.registry)
        self.cases = Counter("precert_cases", "Cases answered", registry=self.registry)
        self.switches = Counter("precert_switches", "Times that newly published lists were taken up", registry=self.registry)

    def request(  # noqa: PLR0913 - what is told of one
        self, *, request_id: str, method: str, route: str, status: int, seconds: float, subject: str | None
    ) -> None:
        """Tell of one request."""
        named = method if method in _METHODS else "other"
        counted = self._counted.get((route, named, status))
        if counted is None:
            counted = self._counted[route, named, status] = self._requests.labels(route, named, status), self._seconds.labels(route)
        counted[0].inc()
        counted[1].observe(seconds)
        told = {"request": request_id, "method": named, "route": route, "status": status, "ms": round(seconds * 1e3, 2)}
        self.log.info("request", **told, subject=subject)

    def error(self, error: BaseException, request_id: str) -> None:
        """Tell of an error of ours: its type, and where in our code it was raised."""
        frames = traceback.extract_tb(error.__traceback__)[-8:]
        where = [f"{each.filename.rpartition('site-packages/')[2].rpartition('/src/')[2]}:{each.lineno}" for each in frames]
        self.log.error("failed", request=request_id, error=type(error).__name__, where=where)

    def metrics(self) -> bytes:
        """Return the metrics in Prometheus's text format."""
        return generate_latest(self.registry)


class _Quietly(logging.Handler):
    """Hands the server's own lines on, without what they would say of a request."""

    def __init__(self, log: Any) -> None:  # noqa: ANN401 - as above
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        # The message is the server's constant text; its arguments and its traceback may hold what was sent.
        told = record.msg if isinstance(record.msg, str) and not record.args and "%" not in record.msg else "server"
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        self._log.log(record.levelno, "server", told=told.partition("\n")[0], error=error)


def take_over(log: Any) -> None:  # noqa: ANN401 - as above
    """Put the server's own log into ours."""
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "asyncio"):
        each = logging.getLogger(name)
        each.handlers, each.propagate = [], False
    for name in ("uvicorn", "asyncio"):
        logging.getLogger(name).addHandler(_Quietly(log))
        logging.getLogger(name).setLevel(logging.INFO if name == "uvicorn" else logging.WARNING)
    logging.getLogger("uvicorn.error").propagate = True
    logging.getLogger("uvicorn.access").disabled = True
