"use strict";
/* The till without network. What could not be sent stays on this device, one entry per sale with a key made
   here, and is sent again until the shop's server answers; the key makes sending it twice harmless. */

const PREFIX = "clientela.till.";
const SIGNS = "23456789BCDEFGHJKMNPQRSTVWXYZ";
const PATIENCE = 8000;
const LITTLE_PATIENCE = 2500;
const LONGEST_WAIT = 60000;
const BATCH = 20;
const KEPT = ["said", "receipt", "amount", "friend", "digits", "choice", "operator"];

let busy = false;
let draining = false;
let wait = 2000;
let patience = PATIENCE;
let timer = 0;
let operator = "";

const part = (id) => document.getElementById(id);

/* Reads a code as the server does: {kind, value}, "misread", or null for what is no code at all. */
function readCode(text) {
  if (Array.from(text).length > 100 || text.includes("@")) return null;
  const plain = text.normalize("NFKC").toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").toUpperCase();
  const found = kindOf(plain.replace(/[^0-9A-Z]/g, ""));
  return found === null || isRight(found.value) ? found : "misread";
}

/* A coupon begins with two signs of which one is a digit; before a spoken code a name may stand. */
function kindOf(signs) {
  if (signs.length === 8 && /\d/.test(signs.slice(0, 2)) && /[A-Z]/.test(signs)) return { kind: "coupon", value: signs };
  const value = signs.slice(-6);
  const isMixed = /\d/.test(value) && /[A-Z]/.test(value);
  if (value.length < 6 || !isMixed || /\d/.test(signs.slice(0, -6))) return null;
  return { kind: "short", value };
}

/* The check symbol brings the weighted sum to zero. */
function isRight(value) {
  const places = Array.from(value, (sign) => SIGNS.indexOf(sign));
  return places.every((place) => place >= 0) && places.reduce((sum, place, at) => sum + (at + 1) * place, 0) % 29 === 0;
}

const isCode = (text) => readCode(text)?.value !== undefined;

/* ---- what is kept on this device ---- */

function kept(kind) {
  const found = [];
  for (let at = 0; at < localStorage.length; at += 1) {
    const name = localStorage.key(at);
    if (name.startsWith(PREFIX + kind)) found.push(JSON.parse(localStorage.getItem(name)));
  }
  return found.sort((one, other) => one.at - other.at);
}

function keep(kind, entry) {
  localStorage.setItem(PREFIX + kind + entry.key, JSON.stringify(entry));
}

function drop(kind, key) {
  localStorage.removeItem(PREFIX + kind + key);
}

/* Enough to find the receipt again, too little to know the person. */
function masked(said) {
  if (isCode(said)) return readCode(said).value;
  const digits = said.replace(/\D/g, "");
  return digits.length >= 6 ? "…" + digits.slice(-3) : said.trim().slice(0, 2) + "…";
}

/* ---- what the cashier sees ---- */

/* Takes the new step out of a page; a page that is no till page is shown as a step with a way back. */
function show(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  let fresh = page.getElementById("till");
  if (!fresh) {
    fresh = panel("message-panel");
    fresh.prepend(...page.querySelectorAll("main > *"));
  }
  document.title = page.title;
  swap(fresh);
}

function swap(fresh) {
  for (const field of fresh.querySelectorAll("[name=operator]")) field.value = field.value || operator;
  part("till").replaceWith(fresh);
  (fresh.querySelector("[aria-invalid]") || fresh.querySelector("[autofocus]") || fresh.querySelector("h1"))?.focus();
  window.scrollTo(0, 0);
}

function panel(name) {
  const fresh = document.createElement("div");
  fresh.id = "till";
  fresh.append(part(name).content.cloneNode(true));
  return fresh;
}

function complain(form, text) {
  const field = form.querySelector("[name=said]");
  const line = form.querySelector("[data-error]");
  line.textContent = text;
  line.hidden = false;
  field.setAttribute("aria-invalid", "true");
  field.focus();
}

function draw() {
  const queue = part("queue");
  const items = kept("item.");
  const conflicts = kept("conflict.");
  queue.hidden = !items.length && !conflicts.length;
  part("waiting").textContent = queue.dataset.waiting.replace("{n}", items.length);
  part("waiting").hidden = !items.length;
  part("send-now").hidden = !items.length;
  part("conflicts").hidden = !conflicts.length;
  part("conflict-rows").replaceChildren(...conflicts.map((one) => {
    const row = document.createElement("li");
    for (const text of [one.word, one.sentence, [one.label, one.receipt, when(one.at)].filter(Boolean).join(" · ")]) {
      const line = document.createElement(row.childElementCount ? "span" : "strong");
      line.textContent = text;
      row.append(line);
    }
    return row;
  }));
}

function when(at) {
  return new Date(at).toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
}

function notice(name) {
  const line = part("notice");
  line.textContent = name ? part("queue").dataset[name] : "";
  line.hidden = !name;
  part("open-again").hidden = name !== "again";
}

/* ---- sending ---- */

async function fetched(address, options) {
  const signal = AbortSignal.timeout(patience);
  // Who has waited in vain once is not kept waiting so long again.
  patience = LITTLE_PATIENCE;
  const answer = await fetch(address, { credentials: "same-origin", signal, ...options });
  if (answer.status >= 500) throw new Error("not stored");
  patience = PATIENCE;
  return answer;
}

async function ask(address, options, lost) {
  if (busy) return;
  busy = true;
  part("till").setAttribute("aria-busy", "true");
  try {
    const answer = await fetched(address, options);
    const html = await answer.text();
    if (answer.redirected || answer.status === 403) window.location.assign("/t");
    else {
      show(html);
      notice("");
    }
  } catch {
    lost();
  } finally {
    busy = false;
    part("till").removeAttribute("aria-busy");
  }
}

function submit(form, submitter) {
  const data = new FormData(form);
  if (submitter?.name) data.append(submitter.name, submitter.value);
  operator = String(data.get("operator") || operator);
  const kind = form.dataset.till;
  const said = String(data.get("said") || "");
  // The address of a fan's link may be scanned into the field; only the server knows its code.
  const isLink = /\/[ri]\//.test(said);
  if (form.querySelector("[data-error]") && !isLink && readCode(said) === "misread") {
    complain(form, part("queue").dataset.misread);
  } else if (kind === "keep") {
    store(data);
  } else {
    const lost = { act: () => store(data), undo: () => notice("offline") }[kind] || (() => offer(said));
    ask(form.getAttribute("action"), { method: "POST", body: new URLSearchParams(data) }, lost);
  }
}

function follow(link) {
  if (link.dataset.till === "start") swap(panel("start-panel"));
  else ask(link.getAttribute("href"), {}, () => notice("offline"));
}

/* Nothing could be looked up: ask for what the server will want to know later. */
function offer(said) {
  const fresh = panel("keep-panel");
  fresh.querySelector("[name=said]").value = said;
  fresh.querySelector("[name=key]").value = crypto.randomUUID();
  fresh.querySelector("[data-by-name]").hidden = isCode(said);
  swap(fresh);
}

function store(data) {
  const item = { key: String(data.get("key")), at: Date.now() };
  for (const name of KEPT) if (data.get(name)) item[name] = String(data.get(name));
  try {
    keep("item.", item);
    swap(panel("queued-panel"));
  } catch {
    swap(panel("full-panel"));
  }
  draw();
  later();
}

async function drain() {
  const items = kept("item.").slice(0, BATCH);
  if (draining || !items.length) return;
  draining = true;
  window.clearTimeout(timer);
  try {
    const headers = { "Content-Type": "application/json", "X-CSRF-Token": part("queue").dataset.csrf };
    const answer = await fetched("/t/queue", { method: "POST", headers, body: JSON.stringify({ items }) });
    if (answer.status === 429) throw new Error("too many at once");
    if (!answer.ok || answer.redirected) {
      notice("again");
      return;
    }
    settle(items, (await answer.json()).results);
    notice("");
    wait = 2000;
    later();
  } catch {
    wait = Math.min(wait * 2, LONGEST_WAIT);
    later();
  } finally {
    draining = false;
    draw();
  }
}

function settle(items, results) {
  for (const { key, outcome, word, sentence } of results) {
    const item = items.find((one) => one.key === key);
    if (!item) continue;
    if (outcome !== "accepted") {
      const label = masked(item.said || "");
      keep("conflict.", { key, at: item.at, receipt: item.receipt || "", label, word, sentence });
    }
    drop("item.", key);
  }
}

function later() {
  window.clearTimeout(timer);
  if (kept("item.").length) timer = window.setTimeout(drain, wait);
}

function begin() {
  if (!window.isSecureContext || !crypto.randomUUID || !AbortSignal.timeout) return;
  try {
    kept("item.");
  } catch {
    return;
  }
  document.addEventListener("submit", (event) => {
    if (!event.target.dataset.till) return;
    event.preventDefault();
    if (!busy) submit(event.target, event.submitter);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-till]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!busy) follow(link);
  });
  part("send-now").addEventListener("click", drain);
  part("print").addEventListener("click", () => window.print());
  part("clear").addEventListener("click", () => {
    if (!window.confirm(part("queue").dataset.sure)) return;
    for (const one of kept("conflict.")) drop("conflict.", one.key);
    draw();
  });
  window.addEventListener("online", () => { wait = 2000; drain(); });
  window.addEventListener("storage", draw);
  draw();
  drain();
}

begin();
