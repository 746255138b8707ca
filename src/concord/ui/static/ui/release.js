// data-release="address": when the page is left, the server is told, so that what it keeps for this page goes to others.
window.addEventListener("pagehide", () => {
  for (const kept of document.querySelectorAll("[data-release]")) {
    if (!kept.dataset.release) continue;
    const said = new FormData();
    said.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "");
    navigator.sendBeacon(kept.dataset.release, said);
  }
});
