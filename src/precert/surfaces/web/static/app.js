// Saves keystrokes; everything here also works without it. What the server draws is put in place as nodes, never as markup of ours.
"use strict";

const find = (selector, inside = document) => inside.querySelector(selector);
const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];

function tell(text) {
  const status = find("#status");
  if (status && status.textContent !== text) status.textContent = text;
}

function parsed(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

// -- the answer while somebody types ------------------------------------------------------------------------------------------

function order(form) {
  const lines = find("#lines", form);
  let waiting = 0;
  let asking = null;

  async function ask(button) {
    if (asking) asking.abort();
    asking = new AbortController();
    const sent = new URLSearchParams(new FormData(form));
    if (button) sent.set(button.name, button.value);
    const from = button ? button.value : null;
    try {
      const answer = await fetch("/preview", { method: "POST", body: sent, signal: asking.signal, credentials: "same-origin" });
      put(parsed(await answer.text()), from);
    } catch (error) {
      if (error.name !== "AbortError") tell("No answer: the service cannot be reached.");
    }
  }

  function put(page, from) {
    const told = find("#told", page);
    if (!told) { // an error of the whole page, such as a form that is too old
      const main = find("#main", page);
      if (main) find("#answer").replaceChildren(...document.importNode(main, true).childNodes);
      return;
    }
    const opened = all("#answer details[open] summary").map((each) => each.textContent);
    if (from) {
      for (const name of ["lines", "segment", "state", "place_of_service"]) {
        const field = form.elements[name];
        if (field.value !== told.dataset[name]) field.value = told.dataset[name];
        if (field.value) field.closest("[data-fact]")?.removeAttribute("hidden");
      }
    }
    const active = document.activeElement;
    const inside = active && find("#answer").contains(active);
    find("#answer").replaceChildren(document.importNode(told, true));
    for (const each of all("#answer details summary")) if (opened.includes(each.textContent)) each.parentElement.open = true;
    ready(find("#answer"));
    if (inside) {
      const same = all("#answer button, #answer a").find((each) => each.value && each.value === from);
      const headline = find("#answer .headline");
      if (same) same.focus();
      else if (headline) { headline.tabIndex = -1; headline.focus(); }
    }
    const headline = find("#answer .headline");
    const beside = all("#verdict p:not(.headline)");
    tell([headline, ...beside].filter(Boolean).map((each) => each.textContent.trim()).join(". "));
  }

  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(() => ask(null), 180);
  }

  function shownFacts() {
    const reads = (form.elements.plan.selectedOptions[0]?.dataset.reads || "").split(" ");
    for (const each of all("[data-fact]", form)) each.hidden = !reads.includes(each.dataset.fact) && !find("input", each).value;
  }

  for (const name of ["plan", "date", "segment", "state", "place_of_service", "lines"]) form.elements[name].addEventListener("input", soon);
  form.elements.plan.addEventListener("input", shownFacts);
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button && button.classList.contains("proof")) return;
    event.preventDefault();
    clearTimeout(waiting);
    ask(button && button.name === "answer" ? button : null);
  });
  form.addEventListener("click", (event) => {
    const link = event.target.closest("a.other");
    if (!link) return;
    event.preventDefault();
    const field = find(link.getAttribute("href"));
    field.closest("[data-fact]")?.removeAttribute("hidden");
    field.focus();
  });
  lines.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); ask(null); }
  });
  return {
    add(code) {
      const text = lines.value.replace(/\s+$/, "");
      lines.value = (text ? `${text}\n` : "") + `${code}\n`;
      soon();
    },
  };
}

// -- finding a code -----------------------------------------------------------------------------------------------------------

function suggest(input, add) {
  const list = find("#q-list");
  let hits = [];
  let at = -1;
  let waiting = 0;
  let asked = 0;
  for (const [name, value] of [["role", "combobox"], ["aria-controls", "q-list"], ["aria-expanded", "false"], ["aria-autocomplete", "list"]]) {
    input.setAttribute(name, value);
  }

  function close() {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(next) {
    at = next;
    all("li", list).forEach((each, number) => {
      each.setAttribute("aria-selected", String(number === at));
      if (number === at) {
        input.setAttribute("aria-activedescendant", each.id);
        each.scrollIntoView({ block: "nearest" });
      }
    });
  }

  function show() {
    list.replaceChildren(...hits.map((hit, number) => {
      const entry = document.createElement("li");
      const code = document.createElement("span");
      const about = document.createElement("bdi");
      entry.id = `q-${number}`;
      entry.setAttribute("role", "option");
      entry.setAttribute("aria-selected", "false");
      code.className = "code";
      code.textContent = hit.code;
      about.textContent = hit.about;
      entry.append(code, about);
      entry.addEventListener("mousedown", (event) => { event.preventDefault(); choose(number); });
      return entry;
    }));
    list.hidden = !hits.length;
    input.setAttribute("aria-expanded", String(hits.length > 0));
    input.removeAttribute("aria-activedescendant");
    at = -1;
    tell(hits.length ? `${hits.length} codes found` : "No code found");
  }

  function choose(number) {
    if (!hits[number]) return;
    add(hits[number].code);
    tell(`${hits[number].code} added to the order`);
    input.value = "";
    hits = [];
    close();
    input.focus();
  }

  async function ask() {
    const text = input.value.trim();
    const mine = ++asked;
    if (!text) { hits = []; close(); return; }
    const plan = find("#plan").value;
    try {
      const answer = await fetch(`/suggest?${new URLSearchParams({ q: text, plan })}`, { credentials: "same-origin" });
      if (mine !== asked || !answer.ok) return;
      hits = (await answer.json()).hits;
      show();
    } catch { /* what was found last stays */ }
  }

  input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 90); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && hits.length) { event.preventDefault(); list.hidden = false; mark((at + 1) % hits.length); }
    else if (event.key === "ArrowUp" && hits.length) { event.preventDefault(); mark((at + hits.length - 1) % hits.length); }
    else if (event.key === "Escape") close();
    else if (event.key === "Enter") { event.preventDefault(); choose(Math.max(at, 0)); }
  });
}

// -- small things -------------------------------------------------------------------------------------------------------------

async function copy(text, button) {
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
    tell("Copied");
  } catch {
    button.textContent = "Not copied";
  }
  setTimeout(() => { button.textContent = label; }, 1500);
}

function ready(inside) {
  for (const each of all("[data-copy]", inside)) {
    each.disabled = false;
    each.addEventListener("click", () => copy(each.dataset.copy, each));
  }
  for (const each of all("[data-copy-from]", inside)) {
    each.disabled = false;
    each.addEventListener("click", () => copy(document.getElementById(each.dataset.copyFrom).textContent, each));
  }
  for (const each of all("[data-print]", inside)) {
    each.disabled = false;
    each.addEventListener("click", () => window.print());
  }
}

// A printed row opens beside the answer, so that nobody loses their place.
async function openRow(link) {
  const answer = await fetch(link.href, { credentials: "same-origin" });
  const main = find("#main", parsed(await answer.text()));
  const dialog = document.createElement("dialog");
  const close = document.createElement("form");
  const button = document.createElement("button");
  close.method = "dialog";
  button.textContent = "Close";
  close.append(button);
  dialog.setAttribute("aria-label", "The printed row");
  dialog.append(...document.importNode(main, true).childNodes, close);
  dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.body.append(dialog);
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-open]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || link.closest("dialog")) return;
  event.preventDefault();
  openRow(link).catch(() => { location.href = link.href; });
});

// -- a list that is being read ------------------------------------------------------------------------------------------------

async function watch(job) {
  const bar = find("progress", job);
  const words = find("[data-words]", job);
  for (;;) {
    const answer = await fetch(job.dataset.job, { credentials: "same-origin" });
    if (!answer.ok) return;
    const told = await answer.json();
    if (told.done) { location.reload(); return; }
    if (told.pages) { bar.max = told.pages; bar.value = told.page; }
    if (words.textContent !== told.words) words.textContent = told.words;
    await new Promise((later) => { setTimeout(later, 300); });
  }
}

const form = find("#order");
const desk = form && order(form);
const finder = find("[data-suggest]");
if (finder) suggest(finder, desk.add);
const job = find("[data-job]");
if (job) watch(job).catch(() => location.reload());
ready(document);
