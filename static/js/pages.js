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
  let opener = null; // of the first dialog: one that replaces it returns the focus to the same place
  const open = (root) => {
    for (const dialog of root.querySelectorAll("dialog[data-open]")) {
      if (dialog.open) continue;
      const before = document.activeElement;
      if (before && before !== document.body && !before.closest("dialog")) opener = before;
      dialog.showModal();
      dialog.addEventListener("close", () => {
        dialog.remove();
        if (opener && opener.isConnected) opener.focus();
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

  // Whoever is ticked to be left out does not count on the button.
  document.addEventListener("change", (event) => {
    const form = event.target.matches("input[data-leave]") && event.target.closest("form");
    const button = form && form.querySelector("[data-going]");
    if (!button) return;
    const going = Number(button.dataset.most) - form.querySelectorAll("input[data-leave]:checked").length;
    button.textContent = `Add ${going === 1 ? "1 person" : `${going.toLocaleString("en")} people`} to outreach`;
    button.disabled = going < 1;
  });

  // What is typed is searched for as one types; leaving the field is no news, and a new list would lose fresh ticks.
  document.addEventListener(
    "change",
    (event) => {
      if (event.target.matches("form.filters [data-search]")) event.stopPropagation();
    },
    true,
  );

  // A row that comes again keeps its tick.
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const fresh = event.detail.fragment?.querySelector("input[data-row]:not(:disabled)");
    if (fresh && event.target.querySelector?.("input[data-row]:checked")) fresh.checked = true;
  });

  // Sent once: a second click on the same button does nothing.
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-once]")) {
      if (event.target.dataset.sent) event.preventDefault();
      event.target.dataset.sent = "yes";
    }
  });
  // Come back to by the back button, it may be sent again.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
  });

  // What asks again by itself does so only while somebody can look, and at once when they look again.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && event.detail.elt.matches("[data-live]")) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    for (const live of document.querySelectorAll("[data-live]")) live.dispatchEvent(new Event("looked-at"));
  });

  // Signing in again in another tab makes a new token: a page that stayed open goes on with it.
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
    if (!token) return;
    event.detail.headers["X-CSRFToken"] = token;
    if (event.detail.parameters.has?.("csrfmiddlewaretoken")) event.detail.parameters.set("csrfmiddlewaretoken", token);
    else if ("csrfmiddlewaretoken" in event.detail.parameters) event.detail.parameters.csrfmiddlewaretoken = token;
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
  // What went wrong is told where the reader is: in the dialog, if one is open, else at the top of the page.
  const trouble = (text) => {
    const body = document.querySelector("dialog[open] .modal-body");
    let place = body ? body.querySelector("[data-trouble]") : document.getElementById("trouble");
    if (body && !place) {
      place = document.getElementById("trouble").cloneNode(true);
      place.removeAttribute("id");
      place.dataset.trouble = "";
      body.prepend(place);
    }
    if (!place) return;
    place.hidden = false;
    place.querySelector("[data-text]").textContent = text;
    place.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    trouble(
      status === 401 || status === 403
        ? "You are signed out or may not do this. Nothing was changed; sign in again in another tab and repeat it."
        : "The server could not do that. Nothing you entered is lost; try again.",
    );
  });
  document.addEventListener("htmx:sendError", () => {
    trouble("The server cannot be reached. Nothing you entered is lost; try again.");
  });
})();
