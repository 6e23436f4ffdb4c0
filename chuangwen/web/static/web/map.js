// Maps: points from a GeoJSON address over outlines or a tile server's ground. Thousands of points are put together by a grid of the
// screen; few enough of them are real elements that the keyboard reaches, and those in view also stand in a list below the map.

const CELL = 72, FEW = 150, LISTED = 100;
const TONES = { ok: "#1b6b3f", wait: "#1f5490", warn: "#b06a00", bad: "#c1432b", quiet: "#6b7686", accent: "#9d1f2f" };

/** Load a script of the site once. */
const loaded = new Map();
export function script(address) {
  if (!loaded.has(address)) loaded.set(address, new Promise((done, failed) => {
    const element = document.createElement("script");
    element.src = address;
    element.onload = done;
    element.onerror = failed;
    document.head.append(element);
  }));
  return loaded.get(address);
}
export function style(address) {
  if (!loaded.has(address)) loaded.set(address, new Promise((done, failed) => {
    const element = document.createElement("link");
    element.rel = "stylesheet";
    element.href = address;
    element.onload = done;
    element.onerror = failed;
    document.head.append(element);
  }));
  return loaded.get(address);
}

/** WGS-84 to the datum of the ground (GCJ-02 shifts by up to some hundred metres, in China only). */
export function toGcj02(lat, lng) {
  if (lng < 72 || lng > 137.9 || lat < .8 || lat > 55.9) return [lat, lng];
  const a = 6378245, e = .006693421622965943, p = Math.PI, [x, y] = [lng - 105, lat - 35];
  const wave = (20 * Math.sin(6 * x * p) + 20 * Math.sin(2 * x * p)) * 2 / 3;
  let dy = -100 + 2 * x + 3 * y + .2 * y * y + .1 * x * y + .2 * Math.sqrt(Math.abs(x)) + wave;
  dy += (20 * Math.sin(y * p) + 40 * Math.sin(y / 3 * p)) * 2 / 3 + (160 * Math.sin(y / 12 * p) + 320 * Math.sin(y * p / 30)) * 2 / 3;
  let dx = 300 + x + 2 * y + .1 * x * x + .1 * x * y + .1 * Math.sqrt(Math.abs(x)) + wave;
  dx += (20 * Math.sin(x * p) + 40 * Math.sin(x / 3 * p)) * 2 / 3 + (150 * Math.sin(x / 12 * p) + 300 * Math.sin(x / 30 * p)) * 2 / 3;
  const radian = lat / 180 * p, magic = 1 - e * Math.sin(radian) ** 2, root = Math.sqrt(magic);
  return [lat + dy * 180 / (a * (1 - e) / (magic * root) * p), lng + dx * 180 / (a / root * Math.cos(radian) * p)];
}

/** What a click does, Enter does. */
export const when = (marker, act) => marker.on("click", act).on("keydown", ({ originalEvent }) => { if (originalEvent.key === "Enter") act(); });

export const read = async (address) => {
  const answer = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
};

/** What stands in the small window of a place: its name, a note, a link. */
export function story(place, words) {
  const box = document.createElement("div");
  const name = document.createElement("strong");
  name.textContent = place.title;
  box.append(name);
  if (place.note) {
    const note = document.createElement("div");
    note.textContent = place.note;
    box.append(note);
  }
  if (place.url) {
    const link = document.createElement("a");
    link.href = place.url;
    link.textContent = words.open;
    box.append(link);
  }
  return box;
}

/** Keep the places that fall into the same cell of the screen together. */
function grouped(places, map) {
  const view = map.getBounds().pad(.15), cells = new Map(), zoom = map.getZoom();
  const apart = zoom >= map.getMaxZoom() - 1;
  for (const place of places) {
    if (!view.contains(place.at)) continue;
    const point = map.project(place.at, zoom);
    const key = apart ? cells.size : `${Math.floor(point.x / CELL)}:${Math.floor(point.y / CELL)}`;
    if (!cells.has(key)) cells.set(key, []);
    cells.get(key).push(place);
  }
  return [...cells.values()];
}

/** Where a group is drawn: the mean of its places. */
function middle(group) {
  const sum = group.reduce(([lat, lng], { at }) => [lat + at.lat, lng + at.lng], [0, 0]);
  return [sum[0] / group.length, sum[1] / group.length];
}

async function one(element) {
  const L = window.L, words = element.dataset, tiles = Boolean(words.tiles);
  const map = L.map(element, { preferCanvas: true, zoomControl: false, attributionControl: tiles, minZoom: 3, maxZoom: 19, zoomSnap: .5 });
  map.attributionControl?.setPrefix(false);
  L.control.zoom({ zoomInTitle: words.closer, zoomOutTitle: words.farther }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  element.setAttribute("role", "region");
  element.setAttribute("aria-label", words.label);
  const at = words.datum === "gcj02" && tiles ? (lat, lng) => L.latLng(toGcj02(lat, lng)) : (lat, lng) => L.latLng(lat, lng);
  if (tiles) L.tileLayer(words.tiles, { attribution: words.attribution, maxZoom: 19 }).addTo(map);
  const [points, outline] = await Promise.all([read(words.map), words.outline ? read(words.outline) : null]);
  if (outline) {
    L.geoJSON(outline, {
      coordsToLatLng: ([lng, lat]) => at(lat, lng), interactive: false,
      style: { color: "#8793a5", weight: 1.25, fillColor: "#fff", fillOpacity: tiles ? 0 : .85 },
    }).addTo(map);
  }
  const places = points.features.filter((feature) => feature.geometry?.type === "Point").map(({ geometry, properties }) => ({
    at: at(geometry.coordinates[1], geometry.coordinates[0]), title: properties.title ?? "", note: properties.note ?? "", url: properties.url ?? "", tone: properties.tone ?? "wait",
  }));
  const given = words.fit ? words.fit.split(",").map(Number) : null;
  if (given) map.fitBounds([at(given[1], given[0]), at(given[3], given[2])]);
  else if (places.length) map.fitBounds(L.latLngBounds(places.map((place) => place.at)).pad(.05), { maxZoom: 17 });
  else map.setView(at(35, 105), 4);

  const layer = L.layerGroup().addTo(map);
  const list = element.parentElement.querySelector("[data-map-list]");
  if (list) list.hidden = !places.length; // lines and areas alone: the page says elsewhere what is on them
  // A window of its own, so that it stays when the map moves under it and the points are put together anew.
  const tell = (place) => {
    const content = story(place, words);
    L.popup({ maxWidth: 280 }).setLatLng(place.at).setContent(content).openOn(map);
    content.querySelector("a")?.focus({ preventScroll: true });
  };
  const redraw = () => {
    layer.clearLayers();
    const groups = grouped(places, map), alone = groups.filter((group) => group.length === 1).length;
    for (const group of groups) {
      const [place] = group;
      if (group.length > 1) {
        const centre = L.latLngBounds(group.map((member) => member.at)), width = 22 + Math.min(26, Math.round(Math.log10(group.length) * 9));
        const icon = L.divIcon({ className: "cw-cluster", iconSize: [width, width], html: String(group.length) });
        const closer = () => centre.getSouthWest().equals(centre.getNorthEast()) ? map.setView(place.at, map.getMaxZoom()) : map.fitBounds(centre.pad(.2));
        when(L.marker(middle(group), { icon, title: words.many.replace("{n}", group.length), alt: words.many.replace("{n}", group.length) }), closer).addTo(layer);
      } else if (alone <= FEW) {
        const icon = L.divIcon({ className: `cw-pin cw-tone-${place.tone}`, iconSize: [16, 16] });
        when(L.marker(place.at, { icon, title: place.title, alt: place.title }), () => tell(place)).addTo(layer);
      } else {
        L.circleMarker(place.at, { radius: 6, weight: 2, color: "#fff", fillColor: TONES[place.tone], fillOpacity: 1 }).on("click", () => tell(place)).addTo(layer);
      }
    }
    if (!list) return;
    const view = map.getBounds(), inside = places.filter((place) => view.contains(place.at));
    list.querySelector("[data-map-count]").textContent = `(${inside.length.toLocaleString("en-US")})`;
    list.querySelector("ul").replaceChildren(...inside.slice(0, LISTED).map((place) => {
      const item = document.createElement("li");
      const text = document.createElement(place.url ? "a" : "span");
      if (place.url) text.href = place.url;
      text.textContent = place.title;
      item.append(text, place.note ? ` ${place.note}` : "");
      return item;
    }));
  };
  map.on("moveend", redraw);
  redraw();
  if (words.locate !== undefined && navigator.geolocation) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = words.where;
    button.addEventListener("click", () => navigator.geolocation.getCurrentPosition(({ coords }) => map.setView(at(coords.latitude, coords.longitude), 17)));
    const control = L.control({ position: "topright" });
    control.onAdd = () => button;
    control.addTo(map);
  }
  new ResizeObserver(() => map.invalidateSize()).observe(element);
  element.map = map;
}

export async function draw(elements, assets) {
  await Promise.all([script(assets.leaflet), style(assets.leafletStyle)]);
  for (const element of elements) {
    one(element).catch(() => { element.textContent = element.dataset.failed; });
  }
}
