// data-ahead="address" on #question: the question after it is fetched before it is asked for, and shown at once when this
// one is decided (forms with data-decides). The server's answer follows, tells what became of it, and has the last word.
const CALM = 250; // ms in which a key that was pressed twice is not taken for the next question
let shownAt = 0;
let isSending = false;

const here = () => document.getElementById("question");
const held = () => document.getElementById("ahead");

async function prepare() {
  held()?.remove();
  const address = here()?.dataset.ahead;
  if (!address) return;
  const answer = await fetch(address).catch(() => null);
  if (answer?.status !== 200 || answer.redirected || here()?.dataset.ahead !== address) return;
  const next = document.createElement("template");
  next.innerHTML = await answer.text();
  next.id = "ahead";
  next.dataset.release = next.content.querySelector("[data-release]")?.dataset.release ?? "";
  document.body.append(next);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("#question [data-decides]")) return;
  if (here().hasAttribute("aria-busy")) return refuse(event);
  const next = held()?.content.querySelector("#question");
  if (!next) return; // not there yet: it goes as any form does
  refuse(event);
  decide(form, event.submitter, next);
}, true);

function refuse(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

async function decide(form, button, next) {
  isSending = true;
  const said = new FormData(form, button);
  const before = here();
  show(next);
  held()?.remove();
  const answer = await fetch(form.action, { method: "POST", body: said }).catch(() => null);
  if (answer?.ok) settle(new DOMParser().parseFromString(await answer.text(), "text/html"), answer.url);
  else {
    show(before);
    document.dispatchEvent(new CustomEvent(answer ? "htmx:responseError" : "htmx:sendError", { detail: { xhr: answer } }));
  }
  isSending = false;
  release();
  prepare();
}

function show(question) {
  here().replaceWith(question);
  window.htmx?.process(question);
  rest();
  window.scrollTo(0, 0);
  question.querySelector("[autofocus]")?.focus({ preventScroll: true });
}

// What is before the person stays as it is where the server shows the same; its head and its hidden fields are the newer ones.
function settle(page, address) {
  const told = page.getElementById("question");
  if (!told) return window.location.assign(address);
  if (told.dataset.question && told.dataset.question === here().dataset.question) renew(told);
  else show(told);
  for (const list of document.querySelectorAll(".rail .rooms")) {
    const newer = [...page.querySelectorAll(".rail .rooms")].find((one) => one.firstElementChild?.innerHTML && one.getAttribute("aria-labelledby") === list.getAttribute("aria-labelledby"));
    if (newer) list.replaceWith(newer);
  }
  const toasts = document.getElementById("toasts");
  toasts?.querySelectorAll(".toast:not(.is-error)").forEach((toast) => toast.remove());
  toasts?.append(...page.querySelectorAll("#toasts .toast"));
  window.history.replaceState(null, "", address);
}

function renew(told) {
  const mine = here();
  mine.querySelector(".page-head")?.replaceWith(told.querySelector(".page-head"));
  mine.dataset.ahead = told.dataset.ahead;
  const released = mine.querySelector("[data-release]");
  if (released) released.dataset.release = told.querySelector("[data-release]")?.dataset.release ?? "";
  for (const form of mine.querySelectorAll("form")) {
    const newer = told.querySelector(`form[action="${form.getAttribute("action")}"]`);
    for (const field of form.querySelectorAll("input[type=hidden]")) {
      const value = newer?.querySelector(`input[name="${field.name}"]`)?.value;
      if (value !== undefined) field.value = value;
    }
  }
}

// Nothing is decided while the last decision is on its way, nor in the moment in which this came before the person.
function rest() {
  shownAt = performance.now();
  here().setAttribute("aria-busy", "true");
  setTimeout(release, CALM);
}

function release() {
  if (!isSending && performance.now() - shownAt >= CALM - 1) here()?.removeAttribute("aria-busy");
}

if (here()) {
  rest();
  prepare();
}
