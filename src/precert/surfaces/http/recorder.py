"""Records of answers, many to a commit. An answer is given only when its record is on the disk (ADR 0006, 10)."""

import asyncio
import secrets
import threading

from precert import __version__, records
from precert.requirement.answer import Determination
from precert.store.clock import SystemClock
from precert.store.group import GroupCommit
from precert.store.places import open_audit_log
from precert.surfaces.http.telemetry import Telemetry


class Recorder:
    """Keeps records in the audit log of this home; the log is made when the first is kept."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry, self._clock = telemetry, SystemClock()
        self._group: GroupCommit | None = None
        self._lock = threading.Lock()

    async def keep(self, answer: Determination, subject: str) -> str:
        """Keep an answer; return its record's id once it is durable. Raises StoreError: then nothing is kept."""
        record_id, text = self.write(answer, subject)
        await self.commit(text)
        return record_id

    def write(self, answer: Determination, subject: str) -> tuple[str, str]:
        """Return the id and the text of a new record."""
        record_id = secrets.token_hex(16)
        made = records.make(answer, record_id=record_id, at=self._clock.now(), subject=subject, software=__version__)
        return record_id, records.text(made)

    async def commit(self, *texts: str) -> None:
        """Return when these are durable. Raises StoreError."""
        group = self._opened()
        await asyncio.gather(*[asyncio.wrap_future(group.hand_in(text)) for text in texts])
        self._telemetry.records.inc(len(texts))

    def _opened(self) -> GroupCommit:
        with self._lock:
            if self._group is None:
                self._group = GroupCommit(open_audit_log())
            return self._group

    def close(self) -> None:
        """Keep what was handed in, and stop."""
        with self._lock:
            group, self._group = self._group, None
        if group:
            group.close()
