// What pages that work without signal have in common: what is known of whoever signed in last, and what they entered, kept on the phone and
// sent in its order when there is signal. Each entry has an identifier that was made here, so that sending it twice is once.

const AGAIN = 30000, SAME_TAP = 4000;
export const find = (id) => document.getElementById(id);
export const element = (name, text = "", attributes = {}) => Object.assign(document.createElement(name), { textContent: text, ...attributes });

// crypto.randomUUID is there on encrypted addresses alone; a town's own network often has none.
export function identifier() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40; bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Where the phone is now, asked once; empty where it does not say. */
export const spot = (timeout = 8000) => new Promise((done) => {
  if (!navigator.geolocation) return done({});
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => done({ lat: coords.latitude, lon: coords.longitude, accuracy: coords.accuracy }), () => done({}),
    { enableHighAccuracy: true, timeout, maximumAge: 60000 },
  );
});

const memory = new Map(); // where the browser keeps nothing
function keeper(prefix) {
  let store = null;
  try { localStorage.setItem("chuangwen.try", "1"); localStorage.removeItem("chuangwen.try"); store = localStorage; } catch { /* private window */ }
  const get = (name) => (store ? store.getItem(prefix + name) : memory.get(prefix + name));
  const put = (name, text) => (store ? store.setItem(prefix + name, text) : memory.set(prefix + name, text));
  return {
    read(name, otherwise) { try { return JSON.parse(get(name)) ?? otherwise; } catch { return otherwise; } },
    write(name, value) { put(name, JSON.stringify(value)); },
  };
}

/**
 * What is kept under `prefix`. `shell`: the addresses and words of the page. `about(entry)`: what an entry is about. `changed()` draws anew;
 * `told(answer, entry)` shows what the server said of an entry. `fresh`: ask for the rows again after something was sent.
 */
export function kept(prefix, shell, { about, changed, told = () => {}, fresh = true }) {
  const { read, write } = keeper(prefix);
  const t = (message, value = "") => (shell.words[message] ?? message).replace("%s", value);
  const device = read("device", null) ?? identifier();
  write("device", device);
  let known = read("known", null), csrf = "", busy = false, reached = true, last = null; // known: {who, name, rows} as the server said last

  const queue = () => read("queue", []);
  // A phone is lent: what somebody else entered waits for them.
  const own = () => queue().filter((entry) => entry.who === known?.who);
  const drop = (uid) => write("queue", queue().filter((entry) => entry.uid !== uid));

  function learn(body) {
    csrf = body.csrf ?? csrf;
    if (body.rows) known = { who: body.who, name: body.name, at: body.now, rows: body.rows };
    else if (known?.who !== body.who) known = { who: body.who, name: body.name, at: body.now, rows: [] };
    write("known", known);
  }

  /** Keep an entry. The second of two taps in a row is none. */
  function add(entry) {
    const key = `${about(entry)} ${entry.what} ${entry.code ?? ""}`, now = Date.now();
    if (last?.key === key && now - last.at < SAME_TAP) return null;
    last = { key, at: now };
    const made = { who: known?.who, uid: identifier(), at: now, ...entry };
    write("queue", [...queue(), made]);
    return made;
  }

  /** Ask who is signed in, and what they need to know; whether there was an answer and somebody is. */
  async function load(rows = true) {
    let answer;
    try { answer = await fetch(rows ? shell.data : `${shell.data}?rows=0`, { cache: "no-store" }); } catch { answer = null; }
    const note = find("note");
    note?.replaceChildren();
    reached = Boolean(answer?.ok && !answer.redirected);
    if (reached) {
      learn(await answer.json());
      changed();
      return true;
    }
    if (note && (answer?.status === 401 || answer?.redirected)) { // signed out meanwhile: what was entered stays here
      note.append(element("a", t("Sign in"), { href: `${shell.login}?next=${encodeURIComponent(location.pathname)}` }));
      if (!known) note.append(` ${t(shell.first)}`);
    } else if (note) note.textContent = t(known ? "No signal: what you enter is kept on this phone and sent later." : shell.first);
    changed();
    return false;
  }

  async function send() {
    if (busy || !queue().length) return;
    busy = true;
    try { await sendAll(); } finally { busy = false; }
  }

  async function sendAll() {
    if (!(await load(false))) return;
    const entries = own().filter((entry) => !entry.words);
    if (!entries.length) return;
    let body;
    try {
      const answer = await fetch(shell.send, {
        method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": csrf }, body: JSON.stringify({ now: Date.now(), device, entries }),
      });
      if (!answer.ok || answer.redirected) return;
      body = await answer.json();
    } catch { return; }
    for (const one of body.answers) {
      const sent = entries.find((entry) => entry.uid === one.uid);
      const same = (entry) => entry.who === sent.who && about(entry) === about(sent) && entry.what === sent.what;
      if (one.ok) write("queue", queue().filter((entry) => entry.uid !== one.uid && !(entry.words && same(entry))));
      else write("queue", queue().map((entry) => (entry.uid === one.uid ? { ...entry, words: one.words } : entry)));
      if (one.row && known?.who === sent.who) {
        known.rows = known.rows.map((row) => (row.id === one.row.id ? { ...row, ...one.row } : row));
        write("known", known);
      }
      told(one, sent);
    }
    if (fresh) await load(); else changed();
    if (own().some((entry) => !entry.words)) setTimeout(send, 0);
  }

  /** What waits, told: each entry with its time, and what was refused with why and a way to take it out. */
  function drawWaiting() {
    const mine = own();
    find("waiting").hidden = !mine.length;
    find("queue").replaceChildren(...mine.map((entry) => {
      const line = element("li", `${entry.title} · ${new Date(entry.at).toLocaleTimeString()}${entry.words ? ` · ${entry.words}` : ""} `);
      if (entry.words) line.append(element("button", t("Take it out"), { type: "button", onclick: () => { drop(entry.uid); changed(); } }));
      return line;
    }));
  }

  window.addEventListener("online", send);
  setInterval(send, AGAIN);
  navigator.serviceWorker?.register(shell.worker).catch(() => {});
  return { t, own, add, load, send, learn, drawWaiting, get known() { return known; }, get reached() { return reached; } };
}
