// One tap records. What could not be sent waits in this browser, without any name, and is sent in its order when there is signal; the server
// knows each record by the identifier that was made here, so that sending twice is once.

const bar = document.querySelector("[data-care-waits]"), said = document.querySelector("[data-care-said]");
const KEY = `cw-care-${bar.dataset.who}`, AGAIN = 15000;
const storage = (() => { try { localStorage.setItem("cw-try", "1"); localStorage.removeItem("cw-try"); return localStorage; } catch { return null; } })();
const held = [];
const read = () => storage ? JSON.parse(storage.getItem(KEY) || "[]") : held;
const write = (rows) => { if (storage) storage.setItem(KEY, JSON.stringify(rows)); else held.splice(0, held.length, ...rows); };
const forms = [...document.querySelectorAll("form[data-care]")];
const keptWords = JSON.parse(document.querySelector("script[data-words]").dataset.words).kept;
const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value || "";
let busy = false, timer = null, refused = "";

function identifier() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40; bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function show() {
  const count = read().length;
  bar.hidden = !count && !refused;
  said.textContent = [count ? `${bar.dataset.waits} ${count}` : "", refused].filter(Boolean).join(" · ");
}

// What was said, and how the person stands by it now: whoever has been called is not shown as still to be called.
function answer(uid, words, { word = "", tone = "" } = {}) {
  for (const form of forms) {
    if (form.dataset.uid !== uid) continue;
    form.querySelector("[data-care-answer]").textContent = words;
    if (!word) continue;
    const badge = Object.assign(document.createElement("span"), { className: `cw-badge cw-tone-${tone}` });
    badge.append(Object.assign(document.createElement("span"), { className: "cw-dot", ariaHidden: "true" }), word);
    form.closest("article").querySelector("[data-care-standing]").replaceChildren(badge);
  }
}

async function send() {
  clearTimeout(timer);
  if (busy) return;
  busy = true;
  try {
    for (let rows = read(); rows.length; rows = read()) {
      const one = rows[0];
      const body = new URLSearchParams({ ...one, csrfmiddlewaretoken: token() });
      const reply = await fetch(bar.dataset.address, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" });
      if (reply.ok) {
        const told = await reply.json();
        answer(one.uid, told.said, told);
      }
      else if (reply.status >= 400 && reply.status < 500 && reply.status !== 429 && reply.status !== 408 && (reply.headers.get("Content-Type") || "").includes("json")) {
        refused = `${bar.dataset.refused} ${(await reply.json()).message}`;
        answer(one.uid, refused);
      } else throw new Error(reply.status);
      write(read().filter((row) => !(row.uid === one.uid && row.do === one.do)));
    }
  } catch {
    for (const row of read()) answer(row.uid, keptWords);
    timer = setTimeout(send, AGAIN);
  } finally { busy = false; show(); }
}

function place() {
  return new Promise((done) => {
    if (!navigator.geolocation) return done({});
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => done({ lat: coords.latitude, lon: coords.longitude, accuracy: Math.round(coords.accuracy) }), () => done({}),
      { maximumAge: 60000, timeout: 4000, enableHighAccuracy: true },
    );
  });
}

for (const form of forms) {
  const dial = form.closest("article").querySelector("[data-care-dial]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const what = event.submitter?.value;
    if (!what || form.dataset.sending) return;
    form.dataset.sending = "1";
    const at = new Date().toISOString(), begin = what === "begin", visit = form.hasAttribute("data-visit");
    if (begin || !visit) form.elements.uid.value = identifier();
    const row = { do: what, person: form.elements.person.value, uid: form.elements.uid.value, at };
    if (form.elements.words?.value) row.words = form.elements.words.value;
    if (form.hasAttribute("data-counts") && dial?.dataset.began) { row.began_at = dial.dataset.began; row.ended_at = at; }
    if (visit) Object.assign(row, await place());
    form.dataset.uid = row.uid;
    write([...read(), row]);
    if (visit) for (const part of form.querySelectorAll("[data-when]")) part.hidden = (part.dataset.when === "begun") !== begin;
    delete form.dataset.sending;
    if (!visit) delete dial?.dataset.began;
    show();
    send();
  });
  dial?.addEventListener("click", () => { dial.dataset.began = new Date().toISOString(); });
}
addEventListener("online", send);
show();
if (read().length) send();
