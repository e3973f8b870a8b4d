// Names and keys for what unfold's and Django's pages draw for eyes and mice alone.
(() => {
  const SAYS = { dock_to_right: "Menu", close: "Close", more_vert: "More", light_mode: "Light", dark_mode: "Dark", computer: "As the system", search: "Search" };
  const OBEYS_CLICKS = "a:not([href]), span[x-on\\:click], div.cursor-pointer[x-on\\:click]";

  // A field to search in is drawn beside the select that it stands for, and takes its label over.
  const nameChoices = () => {
    for (const field of document.querySelectorAll("select.select2-hidden-accessible")) {
      const label = document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
      const drawn = field.parentElement.querySelector(".select2-selection");
      const chosen = drawn?.querySelector(".select2-selection__rendered");
      if (label && chosen) {
        label.id ||= `${field.id}-label`;
        chosen.setAttribute("aria-labelledby", label.id);
        drawn.setAttribute("aria-labelledby", `${label.id} ${chosen.id}`);
      }
    }
  };

  // What scrolls by itself is a region; several need several names.
  const nameRegions = () => {
    document.querySelectorAll(".simplebar-content-wrapper").forEach((region, number) => {
      region.setAttribute("aria-label", region.closest("#nav-sidebar-apps") ? "Entries of the menu" : `Table ${number}`);
    });
  };

  // What only a mouse would open opens with the keyboard too.
  const obeyKeys = () => {
    for (const opener of document.querySelectorAll(OBEYS_CLICKS)) {
      opener.setAttribute("role", "button");
      opener.tabIndex = 0;
      opener.addEventListener("keydown", event => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          opener.click();
        }
      });
    }
  };

  // An icon is a word of a font, which nobody should hear; alone on a button it gets a word for people.
  const nameIcons = () => {
    for (const icon of document.querySelectorAll(".material-symbols-outlined")) {
      const word = icon.textContent.trim();
      const holder = icon.closest("a, button, [role=button]");
      if (holder && holder.textContent.trim() === word && !holder.title && !holder.hasAttribute("aria-label")) {
        holder.setAttribute("aria-label", SAYS[word] ?? word.replaceAll("_", " "));
      }
      if (holder !== icon) {
        icon.setAttribute("aria-hidden", "true");
      }
    }
  };

  // A page's headings follow one another; a column without a name gets one.
  const nameParts = () => {
    document.querySelectorAll("#changelist-filter h3").forEach(heading => heading.setAttribute("aria-level", "2"));
    document.querySelectorAll(".import-preview-table th:empty").forEach(head => head.append("Change"));
  };

  const all = () => [nameChoices, nameRegions, obeyKeys, nameIcons, nameParts].forEach(mend => mend());
  // jQuery calls in order of asking, so that its fields are drawn by then.
  window.addEventListener("load", () => (window.django?.jQuery ? window.django.jQuery(all) : all()));
})();
