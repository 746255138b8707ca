// News at the foot: goes by itself unless it is an error or the pointer rests on it. Lost connections say so,
// and of a page that looks on by itself that is gone again as soon as the server answers.
const place = document.getElementById("toasts");
const STAY = 8000;
const LONGEST = 15000; // that a live bar waits for an answer
const AWAY = [502, 503, 504]; // what stands before the server answers for it

const watch = (toast) => {
  if (toast.dataset.watched || toast.matches(".is-error, .is-waiting")) return;
  toast.dataset.watched = "yes";
  let timer = setTimeout(() => toast.remove(), STAY);
  for (const event of ["pointerenter", "focusin"]) toast.addEventListener(event, () => clearTimeout(timer));
  for (const event of ["pointerleave", "focusout"]) {
    toast.addEventListener(event, () => { clearTimeout(timer); timer = setTimeout(() => toast.remove(), STAY); });
  }
};

if (place) {
  place.querySelectorAll(".toast").forEach(watch);
  new MutationObserver(() => place.querySelectorAll(".toast").forEach(watch)).observe(place, { childList: true });
  document.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest(".toast")?.remove());
  document.addEventListener("htmx:configRequest", (event) => {
    if (asksAgain(event)) event.detail.timeout = LONGEST;
    // What only looks must not take the news that a page on its way is to tell.
    if (event.detail.verb === "get") event.detail.headers["X-Looks"] = "true";
  });
  for (const lost of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(lost, (event) => (asksAgain(event) ? waitFor() : say(place.dataset.lost)));
  }
  document.addEventListener("htmx:afterOnLoad", (event) => AWAY.includes(event.detail.xhr.status) || isBack());
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (AWAY.includes(status) && asksAgain(event)) return waitFor();
    say(status === 403 ? place.dataset.forbidden : status === 404 ? place.dataset.gone : place.dataset.failed);
  });
}

// Who looks on by itself (a live bar) asks again anyway: nothing is to be done, and nothing is lost.
function asksAgain(event) {
  return /\bevery\b/.test(event.detail.elt?.getAttribute("hx-trigger") ?? "");
}

function waitFor() {
  say(place.dataset.waiting, "toast is-waiting");
}

function isBack() {
  const waiting = place.querySelector(".is-waiting");
  if (!waiting) return;
  waiting.remove();
  say(place.dataset.reached, "toast");
}

function say(text, kind = "toast is-error") {
  if ([...place.querySelectorAll("p")].some((shown) => shown.textContent === text)) return;
  const toast = document.createElement("div");
  toast.className = kind;
  const words = document.createElement("p");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button";
  close.dataset.dismiss = "";
  close.textContent = "×";
  close.setAttribute("aria-label", document.querySelector("[data-close]")?.textContent ?? "×");
  toast.append(words, close);
  place.append(toast);
}
