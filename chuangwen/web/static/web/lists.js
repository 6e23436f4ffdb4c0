// List pages: the table is renewed while a person types, menus of boxes stay open, chosen rows are counted.
// Without this file every filter, order and page still works by its form and links.

let timer;
document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-filters]");
  if (!form || event.target.type !== "search" || event.isComposing) return;
  clearTimeout(timer);
  timer = setTimeout(() => form.dispatchEvent(new Event("refine")), 400);
});
document.addEventListener("compositionend", (event) => event.target.dispatchEvent(new Event("input", { bubbles: true })));

// Addresses say what is asked for, and nothing of what is not.
document.addEventListener("htmx:configRequest", (event) => {
  if (!event.detail.elt.matches("form[data-filters]")) return;
  const kept = [...event.detail.formData.entries()].filter(([, value]) => value !== "");
  for (const key of [...event.detail.formData.keys()]) event.detail.formData.delete(key);
  for (const [key, value] of kept) event.detail.formData.append(key, value);
});

// On phones the filters stand behind a button.
function openFilters(form, wanted) {
  form.classList.toggle("is-open", wanted);
  form.querySelector("[data-open-filters]")?.setAttribute("aria-expanded", String(wanted));
}
document.addEventListener("click", (event) => {
  const form = event.target.closest?.("[data-open-filters]")?.form;
  if (form) openFilters(form, !form.classList.contains("is-open"));
});

let open = [], wide = false;
document.addEventListener("htmx:beforeSwap", () => {
  open = [...document.querySelectorAll("details[data-multi][open]")].map((one) => one.id);
  wide = Boolean(document.querySelector("form[data-filters].is-open"));
});
document.addEventListener("htmx:afterSwap", () => {
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  const form = document.querySelector("form[data-filters]");
  if (form && wide) openFilters(form, true);
});
document.addEventListener("click", (event) => {
  for (const one of document.querySelectorAll("details[data-multi][open]")) if (!one.contains(event.target)) one.removeAttribute("open");
});
document.addEventListener("keydown", (event) => {
  const one = event.key === "Escape" && event.target.closest?.("details[data-multi][open]");
  if (one) {
    one.removeAttribute("open");
    one.querySelector("summary").focus();
  }
});

/** Say how many rows are chosen, and let the box at the head follow. */
function count(form) {
  const boxes = [...form.querySelectorAll("input[name=selected]")];
  const chosen = boxes.filter((box) => box.checked).length;
  const all = form.querySelector("[data-pick-all]");
  const words = form.querySelector("[data-picked]");
  if (all) {
    all.checked = chosen === boxes.length && chosen > 0;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
  if (words) words.textContent = chosen ? words.dataset.some.replace("{n}", chosen) : words.dataset.none;
}

let last;
document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-bulk]");
  if (!form) return;
  if (event.target.matches("[data-pick-all]")) for (const box of form.querySelectorAll("input[name=selected]")) box.checked = event.target.checked;
  count(form);
});
document.addEventListener("click", (event) => {
  const box = event.target.matches?.("form[data-bulk] input[name=selected]") && event.target;
  if (!box) return;
  if (event.shiftKey && last?.isConnected) {
    const boxes = [...box.form.querySelectorAll("input[name=selected]")];
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
    for (const one of boxes.slice(from, to + 1)) one.checked = box.checked;
    count(box.form);
  }
  last = box;
});
