// What the phone takes with it: the sections of the round package, each fetched only when the server's differs, all kept sealed.

import * as api from "./api.js";
import { mark, since } from "./moment.js";
import * as store from "./store.js";
import { shell } from "./words.js";

const sections = new Map(); // name -> {etag, content}
const listeners = new Set();
/** Now by the server's clock, as far as it is known: its time when the package came and what has passed since. Set the phone's clock back, and
    it is still no earlier than the package. */
export const serverNow = () => (state.fetched?.server ? state.fetched.server + since(state.fetched) : Date.now());
let state = { fetched: null, busy: false, done: 0, total: 0, problem: null };

/** Called after a section changed, and while they are fetched. */
export const onChange = (listener) => listeners.add(listener);
const tell = (changed) => { for (const listener of listeners) listener(changed, state); };

export const status = () => state;
export const section = (name) => sections.get(name)?.content ?? null;
export const etags = (names) => Object.fromEntries((names ?? [...sections.keys()])
  .filter((name) => sections.has(name)).map((name) => [name, sections.get(name).etag]));

/** All of it as text, for whoever looks for names in it. */
export const asText = () => JSON.stringify([...sections.values()].map((one) => one.content));

/** What is on the phone from before. */
export async function load() {
  sections.clear();
  for (const [name, kept] of await store.all("section:")) sections.set(name.slice(8), kept);
  state = { ...state, fetched: (await store.get("package:fetched")) ?? null };
}

let under = null;

/** Ask what changed and fetch that; the names of changed sections. Raises Offline or Refused. Two calls at once are one. */
export const refresh = () => (under ??= fetchAll().finally(() => { under = null; }));

async function fetchAll() {
  state = { ...state, busy: true, problem: null, done: 0, total: 0 };
  tell([]);
  try {
    const answer = await api.send(shell.urls.bundle);
    const told = answer.body;
    const server = Date.parse(answer.headers.get("Date") ?? "") || Date.now();
    const wanted = Object.entries(told.sections).filter(([name, { etag }]) => sections.get(name)?.etag !== etag);
    const gone = [...sections.keys()].filter((name) => !(name in told.sections));
    state = { ...state, total: wanted.reduce((sum, [, { bytes }]) => sum + bytes, 0) };
    tell([]);
    const changed = await Promise.all(wanted.map(async ([name, { bytes }]) => {
      const answer = await api.send(`${shell.urls.bundle}/${name}`, { seconds: 300 });
      const etag = (answer.headers.get("ETag") ?? "").replace(/^W\//, "").replace(/"/g, "") || told.sections[name].etag;
      await store.put(`section:${name}`, { etag, content: answer.body });
      sections.set(name, { etag, content: answer.body });
      state = { ...state, done: state.done + bytes };
      tell([name]);
      return name;
    }));
    if (gone.length) await store.remove(...gone.map((name) => `section:${name}`));
    for (const name of gone) sections.delete(name);
    state = { ...state, fetched: { ...mark(), server } };
    await store.write({ values: { "package:fetched": state.fetched, account: told.account } });
    return { account: told.account, changed: [...changed, ...gone] };
  } catch (problem) {
    state = { ...state, problem };
    throw problem;
  } finally {
    state = { ...state, busy: false };
    tell([]);
  }
}
