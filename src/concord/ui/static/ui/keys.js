// Keys: find (⌘K, Ctrl-K), lists (j, k, Enter), / to filter, ? for help, and data-key="x" on any control.
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
for (const shown of document.querySelectorAll('[data-shortcut="find"]')) {
  shown.textContent = isMac ? "⌘K" : "Ctrl K";
}

const writes = (target) => target.closest?.("input:not([type=checkbox],[type=radio]), textarea, select, [contenteditable]");
const seen = (element) => element && element.getClientRects().length > 0;

document.addEventListener("keydown", (event) => {
  if ((event.metaKey || event.ctrlKey) && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    focusFind();
    return;
  }
  if (event.metaKey || event.ctrlKey || event.altKey || event.isComposing || writes(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.repeat && event.key !== "j" && event.key !== "k") return; // a key that is held acts once
  if (act(event.key)) event.preventDefault();
});

function act(key) {
  if (key === "?") return document.getElementById("help")?.showModal() ?? true;
  if (key === "/") return focusFilter();
  if (key === "j" || key === "k") return move(key === "j" ? 1 : -1);
  if (key === "Enter") return openMarked();
  if (!/^[a-z0-9]$/i.test(key)) return false;
  const named = [...document.querySelectorAll(`[data-key="${key.toLowerCase()}"]`)];
  const control = named.find(seen) ?? named[0];
  control?.click();
  return Boolean(control);
}

function focusFind() {
  const find = document.getElementById("find");
  find?.focus();
  find?.select();
  return Boolean(find);
}

function focusFilter() {
  const filter = [...document.querySelectorAll("[data-filter]")].find(seen);
  if (!filter) return focusFind();
  filter.focus();
  return true;
}

const rows = () => [...document.querySelectorAll("[data-list] > :not([data-skip])")].filter(seen);
const marked = () => document.querySelector('[data-list] > [aria-current="true"]');

function move(step) {
  const all = rows();
  if (!all.length) return false;
  const at = all.indexOf(marked());
  const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step))];
  marked()?.removeAttribute("aria-current");
  next.setAttribute("aria-current", "true");
  next.scrollIntoView({ block: "nearest" });
  (next.querySelector("a, button") ?? next).focus({ preventScroll: true });
  return true;
}

function openMarked() {
  if (document.activeElement && document.activeElement !== document.body && document.activeElement.id !== "main") return false;
  const link = marked()?.querySelector("a");
  link?.click();
  return Boolean(link);
}
