// Deciding by keyboard. The keys count while the question has the focus, which it gets when the page opens; they are
// shown on the buttons they stand for, and every one of them is only a click on what the page offers anyway.
(() => {
  const desk = document.querySelector("[data-desk]");
  if (!desk) return;
  const find = (name) => desk.querySelector(`[data-desk-${name}]`);
  const help = find("keys");
  const choices = [...(desk.querySelector("[data-question]")?.querySelectorAll("button[data-choice]") ?? [])].slice(0, 9);
  const keys = new Map([
    ["s", find("skip")],
    ["ArrowLeft", find("before")],
    ["ArrowRight", find("after")],
    ["o", desk.querySelector("[data-open-lever]")],
    ["d", document.querySelector('a[href$="/duplicates/decided/"]')],
    ["?", find("help")],
  ]);

  const mark = (button, key) => {
    button.setAttribute("aria-keyshortcuts", key);
    const shown = document.createElement("kbd");
    shown.textContent = key;
    shown.setAttribute("aria-hidden", "true");
    button.append(" ", shown);
  };
  choices.forEach((button, number) => {
    keys.set(String(number + 1), button);
    mark(button, String(number + 1));
  });
  mark(find("skip"), "s");
  mark(find("help"), "?");
  find("help").hidden = false;

  find("help").addEventListener("click", () => help.showModal());
  help.querySelector("[data-desk-close]").addEventListener("click", () => help.close());
  desk.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || help.open) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const meant = keys.get(event.key);
    if (meant) {
      event.preventDefault();
      meant.click();
    }
  });
  find("title").focus({ preventScroll: true });
})();
