"""What goes wrong, as RFC 9457 problems. A problem never repeats what was sent: its words are ours, and stand in one table.

`where` points to the member that could not be read, by its name or its number; both are ours too.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

SCHEMA = "precert.problem/1"
MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its status and its title."""

    status: int
    title: str


KINDS: Mapping[str, Kind] = {
    # the request cannot be read
    "bad-json": Kind(400, "The body is not JSON as it is read here: one document in UTF-8, no member named twice, no NaN, not too deep."),
    "bad-upload": Kind(400, "The body is not a form of one document, and perhaps one profile."),
    "bad-parameter": Kind(422, "A parameter is unknown, given twice, or not of its form."),
    "bad-field": Kind(422, "A member is unknown, of the wrong type, or not of its form."),
    "bad-date": Kind(422, "A date is not a day of the calendar written YYYY-MM-DD."),
    "bad-code": Kind(422, "A code is not well-formed."),
    "bad-modifier": Kind(422, "A modifier is not two ASCII letters or digits."),
    "bad-region": Kind(422, "The region is none of cervical, thoracic and lumbar."),
    "bad-units": Kind(422, "Units are not a whole number from 1 to 9999."),
    "invalid-code": Kind(422, "The code asked for is not well-formed."),
    "no-lines": Kind(422, "There are no lines, or no codes."),
    "no-words": Kind(422, "There is no word to search for."),
    "no-why": Kind(422, "A decision gives its reason in `why`."),
    "too-many-lines": Kind(422, "There are too many lines to be answered together."),
    "bad-profile": Kind(422, "The profile cannot be read."),
    "unreadable-file": Kind(422, "Nothing in the document could be read as a list."),
    # it can be read, and names something that is not here
    "no-such-path": Kind(404, "There is nothing at this address."),
    "no-release": Kind(404, "No release was known on that day."),
    "unknown-cursor": Kind(404, "No page begins at this cursor."),
    "unknown-list": Kind(404, "No such list is kept here."),
    "unknown-plan": Kind(404, "No list of this plan is published here."),
    "unknown-program": Kind(404, "The plan has no such program."),
    "unknown-proposal": Kind(404, "No row under review has this id."),
    "unknown-record": Kind(404, "No such record is kept here."),
    "unknown-release": Kind(404, "No such release is published here, or several ids begin so."),
    # it contradicts what is kept
    "clock-behind": Kind(409, "The list in use became known after today: the clock of this service is behind."),
    "no-proposal": Kind(409, "The row has no proposal to accept or to reject; it can be corrected."),
    "unclear-proposal": Kind(409, "Several rows under review have an id that begins so."),
    # who asks, and how
    "unauthenticated": Kind(401, "This needs a key or a token that is valid."),
    "forbidden": Kind(403, "The key or token does not carry the role that this needs."),
    "wrong-origin": Kind(403, "A page of another site may not ask this."),
    "proxied": Kind(403, "A request came through a proxy, and no keys or tokens are set up here."),
    "wrong-host": Kind(421, "This service does not answer under that host name."),
    "method-not-allowed": Kind(405, "The address does not take this method."),
    "not-acceptable": Kind(406, "The answer is not made in any of the media types that are accepted."),
    "too-slow": Kind(408, "The request took too long to arrive."),
    "too-large": Kind(413, "The body is larger than is read here."),
    "unsupported-media-type": Kind(415, "The body is of a media type, or in an encoding, that is not read here."),
    "headers-too-large": Kind(431, "The headers or the address are larger than is read here."),
    "malformed": Kind(400, "This is not HTTP as it is read here."),
    # ours
    "failed": Kind(500, "An error of ours. The log names it by the id of this request."),
    "busy": Kind(503, "Too much is being done at once, or this took too long; try again."),
    "not-kept": Kind(503, "The store or the audit log cannot be used, so nothing is answered."),
    "not-ready": Kind(503, "The service cannot answer yet, or cannot any more."),
}


class Problem(Exception):  # noqa: N818 - RFC 9457's word
    """A request that is not answered, and why."""

    def __init__(self, code: str, where: str | None = None, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.code, self.where, self.headers = code, where, dict(headers or {})

    @property
    def status(self) -> int:
        """The HTTP status."""
        return KINDS[self.code].status

    def members(self, request_id: str | None = None) -> dict[str, Any]:
        """Return the problem as JSON members."""
        kind = KINDS[self.code]
        return {
            "schema": SCHEMA,
            "type": f"urn:precert:problem:{self.code}",
            "title": kind.title,
            "status": kind.status,
            "code": self.code,
            "where": self.where,
            "request": request_id,
        }

    def body(self, request_id: str | None = None) -> bytes:
        """Return the problem as the body of a response."""
        return json.dumps(self.members(request_id)).encode()


_LINE = re.compile(r"line ([0-9]{1,6})\b", re.ASCII)
_NAME = re.compile(r"`([a-z_]{1,40})`", re.ASCII)


def unreadable(error: Exception, code: str, names: Iterable[str] = ()) -> Problem:
    """Return the problem of a request whose reading failed; `names` are the members that its place may be told by.

    The error's message quotes the input. Only its line's number is taken from it, and a name when it is one of ours.
    """
    message = str(error)
    line = _LINE.match(message)
    named = _NAME.search(message)
    inside = f"lines[{line[1]}]" if line else None
    return Problem(code, inside or (named[1] if named and named[1] in set(names) else None))


_MISSING = {"bad-field": "unknown-program"}


def missing(code: str) -> Problem:
    """Return the problem of a request that was read and names what is not here; of a program, the core says `bad-field`."""
    return Problem(_MISSING.get(code, code))
