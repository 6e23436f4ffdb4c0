// The map on which a resident taps where it is: outlines of the town as its ground, one pin, loaded when it is asked for.

const once = new Map();
function add(name, facts) {
  const key = facts.src || facts.href;
  if (!once.has(key)) once.set(key, new Promise((done, failed) => {
    document.head.append(Object.assign(document.createElement(name), facts, { onload: done, onerror: failed }));
  }));
  return once.get(key);
}

/** Show the map in `place`; `chosen(lat, lon)` is called when a point is tapped. Gives `put(lat, lon)` to move the pin. */
export async function open(place, { leaflet, leafletStyle, ground, words, chosen }) {
  await Promise.all([add("script", { src: leaflet }), add("link", { rel: "stylesheet", href: leafletStyle })]);
  const L = globalThis.L, map = L.map(place, { zoomControl: false, attributionControl: false, minZoom: 8, maxZoom: 19, zoomSnap: .5, preferCanvas: true });
  L.control.zoom({ zoomInTitle: words.closer, zoomOutTitle: words.farther }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  place.setAttribute("role", "application");
  place.setAttribute("aria-label", words.map);
  map.setView([35, 105], 4);
  const icon = L.divIcon({ className: "in-pin", iconSize: [22, 22], iconAnchor: [0, 22] });
  let pin = null;
  const put = (lat, lon, zoom = Math.max(map.getZoom(), 16)) => {
    if (pin) pin.setLatLng([lat, lon]);
    else {
      pin = L.marker([lat, lon], { icon, draggable: true, alt: words.map, title: words.map, autoPan: true }).addTo(map);
      pin.on("dragend", () => { const at = pin.getLatLng(); chosen(at.lat, at.lng); });
    }
    map.setView([lat, lon], zoom);
  };
  map.on("click", ({ latlng }) => { put(latlng.lat, latlng.lng, map.getZoom()); chosen(latlng.lat, latlng.lng); });
  try {
    const answer = await fetch(ground, { headers: { Accept: "application/json" } });
    const layer = L.geoJSON(await answer.json(), {
      interactive: false, style: { color: "#8793a5", weight: 1.25, fillColor: "#fff", fillOpacity: .85 },
      onEachFeature: (feature, shape) => shape.bindTooltip(feature.properties.title, { permanent: true, direction: "center", className: "in-name" }),
    }).addTo(map);
    if (!pin && layer.getBounds().isValid()) map.fitBounds(layer.getBounds());
    const names = () => layer.eachLayer((shape) => (map.getZoom() >= 13 ? shape.openTooltip() : shape.closeTooltip()));
    map.on("zoomend", names);
    names();
  } catch { /* without outlines the pin still works */ }
  new ResizeObserver(() => map.invalidateSize()).observe(place);
  return { put };
}
