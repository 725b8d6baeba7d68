"""From a document handed in at the page to a new answer, with nothing restarted; and a document that means harm."""

import csv
import io
from typing import Any

import httpx
import pytest

from tests.web.conftest import Open, Page, Site, paste, signed_in
from tests.web.test_pages import holds
from tests.workbench.test_end_to_end import LIST, PROFILE

FORMULA, SCRIPT, RIGHT_TO_LEFT = (
    '=HYPERLINK("http://x","y")',
    "<script>window.hurt=1</script><img src=x onerror=window.hurt=1>",
    "\u202eevah tsum\u2066",
)
HOSTILE = f"""Hostile Health {SCRIPT} list
Category\tCPT Code\tCPT Code Description
{SCRIPT}\t22551\t{SCRIPT}
{RIGHT_TO_LEFT}\t22552\t{RIGHT_TO_LEFT}
{FORMULA}\t22554\t{FORMULA}
@SUM(1)\t22556\t{"long " * 2_000}
Spine\t<b>2\t{SCRIPT}
Copyright 2026 Hostile Health
"""


def hand_in(page: Page, site: Site, plan: str, text: str, profile: str = PROFILE) -> None:
    page.goto(f"{site.url}/ingest")
    page.fill("#plan", plan)
    page.set_input_files("#document", {"name": f"{plan}.txt", "mimeType": "text/plain", "buffer": text.encode()})
    told = profile.replace('"example"', f'"{plan}"').encode()
    page.set_input_files("#profile", {"name": "profile.toml", "mimeType": "text/plain", "buffer": told})
    page.click("button.first")
    page.wait_for_selector("h1:has-text('was read')", timeout=60_000)
    assert page.request.get(f"{page.url}/state").json()["done"]


def publish(page: Page, site: Site, plan: str) -> None:
    page.goto(f"{site.url}/review/{plan}")
    page.click(f"button:has-text('Publish {plan}')")
    page.wait_for_selector("h1:has-text('is published')", timeout=60_000)


def test_a_document_is_read_reviewed_and_published_and_the_next_answer_is_the_new_one(opened: Open, site: Site) -> None:
    asking, page = opened(), signed_in(opened, site, complain=False)  # a decision that is refused is a complaint to a browser
    hand_in(page, site, "example", LIST)
    assert "How the columns are read" in page.inner_text("main")
    assert "CPT Code Description" in page.inner_text("main")
    holds(page)
    page.click("a:has-text('Look at the rows set aside')")
    holds(page)
    row = page.locator(".damaged > li").first
    assert "Taking out a neck bone" in row.inner_text()
    row.locator("button[value=correct]").click()
    assert "Write why" in page.inner_text("[role=alert]")
    row.locator("input[name=why]").fill("read from paper")
    row.locator("input[name=code]").fill("nocode")
    row.locator("input[name=code]").evaluate("(each) => { each.value = 'xx'; }")
    row.locator("button[value=correct]").click()
    assert "is not a well-formed code" in page.inner_text("[role=alert]")
    row.locator("input[name=code]").fill("63081")
    row.locator("button[value=correct]").click()
    assert "Corrected as 63081 by C. Nurse" in " ".join(row.locator(".decided").inner_text().split())
    asking.goto(site.url)
    assert "example" not in asking.inner_text("#plan")
    publish(page, site, "example")
    holds(page)
    asking.reload()
    paste(asking, "63081 22551", plan="example", date="2026-12-01")
    assert asking.inner_text("#verdict .headline") == "Build one case"
    assert "C. Nurse" in asking.inner_text(".bucket.know")
    first = changes_of(page, site, LIST.replace("\t22552\t", "\t22558\t"))
    assert "removed 22552" in first.lower()
    assert "1 case touched" in first
    paste(asking, "22552", plan="example", date="2026-12-02")
    assert asking.inner_text("#verdict .headline") == "Cannot tell yet"


def test_a_row_that_a_queue_holds_is_linked_to_its_page_there(opened: Open, site: Site) -> None:
    page = signed_in(opened, site)
    hand_in(page, site, "queued", LIST.replace("h suxi", "6308l"))
    publish(page, site, "queued")
    page.goto(site.url)
    paste(page, "63081", plan="queued", date="2026-12-01")
    assert page.inner_text("#verdict .headline") == "Cannot tell yet"
    assert "Somebody has to read it in the document: queued.txt:5." in page.inner_text(".questions")
    page.click(".questions a:has-text('Open the review queue')")
    page.wait_for_url(f"{site.url}/review/queued?page=1")
    assert "6308l" in page.inner_text(".damaged")


def changes_of(page: Page, site: Site, text: str) -> str:
    """Publish another reading of the list, and compare it with the first on booked orders."""
    hand_in(page, site, "example", text)
    assert "removed" in page.inner_text("main")
    publish(page, site, "example")
    page.click("a:has-text('What changed')")
    orders = b"case_id,code,date_of_service\nA-1,22552,2026-12-01\nA-2,22551,2026-12-01\n"
    page.set_input_files("#orders", {"name": "orders.csv", "mimeType": "text/csv", "buffer": orders})
    page.click("button.first")
    page.wait_for_selector("h2:has-text('Booked orders')")
    holds(page)
    return " ".join(page.inner_text("main").split())


def test_a_printed_row_shows_its_own_words_where_the_document_is_kept(opened: Open, site: Site) -> None:
    page = signed_in(opened, site)
    hand_in(page, site, "worded", LIST)
    publish(page, site, "worded")
    paste(page_of(page, site), "22551", plan="worded", date="2026-12-01")
    page.locator(".lines a.row").first.click()
    page.wait_for_selector("dialog[open]")
    assert "Neck fusion from the front" in page.inner_text("dialog .wording")
    page.keyboard.press("Escape")
    found: list[Any] = []
    for _ in range(40):
        found = page.request.get(f"{site.url}/suggest?plan=worded&q=front").json()["hits"]
        if found:
            break
        page.wait_for_timeout(100)
    assert [each["code"] for each in found] == ["22551"]


def page_of(page: Page, site: Site) -> Page:
    page.goto(site.url)
    return page


def test_a_hostile_document_is_shown_and_does_no_harm(opened: Open, site: Site) -> None:
    page = signed_in(opened, site)
    hand_in(page, site, "hostile", HOSTILE)
    harmless(page)
    page.goto(f"{site.url}/review/hostile")
    harmless(page)
    assert "<b>2" in page.inner_text(".damaged").lower()
    publish(page, site, "hostile")
    for path in ("/lists/hostile", "/codes/22551", "/codes/22552", "/codes/22554", "/codes/22556", "/codes?q=script"):
        page.goto(site.url + path)
        harmless(page)
    page.goto(f"{site.url}/lists/hostile")
    holds(page)
    assert "<script>" in page.inner_text("main")
    for place in page.locator("a.row").evaluate_all("(rows) => rows.map((each) => each.href)"):
        page.goto(place)
        harmless(page)
        assert page.locator(".wording").count() == 1
    rows = list(csv.reader(io.StringIO(page.request.get(f"{site.url}/lists/hostile.csv").text())))
    assert len(rows) == 5
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    page.goto(site.url)
    paste(page, f"22551 22552 {SCRIPT} \u202e22554", plan="hostile")
    harmless(page)
    assert "<script>" in page.inner_text("#answer")


def harmless(page: Page) -> None:
    """Nothing that was printed ran, loaded, or turned the page around."""
    assert page.evaluate("window.hurt") is None
    assert page.locator("main script, main img").count() == 0
    assert "\u202e" not in page.inner_text("body")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


# -- who may ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/review", "/ingest", "/review/example", "/ingest/0123"])
def test_who_shows_no_key_is_asked_to_sign_in(opened: Open, path: str) -> None:
    page = opened(path, complain=False)
    assert page.inner_text("h1") == "Sign in"


def test_a_wrong_key_opens_nothing_and_signing_out_closes(opened: Open, site: Site) -> None:
    page = opened("/sign-in", complain=False)
    page.fill("#key", "precert_000000000000_" + "x" * 43)
    page.click("main button")
    assert "not valid" in page.inner_text("[role=alert]")
    page.fill("#key", site.key)
    page.click("main button")
    page.goto(f"{site.url}/review")
    assert page.inner_text("h1") == "Review"
    cookie = next(each for each in page.context.cookies() if each["name"] == "precert-visit")
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    assert site.key not in cookie["value"]
    page.click("button:has-text('Sign out')")
    page.goto(f"{site.url}/review")
    assert page.inner_text("h1") == "Sign in"


@pytest.mark.parametrize("path", ["/", "/preview", "/proof", "/crosswalk", "/sign-in", "/sign-out"])
def test_a_form_that_is_not_of_this_visit_is_refused(site: Site, path: str) -> None:
    with httpx.Client(base_url=site.url) as client:
        client.get("/")
        for token in ("", "0" * 64):
            answer = client.post(path, data={"csrf": token, "plan": "cigna-commercial", "lines": "22551"})
            assert answer.status_code == 403
            assert "This form is old" in answer.text


@pytest.mark.parametrize("path", ["/ingest", "/review/example", "/review/example/publish", "/changes"])
def test_forms_of_the_desk_need_their_token_too(site: Site, path: str) -> None:
    with httpx.Client(base_url=site.url, headers={"X-API-Key": site.key}) as client:
        client.get("/")
        more: dict[str, Any] = {"files": {"document": ("a.txt", b"x")}} if path in ("/ingest", "/changes") else {}
        answer = client.post(path, data={"csrf": "0" * 64}, **more)
        assert answer.status_code == 403


def test_a_form_from_another_site_is_turned_away_at_the_door(site: Site) -> None:
    with httpx.Client(base_url=site.url) as client:
        answer = client.post("/proof", data={"lines": "22551"}, headers={"Origin": "https://elsewhere.example"})
        assert (answer.status_code, answer.json()["code"]) == (403, "wrong-origin")


def test_what_was_pasted_is_in_no_log_and_no_address(site: Site, opened: Open) -> None:
    page = opened()
    paste(page, "22551 Zebulon Canary 1931-02-03", date="2026-03-02")
    with page.expect_navigation():
        page.click("button.proof")
    assert "Canary" not in page.url
    assert "Canary" not in page.content()
    log = site.server.log.read_text("utf-8")
    assert '"route": "/proof"' in log or '"route":"/proof"' in log
    assert "Canary" not in log
    assert "1931" not in log
