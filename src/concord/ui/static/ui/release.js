// data-release="address": when the page is left, the server is told, so that what it keeps for this page goes to others.
const kept = document.querySelector("[data-release]");
if (kept) {
  window.addEventListener("pagehide", () => {
    const said = new FormData();
    said.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "");
    navigator.sendBeacon(kept.dataset.release, said);
  });
}
