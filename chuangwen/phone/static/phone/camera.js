// Photos: taken with the phone's camera app or in the page, set upright and made small here, their hash taken, kept sealed until sent.

import * as api from "./api.js";
import { now } from "./moment.js";
import * as place from "./place.js";
import * as store from "./store.js";
import { h, toast } from "./ui.js";
import { sha256, uuid } from "./vault.js";
import { t } from "./words.js";

const LONG_SIDE = 1600; // pixels
const QUALITY = 0.82;
const THUMB_SIDE = 320;
const PATIENCE = 400; // milliseconds that a photo waits for the place

/** What the person set: {originals: boolean}. */
export const options = { originals: false };

const shown = new Map(); // name -> object URL of what is on the screen

/**
 * Take one photo or several. options: {overlay: address of a picture laid half transparent over the viewfinder, viewfinder: true to
 * take it in the page, several: true, at: {lat, lon, accuracy} if the place is known already}.
 * Resolves with photo records, already kept on the phone; an empty list when the person thought better of it.
 * A record: {uid, name, type, size, width, height, sha256, taken_at, lat, lon, accuracy, state: "held"}.
 */
export async function take({ overlay, viewfinder = false, several = false, at } = {}) {
  const asked = at === undefined ? place.once() : Promise.resolve(at); // asked while the person aims
  const files = overlay || viewfinder ? await fromViewfinder(overlay) : await fromCameraApp(several);
  const taken = [];
  for (const file of files) {
    try {
      taken.push(await keep(file, asked));
    } catch (problem) {
      if (problem instanceof store.StorageFull) throw problem;
      toast(t("This picture cannot be read. Take it again."), "bad");
    }
  }
  return taken;
}

function fromCameraApp(several) {
  return new Promise((resolve) => {
    const input = h("input", { type: "file", accept: "image/*", capture: several ? null : "environment", multiple: several, class: "hidden" });
    const finish = () => { resolve([...input.files]); input.remove(); };
    input.addEventListener("change", finish);
    input.addEventListener("cancel", finish);
    document.body.append(input); // some phones forget an input that is nowhere on the page
    input.click();
  });
}

async function fromViewfinder(overlay) {
  const { open } = await import("./viewfinder.js");
  const blob = await open({ overlay });
  return blob === "camera-app" ? fromCameraApp(false) : blob ? [blob] : [];
}

/** Draw the picture upright, at most `side` pixels long; gives a canvas. */
async function drawn(source, side) {
  const bitmap = await bitmapOf(source);
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = h("canvas", { width: Math.round(bitmap.width * scale), height: Math.round(bitmap.height * scale) });
  const context = canvas.getContext("2d", { alpha: false });
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close?.();
  return canvas;
}

async function bitmapOf(source) {
  try {
    return await createImageBitmap(source, { imageOrientation: "from-image" });
  } catch {
    const image = new Image(); // older phones; the browser sets it upright itself
    image.src = URL.createObjectURL(source);
    await image.decode().finally(() => URL.revokeObjectURL(image.src));
    return image;
  }
}

const jpeg = (canvas, quality) => new Promise((resolve, reject) =>
  canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg", quality));

/**
 * Keep a picture: scaled, or as it came if the person wishes originals; with its hash and where it was taken. Nobody waits for the place:
 * one that is told later is added as long as the photo has not gone into the queue.
 */
export async function keep(file, asked) {
  const taken_at = now();
  const canvas = await drawn(file, LONG_SIDE);
  const small = await jpeg(await drawn(canvas, THUMB_SIDE), 0.72);
  const blob = options.originals && file.type.startsWith("image/") ? file : await jpeg(canvas, QUALITY);
  const bytes = await blob.arrayBuffer();
  const where = await Promise.race([asked, new Promise((resolve) => { setTimeout(resolve, PATIENCE, null); })]);
  const uid = uuid();
  const photo = {
    uid, name: `${uid.slice(0, 8)}.jpg`, type: blob.type || "image/jpeg", size: bytes.byteLength, width: canvas.width, height: canvas.height,
    sha256: await sha256(bytes), taken_at, lat: where?.lat ?? null, lon: where?.lon ?? null, accuracy: where?.accuracy ?? null,
    state: "held", sent: 0, upload_url: "",
  };
  await store.write({ values: { [`photo:${uid}`]: photo }, bytes: { [`bytes:${uid}`]: bytes, [`thumb:${uid}`]: await small.arrayBuffer() } });
  if (!where) Promise.resolve(asked).then((late) => late && addPlace(uid, late)).catch(() => {});
  return photo;
}

async function addPlace(uid, { lat, lon, accuracy }) {
  const photo = await store.get(`photo:${uid}`);
  if (photo?.state === "held") await store.put(`photo:${uid}`, { ...photo, lat, lon, accuracy });
}

/** An address to show a kept photo by; `large` for the whole picture. Empty when it is no longer on the phone. */
export async function url(uid, { large = false } = {}) {
  const name = `${large ? "bytes" : "thumb"}:${uid}`;
  if (!shown.has(name)) {
    const bytes = await store.getBytes(name);
    if (!bytes) return "";
    shown.set(name, URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" })));
  }
  return shown.get(name);
}

/** A picture of the server by its address, kept sealed for when there is no signal. Empty when it is not here and cannot be had. */
export async function picture(address) {
  if (!address) return "";
  const name = `picture:${address.split("?")[0]}`;
  if (!shown.has(name)) {
    let bytes = await store.getBytes(name);
    if (!bytes) {
      try {
        bytes = (await api.send(address, { raw: true })).body;
      } catch {
        return "";
      }
      await store.putBytes(name, bytes).catch(() => {}); // shown all the same when there is no room to keep it
    }
    shown.set(name, URL.createObjectURL(new Blob([bytes])));
  }
  return shown.get(name);
}

/** Forget a picture of the server that is not needed any more. */
export async function forget(address) {
  const name = `picture:${address.split("?")[0]}`;
  if (shown.has(name)) URL.revokeObjectURL(shown.get(name));
  shown.delete(name);
  await store.remove(name);
}

/** Fetch pictures before they are asked for, one after the other, as long as there is a connection and the person pays for no data. */
export async function prefetch(addresses) {
  if (navigator.connection?.saveData || store.isInMemory() || store.isShut()) return; // wiped or locked meanwhile
  const here = new Set(await store.names("picture:"));
  for (const address of addresses) {
    const name = `picture:${address.split("?")[0]}`;
    if (here.has(name)) continue;
    if (store.isShut()) return;
    try {
      await store.putBytes(name, (await api.send(address, { raw: true })).body);
      here.add(name);
    } catch (problem) {
      if (problem instanceof api.Refused) continue;
      return; // no signal, or no room: the next time
    }
  }
}

/** Pictures that nothing in the package names any more go. `text` is the package as JSON. */
export async function tidy(text) {
  const named = new Set([...text.matchAll(/"(\/[^"?]+)(?:\?[^"]*)?"/g)].map((found) => found[1]));
  const gone = (await store.names("picture:")).filter((name) => !named.has(name.slice(8)));
  if (gone.length) await store.remove(...gone);
}

/** An <img> that fills itself: from a kept photo's uid or a server's address. */
export function image({ uid, address, alt = "", large = false }) {
  const element = h("img", { alt, loading: "lazy", decoding: "async" });
  (uid ? url(uid, { large }) : picture(address)).then((source) => {
    if (source) element.src = source;
    else element.replaceWith(h("span.no-picture", t("The picture is not on the phone.")));
  });
  return element;
}

/** Forget a photo that was not sent and is not wanted. */
export async function drop(uid) {
  for (const name of [`thumb:${uid}`, `bytes:${uid}`]) {
    if (shown.has(name)) URL.revokeObjectURL(shown.get(name));
    shown.delete(name);
  }
  await store.remove(`photo:${uid}`, `bytes:${uid}`, `thumb:${uid}`);
}

/** Called when the app is locked: what was on the screen goes from memory. */
export function forgetShown() {
  for (const address of shown.values()) URL.revokeObjectURL(address);
  shown.clear();
}
