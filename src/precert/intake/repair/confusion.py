"""What a scanner does to a code: the confusions it is known for, undone."""

import itertools

from precert import codes

# What is printed, and what may have stood there.
_MISREAD: dict[str, str] = {"1": "T", "7": "T", "O": "0", "I": "1", "L": "1", "S": "5", "B": "8", "Z": "2"}
_STRAY = str.maketrans("", "", " .,:;|'`-_")
_MOST = 2
"""How many characters of one token may be misread: more than two, and anything could have stood there."""


def originals(printed: str) -> set[str]:
    """Return the well-formed codes that a damaged token may have been: stray marks dropped, up to two characters read back."""
    token = codes.fold(printed).translate(_STRAY)
    doubtful = [at for at, char in enumerate(token) if char in _MISREAD]
    found = set()
    for count in range(_MOST + 1):
        for places in itertools.combinations(doubtful, count):
            restored = "".join(_MISREAD[char] if at in places else char for at, char in enumerate(token))
            if codes.parse(restored):
                found.add(restored)
    found.discard(codes.fold(printed))
    return found
