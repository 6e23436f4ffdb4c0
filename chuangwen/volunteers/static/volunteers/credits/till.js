// The till of a place whose network fails while its page is open: what is handed out then is kept on this phone with its time, a code that was
// kept already is refused here, and all of it is entered once when there is a network again. What the server refuses stays, with why.

import { element, find } from "../without_signal.js";

const AGAIN = 30000, DIGITS = 12;
const form = find("till"), { words } = JSON.parse(find("till-words").textContent);
const key = `chuangwen.till.${form.dataset.place}`;
const t = (message) => words[message] ?? message;
let memory = "[]", busy = false;

function queue() {
  try { return JSON.parse(localStorage.getItem(key) ?? memory); } catch { return JSON.parse(memory); }
}

function write(rows) {
  memory = JSON.stringify(rows);
  try { localStorage.setItem(key, memory); } catch { /* a private window: as long as the page is open */ }
}

const change = (code, more) => write(queue().map((row) => (row.code === code ? { ...row, ...more } : row)));

function draw(said = "") {
  const rows = queue();
  find("kept").hidden = !rows.length && !said;
  find("kept-said").textContent = said;
  find("kept-list").replaceChildren(...rows.map((row) => {
    const line = element("li", `${row.code} · ${new Date(row.at).toLocaleString()}${row.why ? ` · ${row.why}` : ""} `);
    if (row.why) line.append(element("button", t("Take it out"), { type: "button", className: "btn", onclick: () => { write(queue().filter((one) => one.code !== row.code)); draw(); } }));
    return line;
  }));
}

// The page itself says whether there is a network, which hour it is there, and the token of the form.
async function reached() {
  try {
    const answer = await fetch(location.pathname, { cache: "no-store" });
    if (!answer.ok) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return { now: Date.parse(answer.headers.get("Date")) || Date.now(), token: page.querySelector("#till [name=csrfmiddlewaretoken]").value };
  } catch { return null; }
}

// Twelve digits of which the last fits (ISO/IEC 7812-1, annex B): a slip of the finger is noticed before anything is handed out.
const fits = (digits) => digits.length === DIGITS && [...digits].reverse().reduce((sum, one, place) => {
  const value = place % 2 ? 2 * one : Number(one);
  return sum + (value > 9 ? value - 9 : value);
}, 0) % 10 === 0;

// What a clock on the wall of the place shows, to the second.
const local = (at) => new Date(at).toLocaleString("sv-SE", { timeZone: form.dataset.zone }).replace(" ", "T");

async function enter(row, token) {
  const answer = await fetch(location.pathname, { method: "POST", body: new URLSearchParams({ csrfmiddlewaretoken: token, code: row.code, used_at: row.when }) });
  if (answer.ok) return "";
  if (answer.status !== 422) throw new Error(`answered ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector(".invalid-feedback")?.textContent.trim() || t("It was not taken.");
}

async function send() {
  const rows = queue().filter((row) => !row.why);
  if (busy || !rows.length) return;
  busy = true;
  try {
    const there = await reached();
    for (const row of there ? rows : []) {
      // The phone's clock may be wrong; what it is wrong by is in both of its moments. Worked out once, so that sending again is the same use.
      if (!row.when) { row.when = local(Math.min(there.now - 1000, there.now - (Date.now() - row.at))); change(row.code, { when: row.when }); }
      const why = await enter(row, there.token);
      if (why) change(row.code, { why });
      else write(queue().filter((one) => one.code !== row.code));
      draw(why ? "" : t("Entered: the voucher is used."));
    }
  } catch { /* the network is gone again: what is left waits */ } finally { busy = false; }
}

form.addEventListener("submit", async (event) => {
  const code = form.elements.code.value.trim(), digits = code.replace(/[\s-]/g, "");
  if (form.elements.used_at.value || !code) return;
  event.preventDefault();
  if (await reached()) { form.submit(); return; }
  const plain = /^\d+$/.test(digits);
  if (plain && !fits(digits)) { draw(t("This is no code of a voucher: twelve digits, as they stand on the phone.")); return; }
  const kept = plain ? digits : code;
  if (queue().some((row) => row.code === kept)) { draw(t("This voucher was handed out here already: do not hand it out again.")); return; }
  write([...queue(), { code: kept, at: Date.now() }]);
  form.reset();
  draw(t("No network: kept on this phone. Look at the voucher's picture and hand it out; it is entered later."));
});

window.addEventListener("online", send);
setInterval(send, AGAIN);
draw();
send();
