// The few parts every screen is made of. Elements are made by hand, never from text that came from elsewhere.

import { shell, t } from "./words.js";

/**
 * h("button.btn.primary", {onclick, disabled, data: {id: 3}, style: {width: "40%"}}, "text", node, [nodes], null)
 * The name may carry classes; a missing name is a div. Attributes that are null, undefined or false are left out.
 */
export function h(name, attributes, ...children) {
  if (attributes instanceof Node || Array.isArray(attributes) || (attributes !== null && typeof attributes !== "object")) {
    children.unshift(attributes);
    attributes = null;
  }
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag || "div");
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "data") Object.assign(element.dataset, value);
    else if (key === "style") Object.assign(element.style, value);
    else if (key === "class") element.className = `${element.className} ${value}`.trim();
    else if (key === "value" || key === "checked" || key === "srcObject") element[key] = value;
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  fill(element, children);
  return element;
}

function fill(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
}

/** Put other content into an element. */
export function replace(element, ...children) {
  element.replaceChildren();
  fill(element, children);
  return element;
}

const drawings = new Map();

/** A drawing of the house by name; read aloud only when a label is given. */
export function icon(name, label) {
  if (!drawings.has(name)) {
    const holder = document.createElement("template");
    holder.innerHTML = `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${shell.icons[name] ?? ""}</svg>`;
    drawings.set(name, holder.content.firstChild);
  }
  const drawn = drawings.get(name).cloneNode(true);
  if (label) {
    drawn.removeAttribute("aria-hidden");
    drawn.setAttribute("role", "img");
    drawn.setAttribute("aria-label", label);
  }
  return drawn;
}

/** kind: "" | primary | danger | quiet; `on` may be asynchronous: the button waits meanwhile, and a second tap does nothing. */
export function button({ label, icon: drawn, kind = "", on, wide, attributes }) {
  const made = h(`button.btn${kind ? `.${kind}` : ""}${wide ? ".wide" : ""}`, { type: "button", ...attributes },
    drawn ? icon(drawn) : null, h("span", label));
  if (on) made.addEventListener("click", (event) => busy(made, () => on(event)));
  return made;
}

/** A button that is a drawing alone; the label is read aloud. */
export function iconButton({ label, icon: drawn, on, kind = "" }) {
  const made = h(`button.icon-btn${kind ? `.${kind}` : ""}`, { type: "button", "aria-label": label, title: label }, icon(drawn));
  if (on) made.addEventListener("click", (event) => busy(made, () => on(event)));
  return made;
}

async function busy(element, work) {
  if (element.dataset.busy) return;
  element.dataset.busy = "1";
  const slow = setTimeout(() => element.classList.add("busy"), 150);
  try {
    await work();
  } finally {
    clearTimeout(slow);
    delete element.dataset.busy;
    element.classList.remove("busy");
  }
}

/** A state by its word and colour together. Tones: ok, wait, warn, bad, quiet, accent. */
export const badge = (word, tone = "quiet") => h(`span.badge.tone-${tone}`, h("span.dot", { "aria-hidden": "true" }), word);

/** A line of a list. `href` or `on` makes it something to tap; `lead` stands at the left, `end` at the right. */
export function row({ title, sub, lead, end, href, on, current, attributes }) {
  const tap = href || on;
  const body = [
    lead ? h("span.row-lead", lead) : null,
    h("span.row-text", h("span.row-title", title), sub ? h("span.row-sub", sub) : null),
    end ? h("span.row-end", end) : null,
    tap ? icon("chevron-right") : null,
  ];
  const inner = href ? h("a.row", { href, ...attributes }, body)
    : on ? h("button.row", { type: "button", onclick: on, ...attributes }, body)
      : h("div.row", attributes ?? {}, body);
  return h(`li${current ? ".current" : ""}`, inner);
}

export const list = (rows, attributes) => h("ul.list", attributes ?? {}, rows);

/** One heading and what stands below it. */
export const section = (title, ...content) => h("section", h("h2", title), ...content);

export const empty = ({ icon: drawn, title, text, action }) =>
  h("div.empty", drawn ? icon(drawn) : null, h("p.empty-title", title), text ? h("p", text) : null, action ?? null);

/** What a person has to know on this screen; tone as in `badge`. */
export const notice = (tone, text, action) =>
  h(`div.notice.tone-${tone}`, { role: tone === "bad" ? "alert" : "status" }, h("span", text), action ?? null);

let fields = 0;

/** A labelled input: field("Note", h("textarea", {...}), "hint"). */
export function field(label, input, hint) {
  const id = input.id || `f${++fields}`;
  input.id = id;
  if (hint) input.setAttribute("aria-describedby", `${id}-hint`);
  return h("div.field", h("label", { for: id }, label), input, hint ? h("p.hint", { id: `${id}-hint` }, hint) : null);
}

export function textInput({ value = "", on, type = "text", rows, ...attributes }) {
  const input = rows ? h("textarea.input", { rows, value, ...attributes }) : h("input.input", { type, value, ...attributes });
  if (on) input.addEventListener("input", () => on(input.value));
  return input;
}

/** An on/off line with a target as high as a thumb. */
export function toggle({ label, sub, value, on }) {
  const box = h("input", { type: "checkbox", role: "switch", checked: Boolean(value), onchange: () => on(box.checked) });
  return h("label.row.toggle", h("span.row-text", h("span.row-title", label), sub ? h("span.row-sub", sub) : null), box);
}

/**
 * One of a few by big buttons. options: [{value, label, tone, sub}]; tapping calls on(value). The returned element has `.set(value)`.
 */
export function choice({ label, options, value, on, kind = "" }) {
  const set = (chosen) => {
    for (const one of box.querySelectorAll("[role=radio]")) {
      const is = one.dataset.value === String(chosen);
      one.setAttribute("aria-checked", String(is));
      one.tabIndex = is || (chosen === null || chosen === undefined) ? 0 : -1;
    }
  };
  const box = h(`div.choice${kind ? `.${kind}` : ""}`, { role: "radiogroup", "aria-label": label }, options.map((option) =>
    h(`button.choice-one.tone-${option.tone ?? "accent"}`, {
      type: "button", role: "radio", "aria-checked": "false", data: { value: option.value },
      onclick: () => { set(option.value); on(option.value); },
    }, h("b", option.label), option.sub ? h("small", option.sub) : null)));
  box.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const all = [...box.children];
    event.preventDefault();
    all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
  });
  box.set = set;
  set(value);
  return box;
}

let toasts;

/** A word that goes by itself. action: {label, on}. */
export function toast(text, tone = "ok", action) {
  toasts ??= document.body.appendChild(h("div.toasts", { role: "status", "aria-live": "polite" }));
  const shown = h(`div.toast.tone-${tone}`, h("span", text),
    action ? h("button.btn.quiet", { type: "button", onclick: () => { shown.remove(); action.on(); } }, action.label) : null);
  toasts.replaceChildren(shown);
  setTimeout(() => shown.remove(), action ? 8000 : 4000);
}

/**
 * A sheet that comes up from below. Returns {close, closed, element}: `closed` resolves with what `close(value)` was given.
 * The phone's back key closes it.
 */
export function sheet({ title, body, foot, full }) {
  let finish;
  const closed = new Promise((resolve) => { finish = resolve; });
  const element = h(`dialog.sheet${full ? ".full" : ""}`, { "aria-label": title });
  const close = (value) => { if (element.open) { element.dataset.answer = "1"; finish(value); element.close(); } };
  fill(element, [
    h("header", h("h2", title), iconButton({ label: t("Close"), icon: "x", on: () => close() })),
    h("div.sheet-body", body),
    foot ? h("footer", foot) : null,
  ]);
  element.addEventListener("click", (event) => { if (event.target === element) close(); });
  element.addEventListener("close", () => { element.remove(); finish(undefined); });
  document.body.append(element);
  element.showModal();
  return { close, closed, element };
}

/** Asks before something is done; true when the person said yes. */
export async function confirm({ title, text, yes, no, danger }) {
  const asked = sheet({
    title,
    body: text ? h("p", text) : null,
    foot: [
      button({ label: no ?? t("Cancel"), on: () => asked.close(false) }),
      button({ label: yes, kind: danger ? "danger" : "primary", on: () => asked.close(true) }),
    ],
  });
  return (await asked.closed) === true;
}

/** Closes whatever sheet is open; the router calls it when the address changes. */
export function closeSheets() {
  for (const open of document.querySelectorAll("dialog.sheet[open]")) open.close();
}
