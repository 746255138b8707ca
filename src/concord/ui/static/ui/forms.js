// data-submit sends its form on change; a form goes once however often it is clicked;
// data-copy="#id" copies text; data-drop takes a dropped file, up to its data-most-megabytes; Ctrl-Enter sends from a text area.
document.addEventListener("change", (event) => {
  if (event.target.closest("[data-submit]")) event.target.form?.requestSubmit();
  const drop = event.target.closest("[data-drop]");
  if (drop && event.target.type === "file" && event.target.files.length) named(drop, event.target);
});

let sent = new WeakSet();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "get" || form.matches("[hx-post], [hx-get], [data-hx-post]")) return;
  if (sent.has(form)) return event.preventDefault();
  sent.add(form);
  form.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return; // brought back by "back": what was typed is there, and may be sent again
  sent = new WeakSet();
  for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
    event.preventDefault();
    event.target.form?.requestSubmit();
  }
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const text = document.querySelector(button.dataset.copy)?.textContent.trim();
  await navigator.clipboard.writeText(text ?? "");
  const before = button.textContent;
  button.textContent = button.dataset.copied ?? document.getElementById("toasts")?.dataset.copied ?? before;
  setTimeout(() => { button.textContent = before; }, 1500);
});

const named = (drop, input) => {
  const file = input.files[0];
  const isTooLarge = file.size > Number(drop.dataset.mostMegabytes || Infinity) * 2 ** 20;
  if (isTooLarge) input.value = ""; // the server would refuse it, after all of it was sent
  const place = drop.querySelector("[data-file-name]");
  if (!place) return;
  place.textContent = isTooLarge ? `${file.name}: ${drop.dataset.tooLarge}` : file.name;
  place.classList.toggle("text-stop", isTooLarge);
};
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const drop = event.target.closest?.("[data-drop]");
    if (!drop || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    drop.classList.toggle("over", kind === "dragover");
    const input = drop.querySelector("input[type=file]");
    if (kind === "drop" && event.dataTransfer.files.length && input) {
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
}
