"""What was read from outside (a token, a file's name, a printed cell), shown so that it cannot move a cursor or paint."""


def visible(text: str) -> str:
    """Spell out what does not print."""
    return text if text.isprintable() else "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)
