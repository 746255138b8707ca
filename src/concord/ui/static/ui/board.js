// A board: drag a ticket to a lane; the ticket's own form does the move, so the keyboard can do the same.
let held = null;
const lane = (event) => event.target.closest?.("[data-lane]");

document.addEventListener("dragstart", (event) => {
  held = event.target.closest?.("[data-ticket]") ?? null;
  held?.classList.add("dragged");
  event.dataTransfer?.setData("text/plain", held?.id ?? "");
});
document.addEventListener("dragend", () => { held?.classList.remove("dragged"); held = null; clear(); });
document.addEventListener("dragover", (event) => {
  const over = lane(event);
  if (!held || !over) return;
  event.preventDefault();
  clear();
  over.classList.add("over");
});
document.addEventListener("drop", (event) => {
  const to = lane(event);
  if (!held || !to) return;
  event.preventDefault();
  const choice = held.querySelector("select[name=status]");
  if (choice && choice.value !== to.dataset.lane) {
    choice.value = to.dataset.lane;
    choice.form.requestSubmit();
  }
  clear();
});

function clear() {
  for (const marked of document.querySelectorAll("[data-lane].over")) marked.classList.remove("over");
}
