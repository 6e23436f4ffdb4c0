// What every page does: load charts and maps only where they stand, show small pictures of chosen files, say when the server did not answer.

document.documentElement.classList.add("cw-js");
const assets = JSON.parse(document.getElementById("cw-assets")?.textContent || "{}");

/** Draw what has come into the page, once. */
async function draw(root) {
  const charts = root.querySelectorAll("[data-chart]:not([data-drawn])");
  const maps = root.querySelectorAll("[data-map]:not([data-drawn])");
  for (const place of [...charts, ...maps]) place.dataset.drawn = "";
  if (charts.length) (await import(assets.charts)).draw(charts, assets);
  if (maps.length) (await import(assets.map)).draw(maps, assets);
}

/** What is wider than its place can be scrolled with the keyboard as well. */
function reachable(root) {
  for (const area of root.querySelectorAll(".table-responsive:not([tabindex]), .fw-paper-wide:not([tabindex])")) {
    if (area.scrollWidth > area.clientWidth || area.scrollHeight > area.clientHeight) area.tabIndex = 0;
  }
}

/** Small pictures, or names, of the files that a person has chosen and not yet sent. */
function preview(input) {
  const place = input.closest("[data-files]")?.querySelector("[data-previews]");
  if (!place) return;
  for (const image of place.querySelectorAll("img")) URL.revokeObjectURL(image.src);
  place.replaceChildren(...[...input.files].slice(0, 24).map((file) => {
    const figure = document.createElement("figure");
    if (/^image\/(jpeg|png|webp|gif)$/.test(file.type)) {
      const image = document.createElement("img");
      image.src = URL.createObjectURL(file);
      image.alt = "";
      figure.append(image);
    }
    const caption = document.createElement("figcaption");
    caption.textContent = `${file.name} · ${(file.size / 1e6).toFixed(1)} MB`;
    figure.append(caption);
    return figure;
  }));
}

document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-files] input[type=file]")) preview(event.target);
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) window.print();
});

// The navigation begins where the page stands in it.
const side = document.getElementById("side");
const here = side?.querySelector("[aria-current]");
if (here) {
  const below = here.getBoundingClientRect().bottom - side.getBoundingClientRect().bottom;
  if (below > 0) side.scrollTop += below + side.clientHeight / 3;
}

// What a person unfolds in the navigation stays unfolded on the next page; the server reads the cookie, so that nothing jumps.
document.addEventListener("click", (event) => {
  const summary = event.target.closest?.("summary[data-nav]");
  if (!summary) return;
  const kept = document.cookie.match(/(?:^|; )nav_open=([\w.]*)/)?.[1].split(".").filter(Boolean) || [];
  const others = kept.filter((key) => key !== summary.dataset.nav);
  const keys = summary.parentElement.open ? others : [...others, summary.dataset.nav];
  document.cookie = `nav_open=${keys.join(".")}; path=/; max-age=31536000; samesite=lax`;
});

// A form that was sent is not sent again by an impatient second tap.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.dataset.sent !== undefined) {
    if (form.dataset.sent !== undefined) event.preventDefault();
    return;
  }
  if (event.defaultPrevented || form.hasAttribute("hx-post")) return;
  form.dataset.sent = "";
  setTimeout(() => delete form.dataset.sent, 4000);
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

document.addEventListener("htmx:load", (event) => {
  const root = event.detail.elt.parentElement || document;
  draw(root);
  reachable(root);
});
for (const moment of ["load", "resize"]) window.addEventListener(moment, () => reachable(document));
// A refusal that names its place is shown there, and the page around it stays.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status >= 400 && xhr.getResponseHeader("HX-Retarget")) event.detail.shouldSwap = true;
});
document.addEventListener("htmx:sendError", () => document.getElementById("offline-note")?.removeAttribute("hidden"));
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) document.getElementById("offline-note")?.setAttribute("hidden", "");
});

draw(document);
