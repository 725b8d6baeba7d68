"""What every door of the house says when a request could not be read."""


class RequestError(ValueError):
    """A request that could not be read. `code` is stable; the message says what and where, and may quote the input."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
