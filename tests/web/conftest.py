"""One real server and one real browser for all tests of the pages; a page of its own for each."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.http.server import Server, add_key, serving

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
ARGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
Page = Any
"""Playwright's page; its types are asked for only where a test is run."""


@dataclass(frozen=True)
class Site:
    """A server whose lists anybody may read, and a key of somebody who may do everything."""

    server: Server
    key: str

    @property
    def url(self) -> str:
        return self.server.url


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("web") / "home"
    key = add_key(home, "C. Nurse", "review", "publish")
    with serving(home, "--open-read") as server:
        yield Site(server, key)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not shutil.which(CHROMIUM):
        pytest.skip("chromium is not installed")
    with api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGS])
        yield found
        found.close()


Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Any, site: Site) -> Iterator[Open]:  # noqa: ANN401 - playwright's browser
    """Open pages; what a page's console complains of fails its test."""
    contexts, complaints = [], []

    def new(path: str = "/", *, complain: bool = True, **options: Any) -> Page:  # noqa: ANN401 - playwright's options
        context = browser.new_context(viewport=options.pop("viewport", {"width": 1280, "height": 900}), **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        if complain:
            page.on("console", lambda told: complaints.append(told.text) if told.type in ("error", "warning") else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(site.url + path)
        return page

    yield new
    for each in contexts:
        each.close()
    assert complaints == []


def signed_in(opened: Open, site: Site, path: str = "/", **options: Any) -> Page:  # noqa: ANN401 - as above
    page = opened("/sign-in", **options)
    page.fill("#key", site.key)
    page.click("main button")
    page.wait_for_url(f"{site.url}/")
    page.goto(site.url + path)
    return page


def paste(page: Page, text: str, **fields: str) -> None:
    """Paste an order, and wait for its answer."""
    for name, value in fields.items():
        locator = page.locator(f"#{name}")
        locator.select_option(value) if name == "plan" else locator.fill(value)
    with page.expect_response("**/preview"):
        page.fill("#lines", text)
    same = "document.querySelector('#told').dataset.lines.trim() === document.querySelector('#lines').value.trim()"
    for _ in range(100):  # not `wait_for_function`: what it evaluates in the page is stopped by the page's policy
        if page.evaluate(same):
            return
        page.wait_for_timeout(50)
    raise AssertionError("the answer is of another order")
