// Small manners of every page. What a page itself does is htmx; nothing here is needed to use it.
(() => {
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

  // "/" goes to the page's search.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const search = document.querySelector("[data-search]");
    if (search) {
      event.preventDefault();
      search.focus();
    }
  });

  // A dialog that arrives is opened as a modal (it traps and returns focus); closed, it is gone.
  const open = (root) => {
    for (const dialog of root.querySelectorAll("dialog[data-open]")) {
      const before = document.activeElement;
      if (!dialog.open) dialog.showModal();
      dialog.addEventListener("close", () => {
        dialog.remove();
        if (before && before.isConnected) before.focus();
      });
    }
  };
  document.addEventListener("click", (event) => {
    const closer = event.target.closest("[data-close]");
    if (closer) closer.closest("dialog")?.close();
  });

  // One row, all on this page, or all that match: the bar says how many and the form knows which.
  const count = (form) => {
    const rows = [...form.querySelectorAll("input[data-row]:not(:disabled)")];
    const chosen = rows.filter((row) => row.checked).length;
    const all = form.querySelector("input[data-all]");
    if (all) {
      all.checked = chosen > 0 && chosen === rows.length;
      all.indeterminate = chosen > 0 && chosen < rows.length;
    }
    for (const place of form.querySelectorAll("[data-chosen]")) place.textContent = String(chosen);
    for (const bar of form.querySelectorAll("[data-when-chosen]")) bar.hidden = chosen === 0;
    for (const offer of form.querySelectorAll("[data-when-all]")) offer.hidden = chosen === 0 || chosen < rows.length;
  };
  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-selection]");
    if (!form) return;
    if (event.target.matches("input[data-all]")) {
      for (const row of form.querySelectorAll("input[data-row]:not(:disabled)")) row.checked = event.target.checked;
    }
    count(form);
  });

  // Sent once: a second click on the same button does nothing.
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-once]")) {
      if (event.target.dataset.sent) event.preventDefault();
      event.target.dataset.sent = "yes";
    }
  });

  // Times in the reader's own zone, exact on hover.
  const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
  const tell = (root) => {
    for (const time of root.querySelectorAll("time[datetime]")) time.title = exact.format(new Date(time.dateTime));
  };

  const arrived = (root) => {
    open(root);
    tell(root);
    for (const form of root.querySelectorAll("[data-selection]")) count(form);
  };
  document.addEventListener("DOMContentLoaded", () => arrived(document));
  document.addEventListener("htmx:afterSwap", (event) => arrived(event.target.parentElement || document));
  document.addEventListener("htmx:responseError", (event) => {
    const place = document.getElementById("trouble");
    if (!place) return;
    const status = event.detail.xhr.status;
    place.hidden = false;
    place.querySelector("[data-text]").textContent =
      status === 401 || status === 403
        ? "You are signed out or may not do this. Nothing was changed; sign in again in another tab and repeat it."
        : "The server could not do that. Nothing you entered is lost; try again.";
  });
  document.addEventListener("htmx:sendError", () => {
    const place = document.getElementById("trouble");
    if (!place) return;
    place.hidden = false;
    place.querySelector("[data-text]").textContent = "The server cannot be reached. Nothing you entered is lost; try again.";
  });
})();
