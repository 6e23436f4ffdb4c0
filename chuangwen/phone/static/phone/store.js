// What is kept on the phone. One small open database says which accounts have data here and how their vaults are wrapped; each account
// has a database of its own whose values are all sealed. Where nothing can be sealed (a page without https) everything is kept in
// memory and goes with the page.

import { deleteDB, openDB } from "../vendor/idb/idb.js";
import * as vault from "./vault.js";

const REGISTER = "chuangwen-phone";
const dataName = (account) => `${REGISTER}-${account}`;
const DURABLE = { durability: "strict" }; // on the disk before the promise is kept

/** The phone has no room left. What was to be written is not lost as long as the page is open. */
export class StorageFull extends Error {}

const fullListeners = new Set();
let full = false;
/** Called with true when a write found no room, with false when one found room again; at once when there is none now. */
export function onFull(listener) {
  fullListeners.add(listener);
  if (full) listener(true);
}

function tell(now) {
  if (full === now) return;
  full = now;
  for (const listener of fullListeners) listener(full);
}

async function guarded(work) {
  try {
    const result = await work();
    tell(false);
    return result;
  } catch (problem) {
    const reason = problem?.name === "QuotaExceededError" || problem?.inner?.name === "QuotaExceededError"
      || /quota|space|full/i.test(problem?.message ?? "");
    if (!reason) throw problem;
    tell(true);
    throw new StorageFull(problem.message);
  }
}

// -- the register -------------------------------------------------------------------------------------------------------------------

let register = null;

async function registerDb() {
  register ??= await openDB(REGISTER, 1, {
    upgrade(db) {
      db.createObjectStore("accounts", { keyPath: "account" });
      db.createObjectStore("facts");
    },
  });
  return register;
}

/** Every account with data on this phone: {account, device, salt, iterations, by_pin, by_server, tries, until, unsent}. */
export const accounts = async () => (vault.available() ? (await registerDb()).getAll("accounts") : []);
export const account = async (id) => (vault.available() ? (await registerDb()).get("accounts", String(id)) : undefined);

export async function keepAccount(changes) {
  if (!vault.available()) return;
  const db = await registerDb();
  await guarded(async () => {
    const tx = db.transaction("accounts", "readwrite", DURABLE);
    const known = await tx.store.get(String(changes.account));
    await Promise.all([tx.store.put({ ...known, ...changes, account: String(changes.account) }), tx.done]);
  });
}

export const fact = async (name) => (vault.available() ? (await registerDb()).get("facts", name) : memoryFacts.get(name));
export async function keepFact(name, value) {
  if (vault.available()) await (await registerDb()).put("facts", value, name);
  else memoryFacts.set(name, value);
}
const memoryFacts = new Map();

/** Everything of the account goes from this phone. */
export async function erase(id) {
  if (data) { data.close(); data = null; }
  memory = null;
  if (!vault.available()) return;
  await deleteDB(dataName(id));
  const db = await registerDb();
  await db.delete("accounts", String(id));
  if ((await db.get("facts", "current")) === String(id)) await db.delete("facts", "current");
}

/** The data of an account that is not at work and has nothing to send. */
export async function eraseOther(id) {
  await deleteDB(dataName(id));
  await (await registerDb()).delete("accounts", String(id));
}

// -- the data of the account at work ------------------------------------------------------------------------------------------------

let data = null;
let memory = null;

export const isInMemory = () => memory !== null;
export const isShut = () => memory === null && (data === null || !vault.isOpen());

export async function open(id) {
  if (!vault.available()) {
    memory = new Map();
    return;
  }
  data?.close(); // a second connection would hold up the erasing
  data = await openDB(dataName(id), 1, {
    upgrade(db) { db.createObjectStore("sealed"); },
    blocking() { data?.close(); },
  });
}

/**
 * Write and remove in one step: all of it or nothing. `values` are JSON, `bytes` are ArrayBuffers.
 * Raises StorageFull.
 */
export async function write({ values = {}, bytes = {}, remove = [] }) {
  if (memory) {
    for (const [name, value] of Object.entries(values)) memory.set(name, structuredClone(value));
    for (const [name, value] of Object.entries(bytes)) memory.set(name, value);
    for (const name of remove) memory.delete(name);
    return;
  }
  const shut = await Promise.all([...Object.entries(values), ...Object.entries(bytes)]
    .map(async ([name, value]) => [name, await vault.seal(name, value)]));
  await guarded(async () => {
    const tx = data.transaction("sealed", "readwrite", DURABLE);
    await Promise.all([
      ...shut.map(([name, value]) => tx.store.put(value, name)),
      ...remove.map((name) => tx.store.delete(name)),
      tx.done,
    ]);
  });
}

export const put = (name, value) => write({ values: { [name]: value } });
export const putBytes = (name, value) => write({ bytes: { [name]: value } });
export const remove = (...names) => write({ remove: names });

export async function getBytes(name) {
  if (memory) return memory.get(name);
  const shut = await data.get("sealed", name);
  return shut && vault.unseal(name, shut);
}

export async function get(name) {
  if (memory) return memory.has(name) ? structuredClone(memory.get(name)) : undefined;
  const bytes = await getBytes(name);
  return bytes && vault.valueOf(bytes);
}

const range = (prefix) => IDBKeyRange.bound(prefix, `${prefix}\uffff`);

export async function names(prefix) {
  if (memory) return [...memory.keys()].filter((name) => name.startsWith(prefix)).sort();
  return data.getAllKeys("sealed", range(prefix));
}

/** [[name, value]] of all values whose name begins so. One that was damaged is left out and told on the console. */
export async function all(prefix) {
  if (memory) return (await names(prefix)).map((name) => [name, structuredClone(memory.get(name))]);
  const [keys, shut] = await Promise.all([data.getAllKeys("sealed", range(prefix)), data.getAll("sealed", range(prefix))]);
  const found = await Promise.all(keys.map(async (name, index) => {
    try {
      return [name, vault.valueOf(await vault.unseal(name, shut[index]))];
    } catch {
      console.warn(`a record could not be opened: ${name.split(":")[0]}`);
      return null;
    }
  }));
  return found.filter(Boolean);
}

/** {used, room} in bytes, as the browser tells; null where it does not. */
export async function room() {
  const told = await navigator.storage?.estimate?.().catch(() => null);
  return told ? { used: told.usage ?? 0, room: Math.max(0, (told.quota ?? 0) - (told.usage ?? 0)) } : null;
}
