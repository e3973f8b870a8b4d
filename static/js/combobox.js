// A text field with a list to choose from (ARIA's combobox with a listbox). The list comes from the server through htmx.
// Arrow keys move, Enter chooses, Escape and leaving the field bring back what was chosen.
(() => {
  const parts = (box) => ({
    text: box.querySelector("[data-text]"),
    value: box.querySelector("[data-value]"),
    list: box.querySelector("[role=listbox]"),
  });
  const boxOf = (event) => event.target.closest?.("[data-combobox]");
  const choices = (list) => [...list.querySelectorAll("[role=option]:not([aria-disabled])")];

  const point = (box, option) => {
    const { text, list } = parts(box);
    for (const one of choices(list)) {
      one.setAttribute("aria-selected", String(one === option));
      one.classList.toggle("active", one === option);
    }
    if (option) {
      text.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else text.removeAttribute("aria-activedescendant");
  };
  const open = (box) => {
    const { text, list } = parts(box);
    if (!list.hidden) return;
    box.dataset.label = text.value;
    list.hidden = false;
    list.classList.add("show");
    text.setAttribute("aria-expanded", "true");
  };
  const close = (box, restore = true) => {
    const { text, list } = parts(box);
    if (list.hidden) return;
    list.hidden = true;
    list.classList.remove("show");
    text.setAttribute("aria-expanded", "false");
    point(box, null);
    if (restore) text.value = box.dataset.label;
  };
  const choose = (box, option) => {
    const { text, value } = parts(box);
    text.value = option.dataset.label;
    close(box, false);
    if (value.value === option.dataset.value) return;
    value.value = option.dataset.value;
    value.dispatchEvent(new CustomEvent("chosen", { bubbles: true }));
  };
  const find = (box) => window.htmx.trigger(parts(box).text, "find");

  let timer;
  document.addEventListener("input", (event) => {
    const box = boxOf(event);
    if (!box) return;
    if (parts(box).list.hidden) {
      const typed = parts(box).text.value;
      open(box);
      box.dataset.label = box.dataset.chosen ?? typed;
    }
    clearTimeout(timer);
    timer = setTimeout(() => find(box), 150);
  });
  // What was chosen before anything is typed.
  document.addEventListener("beforeinput", (event) => {
    const box = boxOf(event);
    if (box && parts(box).list.hidden) box.dataset.chosen = parts(box).text.value;
  });
  document.addEventListener("click", (event) => {
    const box = boxOf(event);
    for (const other of document.querySelectorAll("[data-combobox]")) if (other !== box) close(other);
    if (!box) return;
    const option = event.target.closest("[role=option]:not([aria-disabled])");
    if (option) {
      choose(box, option);
      parts(box).text.focus();
    } else if (event.target.closest("[data-text], .input-icon-addon") && parts(box).list.hidden) show(box);
  });
  // Opened without typing, the list shows everything and the text is ready to be overwritten.
  const show = (box) => {
    const { text } = parts(box);
    open(box);
    text.value = "";
    find(box);
    text.focus();
  };
  document.addEventListener("keydown", (event) => {
    const box = boxOf(event);
    if (!box || !event.target.matches("[data-text]")) return;
    const { list, text } = parts(box);
    const all = choices(list);
    const at = all.findIndex((one) => one.id === text.getAttribute("aria-activedescendant"));
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return show(box);
      const step = event.key === "ArrowDown" ? 1 : -1;
      point(box, all[(at + step + all.length) % all.length] ?? all[0]);
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      if (all[at]) choose(box, all[at]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close(box);
    } else if (event.key === "Tab") close(box);
  });
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest?.("[data-combobox] [role=listbox]")) event.preventDefault(); // the field keeps the focus
  });
})();
