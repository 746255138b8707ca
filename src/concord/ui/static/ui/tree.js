// A tree by keyboard, as WAI-ARIA has it: arrows, Home, End, Enter opens, C changes; click folds.
const branches = (tree) => [...tree.querySelectorAll("[data-branch]")].filter((each) => each.getClientRects().length);
const isOpen = (branch) => branch.getAttribute("aria-expanded") === "true";
const isShut = (branch) => branch.getAttribute("aria-expanded") === "false";

function go(tree, branch) {
  if (!branch) return;
  for (const each of tree.querySelectorAll('[data-branch][tabindex="0"]')) each.tabIndex = -1;
  branch.tabIndex = 0;
  branch.focus();
}

function press(tree, branch, key) {
  const all = branches(tree);
  const at = all.indexOf(branch);
  switch (key) {
    case "ArrowDown": return go(tree, all[at + 1]);
    case "ArrowUp": return go(tree, all[at - 1]);
    case "Home": return go(tree, all[0]);
    case "End": return go(tree, all.at(-1));
    case "ArrowRight":
      if (isShut(branch)) return branch.setAttribute("aria-expanded", "true");
      return isOpen(branch) ? go(tree, all[at + 1]) : undefined;
    case "ArrowLeft":
      if (isOpen(branch)) return branch.setAttribute("aria-expanded", "false");
      return go(tree, branch.parentElement.closest("[data-branch]"));
    case "Enter": return branch.querySelector("a").click();
    case "c": return branch.querySelector(":scope > .branch [data-change]")?.click();
    default: return false;
  }
}

document.addEventListener("keydown", (event) => {
  const branch = event.target.closest?.("[data-branch]");
  if (!branch || event.target !== branch || event.metaKey || event.ctrlKey || event.altKey) return;
  if (press(branch.closest("[data-tree]"), branch, event.key) === false) return;
  event.preventDefault();
  event.stopPropagation();
}, true);

document.addEventListener("click", (event) => {
  const row = event.target.closest?.("[data-branch] > .branch");
  if (!row || event.target.closest("a, button")) return;
  const branch = row.parentElement;
  if (branch.hasAttribute("aria-expanded")) branch.setAttribute("aria-expanded", String(!isOpen(branch)));
  go(branch.closest("[data-tree]"), branch);
});

for (const tree of document.querySelectorAll("[data-tree]")) {
  const first = tree.querySelector('[data-branch][aria-current="true"]') ?? tree.querySelector("[data-branch]");
  if (first) first.tabIndex = 0;
}
