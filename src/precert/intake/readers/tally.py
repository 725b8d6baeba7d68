"""What a reader sees many times is noted once: at the first place, with how many there are. A thousand equal findings hide the rest."""

from precert.facts.model import Citation
from precert.intake.readers.document import Note


class Tally:
    """Notes by their code and message: the first place, and how often."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], tuple[Citation, int]] = {}

    def add(self, code: str, message: str, place: Citation) -> None:
        """Note something; said again of another place, it is counted."""
        first, count = self._seen.get((code, message), (place, 0))
        self._seen[code, message] = first, count + 1

    def notes(self) -> tuple[Note, ...]:
        """Return the notes, in the order in which they were first seen."""
        return tuple(
            Note(code, message if count == 1 else f"{message} ({count} times; this is the first)", place)
            for (code, message), (place, count) in self._seen.items()
        )
