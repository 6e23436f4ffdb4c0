// Routes on the map, and sites dragged from one place of a list to another. The map itself is drawn by web/map.js.

const assets = JSON.parse(document.getElementById("cw-assets")?.textContent || "{}");
const DASHES = ["", "10 6", "2 7", "14 5 3 5"];

/** The map that web/map.js draws in this element, once it is there. */
function mapOf(element) {
  return new Promise((done, failed) => {
    let tries = 0;
    const look = () => {
      if (element.map) done(element.map);
      else if (++tries > 200) failed(new Error("no map"));
      else setTimeout(look, 50);
    };
    look();
  });
}

/** What the small window of a stop tells. */
function story({ title, note, url }, words) {
  const box = document.createElement("div"), name = document.createElement("strong"), time = document.createElement("div");
  name.textContent = title;
  time.textContent = note;
  box.append(name, time);
  if (url) {
    const link = document.createElement("a");
    link.href = url;
    link.textContent = words.open;
    box.append(link);
  }
  return box;
}

async function draw(place) {
  const element = place.querySelector("[data-map]");
  const answer = await fetch(place.dataset.routes, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!answer.ok) return;
  const [{ features }, map] = [await answer.json(), await mapOf(element)];
  const { toGcj02 } = await import(assets.map);
  const L = window.L, words = element.dataset;
  const shift = words.datum === "gcj02" && Boolean(words.tiles);
  const at = ([lng, lat]) => shift ? L.latLng(toGcj02(lat, lng)) : L.latLng(lat, lng);
  const colour = (number) => {
    const probe = document.createElement("span");
    probe.className = `fw-route-${number}`;
    place.append(probe);
    const found = getComputedStyle(probe).getPropertyValue("--fw-route").trim();
    probe.remove();
    return found;
  };
  const mark = (where, text, classes, told) => {
    const icon = L.divIcon({ className: `fw-route-stop ${classes}`, iconSize: [14 + 7 * text.length, 24], html: text });
    const tell = () => {
      const content = story(told, words);
      L.popup({ maxWidth: 280 }).setLatLng(at(where)).setContent(content).openOn(map);
      content.querySelector("a")?.focus({ preventScroll: true });
    };
    const marker = L.marker(at(where), { icon, title: told.title, alt: told.title });
    marker.on("click", tell).on("keydown", ({ originalEvent }) => { if (originalEvent.key === "Enter") tell(); }).addTo(map);
  };
  const starts = new Map(); // teams that set out from the same place share a sign
  for (const { geometry, properties: route } of features) {
    const key = geometry.coordinates[0].join();
    starts.set(key, [...(starts.get(key) ?? []), { where: geometry.coordinates[0], ...route }]);
  }
  for (const teams of starts.values()) {
    const colours = teams.length > 1 ? "" : `fw-route-${teams[0].colour}`;
    mark(teams[0].where, teams.map((team) => team.label).join(" "), `is-start ${colours}`, { title: teams.map((team) => team.start).join(" · "), note: "" });
  }
  for (const { geometry, properties: route } of features) {
    const dash = DASHES[Math.floor(route.colour / 2) % DASHES.length];
    L.polyline(geometry.coordinates.map(at), { color: colour(route.colour), weight: 3, opacity: .8, dashArray: dash, interactive: false, renderer: L.svg() }).addTo(map);
    for (const stop of route.stops) {
      mark(stop.at, `${route.label}${stop.number}`, `fw-route-${route.colour} ${stop.pinned ? "is-pinned" : ""} ${stop.done ? "is-done" : ""}`, stop);
    }
  }
}

/** Send a dragged site to where it was dropped. */
function dropped(item, list, before) {
  const form = document.querySelector("[data-move-form]");
  if (!form) return;
  const others = [...list.children].filter((other) => other !== item);
  form.action = item.dataset.move;
  form.elements.team.value = list.dataset.team;
  form.elements.day.value = list.dataset.day;
  form.elements.position.value = before ? others.indexOf(before) + 1 : others.length + 1;
  form.requestSubmit();
}

let held = null;
document.addEventListener("dragstart", (event) => {
  held = event.target.closest?.("[data-move]");
  if (held) event.dataTransfer.effectAllowed = "move";
});
const clear = () => document.querySelectorAll(".fw-route-stops .is-over, .fw-route-stops.is-over").forEach((one) => one.classList.remove("is-over"));
document.addEventListener("dragover", (event) => {
  const list = held && event.target.closest?.(".fw-route-stops");
  if (!list) return;
  event.preventDefault();
  clear();
  (event.target.closest("li") || list).classList.add("is-over");
});
document.addEventListener("drop", (event) => {
  const list = held && event.target.closest?.(".fw-route-stops");
  clear();
  if (!list) return;
  event.preventDefault();
  const before = event.target.closest("li");
  if (before !== held) dropped(held, list, before);
});
document.addEventListener("dragend", () => { held = null; clear(); });

function all(root) {
  for (const place of root.querySelectorAll("[data-routes]:not([data-shown])")) {
    place.dataset.shown = "";
    draw(place).catch(() => {});
  }
}
document.addEventListener("htmx:load", (event) => all(event.detail.elt.parentElement || document));
all(document);
