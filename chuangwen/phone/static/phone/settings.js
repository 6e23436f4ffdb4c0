// What a person sets on this phone, what the app holds, and the ways out.

import * as api from "./api.js";
import * as camera from "./camera.js";
import * as lock from "./lock.js";
import * as packages from "./package.js";
import * as queue from "./queue.js";
import { save } from "./queue_screen.js";
import * as store from "./store.js";
import { button, confirm, h, list, notice, row, section, sheet, toast, toggle } from "./ui.js";
import * as vault from "./vault.js";
import { shell, size, t, when } from "./words.js";

let settings = { large: shell.large ?? false, originals: false };

/** Set what the person has chosen before the first screen is shown. */
export async function load(app) {
  settings = { ...settings, ...(await store.get("settings")) };
  apply();
  app.signIn = lock.goToSignIn;
}

function apply() {
  document.documentElement.classList.toggle("large", settings.large);
  camera.options.originals = settings.originals;
}

async function set(changes) {
  settings = { ...settings, ...changes };
  apply();
  await store.put("settings", settings);
}

export function register(app, { lock: lockNow, signOut, refreshPackage }) {
  app.tab({ id: "me", label: t("Me"), icon: "user-circle", href: "#/me", order: 90 });
  app.route("#/me", async () => {
    const room = await store.room();
    const others = (await store.accounts()).filter((one) => one.account !== String(app.account.id));
    const fetched = packages.status().fetched;
    const parts = (await Promise.all(app.settings.map((part) => part.view()))).filter(Boolean);
    return {
      title: t("Me"), tab: "me",
      body: [
        h("div.card.who", h("b", app.account.name || "—"), h("span", (app.account.roles ?? []).map((role) => role.name ?? role).join("、"))),
        section(t("This phone"), list([
          h("li", toggle({ label: t("Large text"), value: settings.large, on: (large) => set({ large }) })),
          h("li", toggle({
            label: t("Send original photos"), sub: t("As the camera made them, several times as large"), value: settings.originals,
            on: (originals) => set({ originals }),
          })),
          row({
            title: t("Package"), sub: fetched ? t("fetched {when}", { when: when(fetched.wall) }) : t("not fetched yet"),
            on: () => refreshPackage({ say: true }), end: t("Look for changes"),
          }),
          row({
            title: t("On this phone"), end: room ? size(room.used) : "—",
            sub: room ? t("{size} free for the app", { size: size(room.room) }) : null,
          }),
          row({ title: t("Language"), end: shell.languages.find((one) => one.code === shell.language)?.name, on: () => chooseLanguage() }),
        ])),
        ...parts,
        section(t("Safety"), list([
          vault.available() ? row({ title: t("Lock now"), on: lockNow }) : null,
          vault.available() ? row({ title: t("Change the PIN"), on: () => changePin(app) }) : null,
          row({ title: t("Sign out"), sub: t("Takes your data off this phone"), on: () => leave(app, signOut) }),
        ])),
        others.length ? section(t("Other accounts on this phone"), lock.otherAccounts(others),
          others.filter((one) => !one.unsent).length ? button({ label: t("Remove the data of those with nothing to send"), on: () => clearOthers(app, others) }) : null) : null,
        section(t("What is kept, and what is not"), h("div.card",
          h("p", t("On the phone, shut with your PIN: the package of your rounds, drafts, the queue and its photos.")),
          h("p", t("Sent: what you enter and its photos, with time and place of each photo and finding. The place is asked once, when you find something; where you go is neither recorded nor sent.")),
          h("p", t("You see and wipe your phones on the page “My phones”; a lost phone can be wiped by an administrator.")),
          shell.urls.my_phones ? h("a.btn", { href: shell.urls.my_phones }, t("My phones")) : null)),
        h("p.hint", t("Version {version}", { version: shell.version })),
      ],
    };
  });
}

/** The page is asked for again in the other language, and the worker keeps that one. */
function chooseLanguage() {
  const asked = sheet({
    title: t("Language"),
    body: list(shell.languages.map((one) => row({
      title: h("span", { lang: one.code }, one.name), end: one.code === shell.language ? "✓" : null,
      on: async () => {
        try {
          const { csrf } = await api.session();
          await fetch(shell.urls.language, {
            method: "POST", credentials: "same-origin", redirect: "manual", headers: { "X-CSRFToken": csrf, "Content-Type": "application/x-www-form-urlencoded" },
            body: new URLSearchParams({ language: one.code, next: shell.urls.shell }),
          });
          await renewPage();
          location.reload();
        } catch {
          asked.close();
          toast(t("Changing the language needs a connection."), "warn");
        }
      },
    }))),
  });
}

/** The service worker fetches the page anew. */
function renewPage() {
  const worker = navigator.serviceWorker?.controller;
  if (!worker) return null;
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = resolve;
    worker.postMessage("renew-page", [channel.port2]);
    setTimeout(resolve, 8000);
  });
}

async function changePin(app) {
  const kept = await store.account(app.account.id);
  const input = h("input.input", { type: "password", inputmode: "numeric", autocomplete: "off", maxlength: 6, id: "old-pin" });
  const problem = h("p.tone-text", { role: "alert" });
  const asked = sheet({
    title: t("Change the PIN"),
    body: [h("label", { for: "old-pin" }, t("The present PIN")), input, problem],
    foot: button({
      label: t("Next"), kind: "primary", on: async () => {
        const check = await vault.rewrap(kept, { pin: input.value }, input.value);
        if (!check) { problem.textContent = t("That is not the PIN."); input.value = ""; input.focus(); return; }
        asked.close(input.value);
      },
    }),
  });
  input.focus();
  const old = await asked.closed;
  if (!old) return;
  const chosen = await lock.askNewPin({ first: false });
  await store.keepAccount({ account: app.account.id, ...await vault.rewrap(kept, { pin: old }, chosen), tries: 0 });
  location.reload();
}

/** Sign out only with nothing left to send: sent, exported or dropped on purpose. */
async function leave(app, signOut) {
  const drafts = (await store.names("draft:")).length;
  const unsent = queue.unsent();
  if (!unsent.length) {
    const yes = await confirm({
      title: t("Sign out"), yes: t("Sign out"), danger: true,
      text: drafts ? t("{n} drafts that were not finished will be gone.", { n: drafts }) : t("Your data is taken off this phone. Signing in again fetches the package anew."),
    });
    if (yes) await signOut();
    return;
  }
  const asked = sheet({
    title: t("{n} entries are not sent yet", { n: unsent.length }),
    body: [notice("warn", t("Signing out takes them off this phone. Send them first, or export them to a file.")),
      drafts ? notice("warn", t("{n} drafts that were not finished will be gone.", { n: drafts })) : null],
    foot: [
      button({ label: t("Queue"), kind: "primary", on: () => { asked.close(); app.go("#/queue"); } }),
      button({
        label: t("Export and sign out"), kind: "danger", on: async () => {
          if (!(await save(unsent.map((entry) => entry.uid)))) return;
          const yes = await confirm({
            title: t("Is the file safe?"), text: t("After this the {n} entries are only in the exported file.", { n: unsent.length }), yes: t("Yes, sign out"), danger: true,
          });
          if (yes) await signOut();
        },
      }),
    ],
  });
}

async function clearOthers(app, others) {
  for (const one of others.filter((other) => !other.unsent)) await store.eraseOther(one.account);
  toast(t("Removed."));
  app.refresh();
}

