// Choosing a file: dropping works, a file too large is told before it is sent. The form works without any of this.
(() => {
  const told = (input, words) => {
    const place = input.form.querySelector("[data-told]");
    if (place) place.textContent = words;
    else if (words) window.alert(words);
  };

  const fits = (input) => {
    const file = input.files[0];
    if (!file) return false;
    const size = file.size > 1048576 ? `${Math.round(file.size / 1048576)} MB` : `${Math.max(1, Math.round(file.size / 1024))} KB`;
    if (file.size <= Number(input.dataset.most)) {
      told(input, input.form.hasAttribute("data-replace") ? "" : `${file.name}, ${size}`);
      return true;
    }
    told(input, `${file.name} has ${size}; ${input.dataset.mostTold} are read at most. Split it into several files, each with the header.`);
    input.value = "";
    return false;
  };

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches("input[type=file][data-most]")) return;
    if (fits(input) && input.form.hasAttribute("data-replace")) input.form.requestSubmit();
  });

  for (const zone of document.querySelectorAll("[data-drop]")) {
    const over = (is) => zone.classList.toggle("is-over", is);
    for (const name of ["dragenter", "dragover"]) {
      zone.addEventListener(name, (event) => {
        event.preventDefault();
        over(true);
      });
    }
    zone.addEventListener("dragleave", () => over(false));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      over(false);
      const input = zone.querySelector("input[type=file]");
      if (event.dataTransfer.files.length !== 1) {
        told(input, "Drop one file at a time.");
        return;
      }
      input.files = event.dataTransfer.files;
      fits(input);
    });
  }

  // What takes a while says so on its button.
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button && button.dataset.busy) button.textContent = button.dataset.busy;
  });
  // Come back to by the back button, the page shows what is there now.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });
})();
