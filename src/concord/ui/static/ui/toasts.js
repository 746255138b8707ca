// News at the foot: goes by itself unless it is an error or the pointer rests on it; lost connections say so.
const place = document.getElementById("toasts");
const STAY = 8000;

const watch = (toast) => {
  if (toast.dataset.watched || toast.classList.contains("is-error")) return;
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
  document.addEventListener("htmx:sendError", () => say(place.dataset.lost));
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    say(status === 403 ? place.dataset.forbidden : status === 404 ? place.dataset.gone : place.dataset.failed);
  });
}

function say(text) {
  if ([...place.querySelectorAll("p")].some((shown) => shown.textContent === text)) return;
  const toast = document.createElement("div");
  toast.className = "toast is-error";
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
