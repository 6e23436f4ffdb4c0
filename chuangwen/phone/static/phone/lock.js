// Who the app is open for: sign in once, a PIN of six digits on this phone, and the way back when it is forgotten.

import * as store from "./store.js";
import { button, confirm, h, icon, notice, replace } from "./ui.js";
import * as vault from "./vault.js";
import { shell, t } from "./words.js";

const DIGITS = 6;
const FREE_TRIES = 3;
const WAITS = [5, 15, 60, 300, 900, 3600]; // seconds, after the fourth wrong PIN on

const stage = () => document.getElementById("app");

function scene(...content) {
  replace(stage(), h("main.scene", { tabindex: -1 }, h("img.mark", { src: shell.urls.mark, alt: "", width: 56, height: 56 }), content));
}

export const signInAddress = () => `${shell.urls.login}?next=${encodeURIComponent(`${shell.urls.shell}#/signed-in`)}`;

export function goToSignIn() {
  location.href = signInAddress();
}

/** Somebody who has never signed in on this phone, or whose sign-in has ended. */
export function welcome({ offline = false, others = [] } = {}) {
  scene(
    h("h1", t("Chuangwen")),
    h("p.lead", t("Sign in once. After that the app opens with a PIN and works without signal.")),
    otherAccounts(others),
    offline ? notice("warn", t("There is no connection now. Signing in needs one.")) : null,
    button({ label: offline ? t("Try again") : t("Sign in"), icon: "login", kind: "primary", wide: true, on: () => (offline ? location.reload() : goToSignIn()) }),
  );
}

/** What is said about the data of others on this phone. */
export function otherAccounts(others) {
  const waiting = others.reduce((sum, one) => sum + (one.unsent ?? 0), 0);
  if (!others.length) return null;
  return waiting
    ? notice("warn", t("{n} entries of another account wait on this phone. They stay shut and are sent when that account signs in here.", { n: waiting }))
    : notice("quiet", t("Another account has its data on this phone. You do not see it, and it does not see yours."));
}

/** Ask for a new PIN, twice; resolves with it. */
export function askNewPin({ first = true } = {}) {
  return new Promise((resolve) => {
    let chosen = null;
    const pad = keypad(async (pin) => {
      if (chosen === null) {
        if (isSimple(pin)) { pad.say(t("That is too easy to guess. Take another."), "bad"); pad.clear(); return; }
        chosen = pin;
        pad.title(t("Once more, to be sure"));
        pad.say("");
        pad.clear();
      } else if (chosen === pin) {
        resolve(pin);
      } else {
        chosen = null;
        pad.title(t("Choose a PIN of six digits"));
        pad.say(t("The two were not the same. Begin again."), "bad");
        pad.clear();
      }
    });
    scene(pad.element);
    pad.title(t("Choose a PIN of six digits"));
    pad.say(first ? t("It opens the app on this phone, also without signal.") : "");
    pad.focus();
  });
}

/** 111111, 123456, 654321: the first that anybody tries. */
function isSimple(pin) {
  const steps = new Set([...pin].slice(1).map((digit, place) => (Number(digit) - Number(pin[place]) + 10) % 10));
  return steps.size === 1 && [0, 1, 9].includes([...steps][0]);
}

/** Ask for the PIN until it is right; resolves when the vault is open. */
export function unlock(kept, { others = [] } = {}) {
  return new Promise((resolve) => {
    const pad = keypad(async (pin) => {
      const now = await store.account(kept.account);
      if (wait(now) > 0) { hold(now); return; }
      pad.busy(true);
      const right = await vault.openByPin(now, pin);
      pad.busy(false);
      if (right) {
        await store.keepAccount({ account: kept.account, tries: 0, until: 0 }).catch(() => {}); // a full phone opens all the same
        resolve();
        return;
      }
      const tries = (now.tries ?? 0) + 1;
      const seconds = tries <= FREE_TRIES ? 0 : WAITS[Math.min(tries - FREE_TRIES, WAITS.length) - 1];
      await store.keepAccount({ account: kept.account, tries, until: seconds ? Date.now() + seconds * 1000 : 0, held: seconds });
      pad.clear();
      pad.say(t("That is not the PIN."), "bad");
      if (seconds) hold(await store.account(kept.account));
    });
    // A clock that was set cannot make the wait longer than it was meant.
    const wait = (account) => Math.min(account.held ?? 0, Math.ceil(((account.until ?? 0) - Date.now()) / 1000));
    const hold = (account) => {
      pad.busy(true);
      pad.clear();
      let left = wait(account);
      const tick = () => {
        if (left <= 0) { pad.busy(false); pad.say(""); clearInterval(timer); store.keepAccount({ account: kept.account, until: 0 }); return; }
        pad.say(t("Wrong too often. Wait {n} seconds.", { n: left }), "bad");
        left -= 1;
      };
      const timer = setInterval(tick, 1000);
      tick();
    };
    scene(
      pad.element,
      kept.unsent ? h("p.lead", t("{n} entries wait to be sent.", { n: kept.unsent })) : null,
      otherAccounts(others),
      h("div.scene-links",
        button({
          label: t("PIN forgotten"), kind: "quiet", on: async () => {
            const yes = await confirm({
              title: t("PIN forgotten"), text: t("Sign in again and choose a new PIN. What waits on the phone is kept."), yes: t("Sign in"),
            });
            if (yes) { await store.keepFact("forgotten", String(kept.account)); goToSignIn(); }
          },
        }),
        button({ label: t("Another account"), kind: "quiet", on: goToSignIn })),
    );
    pad.title(t("PIN"));
    pad.focus();
    store.account(kept.account).then((account) => { if (wait(account) > 0) hold(account); });
  });
}

/** Six dots and ten keys; a keyboard works too. `done(pin)` is called with the sixth digit. */
function keypad(done) {
  let pin = "";
  let blocked = false;
  const dots = h("div.pin-dots", { "aria-hidden": "true" });
  const said = h("p.pin-said", { role: "status" });
  const heading = h("h1", "");
  const draw = () => {
    replace(dots, Array.from({ length: DIGITS }, (_, place) => h(place < pin.length ? "i.on" : "i")));
    element.setAttribute("aria-label", t("{n} of {m} digits", { n: pin.length, m: DIGITS }));
  };
  const press = (digit) => {
    if (blocked || pin.length >= DIGITS) return;
    pin += digit;
    draw();
    if (pin.length === DIGITS) setTimeout(() => done(pin), 60);
  };
  const back = () => { pin = pin.slice(0, -1); draw(); };
  const key = (digit) => h("button.pin-key", { type: "button", data: { digit }, onclick: () => press(digit) }, digit);
  const element = h("div.pin", {
    role: "group", tabindex: -1,
    onkeydown: (event) => {
      if (/^\d$/.test(event.key)) press(event.key);
      else if (event.key === "Backspace") back();
    },
  }, [..."123456789"].map(key), h("span"), key("0"),
  h("button.pin-key", { type: "button", "aria-label": t("Delete"), onclick: back }, icon("arrow-left")));
  draw();
  return {
    element: h("div.pin-box", heading, dots, said, element),
    title: (words) => { heading.textContent = words; },
    say: (words, tone = "quiet") => { said.textContent = words; said.className = `pin-said tone-${tone}`; },
    clear: () => { pin = ""; draw(); },
    busy: (is) => { blocked = is; element.classList.toggle("busy", is); },
    focus: () => element.focus(),
  };
}

/** The phone was wiped by the office, or its data was removed here. */
export function erased({ byOffice }) {
  scene(
    h("h1", byOffice ? t("This phone was wiped") : t("The data is gone from this phone")),
    h("p.lead", byOffice ? t("The office or you yourself asked for it. Nothing of the campaign is left on this phone.")
      : t("Nothing of your account is left on this phone.")),
    button({ label: t("Sign in"), kind: "primary", wide: true, icon: "login", on: goToSignIn }),
  );
}

/** A question before the app goes on, over the whole page. */
export function ask(title, text, actions) {
  scene(h("h1", title), text ? h("p.lead", text) : null, actions);
}

/** Signing in is not complete: a password of one's own, a second step. The console asks for it; then the app can be opened. */
export function unfinished(reason) {
  ask(t("Finish signing in first"), reason, [
    button({ label: t("Go there"), kind: "primary", wide: true, on: () => { location.href = shell.urls.account; } }),
    button({ label: t("Done, open the app"), wide: true, on: () => location.reload() }),
  ]);
}

export const opening = () => scene(h("p.lead", { "aria-busy": "true" }, t("Opening …")));

