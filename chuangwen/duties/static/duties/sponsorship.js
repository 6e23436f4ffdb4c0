// A name that is dragged onto another place opens the page that says what the move would cost. Everything works without: by the page of the pair.
const table = document.querySelector("[data-sponsorship]");
let carried = null;

for (const name of table?.querySelectorAll("[data-pair]") ?? []) {
  name.draggable = true;
  name.addEventListener("dragstart", (event) => {
    carried = { href: name.href, row: name.closest("[data-place]") };
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", name.textContent);
  });
  name.addEventListener("dragend", () => {
    carried = null;
    mark(null);
  });
}

function mark(row) {
  for (const one of table.querySelectorAll(".table-active")) one.classList.remove("table-active");
  row?.classList.add("table-active");
}

function target(event) {
  const row = carried && event.target.closest("[data-place]");
  return row && row !== carried.row ? row : null;
}

table?.addEventListener("dragover", (event) => {
  const row = target(event);
  mark(row);
  if (row) event.preventDefault();
});

table?.addEventListener("drop", (event) => {
  const row = target(event);
  if (!row) return;
  event.preventDefault();
  const address = new URL(carried.href);
  address.searchParams.set("place", row.dataset.place);
  location.assign(address);
});
