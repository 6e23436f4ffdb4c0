// The app on the phone opens: who is it for, is it unlocked, which window has it. What is done with it afterwards is in work.js, which is
// fetched meanwhile. How a room brings screens is said at the head of work.js.

import * as api from "./api.js";
import * as lock from "./lock.js";
import * as store from "./store.js";
import * as ui from "./ui.js";
import * as vault from "./vault.js";
import { shell, t } from "./words.js";

let fetching = null;

/** The rest of the app, fetched while the person looks at the first screen: what that screen stands on goes first on a slow line. */
function work() {
  if (!fetching) {
    for (const address of shell.modules) document.head.append(ui.h("link", { rel: "modulepreload", href: address }));
    fetching = import("./work.js");
    fetching.catch(() => {}); // said when it is needed
  }
  return fetching;
}

// -- opening ------------------------------------------------------------------------------------------------------------------------

async function boot() {
  lock.opening();
  if (!(await onlyWindow())) return;
  const signedIn = location.hash === "#/signed-in";
  if (signedIn) history.replaceState(null, "", shell.urls.shell);
  if (!vault.available()) return openWithoutVault();
  const current = await store.fact("current");
  if (signedIn || !current) return afterSignIn(current);
  const kept = await store.account(current);
  if (!kept) return afterSignIn(null);
  return unlockWith(kept);
}

async function others(id) {
  return (await store.accounts()).filter((one) => one.account !== String(id));
}

async function unlockWith(kept) {
  work();
  await lock.unlock(kept, { others: await others(kept.account) });
  await start(kept);
}

/** The browser comes back from the page to sign in, or nobody has signed in yet. */
async function afterSignIn(current) {
  let told;
  try {
    told = await api.session();
  } catch (problem) {
    const kept = current && (await store.account(current));
    if (kept) return unlockWith(kept);
    if (problem.status === 403) return lock.unfinished(problem.message);
    return lock.welcome({ offline: !problem.status, others: await store.accounts() });
  }
  if (!told.account) {
    const kept = current && (await store.account(current));
    return kept ? unlockWith(kept) : lock.welcome({ others: await store.accounts() });
  }
  const kept = await store.account(told.account.id);
  let device;
  try {
    device = await api.register(told.csrf, { name: deviceName(), uid: kept?.device ?? vault.uuid() });
  } catch (problem) {
    if (problem instanceof api.Refused && problem.status === 410 && kept) {
      await store.erase(kept.account);
      await api.send(shell.urls.wiped, { method: "POST", body: { uid: kept.device }, session: true, headers: { "X-CSRFToken": told.csrf } }).catch(() => {});
      return lock.erased({ byOffice: true });
    }
    return lock.ask(t("This phone could not be signed in"), problem.message,
      ui.button({ label: t("Try again"), kind: "primary", wide: true, on: () => location.reload() }));
  }
  work();
  const id = told.account.id;
  let vaultFacts;
  const forgotten = (await store.fact("forgotten")) === String(id);
  await store.keepFact("forgotten", "");
  if (kept && await vault.openByServer(kept, device.unlock_key)) {
    vaultFacts = forgotten ? await vault.rewrap(kept, { unlockKey: device.unlock_key }, await lock.askNewPin({ first: false })) : {};
  } else if (kept) {
    return lock.ask(t("The data on this phone does not open with this sign-in"),
      t("Open it with the PIN instead. If that is forgotten too, {n} unsent entries cannot be read any more.", { n: kept.unsent ?? 0 }), [
        ui.button({ label: t("Open with the PIN"), kind: "primary", wide: true, on: () => unlockAgain(kept, device) }),
        ui.button({ label: t("Erase and begin anew"), kind: "danger", wide: true, on: () => beginAnew(kept) }),
      ]);
  } else {
    vaultFacts = await vault.create(id, await lock.askNewPin(), device.unlock_key);
  }
  await store.keepAccount({ account: id, device: device.device, tries: 0, until: 0, ...vaultFacts });
  await store.keepFact("current", String(id));
  await store.open(id);
  await store.write({ values: { token: device.token, account: { ...device.account, ...told.account } } });
  await start(await store.account(id));
}

/** The PIN opens what the server's key does not any more: wrap it anew. */
async function unlockAgain(kept, device) {
  await lock.unlock(kept);
  await store.keepFact("current", kept.account);
  await store.open(kept.account);
  await store.write({ values: { token: device.token } });
  await start(kept);
}

async function beginAnew(kept) {
  const yes = await ui.confirm({
    title: t("Erase and begin anew"), text: t("{n} unsent entries will be lost for good.", { n: kept.unsent ?? 0 }), yes: t("Erase"), danger: true,
  });
  if (!yes) return;
  await store.erase(kept.account);
  lock.goToSignIn();
}

/** Without https nothing can be shut, so nothing is written: the app works as long as the page is open. */
async function openWithoutVault() {
  let told;
  try {
    told = await api.session();
  } catch (problem) {
    return problem.status === 403 ? lock.unfinished(problem.message) : lock.welcome({ offline: !problem.status });
  }
  if (!told.account) return lock.welcome();
  const device = await api.register(told.csrf, { name: deviceName(), uid: vault.uuid() });
  await store.open(told.account.id);
  await store.write({ values: { token: device.token, account: { ...device.account, ...told.account } } });
  await start({ account: told.account.id });
}

function deviceName() {
  const agent = navigator.userAgent;
  const phone = /\(([^)]*)\)/.exec(agent)?.[1].split(";").map((part) => part.trim()).filter((part) => !/^(Linux|U|K|wv|zh-cn)$/i.test(part)).slice(0, 2).join(" ");
  const browser = /MicroMessenger/i.test(agent) ? "WeChat" : /EdgA?\//.test(agent) ? "Edge" : /Firefox/.test(agent) ? "Firefox"
    : /Chrome/.test(agent) ? "Chrome" : /Safari/.test(agent) ? "Safari" : "";
  return [phone, browser].filter(Boolean).join(" · ").slice(0, 80);
}

/** The account's data is open: on to the work. */
async function start(kept) {
  let loaded;
  try {
    loaded = await work();
  } catch {
    lock.ask(t("The app did not load completely"), t("There is no connection."),
      ui.button({ label: t("Try again"), kind: "primary", wide: true, on: () => location.reload() }));
    return;
  }
  await loaded.start(kept);
}

/** One window at a time: two would write the same drafts. */
async function onlyWindow() {
  if (!navigator.locks) return true;
  const take = (options) => new Promise((resolve) => {
    navigator.locks.request("chuangwen-phone", options, (held) => {
      resolve(Boolean(held));
      return held ? new Promise(() => {}) : undefined;
    }).catch(() => { vault.close(); lock.ask(t("The app goes on in another window"), t("Close this one, or go on here."), goOn()); });
  });
  const goOn = () => ui.button({ label: t("Go on here"), kind: "primary", wide: true, on: async () => { await take({ steal: true }); location.reload(); } });
  if (await take({ ifAvailable: true })) return true;
  // A window that is being closed or reloaded holds on for a moment.
  await new Promise((resolve) => { setTimeout(resolve, 400); });
  if (await take({ ifAvailable: true })) return true;
  lock.ask(t("The app is open in another window"), t("Close that one, or go on here."), goOn());
  return false;
}

boot();
