// The map of the campaign: it loads what its layer shows of the part that is in view, cases counted by squares, and follows the slider.

import { heat } from "./heat.js";

const assets = JSON.parse(document.getElementById("cw-assets").textContent);
const TONES = { ok: "#1b6b3f", wait: "#1f5490", warn: "#b06a00", bad: "#c1432b", quiet: "#6b7686", accent: "#9d1f2f" };
const SHADES = ["#fbf7f0", "#e6e3d3", "#c3d4cf", "#93b9bf", "#5c92a6", "#2f6783"];
const ORDER = ["bad", "warn", "accent", "wait", "ok"];
const WEEK = 7, PLAYED = 700, WAIT = 180;

const place = document.getElementById("ground"), words = place.dataset;
const { script, style, story, when, read, toGcj02 } = await import(assets.map);

/** How the cases of a square stand, as a ring of colours. */
function ring(L, square) {
  const width = 26 + Math.min(26, Math.round(Math.log10(square.count) * 10));
  const box = document.createElement("div"), number = document.createElement("span");
  box.className = "cw-ring";
  let from = 0;
  const parts = ORDER.filter((tone) => square.tones[tone]).map((tone) => {
    const start = from;
    from += square.tones[tone] / square.count * 360;
    return `${TONES[tone]} ${start}deg ${from}deg`;
  });
  box.style.background = parts.length ? `conic-gradient(${parts.join(",")})` : TONES.accent;
  box.style.width = box.style.height = `${width}px`;
  number.textContent = square.count > 9999 ? `${Math.round(square.count / 1000)}k` : String(square.count);
  box.append(number);
  return L.divIcon({ className: "", html: box, iconSize: [width, width] });
}

async function start() {
  const tiles = Boolean(words.tiles);
  await Promise.all([script(assets.leaflet), style(assets.leafletStyle)]);
  const L = window.L;
  const map = L.map(place, { preferCanvas: true, zoomControl: false, attributionControl: tiles, minZoom: 3, maxZoom: 19, zoomSnap: .5 });
  map.attributionControl?.setPrefix(false);
  L.control.zoom({ zoomInTitle: words.closer, zoomOutTitle: words.farther }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  place.setAttribute("role", "region");
  place.setAttribute("aria-label", words.label);
  place.map = map;
  const at = words.datum === "gcj02" && tiles ? (lat, lng) => L.latLng(toGcj02(lat, lng)) : (lat, lng) => L.latLng(lat, lng);
  const shape = { coordsToLatLng: ([lng, lat]) => at(lat, lng) };
  if (tiles) L.tileLayer(words.tiles, { attribution: words.attribution, maxZoom: 19 }).addTo(map);
  const fit = words.fit ? words.fit.split(",").map(Number) : null;
  if (fit) map.fitBounds([at(fit[1], fit[0]), at(fit[3], fit[2])], { padding: [12, 12] });
  else map.setView(at(35, 105), 4);
  new ResizeObserver(() => map.invalidateSize()).observe(place);
  if (words.outline) {
    read(words.outline).then((outline) => L.geoJSON(outline, { ...shape, interactive: false, style: { color: "#8793a5", weight: 1.25, fillColor: "#fff", fillOpacity: tiles ? 0 : .85 } }).addTo(map).bringToBack()).catch(() => {});
  }
  const tell = (at, facts) => {
    const content = story(facts, { open: facts.list ? words.list : words.open });
    if (facts.nearer) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm mt-2 d-block";
      button.textContent = words.nearer;
      button.addEventListener("click", facts.nearer);
      content.append(button);
    }
    L.popup({ maxWidth: 280 }).setLatLng(at).setContent(content).openOn(map);
    content.querySelector("a")?.focus({ preventScroll: true });
  };
  if (words.layer === "areas") return areas(L, map, shape);
  return squares(L, map, at, tell);
}

/** Areas in shades, each with its rate written on it; a click or Enter opens the figure. */
async function areas(L, map, shape) {
  const data = await read(words.ground);
  const layer = L.geoJSON(data, {
    ...shape, renderer: L.svg(),
    style: ({ properties }) => ({ color: "#566072", weight: 1.25, fillColor: SHADES[properties.shade], fillOpacity: .85 }),
    onEachFeature: ({ properties }, drawn) => {
      const label = document.createElement("span"), value = document.createElement("b");
      value.textContent = properties.value;
      label.append(properties.title, value);
      drawn.bindTooltip(label, { permanent: true, direction: "center", className: "cw-area-name" });
      const open = () => location.assign(properties.url);
      drawn.on("click", open).on("add", () => {
        const path = drawn.getElement();
        if (!path) return;
        path.setAttribute("tabindex", "0");
        path.setAttribute("role", "link");
        path.setAttribute("aria-label", `${properties.title} ${properties.value}`);
        path.addEventListener("keydown", (event) => { if (event.key === "Enter") open(); });
      });
    },
  }).addTo(map);
  if (data.features.length) map.fitBounds(layer.getBounds(), { padding: [12, 12] });
}

function squares(L, map, at, tell) {
  const layer = L.layerGroup().addTo(map), warm = words.layer === "heat" ? heat(L) : null;
  const total = document.querySelector("[data-ground-total]");
  let asking, waiting;
  warm?.addTo(map);
  const show = (data) => {
    layer.clearLayers();
    total.textContent = words.many.replace("{n}", data.total.toLocaleString("en-US"));
    if (words.layer === "sites") total.textContent = "";
    if (warm) {
      warm.setSpots(data.squares.map((square) => [at(square.lat, square.lon), square.count]));
      for (const square of data.squares) {
        L.circleMarker(at(square.lat, square.lon), { radius: 12, stroke: false, fillOpacity: 0 })
          .on("click", () => tell(at(square.lat, square.lon), { title: words.many.replace("{n}", square.count), url: square.url, list: true })).addTo(layer);
      }
      return;
    }
    if (data.spots) {
      for (const spot of data.spots) {
        const icon = L.divIcon({ className: `cw-pin cw-tone-${spot.tone}`, iconSize: [16, 16] }), point = at(spot.lat, spot.lon);
        if (data.spots.length > 200) L.circleMarker(point, { radius: 5, weight: 1.5, color: "#fff", fillColor: TONES[spot.tone], fillOpacity: 1 }).on("click", () => tell(point, spot)).addTo(layer);
        else when(L.marker(point, { icon, title: spot.title, alt: `${spot.title} ${spot.note}` }), () => tell(point, spot)).addTo(layer);
      }
      return;
    }
    for (const square of data.squares) {
      const point = at(square.lat, square.lon), title = words.many.replace("{n}", square.count.toLocaleString("en-US"));
      const nearer = () => { map.closePopup(); map.setView(point, Math.min(map.getMaxZoom(), map.getZoom() + 2)); };
      when(L.marker(point, { icon: ring(L, square), title, alt: title }), () => tell(point, { title, url: square.url, list: true, nearer })).addTo(layer);
    }
  };
  const load = async () => {
    asking?.abort();
    asking = new AbortController();
    const bounds = map.getBounds().pad(.1), address = new URL(words.ground, location.href);
    address.searchParams.set("box", [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((n) => n.toFixed(5)).join(","));
    address.searchParams.set("zoom", Math.round(map.getZoom()));
    place.classList.add("is-loading");
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, signal: asking.signal });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      show(await answer.json());
      place.dataset.shown = address.searchParams.get("day") || "";
    } catch (error) {
      if (error.name !== "AbortError") total.textContent = words.failed;
      return;
    } finally { place.classList.remove("is-loading"); }
  };
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(load, WAIT); };
  map.on("moveend", soon);
  slider(soon);
  return load();
}

/** The slider: days back from today. The day goes into the address, the table below follows when the hand rests. */
function slider(soon) {
  const box = document.querySelector("[data-ground-time]");
  if (!box) return;
  const range = box.querySelector("input"), told = box.querySelector("output"), play = box.querySelector("[data-ground-play]");
  const date = document.getElementById("ground-day"), [year, month, day] = range.dataset.today.split("-").map(Number);
  const most = Number(range.max), table = document.getElementById("map-table");
  const dayAt = (value) => new Date(Date.UTC(year, month - 1, day - (most - value))).toISOString().slice(0, 10);
  const written = new Intl.DateTimeFormat(document.documentElement.lang || "zh", { dateStyle: "long", timeZone: "UTC" });
  let resting, playing;
  box.hidden = false;
  const follow = () => {
    const value = dayAt(Number(range.value)), address = new URL(location.href);
    const text = written.format(new Date(`${value}T00:00:00Z`));
    told.textContent = text;
    range.setAttribute("aria-valuetext", text);
    date.value = value;
    const load = new URL(words.ground, location.href);
    load.searchParams.set("day", value);
    words.ground = `${load.pathname}${load.search}`;
    address.searchParams.set("layer", "cases");
    address.searchParams.set("day", value);
    history.replaceState(history.state, "", address);
    soon();
    clearTimeout(resting);
    resting = setTimeout(() => window.htmx.ajax("GET", `${address.pathname}${address.search}`, { target: table, swap: "innerHTML" }), 500);
  };
  const stop = () => { clearInterval(playing); playing = undefined; play.setAttribute("aria-pressed", "false"); };
  range.value = String(most - Math.round((Date.UTC(year, month - 1, day) - Date.parse(date.value)) / 86400000));
  range.setAttribute("aria-valuetext", told.textContent);
  range.addEventListener("input", () => { stop(); follow(); });
  play.addEventListener("click", () => {
    if (playing) { stop(); return; }
    play.setAttribute("aria-pressed", "true");
    if (Number(range.value) === most) range.value = "0";
    playing = setInterval(() => {
      range.value = String(Math.min(most, Number(range.value) + WEEK));
      follow();
      if (Number(range.value) === most) stop();
    }, PLAYED);
  });
}

for (const select of document.querySelectorAll("[data-ground-filters] select")) select.addEventListener("change", () => select.form.requestSubmit());
start().catch(() => { place.textContent = words.failed; });
