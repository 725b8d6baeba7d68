"""An address where nothing is: a page for a browser, a problem for a program, and neither repeats what was asked for."""

import httpx
import pytest

from tests.http.test_api import refused
from tests.web.conftest import Site

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize("path", ["/CANARIA-ROE", "/codes/", "/lists/a/CANARIA-ROE", "/docs/CANARIA-ROE/more", "/favicon.ico?CANARIA-ROE"])
def test_a_browser_is_shown_a_page(site: Site, path: str) -> None:
    answer = httpx.get(site.url + path, headers={"Accept": BROWSER})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
    assert "There is nothing at this address." in answer.text
    assert "CANARIA" not in answer.text + str(answer.headers)


def test_another_method_is_told_in_words(site: Site) -> None:
    answer = httpx.get(f"{site.url}/proof", headers={"Accept": BROWSER})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert "The address does not take this method." in answer.text


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/problem+json, text/html;q=0.9", "text/html;q=0", ""])
def test_a_program_is_told_a_problem(site: Site, accept: str) -> None:
    refused(httpx.get(f"{site.url}/nothing", headers={"Accept": accept}), 404, "no-such-path")


@pytest.mark.parametrize("path", ["/v1", "/v1/nothing", "/v1/lists/"])
def test_the_api_tells_problems_whatever_is_accepted(site: Site, path: str) -> None:
    refused(httpx.get(site.url + path, headers={"Accept": BROWSER}), 404, "no-such-path")
