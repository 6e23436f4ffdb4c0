// What keeps the phone's data shut: one data key per account, wrapped once by the PIN and once by a key that the server holds for
// this device. Whoever forgets the PIN signs in again and opens the same data with the server's key; nothing is lost.
// The data key is only in memory while the app is unlocked.

const ITERATIONS = 600_000; // PBKDF2 with SHA-256
const text = new TextEncoder();
const words = new TextDecoder();

/** Whether this browser and address can shut anything at all: only a secure page has the means. */
export const available = () => Boolean(globalThis.isSecureContext && globalThis.crypto?.subtle && globalThis.indexedDB);

const random = (count) => crypto.getRandomValues(new Uint8Array(count));


let key = null; // CryptoKey, not extractable
let account = "";

export const isOpen = () => key !== null;
export const close = () => { key = null; };

async function keyOfPin(pin, salt, iterations) {
  const base = await crypto.subtle.importKey("raw", text.encode(pin), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, base,
    { name: "AES-GCM", length: 256 }, false, ["wrapKey", "unwrapKey"]);
}

async function keyOfServer(secret) {
  const digest = await crypto.subtle.digest("SHA-256", text.encode(`chuangwen.phone:${secret}`));
  return crypto.subtle.importKey("raw", digest, "AES-GCM", false, ["wrapKey", "unwrapKey"]);
}

async function wrap(dataKey, by) {
  const iv = random(12);
  return { iv, data: await crypto.subtle.wrapKey("raw", dataKey, by, { name: "AES-GCM", iv }) };
}

/** The data key, or null when the wrapping key is not the one. */
async function unwrap(wrapped, by, extractable) {
  try {
    return await crypto.subtle.unwrapKey("raw", wrapped.data, by, { name: "AES-GCM", iv: wrapped.iv },
      { name: "AES-GCM", length: 256 }, extractable, ["encrypt", "decrypt"]);
  } catch {
    return null;
  }
}

async function wrappedBy(dataKey, pin, unlockKey) {
  const salt = random(16);
  return {
    salt, iterations: ITERATIONS,
    by_pin: await wrap(dataKey, await keyOfPin(pin, salt, ITERATIONS)),
    by_server: await wrap(dataKey, await keyOfServer(unlockKey)),
  };
}

/** A new vault, opened: what has to be kept to open it again (nothing in it opens anything without PIN or server). */
export async function create(accountId, pin, unlockKey) {
  const dataKey = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]);
  const kept = await wrappedBy(dataKey, pin, unlockKey);
  await hold(accountId, await unwrap(kept.by_server, await keyOfServer(unlockKey), false));
  return kept;
}

async function hold(accountId, dataKey) {
  account = String(accountId);
  key = dataKey;
}

/** True when the PIN was right; the vault is then open. */
export async function openByPin(kept, pin) {
  const dataKey = await unwrap(kept.by_pin, await keyOfPin(pin, kept.salt, kept.iterations), false);
  if (dataKey) await hold(kept.account, dataKey);
  return dataKey !== null;
}

/** True when the server's key for this device fits. */
export async function openByServer(kept, unlockKey) {
  const dataKey = await unwrap(kept.by_server, await keyOfServer(unlockKey), false);
  if (dataKey) await hold(kept.account, dataKey);
  return dataKey !== null;
}

/** The same data key under another PIN; null when neither the old PIN nor the server's key opens it. */
export async function rewrap(kept, { pin, unlockKey }, newPin, serverKey) {
  const by = pin === undefined ? [kept.by_server, await keyOfServer(unlockKey)]
    : [kept.by_pin, await keyOfPin(pin, kept.salt, kept.iterations)];
  const dataKey = await unwrap(by[0], by[1], true);
  if (!dataKey) return null;
  const salt = random(16);
  return {
    salt, iterations: ITERATIONS,
    by_pin: await wrap(dataKey, await keyOfPin(newPin, salt, ITERATIONS)),
    by_server: serverKey ? await wrap(dataKey, await keyOfServer(serverKey)) : kept.by_server,
  };
}

const bound = (name) => text.encode(`${account}/${name}`);

/** Shut bytes or a value under a name; what was shut under one name does not open under another. */
export async function seal(name, value) {
  const iv = random(12);
  const plain = value instanceof ArrayBuffer || ArrayBuffer.isView(value) ? value : text.encode(JSON.stringify(value));
  return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bound(name) }, key, plain) };
}

/** The bytes that were shut under this name. Raises when they were touched. */
export async function unseal(name, shut) {
  return crypto.subtle.decrypt({ name: "AES-GCM", iv: shut.iv, additionalData: bound(name) }, key, shut.data);
}

export const valueOf = (bytes) => JSON.parse(words.decode(bytes));

/** A random UUID, also where the page is not secure. */
export function uuid() {
  const bytes = random(16);
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** SHA-256 as hexadecimal digits, or "" where the page has no means to compute it. */
export async function sha256(bytes) {
  if (!globalThis.crypto?.subtle) return "";
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

