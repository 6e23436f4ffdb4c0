// A code is typed in: the moment and, once, the place are kept on the phone and sent when there is signal. The server checks the code
// against the moment at which it was typed in.

const shell = JSON.parse(document.getElementById("present-shell").textContent);
const t = (message, value = "") => (shell.words[message] ?? message).replace("%s", value);
const find = (id) => document.getElementById(id);
const KEPT = "chuangwen.present.";
const read = (name, otherwise) => { try { return JSON.parse(localStorage.getItem(KEPT + name)) ?? otherwise; } catch { return otherwise; } };
const write = (name, value) => localStorage.setItem(KEPT + name, JSON.stringify(value));

let known = read("known", null); // {who, name, shifts} as the server said last
let csrf = "";
let chosen = null;

// crypto.randomUUID is there on encrypted addresses alone; a town's own network often has none.
function identifier() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40; bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

const device = read("device", null) ?? identifier();
write("device", device);

const element = (name, text = "", attributes = {}) => Object.assign(document.createElement(name), { textContent: text, ...attributes });
// A phone is lent: what somebody else entered waits for them.
const own = () => read("queue", []).filter((entry) => entry.who === known?.who);
// What was refused (it has words) is no presence.
const state = (shift) => {
  const mine = own().filter((entry) => entry.shift === shift.id && !entry.words);
  return mine.some((entry) => entry.what === "end") ? "ended" : mine.some((entry) => entry.what === "begin") ? "open" : shift.state;
};

function draw() {
  const place = find("shifts");
  place.replaceChildren();
  for (const shift of known?.shifts ?? []) {
    const row = element("section");
    row.append(element("h2", shift.title), element("p", `${shift.words} · ${shift.where}`));
    const now = state(shift);
    if (now === "ended") row.append(element("p", t("Ended, thank you"), { className: "cw-present-done" }));
    else {
      if (now === "open" && shift.since) row.append(element("p", t("Present since %s", shift.since)));
      row.append(element("button", now === "open" ? t("I leave") : t("I am here"), { type: "button", onclick: () => choose(shift) }));
    }
    place.append(row);
  }
  if (known && !known.shifts.length) place.append(element("p", t("You have no shift today. Sign up first, or ask the leader to enter you.")));
  const queue = own();
  find("waiting").hidden = !queue.length;
  find("queue").replaceChildren(...queue.map((entry) => {
    const line = element("li", `${entry.title} · ${new Date(entry.at).toLocaleTimeString()}${entry.words ? ` · ${entry.words}` : ""} `);
    if (entry.words) line.append(element("button", t("Take it out"), { type: "button", onclick: () => { drop(entry.uid); draw(); } }));
    return line;
  }));
}

function drop(uid) {
  write("queue", read("queue", []).filter((entry) => entry.uid !== uid));
}

function choose(shift, code = "") {
  chosen = shift;
  find("enter").hidden = false;
  find("what").textContent = shift.title;
  find("where").textContent = `${shift.words} · ${shift.where}`;
  find("go").textContent = state(shift) === "open" ? t("I leave") : t("I am here");
  find("code").value = code;
  find("code").focus();
}

const spot = () => new Promise((done) => {
  if (!find("place").checked || !navigator.geolocation) return done({});
  find("answer").textContent = t("Asking for the place once …");
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => done({ lat: coords.latitude, lon: coords.longitude, accuracy: coords.accuracy }), () => done({}),
    { enableHighAccuracy: true, timeout: 8000, maximumAge: 60000 },
  );
});

find("enter").addEventListener("submit", async (event) => {
  event.preventDefault();
  const code = find("code").value.replaceAll(" ", "");
  if (!/^[0-9]{6}$/.test(code)) { find("answer").textContent = t("Type in the six digits."); return; }
  const shift = chosen;
  const entry = { who: known?.who, uid: identifier(), shift: shift.id, title: shift.title, what: state(shift) === "open" ? "end" : "begin", code, at: Date.now() };
  find("enter").hidden = true;
  Object.assign(entry, await spot());
  write("queue", [...read("queue", []), entry]);
  find("answer").textContent = t("Kept on this phone, not yet sent: %s", shift.title);
  draw();
  await send();
});
find("cancel").addEventListener("click", () => { find("enter").hidden = true; });

async function send() {
  if (!read("queue", []).length || !(await load())) return;
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
    if (one.ok) write("queue", read("queue", []).filter((entry) => entry.uid !== one.uid && !(entry.words && entry.who === sent.who && entry.shift === sent.shift && entry.what === sent.what)));
    else write("queue", read("queue", []).map((entry) => (entry.uid === one.uid ? { ...entry, words: one.words } : entry)));
    find("answer").textContent = one.words;
  }
  await load();
}

/** Ask the server what there is; whether it answered and somebody is signed in. */
async function load() {
  let answer;
  try { answer = await fetch(shell.data, { cache: "no-store" }); } catch { answer = null; }
  const note = find("note");
  note.replaceChildren();
  if (answer?.ok && !answer.redirected) {
    const body = await answer.json();
    csrf = body.csrf;
    known = { who: body.who, name: body.name, shifts: body.shifts };
    write("known", known);
    draw();
    return true;
  }
  if (answer?.status === 401 || answer?.redirected) { // signed out meanwhile: what was entered stays here
    note.append(element("a", t("Sign in"), { href: `${shell.login}?next=${encodeURIComponent(location.pathname)}` }));
    if (!known) note.append(` ${t("Sign in once with signal, so that this phone knows your shifts.")}`);
  } else note.textContent = t(known ? "No signal: what you enter is kept on this phone and sent later." : "Sign in once with signal, so that this phone knows your shifts.");
  draw();
  return false;
}

async function opened() {
  const [, key, code] = location.hash.match(/^#([0-9]+)(?:\.([0-9]{6}))?$/) ?? [];
  await load();
  const shift = known?.shifts.find((one) => String(one.id) === key);
  if (shift && state(shift) !== "ended") choose(shift, code ?? "");
  await send();
}

window.addEventListener("online", send);
window.addEventListener("hashchange", opened);
setInterval(send, 30000);
navigator.serviceWorker?.register(shell.worker).catch(() => {});
opened();
