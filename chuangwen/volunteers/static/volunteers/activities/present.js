// A code is typed in: the moment and, once, the place are kept on the phone and sent when there is signal. The server checks the code
// against the moment at which it was typed in.

import { element, find, kept, spot } from "../without_signal.js";

const shell = JSON.parse(find("shell").textContent);
let chosen = null;
const phone = kept("chuangwen.present.", shell, {
  about: (entry) => entry.shift, changed: () => draw(), told: (answer) => { find("answer").textContent = answer.words; },
});
const { t } = phone;

// What was refused (it has words) is no presence.
const state = (shift) => {
  const mine = phone.own().filter((entry) => entry.shift === shift.id && !entry.words);
  return mine.some((entry) => entry.what === "end") ? "ended" : mine.some((entry) => entry.what === "begin") ? "open" : shift.state;
};

function draw() {
  const place = find("shifts"), { known } = phone;
  place.replaceChildren();
  for (const shift of known?.rows ?? []) {
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
  if (known && !known.rows?.length) place.append(element("p", t("You have no shift today. Sign up first, or ask the leader to enter you.")));
  phone.drawWaiting();
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

find("enter").addEventListener("submit", async (event) => {
  event.preventDefault();
  const code = find("code").value.replaceAll(" ", "");
  if (!/^[0-9]{6}$/.test(code)) { find("answer").textContent = t("Type in the six digits."); return; }
  const shift = chosen, at = Date.now(), what = state(shift) === "open" ? "end" : "begin";
  find("enter").hidden = true;
  let place = {};
  if (find("place").checked) {
    find("answer").textContent = t("Asking for the place once …");
    place = await spot();
  }
  phone.add({ shift: shift.id, title: shift.title, what, code, at, ...place });
  find("answer").textContent = t("Kept on this phone, not yet sent: %s", shift.title);
  draw();
  await phone.send();
});
find("cancel").addEventListener("click", () => { find("enter").hidden = true; });

async function opened() {
  const [, key, code] = location.hash.match(/^#([0-9]+)(?:\.([0-9]{6}))?$/) ?? [];
  await phone.load();
  const shift = phone.known?.rows?.find((one) => String(one.id) === key);
  if (shift && state(shift) !== "ended") choose(shift, code ?? "");
  await phone.send();
}

window.addEventListener("hashchange", opened);
opened();
