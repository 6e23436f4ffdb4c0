// A volunteer says that they are there, and that they leave. What could not be sent waits on this phone. On the page of the order the buttons
// are there already; the page that is kept for when there is no signal lists all orders to which somebody is sent.

import { element, find, kept, spot } from "../without_signal.js";

const shell = JSON.parse(find("shell").textContent);
const orders = find("orders"), forms = [...document.querySelectorAll("form[data-own]")];
const phone = kept("chuangwen.orders.", shell, {
  about: (entry) => entry.order, changed: () => draw(), fresh: !forms.length,
  told(answer) {
    if (forms.length && answer.ok) location.reload();
    else find("answer").textContent = answer.words;
  },
});
const { t } = phone;

// What was refused (it has words) is no presence.
function stateOf(row) {
  const mine = phone.own().filter((entry) => entry.order === row.id && !entry.words);
  return mine.some((entry) => entry.what === "end") ? "ended" : mine.some((entry) => entry.what === "begin") ? "open" : row.state;
}

async function tap(row, what) {
  const at = Date.now();
  phone.add({ order: row.id, title: `${row.title} · ${t(what === "begin" ? "I am there" : "I am leaving")}`, what, at, ...(await spot(4000)) });
  draw();
  await phone.send();
}

function draw() {
  const rows = phone.known?.rows ?? [];
  orders?.replaceChildren(...rows.map((row) => {
    const place = element("section"), state = stateOf(row);
    place.append(element("h2", row.title), element("p", row.words));
    if (state === "ended") place.append(element("p", t("Ended, thank you"), { className: "cw-present-done" }));
    else {
      const what = state === "open" ? "end" : "begin";
      if (state === "open" && row.since) place.append(element("p", t("Present since %s", row.since)));
      place.append(element("button", t(what === "end" ? "I am leaving" : "I am there"), { type: "button", onclick: () => tap(row, what) }));
    }
    return place;
  }));
  if (orders && phone.known && !rows.length) orders.append(element("p", t("You are sent nowhere at the moment.")));
  for (const form of forms) {
    const row = rows.find((one) => one.id === Number(form.dataset.order));
    const state = row ? stateOf(row) : "";
    form.hidden = form.dataset.own === "begin" ? state !== "" : state !== "open";
  }
  phone.drawWaiting();
}

for (const form of forms) form.addEventListener("submit", (event) => {
  const row = phone.known?.rows.find((one) => one.id === Number(form.dataset.order));
  if (!row) return; // the form itself does it
  event.preventDefault();
  form.hidden = true;
  tap(row, form.dataset.own);
});

if (shell.known) { phone.learn(shell.known); draw(); } else await phone.load();
await phone.send();
