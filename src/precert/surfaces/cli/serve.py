"""`precert serve`: the API over HTTP, on this machine only unless somebody can be told apart."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from precert.request import RequestError
from precert.store.places import home
from precert.surfaces.cli.output import complain, put_bytes

if TYPE_CHECKING:
    from precert.surfaces.http.settings import Settings


def serve(  # noqa: PLR0913 - the contract's options, and those of the set-up
    *,
    host: Annotated[str, typer.Option("--host", metavar="H", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="P", min=0, max=65535, help="The port.")] = 8000,
    allow_host: Annotated[
        list[str] | None, typer.Option("--allow-host", metavar="NAME", help="A name that requests may address; may be repeated.")
    ] = None,
    open_read: Annotated[bool, typer.Option("--open-read", help="Reading needs no key, even where keys are set up.")] = False,
    keys: Annotated[str | None, typer.Option("--keys", metavar="FILE", help="The file of keys; by default in PRECERT_HOME.")] = None,
    add_key: Annotated[str | None, typer.Option("--add-key", metavar="NAME", help="Make a key for somebody, print it, and end.")] = None,
    role: Annotated[list[str] | None, typer.Option("--role", metavar="ROLE", help="With --add-key: read, review, publish.")] = None,
) -> int:
    """Serve the API until stopped.

    Without keys and without an issuer of tokens (PRECERT_OIDC_ISSUER, _AUDIENCE, _JWKS), it listens on this machine only, and anybody
    on it may ask and read; to review and to publish takes a key.

    Exit status: 0 stopped; 2 the set-up could not be read, or would let strangers in; 3 it could not listen.
    """
    settings = _settings(host, port, allow_host, keys, open_read=open_read)
    if add_key is not None:
        from precert.surfaces.http.identity import Keys  # noqa: PLC0415 - as in _settings

        shown = Keys(settings.keys).make(add_key, role or ["read"])
        complain(f"a key for {add_key}: it is shown once, and kept as its digest in {settings.keys}")
        put_bytes(f"{shown}\n".encode())
        return 0
    from precert.surfaces.http.server import run  # noqa: PLC0415 - as in _settings
    from precert.surfaces.web.site import pages  # noqa: PLC0415 - as in _settings

    run(settings, pages=pages, tell=complain)
    return 0


def _settings(host: str, port: int, allow_host: list[str] | None, keys: str | None, *, open_read: bool) -> "Settings":
    try:
        import uvicorn  # noqa: F401, PLC0415 - the service's libraries, for this verb only

        from precert.surfaces.http import settings  # noqa: PLC0415 - the service's libraries, for this verb only
    except ModuleNotFoundError as error:
        raise RequestError("missing-extra", f'the service needs more libraries ({error.name}): pip install "precert[serve]"') from error
    file = Path(keys) if keys else home() / settings.KEYS
    hosts = (*settings.LOOPBACK, *(allow_host or ()))
    return settings.Settings(host=host, port=port, hosts=hosts, issuer=settings.issuer_of(), open_read=open_read, keys=file)
