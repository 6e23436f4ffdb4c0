// What waits to be sent. Each entry has a state of its own and waits for no other; each is sent until the server has answered, and the
// server answers a repetition with the same, so that nothing is lost and nothing doubled.
//
//   waiting   will be sent when there is signal            conflict  the server asks: a choice has to be made
//   sending   under way                                    refused   the server says what is wrong with it
//   sent      stored; kept on the list for a while         stuck     failed again and again; still tried, now and then

import * as api from "./api.js";
import * as camera from "./camera.js";
import { mark, now, told } from "./moment.js";
import * as packages from "./package.js";
import * as store from "./store.js";
import { upload } from "./upload.js";
import { uuid } from "./vault.js";
import { shell, t } from "./words.js";

const AT_ONCE = 2;
const PAUSES = [5, 15, 60, 300, 900, 1800]; // seconds after the first, second, … failure
const STUCK_AFTER = 4;
const KEPT_DAYS = 7;
const KEPT_SENT = 200;

const entries = new Map();
const photos = new Map(); // of entries that are not sent
const busy = new Map(); // uid -> AbortController
const listeners = new Set();
let paused = null; // "signed-out" | null
let offline = false;
let timer = 0;

export const onChange = (listener) => { listeners.add(listener); return () => listeners.delete(listener); };
const tell = (entry) => { for (const listener of listeners) listener(entry); };

export const list = () => [...entries.values()].sort((a, b) => b.order - a.order);
export const get = (uid) => entries.get(uid);
export const photoOf = (uid) => photos.get(uid);
export const unsent = () => list().filter((entry) => entry.state !== "sent");
/** Those that a person has to do something about. */
export const asking = () => list().filter((entry) => ["conflict", "refused", "stuck"].includes(entry.state));
export const isOffline = () => offline;
export const isPaused = () => paused;

/** Bytes of an entry: its words and its photos, and how many of them the server has. */
export function progress(entry) {
  let total = entry.bytes, sent = entry.state === "sent" ? entry.bytes : 0;
  for (const uid of entry.photos) {
    const photo = photos.get(uid);
    if (!photo) continue;
    total += photo.size;
    sent += photo.state === "sent" ? photo.size : photo.sent ?? 0;
  }
  return { total, sent, photos: entry.photos.length, done: entry.photos.filter((uid) => photos.get(uid)?.state === "sent").length };
}

/** What is on the phone from before; whatever was under way when the app ended is to be sent again. */
export async function load() {
  entries.clear();
  photos.clear();
  for (const [, photo] of await store.all("photo:")) photos.set(photo.uid, photo);
  const old = Date.now() - KEPT_DAYS * 86_400_000;
  const sent = [];
  for (const [name, entry] of await store.all("entry:")) {
    if (entry.state === "sending") entry.state = "waiting";
    if (entry.state === "sent") sent.push([name, entry]);
    entries.set(entry.uid, entry);
  }
  const stale = sent.sort((a, b) => b[1].order - a[1].order).filter(([, entry], place) => place >= KEPT_SENT || entry.order < old);
  for (const [, entry] of stale) entries.delete(entry.uid);
  await store.remove(...stale.flatMap(([name, entry]) => [name, ...entry.photos.map((uid) => `thumb:${uid}`)])).catch(() => {});
  await clearOrphans();
  await count();
}

/** Photos of drafts that were thrown away long ago. What any draft or entry names stays. */
async function clearOrphans() {
  const named = JSON.stringify([...(await store.all("draft:")), ...entries.values()]);
  const yesterday = Date.now() - 86_400_000;
  for (const photo of [...photos.values()]) {
    if (!named.includes(photo.uid) && Date.parse(photo.taken_at) < yesterday) {
      photos.delete(photo.uid);
      await camera.drop(photo.uid).catch(() => {});
    }
  }
}

/** The register says how many wait, so that another account on this phone learns that, and nothing more. */
let account = null;
export const belongsTo = (id) => { account = id; };
async function count() {
  if (account !== null) await store.keepAccount({ account, unsent: unsent().length }).catch(() => {});
  try {
    await (unsent().length ? navigator.setAppBadge?.(unsent().length) : navigator.clearAppBadge?.());
  } catch { /* a nicety */ }
}

const save = (entry) => store.put(`entry:${entry.uid}`, entry);

/**
 * Put something into the queue: {kind, data, photos: [uid], label, sub, sections: [names that `data` was made from], draft: name of the
 * draft that it replaces, uid}. It is on the disk when the promise is kept; raises StorageFull, and the draft is then still there.
 */
export async function add({ kind, data, photos: uids = [], label, sub = "", sections, based_on, draft, uid = uuid(), made = mark() }) {
  const taken = Object.fromEntries((await store.all("photo:")).filter(([, photo]) => uids.includes(photo.uid)));
  const entry = {
    uid, kind, data, photos: uids, label, sub, made, made_at: null, order: Date.now(), based_on: based_on ?? packages.etags(sections),
    choice: "", state: "waiting", attempts: 0, next_at: 0, problem: null, result: null, notes: [],
    bytes: new TextEncoder().encode(JSON.stringify(data)).length, sent_at: null,
  };
  const values = { [`entry:${uid}`]: entry };
  for (const photo of Object.values(taken)) values[`photo:${photo.uid}`] = { ...photo, state: photo.state === "sent" ? "sent" : "waiting" };
  await store.write({ values, remove: draft ? [`draft:${draft}`] : [] });
  for (const photo of Object.values(taken)) photos.set(photo.uid, values[`photo:${photo.uid}`]);
  entries.set(uid, entry);
  await count();
  tell(entry);
  run();
  return entry;
}

// -- sending ------------------------------------------------------------------------------------------------------------------------

/** Send what is due now, at most AT_ONCE at a time; whoever fails makes room for the next. */
export function run() {
  clearTimeout(timer);
  if (paused || store.isShut()) return;
  const steady = Date.now();
  const waiting = list().reverse().filter((entry) => ["waiting", "stuck"].includes(entry.state) && !busy.has(entry.uid));
  for (const entry of waiting) {
    if (busy.size >= AT_ONCE) break;
    if (entry.next_at <= steady || entry.next_at > steady + 2 * 1800_000) work(entry); // a pause that long is a clock that was set
  }
  const next = Math.min(...waiting.filter((entry) => !busy.has(entry.uid)).map((entry) => entry.next_at));
  if (Number.isFinite(next) && busy.size < AT_ONCE) timer = setTimeout(run, Math.max(500, Math.min(next - Date.now(), 300_000)));
}

async function work(entry) {
  const stopper = new AbortController();
  busy.set(entry.uid, stopper);
  try {
    await send(entry, stopper.signal);
  } catch (problem) {
    await failed(entry, problem).catch(() => {}); // no room to note it: it stays what it was on the disk
  } finally {
    busy.delete(entry.uid);
    if (entries.has(entry.uid)) tell(entry);
    await count();
    run();
  }
}

async function send(entry, signal) {
  entry.state = "sending";
  entry.problem = null;
  tell(entry);
  for (const uid of entry.photos) await sendPhoto(entry, uid, signal);
  if (!entries.has(entry.uid)) return; // dropped meanwhile
  if (!entry.made_at) {
    entry.made_at = told(entry.made); // from here on the same at each repetition
    await save(entry);
  }
  const answer = await api.post(shell.urls.entries, {
    uid: entry.uid, kind: entry.kind, made_at: entry.made_at, sent_at: now(), based_on: entry.based_on, photos: entry.photos,
    data: entry.data, ...(entry.choice ? { choice: entry.choice } : {}),
  });
  offline = false;
  const kept = { ...entry, state: "sent", result: answer.result ?? null, notes: answer.notes ?? [], sent_at: Date.now(), problem: null };
  await store.write({ values: { [`entry:${entry.uid}`]: kept }, remove: entry.photos.flatMap((uid) => [`photo:${uid}`, `bytes:${uid}`]) });
  Object.assign(entry, kept);
}

async function sendPhoto(entry, uid, signal) {
  const photo = photos.get(uid);
  if (!photo || photo.state === "sent") return;
  const bytes = await store.getBytes(`bytes:${uid}`);
  if (!bytes) throw new api.Refused(0, { code: "phone.photo_gone", message: t("A photo of this entry is no longer on the phone.") });
  photo.state = "sending";
  try {
    await upload(photo, bytes, {
      signal,
      keep: async (facts) => { Object.assign(photo, facts); await store.put(`photo:${uid}`, photo); },
      progress: (sent) => { photo.sent = sent; tell(entry); },
    });
  } catch (problem) {
    photo.state = "waiting";
    // An upload that the server no longer knows is begun anew the next time.
    if (problem instanceof api.Refused && [403, 404, 410].includes(problem.status)) photo.upload_url = "";
    throw problem;
  }
  photo.state = "sent";
  photo.sent = photo.size;
  await store.put(`photo:${uid}`, photo);
  tell(entry);
}

async function failed(entry, problem) {
  if (!entries.has(entry.uid)) return;
  if (problem instanceof store.StorageFull) {
    entry.state = "waiting"; // the server has it; it is asked again when there is room to note the answer
    entry.next_at = Date.now() + 60_000;
    return;
  }
  if (problem instanceof api.Offline) {
    offline = true;
    entry.state = "waiting";
    entry.lost = (entry.lost ?? 0) + 1;
    entry.next_at = Date.now() + Math.min(120, 5 * 2 ** Math.min(entry.lost, 6)) * 1000;
    return save(entry);
  }
  offline = false;
  if (!(problem instanceof api.Refused)) {
    entry.problem = { message: String(problem?.message ?? problem) };
    return again(entry, 0);
  }
  const { status, code, body } = problem;
  if (status === 401 || code === "phone.wiped") {
    entry.state = "waiting";
    return save(entry);
  }
  entry.problem = { code, message: problem.message, choices: body.choices ?? null, status };
  if (code === "phone.photos_missing" && (entry.resent ?? 0) < 3) {
    for (const uid of body.missing ?? entry.photos) {
      const photo = photos.get(uid);
      if (photo) Object.assign(photo, { state: "waiting", sent: 0, upload_url: "" });
    }
    entry.resent = (entry.resent ?? 0) + 1;
    entry.state = "waiting";
    entry.next_at = Date.now() + 1000;
    return save(entry);
  }
  if (status === 409 && body.choices?.length) entry.state = "conflict";
  else if (status >= 500 || [0, 408, 413, 423, 425, 429, 460, 507].includes(status)) return again(entry, problem.retryAfter);
  else entry.state = "refused";
  return save(entry);
}

function again(entry, retryAfter) {
  entry.attempts += 1;
  entry.state = entry.attempts >= STUCK_AFTER ? "stuck" : "waiting";
  entry.next_at = Date.now() + (retryAfter || PAUSES[Math.min(entry.attempts, PAUSES.length) - 1]) * 1000;
  return save(entry);
}

// -- what a person does about an entry ----------------------------------------------------------------------------------------------

/** Try now, whatever pause was meant; without an entry all of them. */
export async function retry(uid) {
  for (const entry of uid ? [entries.get(uid)] : unsent()) {
    if (!entry || busy.has(entry.uid) || entry.state === "sent" || (!uid && entry.state === "conflict")) continue;
    Object.assign(entry, { state: "waiting", next_at: 0, attempts: 0, lost: 0, resent: 0, problem: null });
    await save(entry).catch(() => {});
    tell(entry);
  }
  run();
}

/** Answer the server's question and send again. */
export async function choose(uid, code) {
  const entry = entries.get(uid);
  Object.assign(entry, { choice: code, state: "waiting", next_at: 0, attempts: 0, problem: null });
  await save(entry);
  tell(entry);
  run();
}

/** Send what was refused as something new, because the identifier was used. */
export async function renew(uid) {
  const entry = entries.get(uid);
  const renewed = { ...entry, uid: uuid(), made_at: null, state: "waiting", next_at: 0, attempts: 0, choice: "", problem: null };
  await store.write({ values: { [`entry:${renewed.uid}`]: renewed }, remove: [`entry:${uid}`] });
  entries.delete(uid);
  entries.set(renewed.uid, renewed);
  tell(renewed);
  run();
}

/** Throw an entry away with its photos. Ask before. */
export async function drop(uid) {
  const entry = entries.get(uid);
  if (!entry) return;
  busy.get(uid)?.abort();
  entries.delete(uid);
  await store.remove(`entry:${uid}`);
  for (const photo of entry.photos) {
    photos.delete(photo);
    await camera.drop(photo);
  }
  await count();
  tell(entry);
}

/** Take an entry back to change it: its data as a draft under this name; the entry goes. */
export async function reopen(uid, name, draft) {
  await store.write({ values: { [`draft:${name}`]: draft }, remove: [`entry:${uid}`] });
  entries.delete(uid);
  await count();
  tell(null);
}

/** Everything of these entries for a file that can be mailed: {entries, photos: [{name, bytes}]}. */
export async function content(uids) {
  const wanted = uids.map((uid) => entries.get(uid)).filter(Boolean);
  const files = [];
  const told_entries = [];
  for (const entry of wanted) {
    const of_entry = [];
    for (const uid of entry.photos) {
      const bytes = await store.getBytes(`bytes:${uid}`);
      const photo = photos.get(uid);
      if (!bytes || !photo) continue;
      const name = `photos/${uid}.jpg`;
      files.push({ name, bytes: new Uint8Array(bytes) });
      const { upload_url: _, state: __, sent: ___, ...facts } = photo;
      of_entry.push({ ...facts, file: name });
    }
    told_entries.push({
      uid: entry.uid, kind: entry.kind, label: entry.label, sub: entry.sub, made_at: entry.made_at ?? told(entry.made), based_on: entry.based_on,
      data: entry.data, state: entry.state, problem: entry.problem?.message ?? "", photos: of_entry,
    });
  }
  return { entries: told_entries, photos: files };
}

export function pause(reason) {
  paused = reason;
  for (const stopper of busy.values()) stopper.abort();
  tell(null);
}
export function resume() {
  paused = null;
  for (const entry of entries.values()) if (entry.state === "waiting") entry.next_at = 0;
  tell(null);
  run();
}

addEventListener("online", () => {
  offline = false;
  for (const entry of entries.values()) if (entry.state === "waiting") entry.next_at = 0;
  tell(null); // also where nothing waits: the bar says whether there is signal
  run();
});
addEventListener("offline", () => { offline = true; tell(null); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) run(); });
