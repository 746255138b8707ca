// The field on every page: arrows choose among what was found, Enter goes there, Escape closes.
const field = document.getElementById("find");
const list = document.getElementById("find-results");

if (field && list) {
  let chosen = -1;
  const options = () => [...list.querySelectorAll("[role=option]")];

  const choose = (at) => {
    const all = options();
    chosen = all.length ? (at + all.length) % all.length : -1;
    all.forEach((option, i) => option.setAttribute("aria-selected", String(i === chosen)));
    const option = all[chosen];
    if (option) {
      field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      field.removeAttribute("aria-activedescendant");
    }
  };

  const close = () => {
    list.replaceChildren();
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
    chosen = -1;
  };

  list.addEventListener("htmx:afterSwap", () => {
    if (!field.value.trim() || document.activeElement !== field) return close();
    field.setAttribute("aria-expanded", String(list.childElementCount > 0));
    choose(0);
  });

  field.addEventListener("input", () => { if (!field.value.trim()) close(); });

  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!options().length) return;
      event.preventDefault();
      choose(event.key === "ArrowDown" ? chosen + 1 : chosen - 1);
    } else if (event.key === "Enter") {
      const option = options()[chosen];
      if (!option) return;
      event.preventDefault();
      option.click();
    } else if (event.key === "Escape") {
      close();
      field.blur();
    }
  });

  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest(".find")) close();
  });
}
