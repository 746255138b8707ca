// What goes to the server and what comes back: one change at a time, each with an id of its own, so that one that
// is sent again after a lost connection is still one. Every few seconds the page hears what others changed.
import { at, data, make, page, place, redraw, take, tdOf, words } from "./grid.js";
import { reopen, isEditing } from "./grid-cells.js";

const EVERY = 3000;
const AGAIN = 2000;
let revision = 0;
let busy = false;
const waiting = []; // what is to be sent, in order

const state = () => document.querySelector("[data-grid-state]");
const say = (text) => { if (state().textContent !== text) state().textContent = text; };
const fresh = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
export const isIdle = () => !busy && !waiting.length;
export const seen = () => revision;

export function begin(first) {
  revision = first;
  setInterval(() => { if (document.visibilityState === "visible" && isIdle()) listen(); }, EVERY);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible" && isIdle()) listen(); });
  page.querySelector("[data-grid-clash]").addEventListener("click", decided);
  weigh();
}

// `changes` are a list, or what makes it once all before it has been answered: null where nothing is left to do.
export const send = (changes, looked) => queue({ url: page.dataset.edits, changes, looked });
export const undo = () => queue({ url: page.dataset.undo, changes: [] });
export const redo = () => queue({ url: page.dataset.redo, changes: [] });

// It waits from now on, and the page says so, whatever is under way before it.
function queue(next) {
  waiting.push({ ...next, client: fresh() });
  if (!clash) say(words.saving);
  work();
}

async function work() {
  if (busy || !waiting.length || clash) return;
  const next = waiting[0];
  if (typeof next.changes === "function") next.changes = next.changes();
  if (!next.changes) {
    waiting.shift();
    if (waiting.length) return work();
    say(words.saved);
    return weigh();
  }
  busy = true;
  say(words.saving);
  try {
    const answer = await ask(next);
    waiting.shift();
    await heard(next, answer);
  } catch (error) {
    say(reason(error)); // sent again under the same id: what has arrived already counts once
    await new Promise((done) => setTimeout(done, AGAIN));
  }
  busy = false;
  if (waiting.length) work();
  else if (!clash) weigh();
}

// Signing in again, in another tab, makes another token than the one that this page came with.
const token = () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
const reason = (error) => (error.message === "door" ? words.door : words.lost);
const isAtDoor = (response) => response.redirected || response.status === 403;

async function ask(next) {
  const body = JSON.stringify({ table: data.table, seen: next.looked ?? revision, client: next.client, changes: next.changes, by: data.by });
  const response = await fetch(next.url, { method: "POST", headers: { "X-CSRFToken": token(), "Content-Type": "application/json" }, body });
  // The door answers, or what stands before the server: what was changed is kept, and sent again.
  if (isAtDoor(response)) throw new Error("door");
  if ([429, 502, 503, 504].includes(response.status)) throw new Error("away");
  const type = response.headers.get("Content-Type") ?? "";
  return { status: response.status, said: type.startsWith("application/json") ? await response.json() : null };
}

async function heard(next, { status, said }) {
  if (status === 200 && said) return arrived(said);
  if (status === 409 && said) return clashed(next, said);
  if (said?.problem) return refused(next, said);
  refused(next, { problem: words.failed, mend: "" });
  say(words.failed);
}

function arrived(answer) {
  if (answer.revision < revision) return; // an answer that came too late says nothing
  revision = answer.revision;
  take(answer);
  for (const each of answer.news ?? []) if (!each.mine) news(each);
  say(answer.closed ? words.closed : words.saved);
}

function news(each) {
  toast(each.said);
  for (const [rule, column] of each.cells) {
    const td = tdOf(rule, column);
    if (!td) continue;
    td.classList.remove("theirs");
    requestAnimationFrame(() => td.classList.add("theirs"));
  }
}

async function listen() {
  busy = true;
  try {
    const response = await fetch(`${page.dataset.edits}?since=${revision}&table=${encodeURIComponent(data.table)}`, { headers: { "X-Looks": "true" } });
    if (isAtDoor(response)) say(words.door);
    else if (response.ok) {
      const answer = await response.json();
      if (answer.revision > revision || answer.closed) { arrived(answer); weigh(); }
      else if ([words.lost, words.door].includes(state().textContent)) say(words.saved);
    }
  } catch {
    say(words.lost);
  }
  busy = false;
  work();
}

// The whole graph: what only shows between tables comes a moment later.
let weighing = 0;
async function weigh() {
  const mine = ++weighing;
  const asked = revision;
  try {
    const response = await fetch(`${page.dataset.findings}?table=${encodeURIComponent(data.table)}`, { headers: { "X-Looks": "true" } });
    if (!response.ok || response.redirected) return;
    const answer = await response.json();
    if (mine !== weighing || answer.revision !== revision || asked !== revision) return; // stale
    for (const [table, count] of Object.entries(answer.counts)) {
      const place = page.querySelector(`[data-count="${CSS.escape(table)}"]`);
      if (place) place.textContent = count || "";
    }
    take({ findings: answer.findings });
    page.querySelector("[data-grid-whole]").textContent = "";
  } catch { /* the next change asks again */ }
}

// What did not go -----------------------------------------------------------------------------------------

function refused(next, said) {
  const cells = next.changes.flatMap((each) => each.cells ?? []);
  const text = [said.place && `${said.place}: ${said.problem}`, said.mend].filter(Boolean).join(" ");
  say(words.saved);
  redraw(cells.map((cell) => cell.rule));
  const typed = cells.length === 1 ? cells[0] : null;
  if (typed && "typed" in typed && !isEditing()) return reopen(typed.rule, typed.column, typed.typed, `${said.problem} ${said.mend}`);
  toast(text || `${said.problem} ${said.mend}`, said.code !== "nothing");
}

let clash = null;

function clashed(next, answer) {
  clash = next;
  revision = answer.revision;
  take(answer);
  for (const each of answer.news ?? []) if (!each.mine) news(each);
  const panel = page.querySelector("[data-grid-clash]");
  const mine = new Map(next.changes.flatMap((each) => each.cells ?? []).map((cell) => [`${cell.rule} ${cell.column}`, cell]));
  const names = [...new Set(answer.clashes.map((each) => each.by))].join(", ");
  panel.querySelector("h2").textContent = `${names} ${words.changedBy}`;
  panel.querySelector("[data-grid-clashes]").replaceChildren(...answer.clashes.slice(0, 8).map((each) => {
    const yours = mine.get(`${each.rule} ${each.column}`);
    const text = [each.title && `${words.rule} ${each.number}, ${each.title}:`, each.was && `${words.was} “${each.was}”,`, each.now && `${words.now} “${each.now}”.`, yours && `${words.yours} “${yours.typed ?? yours.shown ?? yours.text ?? ""}”.`];
    return make("p", {}, text.filter(Boolean).join(" ") || answer.mend);
  }));
  panel.querySelector('[data-clash="mine"]').textContent = words.keepMine;
  panel.querySelector('[data-clash="theirs"]').textContent = words.takeTheirs;
  panel.querySelector('[data-clash="mine"]').hidden = next.url !== page.dataset.edits;
  panel.hidden = false;
  panel.focus();
  say(`${names} ${words.changedBy}`);
}

function decided(event) {
  const answer = event.target.closest("[data-clash]")?.dataset.clash;
  if (!answer || !clash) return;
  const next = clash;
  clash = null;
  page.querySelector("[data-grid-clash]").hidden = true;
  if (answer === "mine") waiting.unshift({ ...next, looked: revision, client: fresh() });
  else say(words.saved);
  place(at().rule, at().column);
  work();
}

function toast(text, isError = false) {
  const host = document.getElementById("toasts");
  const item = make("div", { class: isError ? "toast is-error" : "toast" }, make("p", {}, text), make("button", { type: "button", class: "button", "data-dismiss": "", "aria-label": words.cancel }, "×"));
  host.append(item);
}
