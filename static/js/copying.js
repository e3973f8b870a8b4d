// A button that copies the text of a field; shown only where the browser can.
(() => {
  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-copy]")) {
      const field = document.querySelector(button.dataset.copy);
      const told = document.querySelector("[data-copied]");
      button.hidden = false;
      button.addEventListener("click", async () => {
        field.select();
        try {
          await navigator.clipboard.writeText(field.value);
          told.textContent = "Copied.";
        } catch {
          told.textContent = "It is selected; copy it with your keyboard.";
        }
      });
    }
  });
})();
