// Where the phone is, asked once when something is found. Nothing here watches, and nothing is kept apart from what it belongs to.

import { t } from "./words.js";

const SECONDS = 8;

/** {lat, lon, accuracy} in WGS-84 degrees and metres, or null with `place.why` saying why not. Never waits longer than SECONDS. */
export function once({ fresh = false } = {}) {
  return new Promise((resolve) => {
    if (!navigator.geolocation || !globalThis.isSecureContext) {
      why = t("This page cannot ask where you are. Choose on the list or the map.");
      resolve(null);
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        why = "";
        resolve({ lat: round(coords.latitude), lon: round(coords.longitude), accuracy: Math.round(coords.accuracy) });
      },
      (problem) => {
        why = problem.code === 1 ? t("The phone may not tell where you are. Allow it in the browser's settings, or choose on the list.")
          : t("The phone does not know where it is now. Choose on the list.");
        resolve(null);
      },
      { enableHighAccuracy: true, timeout: SECONDS * 1000, maximumAge: fresh ? 0 : 30_000 },
    );
  });
}

let why = "";
export const reason = () => why;

const round = (degrees) => Math.round(degrees * 1e6) / 1e6;

/** Metres between two places. */
export function metres(a, b) {
  const radians = Math.PI / 180;
  const x = (b.lon - a.lon) * radians * Math.cos(((a.lat + b.lat) / 2) * radians);
  const y = (b.lat - a.lat) * radians;
  return Math.hypot(x, y) * 6_371_000;
}
