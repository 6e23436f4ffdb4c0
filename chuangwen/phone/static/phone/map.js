// A map that needs no signal: outlines of the divisions and the places as points. Tiles come on top where there is a connection and the
// office has set a tile server.

import { h } from "./ui.js";
import { shell, t } from "./words.js";

let loading = null;

/** The library and its style sheet, once. */
function library() {
  loading ??= new Promise((resolve, reject) => {
    document.head.append(h("link", { rel: "stylesheet", href: shell.urls.leaflet_css }));
    document.head.append(h("script", { src: shell.urls.leaflet, onload: () => resolve(globalThis.L), onerror: () => reject(new Error(t("The map could not be loaded."))) }));
  });
  return loading;
}

/** Have the library here before a map is asked for. */
export const prepare = () => library();

const COLOURS = { ok: "#1b6b3f", wait: "#1f5490", warn: "#855200", bad: "#ad2a14", quiet: "#4b5565", accent: "#9d1f2f" };

/**
 * points: [{id, lat, lon, label, tone, number}]; outlines: the section places.outlines; onPoint(id); me: {lat, lon, accuracy} once.
 * whole: show all of the outlines, not only where the points are. Gives the element; the list beside it says the same for who cannot use a map.
 */
export async function draw({ points, outlines, onPoint, me, whole = false, height = "60vh" }) {
  const L = await library();
  const element = h("div.map", { role: "region", "aria-label": t("Map"), style: { height } });
  const map = L.map(element, { zoomControl: true, attributionControl: Boolean(shell.tiles?.attribution), preferCanvas: false });
  const places = points.filter((point) => Number.isFinite(point.lat) && Number.isFinite(point.lon));
  const all = L.latLngBounds([...places.map((point) => [point.lat, point.lon]), ...(me ? [[me.lat, me.lon]] : [])]);
  map.setView(all.isValid() ? all.getCenter() : [30.3, 112.2], 13); // first: a map without a view draws no marker
  const base = L.layerGroup().addTo(map);
  for (const shape of shapesOf(outlines)) {
    L.geoJSON(shape.geometry, { style: { color: "#6b7a90", weight: 1.5, fillColor: "#dfe5ea", fillOpacity: 0.5 }, interactive: false }).addTo(base);
  }
  if (shell.tiles?.pattern) L.tileLayer(shell.tiles.pattern, { attribution: shell.tiles.attribution, maxZoom: 19 }).addTo(map);
  for (const point of places) {
    const pin = L.marker([point.lat, point.lon], {
      icon: L.divIcon({ className: "pin", html: "", iconSize: [34, 34] }), keyboard: true, title: point.label, alt: point.label,
    }).addTo(map);
    const drawn = pin.getElement();
    drawn.append(h("span", { style: { background: COLOURS[point.tone ?? "accent"] } }, point.number ?? ""));
    if (onPoint) pin.on("click keypress", () => onPoint(point.id));
  }
  if (me) {
    L.circle([me.lat, me.lon], { radius: me.accuracy ?? 20, color: "#1f5490", weight: 1, fillOpacity: 0.15 }).addTo(map);
    L.circleMarker([me.lat, me.lon], { radius: 6, color: "#fff", weight: 2, fillColor: "#1f5490", fillOpacity: 1 }).addTo(map);
  }
  const fit = () => {
    const shapes = L.featureGroup(base.getLayers());
    if (whole && shapes.getLayers().length) all.extend(shapes.getBounds());
    if (all.isValid()) map.fitBounds(all.pad(0.15), { maxZoom: 17, animate: false });
    else if (shapes.getLayers().length) map.fitBounds(shapes.getBounds(), { animate: false });
  };
  let fitted = false; // only an element that stands on the page has a size to fit into
  new ResizeObserver(() => {
    map.invalidateSize({ animate: false });
    if (!fitted && element.clientHeight) { fitted = true; fit(); }
  }).observe(element);
  return element;
}

/** The section may be a list of divisions or a feature collection. */
function shapesOf(outlines) {
  const rows = outlines?.features ?? outlines?.divisions ?? outlines ?? [];
  return Array.isArray(rows) ? rows.map((row) => ({ geometry: row.geometry ?? row.outline })).filter((row) => row.geometry) : [];
}
