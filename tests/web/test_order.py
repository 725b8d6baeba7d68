"""The order, its answer while it is typed, and its proof, as somebody at a desk uses them."""

import io
import json
import re
from pathlib import Path

import pytest

from tests.web.conftest import Open, Site, paste

ORDER = "22551, 22845x1; L8680-NU\n99213 E2361"


def kept(site: Site) -> int:
    """How many records are kept."""
    log = [path for path in Path(site.server.home).rglob("*") if path.is_file() and "audit" in str(path)]
    return sum(len(re.findall(rb'"schema":"precert.record/1"', path.read_bytes())) for path in log)


def test_pasting_shows_what_to_build_where_and_keeps_nothing(opened: Open, site: Site) -> None:
    before = kept(site)
    page = opened()
    paste(page, ORDER, date="2026-03-02")
    assert page.inner_text("#verdict .headline") == "Build one case"
    assert page.inner_text(".case .platform") == "CareCore National"
    assert "eviCore · Spine Surgery" in page.inner_text(".case")
    assert "L8680-NU Goes with 22551 and 22845" in " ".join(page.inner_text(".case").split())
    assert "does not mean that no PA is needed" in page.inner_text(".bucket.unknown")
    assert "99213" in page.inner_text(".bucket.unknown")
    assert "E2361" in page.inner_text(".bucket.ask")
    assert "Build one case" in page.text_content("#status")
    assert kept(site) == before


def test_what_holds_no_code_is_shown_as_not_read(opened: Open) -> None:
    page = opened()
    paste(page, "22551\nneck fusion\n2282l9")
    assert "neck fusion" in page.inner_text(".unread")
    assert "2282l9" in page.inner_text("section.bucket.wrong:has-text('Not a code')")


def test_questions_are_answered_by_a_click(opened: Open) -> None:
    page = opened()
    paste(page, "K0848\nT1031 78434", date="2026-03-02")
    with page.expect_response("**/preview"):
        page.click("button:has-text('Rented (RR)')")
    page.wait_for_selector("text=ordered as a rental")
    assert page.input_value("#lines").splitlines()[0] == "K0848-RR"
    with page.expect_response("**/preview"):
        page.click("button[value='set segment fl-dsnp']")
    page.wait_for_selector("button[value='set segment fl-dsnp']", state="detached")
    assert page.input_value("#segment") == "fl-dsnp"
    with page.expect_response("**/preview"):
        page.click("button:has-text('Add 78431')")
    page.wait_for_selector(".bucket.wait", state="detached")
    assert page.input_value("#lines").endswith("78431\n")


def test_place_and_state_are_asked_where_the_plan_reads_them(opened: Open) -> None:
    page = opened()
    assert not page.is_visible("#place_of_service")
    paste(page, "15820", plan="medicare-ffs", date="2026-03-02")
    assert page.is_visible("#place_of_service")
    with page.expect_response("**/preview"):
        page.click("button.choice:has-text('22, on-campus hospital')")
    page.wait_for_selector(".bucket.wait", state="detached")
    assert page.input_value("#place_of_service") == "22"
    assert page.inner_text("#verdict .headline") == "Build one case"


def test_a_conflict_shows_both_rows_side_by_side(opened: Open) -> None:
    page = opened()
    paste(page, "22899", date="2026-03-02")
    assert page.locator(".side").count() == 2
    assert "answered" in page.inner_text(".side.decides")


def test_a_citation_opens_the_row_and_gives_the_place_back(opened: Open) -> None:
    page = opened()
    paste(page, "22551", date="2026-03-02")
    page.locator(".lines a.row").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    assert "Spine Surgery" in page.inner_text("dialog")
    assert "not kept on this machine" in page.inner_text("dialog")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog", state="detached")
    assert page.evaluate("document.activeElement.className") == "row"


def test_what_the_surgeon_may_change_to(opened: Open) -> None:
    page = opened()
    paste(page, "22551 27130", date="2026-03-02")
    with page.expect_response("**/preview"):
        page.click("button:has-text('Show which')")
    page.wait_for_selector(".whatif li")
    assert re.search(r"22551: \d+ neighbours asked", page.inner_text(".whatif"))


def test_a_code_is_found_while_it_is_typed_and_added_with_the_keyboard(opened: Open) -> None:
    page = opened()
    with page.expect_response("**/suggest?*"):
        page.type("#q", "lumbar spine")
    page.wait_for_selector("#q-list li")
    page.keyboard.press("ArrowDown")
    chosen = page.inner_text("#q-list li[aria-selected=true] .code")
    assert page.get_attribute("#q", "aria-activedescendant") == "q-0"
    with page.expect_response("**/preview"):
        page.keyboard.press("Enter")
    page.wait_for_selector("#verdict")
    assert page.input_value("#lines") == f"{chosen}\n"
    assert page.get_attribute("#q", "aria-expanded") == "false"


def test_an_order_from_the_first_key_to_the_proof_without_a_mouse(opened: Open) -> None:
    page = opened()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "lines":
            break
    page.keyboard.type("22551 22845")
    page.wait_for_selector("#verdict")
    page.keyboard.press("Control+Enter")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "proof":
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/records/" in page.url
    assert "Build one case" in page.inner_text("main")


def test_the_order_works_with_scripts_off(opened: Open) -> None:
    page = opened(java_script_enabled=False)
    page.fill("#date", "2026-03-02")
    page.fill("#lines", "22551 K0848 nonsense")
    page.click("button.first")
    assert page.inner_text("#verdict .headline") == "Build 2 cases"
    assert "nonsense" in page.inner_text(".unread")
    page.click("button:has-text('Rented (RR)')")
    assert page.input_value("#lines") == "22551 K0848-RR nonsense"
    page.click("button.proof")
    assert "/records/" in page.url
    assert "1 part of what was pasted held no code" in page.inner_text("main")
    page.goto(page.url.rpartition("/records")[0])
    page.fill("#q", "22551")
    page.press("#q", "Enter")
    assert page.url.endswith("/codes/22551")


def test_what_cannot_be_asked_is_said_and_the_order_stays(opened: Open) -> None:
    page = opened()
    paste(page, "22551", plan="medicare-ffs", state="ZZ")
    assert page.inner_text("#verdict .headline") == "Not answered"
    assert "`state`" in page.inner_text("#verdict")
    assert page.input_value("#lines") == "22551"


def test_more_than_any_order_is_refused_whole(opened: Open) -> None:
    page = opened()
    paste(page, "22551 " * 501)
    assert page.inner_text("#verdict .headline") == "Not answered"
    assert "501 lines" in page.inner_text("#verdict")
    assert page.locator("button.proof").count() == 0


# -- the proof -------------------------------------------------------------------------------------------------------------


def test_a_proof_is_kept_printed_copied_and_checked_again(opened: Open, site: Site) -> None:
    pdfplumber = pytest.importorskip("pdfplumber")
    page = opened(permissions=["clipboard-read", "clipboard-write"])
    before = kept(site)
    paste(page, ORDER, date="2026-03-02")
    with page.expect_navigation():
        page.click("button.proof")
    record = page.url.rpartition("/")[2]
    assert re.fullmatch(r"[0-9a-f]{32}", record)
    assert kept(site) == before + 1
    assert "Asked again just now: the same answer" in page.inner_text("main")
    page.click("button:has-text('Copy as text')")
    page.wait_for_selector("button:has-text('Copied')")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert f"Record: {record}" in copied
    assert "22551" in copied
    with pdfplumber.open(io.BytesIO(page.pdf(format="Letter"))) as paper:
        printed = "\n".join(each.extract_text() for each in paper.pages)
        assert len(paper.pages) <= 3
    assert record in printed
    assert "Prior authorization worksheet" in printed
    assert "CareCore National" in printed
    assert "is not an approval" in " ".join(printed.split())
    assert "Download JSON" not in printed
    assert "Sign in" not in printed
    answer = page.request.get(f"{site.url}/records/{record}.json")
    assert json.loads(answer.text())["id"] == record
    assert page.request.get(f"{site.url}/records/{record}.txt").text().startswith("Prior authorization worksheet")
    page.goto(f"{site.url}/records")
    page.fill("#id", record)
    page.click("main button")
    assert page.url.endswith(record)


def test_a_record_that_is_not_kept_here_says_so(opened: Open) -> None:
    page = opened("/records", complain=False)
    page.fill("#id", "0" * 32)
    page.click("main button")
    assert "No proof with this number" in page.inner_text("main")


# -- weight and steadiness -------------------------------------------------------------------------------------------------


def test_the_first_load_is_small_and_nothing_shifts(opened: Open, site: Site) -> None:
    page = opened("/healthz", complain=False)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    page.add_init_script(
        "window.shifts = []; new PerformanceObserver((list) => { for (const each of list.getEntries())"
        " if (!each.hadRecentInput) window.shifts.push(each.value); }).observe({ type: 'layout-shift', buffered: true });"
    )
    page.goto(site.url, wait_until="networkidle")
    assert 0 < sum(sizes) <= 100_000
    assert page.evaluate("window.shifts") == []
