"""Every page: its policy, its words, its width, and what axe finds in both themes."""

import re
from typing import Any

import pytest

from precert.requirement.explain import DISCLAIMER
from tests.web.conftest import Open, Page, Site, paste, signed_in

ASKED = "/crosswalk?code=22551&code=27130&code=99213"
PATHS = (
    *("/", "/records", "/codes", "/codes?q=lumbar", "/codes/22899", "/codes/99213", "/lists", "/lists/cigna-commercial"),
    *("/lists/medicare-ffs-dmepos?prints=Yes", "/changes", ASKED, "/anesthesia?region=cervical&date=2025-05-01", "/sign-in", "/nothing?"),
)
SIGNED = ("/review", "/ingest")
NEVER = re.compile(r"\b(approved?|approval|denied|denial|covered|coverage|medically necessary|not required)\b", re.IGNORECASE)
ORDER = "22551, 22845; L8680-NU\n99213 E2361 22899 K0848 T1031 78434 2282l9\nneck thing"


def serious(page: Page) -> list[Any]:
    """What axe calls serious or critical, in both themes."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed").Axe()
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        told = axe.run(page).response["violations"]
        found += [
            (scheme, each["id"], each["nodes"][0]["html"][:200], each["nodes"][0]["failureSummary"][:300])
            for each in told
            if each["impact"] in ("serious", "critical")
        ]
    page.emulate_media(color_scheme="light")
    return found


def holds(page: Page) -> None:
    """What holds for every page: one heading, the disclaimer, none of the words we never say, no sideways scrolling, no serious finding."""
    assert page.locator("h1").count() == 1
    told = page.inner_text("body").replace(DISCLAIMER, "")
    told = " ".join(told.split()).replace("nothing about payment, coverage, or medical necessity", "")
    assert not NEVER.findall(told)
    assert DISCLAIMER in page.inner_text("footer")
    narrow(page)
    assert serious(page) == []


def narrow(page: Page) -> None:
    """At 360 pixels, and at twice the size of a small screen, nothing needs to be scrolled sideways."""
    wide = page.viewport_size
    for width in (360, 640):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, page.url
    page.set_viewport_size(wide)


@pytest.mark.long
@pytest.mark.parametrize("path", PATHS)
def test_every_page_holds(opened: Open, path: str) -> None:
    holds(opened("/codes/nothing", complain=False) if path == "/nothing?" else opened(path))


@pytest.mark.parametrize("path", ["/", "/codes/22899", "/lists", "/changes"])
def test_pages_fit_a_telephone(opened: Open, path: str) -> None:
    narrow(opened(path))


def test_an_answer_and_its_proof_hold(opened: Open) -> None:
    page = opened()
    paste(page, ORDER, date="2026-03-02")
    with page.expect_response("**/preview"):
        page.click("button[value=what_if]")
    page.wait_for_selector(".whatif li")
    holds(page)
    for each in page.locator("details").all():
        each.evaluate("(each) => { each.open = true; }")
    assert serious(page) == []
    page.locator(".lines a.row").first.click()
    page.wait_for_selector("dialog[open]")
    assert serious(page) == []
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.click("button.proof")
    holds(page)


@pytest.mark.long
def test_pages_of_the_desk_hold(opened: Open, site: Site) -> None:
    page = signed_in(opened, site)
    for path in SIGNED:
        page.goto(site.url + path)
        holds(page)


def test_pages_go_out_under_a_policy_that_lets_in_our_files_only(opened: Open, site: Site) -> None:
    page = opened()
    answer = page.request.get(site.url)
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")
    assert answer.headers["cache-control"] == "no-store"
    text = answer.text()
    assert "style=" not in text
    assert not re.search(r"\son[a-z]+=", text)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text)


def test_what_a_script_would_do_is_stopped(opened: Open) -> None:
    page = opened(complain=False)
    script = "const each = document.createElement('script'); each.textContent = 'window.ran = 1'; document.body.append(each);"
    page.evaluate(f"() => {{ {script} }}")
    assert page.evaluate("window.ran") is None


def test_a_list_is_filtered_and_taken_along(opened: Open, site: Site) -> None:
    page = opened("/lists/cigna-commercial")
    assert page.locator(".picture rect").count() > 10
    page.fill("#q", "lumbar")
    page.select_option("#program", "Spine Surgery")
    with page.expect_navigation():
        page.click("button:has-text('Filter')")
    count = int(page.inner_text("caption").split()[0])
    assert 0 < count < 200
    csv = page.request.get(site.url + page.get_attribute("a:has-text('Download as CSV')", "href")).text()
    assert len(csv.splitlines()) == count + 1
    assert all(",Spine Surgery," in line for line in csv.splitlines()[1:])


def test_a_code_shows_its_answer_in_every_plan_and_its_past(opened: Open) -> None:
    page = opened("/codes/22899?date=2026-03-02")
    assert page.locator("tbody").first.locator("tr").count() >= 3
    assert page.locator("figure.picture svg rect[class]").count() == 2
    assert "Not on the list - this does not mean no PA" in page.inner_text("main")
    assert "first known" in page.inner_text("main")


def test_the_anesthesia_helper_names_a_code_and_what_would_change_it(opened: Open) -> None:
    page = opened("/anesthesia")
    page.fill("#date", "2025-05-01")
    page.select_option("#region", "cervical")
    page.check("input[name=sitting][value=yes]")
    with page.expect_navigation():
        page.click("button.first")
    assert page.inner_text(".headline") == "00604"
    assert page.is_checked("input[name=sitting][value=yes]")
    assert "What would change it" in page.inner_text("main")


def test_releases_of_different_plans_are_named_as_such(opened: Open) -> None:
    page = opened("/changes")
    offered = page.locator("#from option")
    ids = {name: offered.filter(has_text=name).first.get_attribute("value") for name in ("cigna", "health-alliance")}
    page.select_option("#from", ids["cigna"])
    page.select_option("#to", ids["health-alliance"])
    page.click("button.first")
    told = " ".join(page.inner_text("main [role=alert]").split())
    assert told.startswith("These are releases of different lists, of different plans:")
    assert "plan cigna-commercial" in told
    assert "plan health-alliance-medical" in told
    page.select_option("#to", ids["cigna"])
    page.click("button.first")
    assert page.locator("main [role=alert]").count() == 0


def test_plans_side_by_side_from_a_paste(opened: Open) -> None:
    page = opened("/crosswalk")
    page.fill("#codes", "22551, 99213 words")
    page.fill("#date", "2026-03-02")
    with page.expect_navigation():
        page.click("button.first")
    assert page.locator("tbody tr").count() == 2
    assert "plans differ" in page.inner_text("tbody tr >> nth=0")
    assert "words" in page.inner_text(".warns")
