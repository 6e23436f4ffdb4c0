// The big screen renews itself: it asks for its figures, keeps the old ones when nobody answers, and says since when.

import { heat } from "./heat.js";

const assets = JSON.parse(document.getElementById("cw-assets").textContent);
const wall = document.querySelector("[data-wall]"), part = document.getElementById("wall-part"), note = document.querySelector("[data-wall-note]");
const clock = document.querySelector("[data-wall-clock]"), words = wall.dataset, every = Number(words.every) * 1000;
const version = part.querySelector("[data-version]").dataset.version;
const { script, style, toGcj02 } = await import(assets.map);
const charts = await import(assets.charts);

const tick = () => { clock.textContent = new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" }); };
/** What page.js has not drawn already. */
const draw = () => {
  const places = part.querySelectorAll("[data-chart]:not([data-drawn])");
  for (const place of places) place.dataset.drawn = "";
  return charts.draw(places, assets);
};
const figuresOf = () => part.querySelector("[data-wall-at]").textContent;

async function ground() {
  await Promise.all([script(assets.leaflet), style(assets.leafletStyle)]);
  const L = window.L, place = document.querySelector("[data-wall-map]"), tiles = Boolean(words.tiles);
  const at = words.datum === "gcj02" && tiles ? (lat, lng) => L.latLng(toGcj02(lat, lng)) : (lat, lng) => L.latLng(lat, lng);
  const map = L.map(place, { zoomControl: false, attributionControl: false, dragging: false, scrollWheelZoom: false, doubleClickZoom: false, boxZoom: false, keyboard: false, touchZoom: false, zoomSnap: .1 });
  const fit = part.querySelector("[data-wall-fit]").dataset.wallFit.split(",").map(Number);
  const whole = fit.length === 4 ? L.latLngBounds([at(fit[1], fit[0]), at(fit[3], fit[2])]) : null;
  const look = () => { map.invalidateSize(); if (whole) map.fitBounds(whole, { padding: [16, 16], animate: false }); else map.setView(at(35, 105), 4); };
  look();
  if (tiles) L.tileLayer(words.tiles, { maxZoom: 19 }).addTo(map);
  fetch(words.outline, { headers: { Accept: "application/json" } }).then((answer) => answer.json()).then((outline) => L.geoJSON(outline, {
    coordsToLatLng: ([lng, lat]) => at(lat, lng), interactive: false, style: { color: "#50627d", weight: 1.25, fillColor: "#1a2a42", fillOpacity: tiles ? 0 : .9 },
    onEachFeature: ({ properties }, drawn) => { if (properties.level === 5 || outline.features.length < 30) drawn.bindTooltip(properties.title, { permanent: true, direction: "center", className: "cw-wall-name" }); },
  }).addTo(map).bringToBack()).catch(() => {});
  const warm = heat(L, { radius: 34 }).addTo(map);
  new ResizeObserver(look).observe(place);
  return () => warm.setSpots(JSON.parse(document.getElementById("wall-squares").textContent).map(([lat, lon, count]) => [at(lat, lon), count]));
}

const say = (text) => {
  note.hidden = !text;
  const moved = text ? text.replace("{moment}", figuresOf()) : "";
  if (note.textContent !== moved) note.textContent = moved;
};

const warmed = ground().catch(() => () => {});

async function renew() {
  try {
    const answer = await fetch(words.wall, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(every) });
    if (answer.status === 404 || answer.status === 403) { say(words.gone); return; }
    if (!answer.ok) throw new Error(String(answer.status));
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html"), sign = fresh.querySelector("[data-version]");
    if (!sign) { say(words.ended); return; }
    // A newer program has newer scripts and styles: take the whole page from it.
    if (sign.dataset.version !== version) { location.reload(); return; }
    for (const place of part.querySelectorAll("[data-chart]")) place.chart?.dispose();
    part.replaceChildren(...fresh.body.childNodes);
    await draw();
    (await warmed)();
    say("");
  } catch {
    say(words.silent);
  }
}

tick();
setInterval(tick, 5000);
await draw();
(await warmed)();
setInterval(renew, every);
document.addEventListener("wall:renew", renew);
wall.dataset.ready = "";
