// Buttons that copy: the text of a field (data-copy), or of the address they lead to (data-copy-from).
(() => {
  const placeOf = (button) =>
    button.querySelector("[data-copied]") ??
    button.closest("section, dialog, form, .card")?.querySelector("[data-copied]:not([data-copy-from] *)") ??
    document.querySelector("[data-copied]");

  const copyField = async (button) => {
    const field = document.querySelector(button.dataset.copy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      placeOf(button).textContent = "Copied.";
    } catch {
      placeOf(button).textContent = "It is selected; copy it with your keyboard.";
    }
  };

  const textAt = async (url) => {
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.text();
  };

  // The clipboard is given the promise: some browsers take nothing once the click is past.
  const copyFrom = async (button) => {
    const place = placeOf(button);
    const said = place.dataset.idle ?? (place.dataset.idle = place.textContent);
    try {
      const text = textAt(button.href);
      if (window.ClipboardItem) {
        const blob = text.then((words) => new Blob([words], { type: "text/plain" }));
        await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
      } else {
        await navigator.clipboard.writeText(await text);
      }
      place.textContent = "Copied";
      setTimeout(() => (place.textContent = said), 4000);
    } catch {
      window.open(button.href, "_blank", "noopener");
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy], [data-copy-from]");
    if (!button) return;
    if (button.matches("[data-copy-from]")) {
      if (event.ctrlKey || event.metaKey || event.shiftKey || !navigator.clipboard) return; // the link itself
      event.preventDefault();
      copyFrom(button);
    } else {
      copyField(button);
    }
  });
  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
  });
})();
