// One tap records. What could not be sent waits on this phone and is sent in its order when there is signal. The page with the whole list and
// the one that is kept for when there is no signal are the same to this script: the one brings its cards, the other has them made.

import { element, find, kept, spot } from "./without_signal.js";

const shell = JSON.parse(find("shell").textContent);
const phone = kept("chuangwen.care.", shell, { about: (entry) => entry.person, changed: () => draw(), told, fresh: false });
const { t } = phone;
const KEPT = "No signal: kept on this phone, sent later.";
const people = find("people");
const cards = new Map([...document.querySelectorAll("[data-person]")].map((card) => [Number(card.dataset.person), card]));

const waiting = (key) => phone.own().filter((entry) => entry.person === key);

// The visit that goes on by what the server said and what waits; what was refused (it has words) did not begin.
function visitOf(row) {
  let visit = row.visit;
  for (const entry of waiting(row.id)) if (!entry.words) visit = entry.what === "begin" ? entry.uid : entry.visit ? "" : visit;
  return visit;
}

function made(row) {
  const card = find("person").content.firstElementChild.cloneNode(true);
  card.dataset.person = row.id;
  card.querySelector("[data-name]").textContent = row.name;
  people.append(card);
  cards.set(row.id, card);
  bind(card);
  return card;
}

function draw() {
  const { known } = phone, rows = known?.rows ?? [];
  if (people) for (const [key, card] of cards) if (!rows.some((row) => row.id === key)) { card.remove(); cards.delete(key); }
  // How somebody stood on another day says nothing of today.
  const today = known && new Date(known.at).toDateString() === new Date().toDateString();
  for (const row of rows) {
    const card = cards.get(row.id) ?? (people && made(row));
    if (!card) continue;
    const badge = element("span", "", { className: `cw-badge cw-tone-${row.tone}` });
    badge.append(element("span", "", { className: "cw-dot", ariaHidden: "true" }), row.word);
    card.querySelector("[data-care-standing]").replaceChildren(...(row.word && today ? [badge] : []));
    const visit = visitOf(row);
    for (const part of card.querySelectorAll("[data-when]")) part.hidden = (part.dataset.when === "begun") !== Boolean(visit);
    for (const form of card.querySelectorAll("form[data-care]")) {
      const mine = waiting(row.id).filter((entry) => entry.what.startsWith("call") !== form.hasAttribute("data-visit"));
      if (mine.length && !phone.reached) form.querySelector("[data-care-answer]").textContent = t(KEPT);
    }
  }
  phone.drawWaiting();
}

// What was said to a tap stands where it was tapped.
function told(answer, entry) {
  const form = cards.get(entry.person)?.querySelector(entry.what.startsWith("call") ? "form[data-care]:not([data-visit])" : "form[data-visit]");
  if (form) form.querySelector("[data-care-answer]").textContent = answer.ok ? answer.words : t("Not taken: %s", answer.words);
}

function bind(card) {
  const dial = card.querySelector("[data-care-dial]");
  dial?.addEventListener("click", () => { dial.dataset.began = Date.now(); });
  for (const form of card.querySelectorAll("form[data-care]")) form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const key = Number(card.dataset.person), row = phone.known?.rows.find((one) => one.id === key), button = event.submitter;
    if (!row || !button?.value || form.dataset.sending) return;
    form.dataset.sending = "1";
    const entry = { person: key, what: button.value, at: Date.now(), title: `${row.name} · ${button.textContent.trim()}` };
    if (form.elements.words?.value) entry.told = form.elements.words.value;
    if (form.hasAttribute("data-counts") && dial?.dataset.began) entry.began = Number(dial.dataset.began);
    if (form.hasAttribute("data-visit")) {
      if (button.value !== "begin") entry.visit = visitOf(row);
      Object.assign(entry, await spot(4000));
    } else delete dial?.dataset.began;
    phone.add(entry);
    delete form.dataset.sending;
    draw();
    await phone.send();
  });
}

for (const card of cards.values()) bind(card);
if (shell.known) { phone.learn(shell.known); draw(); } else await phone.load();
await phone.send();
