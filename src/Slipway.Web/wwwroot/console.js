// What the browser does better than a round trip: modal dialogs with their focus.
window.slipway = {
  show(dialog) {
    if (dialog && !dialog.open) dialog.showModal();
  },
  // The page answers from now on; what reads it by machine waits for this.
  live() {
    document.documentElement.dataset.live = "true";
  },
  close(dialog) {
    if (dialog && dialog.open) dialog.close();
  },
};
// A server that was restarted knows this page no more: the address says everything, so load it anew.
new MutationObserver(() => {
  const notice = document.getElementById("components-reconnect-modal");
  if (notice && notice.classList.contains("components-reconnect-rejected")) location.reload();
}).observe(document.body, { attributes: true, subtree: true, attributeFilter: ["class"] });
