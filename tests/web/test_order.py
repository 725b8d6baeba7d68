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


def test_a_date_that_was_emptied_is_asked_for_and_never_assumed(opened: Open) -> None:
    page = opened()
    paste(page, "22551", date="2026-03-02")
    assert "Date of service 2026-03-02" in page.inner_text("#verdict")
    with page.expect_response("**/preview"):
        page.fill("#date", "")
    page.wait_for_selector("#verdict:has-text('Write the date of service')")
    assert page.inner_text("#verdict .headline") == "Not answered"
    assert page.locator(".case, button.proof").count() == 0
    assert page.input_value("#date") == ""


@pytest.mark.parametrize("address", ["/", "/preview", "/proof"])
def test_an_order_without_a_date_is_answered_nowhere(opened: Open, site: Site, address: str) -> None:
    before = kept(site)
    page = opened()
    form = {"csrf": page.get_attribute("[name=csrf]", "value"), "plan": "cigna-commercial", "date": "", "lines": "22551"}
    told = page.request.post(site.url + address, form=form, headers={"Origin": site.url}).text()
    assert "Write the date of service" in told
    assert "Build one case" not in told
    assert kept(site) == before


def test_punctuation_around_a_code_is_left_out_and_said(opened: Open) -> None:
    page = opened()
    paste(page, "22551 (22845)\n+22552", date="2026-03-02")
    assert " ".join(page.inner_text("#unwrapped").split()) == ("Read without the punctuation around it: (22845) as 22845; +22552 as 22552.")
    assert [each.strip() for each in page.locator("table.lines tbody th").all_inner_texts()] == ["22551", "22845", "22552"]
    assert page.locator(".unread").count() == 0


def test_what_was_not_read_is_counted_beside_the_headline_and_on_the_proof(opened: Open) -> None:
    page = opened()
    paste(page, "22551 CPT22845 CPT22846", date="2026-03-02")
    assert "2 parts not read" in page.inner_text("#verdict")
    assert "2 parts not read" in (page.text_content("#status") or "")
    told = page.inner_text("section:has(.unread)")
    assert "CPT22845" in told
    assert "holds no code" not in told
    with page.expect_navigation():
        page.click("button.proof")
    assert "Date of service 2026-03-02 · 2 parts not read" in page.inner_text(".verdict")
    assert "2 parts of what was pasted could not be read, and are not in this record" in page.inner_text("main")
    assert "Not read, and not in this record: 2 parts" in (page.text_content("#as-text") or "")
    assert "CPT22845" not in page.content()


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        ("CPT22551", "Nothing could be read as a code"),
        ("22551-22853", "Nothing could be read as a code"),
        ("MRN 12345", "This is not on the list"),
        ("99213 12345", "None of these is on the list"),
        ("99213 2255l1", "Nothing that could be read is on the list"),
    ],
)
def test_silence_of_the_list_is_never_told_as_no_case(opened: Open, text: str, headline: str) -> None:
    page = opened()
    paste(page, text, date="2026-03-02")
    assert page.inner_text("#verdict .headline") == headline
    assert re.search(r"(may need|is needed|no) prior authorization.*: ask ", page.inner_text("#verdict .warns"))
    assert "No case to build" not in page.inner_text("#answer")


def test_a_row_that_no_queue_holds_is_named_and_not_linked(opened: Open) -> None:
    page = opened()
    paste(page, "00951", plan="health-alliance-medical", date="2026-03-02")
    assert re.search(r"Somebody has to read it in the document: \S+\.txt:98\.", page.inner_text(".questions"))
    assert page.locator(".questions a[href^='/review']").count() == 0


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
    assert "1 part of what was pasted could not be read, and is not in this record" in page.inner_text("main")
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
    assert "This holds 501 lines;" in page.inner_text("#verdict")
    assert page.locator("button.proof").count() == 0
    paste(page, "22551 " * 5_001)
    assert "This holds 5001 lines;" in page.inner_text("#verdict")
    paste(page, "22551 " + "word " * 40_000)
    assert page.inner_text("#verdict .headline") == "Not answered"
    assert "More was pasted than is read at once" in page.inner_text("#verdict")


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
