// The app at work: loads the screens of the rooms and shows what the address after # names.
//
// A room's module exports `register(app)`; `app` is:
//
//   app.route("#/visit/:id", async (params) => view)      a screen. `view` is {title, body, foot?, back?, tools?, tab?, leave?}:
//                                  title text; body node(s); foot node(s) of the bar under the thumb; back an address "#/…" (or true: one
//                                  back in the history); tools nodes at the right of the title; tab the id of the tab that is lit;
//                                  leave() is called when another screen comes. Return null after having gone elsewhere (app.go).
//   app.tab({id, label, icon, href, order, badge?: () => number})      an entry of the bar at the bottom (five at most)
//   app.home({order, view: async () => node | null})      a card on the first screen "#/"
//   app.setting({order, view: async () => node | null})   a part of the screen with settings
//   app.kind("cases.answer", {label, open?: async (entry) => "#/…"})      what the queue calls a kind of entry; `open` takes a refused
//                                  entry back to be changed (see queue.reopen) and gives the address to go to
//   app.bundle(section)            content of a section of the package, or null; app.onBundle(fn(changedNames))
//   app.queue.add({kind, data, photos: [uid], label, sub, sections: [names], draft: name})      see queue.js; shows itself in the bar
//   app.today()                    the day as 2026-11-22 by the server's clock, also where the phone's is wrong
//   app.etags([sections]) -> {section: etag};  app.kept.get(name) / put(name, value): what a screen remembers, sealed
//   app.drafts.get(name) / put(name, value) / remove(name) / list(prefix) -> [[name, value]]     sealed, on the disk when the promise is kept
//   app.camera.take({overlay, viewfinder, several, at}) -> [photo]; .image({uid | address, alt, large}); .url(uid); .picture(address); .forget(address); .drop(uid)
//   app.place.once() -> {lat, lon, accuracy} | null; app.place.reason(); app.place.metres(a, b)
//   app.qr.scan() -> text | null;  app.map({points, outlines, onPoint}) -> node;  app.index(things, of).find(query)
//   app.go("#/…") / app.back() / app.refresh();  app.refreshPackage() asks the server what changed, and shows it
//   app.t(message in English, {n: 3}); app.words: {time, day, date, when, size, distance}
//   app.ui: h, icon, button, iconButton, badge, row, list, section, empty, notice, field, textInput, toggle, choice, toast, sheet, confirm, replace
//   app.account: {id, name, roles, verbs}; app.may(verb)
//
// Everything a module says stands as a message in the room's phone.py; every drawing it uses in `icons` of the page (views/shell.py).

import * as api from "./api.js";
import * as camera from "./camera.js";
import * as lock from "./lock.js";
import { mark, since } from "./moment.js";
import * as packages from "./package.js";
import * as place from "./place.js";
import * as queue from "./queue.js";
import * as queueScreen from "./queue_screen.js";
import { index } from "./search.js";
import * as settings from "./settings.js";
import * as frame from "./frame.js";
import * as store from "./store.js";
import * as ui from "./ui.js";
import * as vault from "./vault.js";
import { date, day, distance, shell, size, t, time, when } from "./words.js";

const LOCK_AFTER = 5 * 60_000;
const { h } = ui;

const routes = [];
const bundleListeners = new Set();

const app = {
  t, ui, index, camera, queue,
  words: { time, day, date, when, size, distance },
  account: null,
  kinds: new Map(),
  tabs: [],
  homes: [],
  settings: [],
  route(pattern, view) {
    const names = [];
    const source = pattern.replace(/:(\w+)/g, (_, name) => { names.push(name); return "([^/?]+)"; });
    routes.push({ test: new RegExp(`^${source}$`), names, view });
  },
  tab(tab) { app.tabs.push({ order: 100, ...tab }); app.tabs.sort((a, b) => a.order - b.order); },
  home(card) { app.homes.push({ order: 100, ...card }); app.homes.sort((a, b) => a.order - b.order); },
  setting(part) { app.settings.push({ order: 100, ...part }); app.settings.sort((a, b) => a.order - b.order); },
  kind(name, facts) { app.kinds.set(name, facts); },
  may: (verb) => app.account?.verbs?.includes(verb) ?? false,
  bundle: packages.section,
  etags: packages.etags,
  today: () => date(packages.serverNow()),
  kept: { get: (name) => store.get(`kept:${name}`), put: (name, value) => store.put(`kept:${name}`, value) },
  onBundle: (listener) => bundleListeners.add(listener),
  go(address) {
    if (location.hash === address) render();
    else location.hash = address.slice(1);
  },
  back() { history.length > 1 ? history.back() : app.go("#/"); },
  refresh: () => render({ keep: true }),
  refreshPackage: () => refreshPackage(),
  drafts: {
    get: (name) => store.get(`draft:${name}`),
    put: (name, value) => store.put(`draft:${name}`, value),
    remove: (name) => store.remove(`draft:${name}`),
    list: async (prefix) => (await store.all(`draft:${prefix}`)).map(([name, value]) => [name.slice(6), value]),
  },
  place,
  qr: { scan: async () => (await import("./qr.js")).scan() },
  map: async (options) => (await import("./map.js")).draw(options),
  lock: () => lockNow(),
};

let opened = null; // the account's row of the register

/** With the vault open, or without one where nothing is written. */
export async function start(kept) {
  opened = kept;
  if (vault.available()) await store.open(kept.account);
  app.account = (await store.get("account")) ?? { id: kept.account, name: "", roles: [], verbs: [] };
  api.useToken(await store.get("token"));
  queue.belongsTo(kept.account);
  foretell();
  await Promise.all([packages.load(), queue.load(), settings.load(app)]);
  if (!packages.status().fetched) await firstPackage();
  await loadScreens();
  frame.mount(app, { lock: lockNow });
  watch();
  const at = await store.get("at");
  if (!location.hash && at?.hash && since(at) < 12 * 3_600_000) history.replaceState(null, "", at.hash);
  addEventListener("hashchange", () => render());
  await render();
  queue.run();
  forLater();
  startWorker(); // only now: the first time it fetches everything that is needed without signal
  if (packages.status().fetched && since(packages.status().fetched) > 60_000) refreshPackage();
  if (vault.available()) navigator.storage?.persist?.().catch(() => {});
  if (packages.status().fetched) setTimeout(() => camera.tidy(packages.asText()).catch(() => {}), 10_000);
}

/** Parts that are asked for when there may be no signal any more; where no worker keeps them they are fetched now. */
function forLater() {
  import("./viewfinder.js").catch(() => {});
  import("./archive.js").catch(() => {});
  if (navigator.serviceWorker) return;
  import("./qr.js").then((qr) => qr.prepare()).catch(() => {});
  import("./map.js").then((map) => map.prepare()).catch(() => {});
}

/** The first package is waited for: without it there is nothing to do. */
async function firstPackage() {
  const bar = h("progress", { "aria-label": t("Fetching the package") });
  lock.ask(t("Fetching the package"), t("Sites, criteria and outlines for working without signal."), bar);
  packages.onChange((_, { done, total }) => { if (total) { bar.max = total; bar.value = done; } });
  try {
    app.account = (await packages.refresh()).account;
  } catch (problem) {
    await new Promise((resolve) => {
      lock.ask(t("The package did not come"), problem instanceof api.Offline ? t("There is no connection.") : problem.message, [
        ui.button({ label: t("Try again"), kind: "primary", wide: true, on: () => location.reload() }),
        ui.button({ label: t("Go on without it"), wide: true, on: resolve }),
      ]);
    });
  }
}

const mine = () => shell.screens.filter((screen) => app.may(screen.verb));

/** The modules of the person's screens are fetched while the package comes. */
function foretell() {
  for (const address of new Set(mine().flatMap((screen) => screen.modules))) {
    document.head.append(h("link", { rel: "modulepreload", href: address }));
  }
}

async function loadScreens() {
  app.route("#/", home);
  queueScreen.register(app);
  settings.register(app, { lock: lockNow, signOut, refreshPackage });
  const screens = mine();
  const modules = await Promise.allSettled(screens.map((screen) => import(screen.module)));
  modules.forEach((loaded, place) => {
    try {
      if (loaded.status === "rejected") throw loaded.reason;
      loaded.value.register(app, screens[place]);
    } catch (problem) {
      console.error(problem);
      app.home({ order: 0, view: () => ui.notice("bad", t("“{name}” could not be loaded. Reload when there is a connection.", { name: screens[place].label })) });
    }
  });
}

async function home() {
  const cards = (await Promise.all(app.homes.map((card) => card.view()))).filter(Boolean);
  return {
    title: t("Today"), tab: "home", tools: [],
    body: cards.length ? cards : ui.empty({
      icon: "clipboard-list", title: t("Nothing is assigned to you here"),
      text: t("When a round or a case is yours it appears here by itself. Ask your office if you miss something."),
      action: ui.button({ label: t("Look again"), icon: "refresh", on: () => refreshPackage({ say: true }) }),
    }),
  };
}

/** Fetch what changed. `say`: the person asked and is told how it went. */
async function refreshPackage({ say = false } = {}) {
  try {
    const { account, changed } = await packages.refresh();
    if (JSON.stringify(account.verbs) !== JSON.stringify(app.account.verbs)) { location.reload(); return; }
    app.account = account;
    if (changed.length) {
      for (const listener of bundleListeners) listener(changed);
      if (!frame.isTyping()) render({ keep: true });
    }
    if (say) ui.toast(changed.length ? t("The package is up to date now.") : t("The package was up to date."));
  } catch (problem) {
    if (say) ui.toast(problem instanceof api.Offline ? t("There is no connection.") : problem.message, "warn");
  }
}

// -- screens ------------------------------------------------------------------------------------------------------------------------

let leave = null;
let turn = 0;
const scrolled = new Map();
let shownAt = "";

async function render({ keep = false } = {}) {
  const mine = ++turn;
  const address = location.hash || "#/";
  const [path, query = ""] = address.split("?");
  if (!keep) ui.closeSheets();
  const before = frame.scroll();
  if (shownAt) scrolled.set(shownAt, before);
  let view = null;
  try {
    for (const route of routes) {
      const found = route.test.exec(path);
      if (!found) continue;
      const params = Object.fromEntries(route.names.map((name, place_) => [name, decodeURIComponent(found[place_ + 1])]));
      view = await route.view({ ...params, query: new URLSearchParams(query) });
      break;
    }
    if (mine !== turn) { view?.leave?.(); return; }
    if (view === undefined || view === null) { if (!routes.some((route) => route.test.test(path))) app.go("#/"); return; }
  } catch (problem) {
    if (mine !== turn) return;
    console.error(problem);
    view = {
      title: t("This screen could not be shown"), back: "#/",
      body: ui.notice("bad", String(problem?.message ?? problem), ui.button({ label: t("Try again"), on: () => render() })),
    };
  }
  leave?.();
  leave = view.leave ?? null;
  frame.show(view, { focus: !keep && shownAt !== "" });
  frame.scroll(keep && shownAt === address ? before : scrolled.get(address) ?? 0);
  shownAt = address;
  store.put("at", { ...mark(), hash: address }).catch(() => {});
}

// -- what happens to the whole app --------------------------------------------------------------------------------------------------

/** Forget the key and everything that was read with it. A reload does both for sure. */
function lockNow() {
  camera.forgetShown();
  vault.close();
  location.reload();
}

let hiddenSince = null;

function watch() {
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      hiddenSince = mark();
    } else if (hiddenSince && since(hiddenSince) > LOCK_AFTER && vault.available()) {
      lockNow();
    } else {
      refreshPackage();
    }
  });
  store.onFull((is) => frame.full(is));
  queue.onChange(() => frame.update());
  api.on("signedOut", () => { queue.pause("signed-out"); frame.update(); });
  api.on("wiped", wiped);
  addEventListener("online", () => refreshPackage());
}

let wiping = false;

/** The office asked for this phone to be wiped: everything of the account goes, and the server is told. */
async function wiped() {
  if (wiping) return;
  wiping = true;
  queue.pause("wiped");
  const authorization = api.authorization();
  camera.forgetShown();
  vault.close();
  lock.opening();
  await store.erase(opened.account);
  await fetch(shell.urls.wiped, { method: "POST", headers: authorization, credentials: "omit" }).catch(() => {});
  lock.erased({ byOffice: true });
}

/** Sign this phone out; its data goes with it. Only offered when nothing waits (settings.js). */
async function signOut() {
  await api.send(shell.urls.device, { method: "DELETE" }).catch(() => {});
  await store.erase(opened.account);
  lock.erased({ byOffice: false });
}

/** The service worker keeps the app for when there is no signal, and says when there is a newer one. */
async function startWorker() {
  if (!navigator.serviceWorker) return;
  try {
    const registration = await navigator.serviceWorker.register(shell.urls.worker, { scope: shell.urls.shell, updateViaCache: "none" });
    if (!navigator.serviceWorker.controller) {
      frame.preparing(true);
      navigator.serviceWorker.ready.then(() => frame.preparing(false));
    }
    const offer = () => { if (registration.waiting && navigator.serviceWorker.controller) frame.newVersion(() => registration.waiting.postMessage("take-over")); };
    registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", offer));
    offer();
    let controlled = Boolean(navigator.serviceWorker.controller);
    navigator.serviceWorker.addEventListener("controllerchange", () => { if (controlled) location.reload(); controlled = true; });
    document.addEventListener("visibilitychange", () => { if (!document.hidden) registration.update().catch(() => {}); });
  } catch (problem) {
    frame.preparing(false);
    console.warn(problem);
  }
}
