// data-open="#id" opens a dialog or a fold, data-close closes it, data-back goes back; the theme's choice.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) {
    const target = document.querySelector(opener.dataset.open);
    if (target instanceof HTMLDialogElement) {
      event.preventDefault(); // a link leads to the same as a page, where there is no script
      target.showModal();
    }
    else if (target instanceof HTMLDetailsElement) {
      target.open = true;
      target.scrollIntoView({ block: "nearest" });
      target.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    }
  }
  if (event.target.closest("[data-close]")) {
    (event.target.closest("dialog") ?? event.target.closest("details"))?.removeAttribute("open");
    event.target.closest("dialog")?.close();
  }
  if (event.target.closest("button[data-back]")) history.back();
  if (event.target instanceof HTMLDialogElement) event.target.close(); // the backdrop
});

// data-choose: the link chosen in a group is the current one.
document.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-choose] a");
  if (!chosen) return;
  for (const other of chosen.closest("[data-choose]").querySelectorAll("[aria-current]")) other.removeAttribute("aria-current");
  chosen.setAttribute("aria-current", "true");
});

document.addEventListener("change", (event) => {
  const choice = event.target.closest("[data-theme-choice]");
  if (!choice) return;
  const theme = choice.value;
  const year = theme ? 31536000 : 0;
  document.cookie = `theme=${theme}; path=/; max-age=${year}; samesite=lax`;
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
});

// Menus of one rail close when the pointer goes elsewhere.
document.addEventListener("pointerdown", (event) => {
  for (const menu of document.querySelectorAll("details.person[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
