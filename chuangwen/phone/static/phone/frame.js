// What stands around every screen: the title with the way back, the bar of tabs under the thumb, and what has to be known at once.

import * as queue from "./queue.js";
import * as store from "./store.js";
import * as vault from "./vault.js";
import { badge, h, icon, iconButton, notice, replace } from "./ui.js";
import { t } from "./words.js";

let app, head, said, body, foot, tabs, lit = "";
let renew = null;
let noRoom = false;
let prepares = false;

export function mount(with_app, { lock }) {
  app = with_app;
  head = h("header.top");
  said = h("div.said", { "aria-live": "polite" });
  body = h("main", { id: "content", tabindex: -1 });
  foot = h("div.foot");
  tabs = h("nav.tabs", { "aria-label": t("Parts of the app") });
  head.lock = vault.available() ? () => iconButton({ label: t("Lock"), icon: "lock", on: lock }) : () => null;
  replace(document.getElementById("app"), head, said, body, foot, tabs);
  update();
}

/** Put a screen into the frame. */
export function show(view, { focus }) {
  const back = view.back === undefined ? null
    : iconButton({ label: t("Back"), icon: "chevron-left", on: () => (view.back === true ? app.back() : app.go(view.back)) });
  replace(head, back, h("h1", { tabindex: -1 }, view.title), h("span.tools", view.tools ?? [], back ? null : head.lock()));
  document.title = `${view.title} · ${t("Chuangwen")}`;
  body.className = view.kind ?? "";
  replace(body, view.body);
  replace(foot, view.foot ?? []);
  foot.hidden = !view.foot;
  tabs.hidden = Boolean(view.foot);
  document.getElementById("app").classList.toggle("with-foot", Boolean(view.foot));
  lit = view.tab ?? lit;
  update();
  if (focus) head.querySelector("h1").focus({ preventScroll: true });
}

/** Read or set how far the screen is scrolled. */
export function scroll(to) {
  if (to === undefined) return globalThis.scrollY;
  globalThis.scrollTo(0, to);
  return to;
}

export const isTyping = () => Boolean(document.activeElement?.closest?.("input, textarea, dialog"));

/** The bars anew: what waits, whether there is signal, what asks for the person. */
export function update() {
  if (!tabs) return;
  replace(tabs, app.tabs.slice(0, 5).map((tab) => {
    const count = tab.badge?.() ?? 0;
    return h("a", { href: tab.href, "aria-current": tab.id === lit ? "page" : null },
      icon(tab.icon), h("span", tab.label),
      count ? h("b.count", { "aria-label": t("{n} waiting", { n: count }), class: tab.alarm?.() ? "alarm" : "" }, count > 99 ? "99+" : count) : null);
  }));
  const lines = [];
  if (noRoom) {
    lines.push(notice("bad", t("The phone has no room left: what you enter now is not kept. Delete pictures or apps on the phone, or send and clear the queue; do not close this page."),
      h("a.btn", { href: "#/queue" }, t("Queue"))));
  }
  if (queue.isPaused() === "signed-out") {
    lines.push(notice("warn", t("The sign-in has ended. You can go on working; sign in again to send."), h("button.btn", { type: "button", onclick: () => app.signIn() }, t("Sign in"))));
  }
  if (prepares) lines.push(h("p.offline", badge(t("Preparing"), "wait"), t("Keep the connection for a moment: the app is being made ready for work without signal.")));
  if (renew) lines.push(notice("wait", t("There is a new version."), h("button.btn", { type: "button", onclick: renew }, t("Tap to reload"))));
  if (store.isInMemory()) {
    lines.push(notice("warn", t("This page is not secure (no https): entries are kept only while it stays open. Send before closing, and ask the office for the https address.")));
  } else if (!navigator.serviceWorker) {
    lines.push(notice("quiet", t("This browser opens the app only with a connection. For days without signal open it in the phone's own browser and add it to the home screen.")));
  }
  if (!navigator.onLine || queue.isOffline()) lines.push(h("p.offline", badge(t("No signal"), "warn"), t("Everything is kept on the phone and sent later.")));
  const key = lines.map((line) => line.textContent).join("|");
  if (said.dataset.key !== key) {
    said.dataset.key = key;
    replace(said, lines);
  }
}

/** The disk is full, or has room again. */
export function full(is) {
  noRoom = is;
  update();
}

/** The first time: until everything for working without signal is on the phone. */
export function preparing(is) {
  prepares = is;
  update();
}

/** A newer version lies ready; what is on the screen is kept as a draft, so that it may be taken at any time. */
export function newVersion(take) {
  renew = take;
  update();
}

