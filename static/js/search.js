// The box of every page: suggestions by arrow keys, Enter for all of them; on the results, arrows go from one to the next.
(() => {
  const box = () => document.querySelector("[data-header-search]");
  const list = () => document.getElementById("search-suggestions");
  const options = () => [...list().querySelectorAll("[role=option]")];

  const point = (option) => {
    for (const one of options()) {
      one.setAttribute("aria-selected", String(one === option));
      one.classList.toggle("active", one === option);
    }
    if (option) {
      box().setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else box().removeAttribute("aria-activedescendant");
  };
  const show = (is) => {
    if (!box()) return;
    list().hidden = !is;
    list().classList.toggle("show", is);
    box().setAttribute("aria-expanded", String(is));
    if (!is) point(null);
  };

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "search-suggestions") show(options().length > 0 && document.activeElement === box());
  });
  document.addEventListener("focusout", (event) => {
    if (event.target === box() && !list().contains(event.relatedTarget)) show(false);
  });
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest?.("#search-suggestions")) event.preventDefault(); // the box keeps the focus
  });

  document.addEventListener("keydown", (event) => {
    const up = event.key === "ArrowUp";
    if (event.target === box()) {
      const all = options();
      const at = all.findIndex((one) => one.id === box().getAttribute("aria-activedescendant"));
      if (event.key === "/" && !box().value) {
        const other = [...document.querySelectorAll("[data-search]")].find((one) => one !== box());
        if (!other) return;
        event.preventDefault();
        other.focus();
      } else if ((event.key === "ArrowDown" || up) && !list().hidden && all.length) {
        event.preventDefault();
        point(at < 0 ? all[up ? all.length - 1 : 0] : all[(at + (up ? -1 : 1) + all.length) % all.length]);
      } else if (event.key === "ArrowDown") {
        const first = document.querySelector("[data-results] [data-result]");
        if (!first) return;
        event.preventDefault();
        first.focus();
      } else if (event.key === "Enter" && !list().hidden && at >= 0) {
        event.preventDefault();
        all[at].click();
      } else if (event.key === "Escape" && !list().hidden) {
        event.preventDefault();
        show(false);
      }
      return;
    }
    if ((event.key === "ArrowDown" || up) && event.target.closest?.("[data-result]")) {
      const all = [...document.querySelectorAll("[data-results] [data-result]")];
      const next = all.indexOf(event.target) + (up ? -1 : 1);
      event.preventDefault();
      (all[next] ?? (next < 0 ? box() : all[all.length - 1])).focus();
    }
  });
})();
