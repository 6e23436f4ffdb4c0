// Talking to the server. With the device's token for everything but signing in; cookies are not sent along then.

import { shell } from "./words.js";

/** No answer came: no signal, or the server is away. */
export class Offline extends Error {}

/** The server answered that it cannot be so: `status`, `code`, `message` for the person, `body` with the rest. */
export class Refused extends Error {
  constructor(status, body, retryAfter) {
    super(body.message || body.detail || `${status}`);
    this.status = status;
    this.code = body.code ?? "";
    this.body = body;
    this.retryAfter = retryAfter;
  }
}

const listeners = { wiped: new Set(), signedOut: new Set() };
/** on("wiped" | "signedOut", listener): said once per answer that says so. */
export const on = (what, listener) => listeners[what].add(listener);

let token = "";
export const useToken = (value) => { token = value ?? ""; };
export const authorization = () => (token ? { Authorization: `Bearer ${token}` } : {});
export const language = () => ({ "Accept-Language": shell.language });

/** Tell the rest of the app what an answer means for all of it. */
export function heed(status, code) {
  if (status === 410 && code === "phone.wiped") for (const listener of listeners.wiped) listener();
  if (status === 401) for (const listener of listeners.signedOut) listener();
}

export async function send(path, { method = "GET", body, headers = {}, session = false, raw = false, seconds = 60 } = {}) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: { Accept: "application/json", ...language(), ...(session ? {} : authorization()),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: session ? "same-origin" : "omit",
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout?.(seconds * 1000),
    });
  } catch (problem) {
    throw new Offline(problem.message);
  }
  if (answer.status === 304) return { status: 304, headers: answer.headers };
  if (!answer.ok) {
    const told = await answer.json().catch(() => ({}));
    if (!session) heed(answer.status, told.code);
    throw new Refused(answer.status, told, Number(answer.headers.get("Retry-After")) || 0);
  }
  let content;
  try {
    content = raw ? await answer.arrayBuffer() : answer.status === 204 ? null : await answer.json();
  } catch (problem) {
    throw new Offline(problem.message); // the connection ended within the answer
  }
  return { status: answer.status, headers: answer.headers, body: content };
}

export const get = async (path) => (await send(path)).body;
export const post = async (path, body) => (await send(path, { method: "POST", body })).body;

/** Who is signed in with the browser's session: {account: {id, name} | null, csrf}. */
export const session = async () => (await send(shell.urls.session, { session: true })).body;

/** Make this phone known to the server for who is signed in; gives {device, token, unlock_key}. */
export const register = async (csrf, body) =>
  (await send(shell.urls.devices, { method: "POST", body, session: true, headers: { "X-CSRFToken": csrf } })).body;
