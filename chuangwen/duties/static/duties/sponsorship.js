// A name that is dragged onto another place opens the page that says what the move would cost. Everything works without: by the page of the pair.
// When the job that solves the plan has ended the page comes anew: with the table, or with what contradicts itself.
const TABLE = "[data-sponsorship=movable]";
let carried = null;

document.addEventListener("jobs-changed", () => {
  if (document.querySelector("[data-solving]")) location.reload();
});

function mark(row) {
  for (const one of document.querySelectorAll(`${TABLE} .table-active`)) one.classList.remove("table-active");
  row?.classList.add("table-active");
}

function target(event) {
  const row = carried && event.target.closest?.(`${TABLE} [data-place]`);
  return row && row !== carried.row ? row : null;
}

document.addEventListener("dragstart", (event) => {
  const name = event.target.closest?.(`${TABLE} [data-pair]`);
  if (!name) return;
  carried = { href: name.href, row: name.closest("[data-place]") };
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", name.textContent);
});

document.addEventListener("dragend", () => {
  carried = null;
  mark(null);
});

document.addEventListener("dragover", (event) => {
  if (!carried) return;
  const row = target(event);
  mark(row);
  if (row) event.preventDefault();
});

document.addEventListener("drop", (event) => {
  const row = target(event);
  if (!row) return;
  event.preventDefault();
  const address = new URL(carried.href);
  address.searchParams.set("place", row.dataset.place);
  location.assign(address);
});
