// Desk entry by keyboard: the key on a button chooses it, arrows walk through suggested sites, Ctrl+Enter saves.

const typing = (element) => element?.matches?.("input:not([type=radio]):not([type=checkbox]), textarea, select");

function set(button) {
  const box = document.getElementById(button.dataset.sets);
  box.value = button.dataset.value;
  mark(box);
}

/** The button whose value stands in the box is pressed. */
function mark(box) {
  for (const button of document.querySelectorAll(`[data-sets="${box.id}"]`)) {
    button.setAttribute("aria-pressed", String(box.value !== "" && Number(box.value) === Number(button.dataset.value)));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-sets]");
  if (button) set(button);
});

document.addEventListener("input", (event) => {
  if (event.target.id && document.querySelector(`[data-sets="${event.target.id}"]`)) mark(event.target);
});

document.addEventListener("keydown", (event) => {
  const form = document.querySelector("[data-record]");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form) {
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  const search = document.querySelector("[data-site-search]");
  if (["ArrowDown", "ArrowUp"].includes(event.key) && event.target.closest?.("[data-sites]")) {
    const links = [...document.querySelectorAll("[data-sites] a")];
    const here = links.indexOf(event.target);
    const next = here + (event.key === "ArrowDown" ? 1 : -1);
    event.preventDefault();
    (next < 0 ? search : links[Math.min(next, links.length - 1)])?.focus();
    return;
  }
  if (event.target === search && event.key === "ArrowDown") {
    event.preventDefault();
    document.querySelector("[data-sites] a")?.focus();
    return;
  }
  if (event.target === search && event.key === "Enter") {
    const only = document.querySelector("[data-sites] a");
    if (only) { event.preventDefault(); only.click(); }
    return;
  }
  if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "/" && search) { event.preventDefault(); search.focus(); return; }
  const chosen = form?.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (chosen) { event.preventDefault(); chosen.click(); chosen.focus(); }
});
