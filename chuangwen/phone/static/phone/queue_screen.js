// The queue as a page: what waits, what was sent, what asks for somebody; and what can be done about each.

import * as camera from "./camera.js";
import * as queue from "./queue.js";
import { badge, button, confirm, empty, h, list, notice, replace, row, section, sheet, toast } from "./ui.js";
import { size, t, when } from "./words.js";

const STATES = {
  waiting: ["Waiting", "wait"], sending: ["Sending", "wait"], sent: ["Delivered", "ok"], conflict: ["Asks you", "warn"],
  refused: ["Turned down", "bad"], stuck: ["Stuck", "bad"],
};

/** The state by word and colour. The words are t("Waiting"), t("Sending"), t("Delivered"), t("Asks you"), t("Turned down"), t("Stuck"). */
const stateOf = (entry) => badge(t(STATES[entry.state][0]), STATES[entry.state][1]);

let app;

export function register(with_app) {
  app = with_app;
  app.route("#/queue", screen);
  app.route("#/queue/:uid", one);
  app.tab({
    id: "queue", label: t("Queue"), icon: "cloud-upload", href: "#/queue", order: 80,
    badge: () => queue.unsent().length, alarm: () => queue.asking().length > 0,
  });
}

function sizeOf(entry) {
  const { total, done, photos } = queue.progress(entry);
  const parts = [when(entry.order), size(total)];
  if (photos) parts.push(entry.state === "sent" ? t("{n} photos", { n: photos }) : t("{n} of {m} photos there", { n: done, m: photos }));
  return parts.join(" · ");
}

function bar(entry) {
  const { total, sent } = queue.progress(entry);
  return entry.state === "sending" && total ? h("progress", { max: total, value: sent, "aria-label": t("Sending") }) : null;
}

const line = (entry) => row({
  title: entry.label,
  sub: [sizeOf(entry), entry.problem ? h("span.tone-text", entry.problem.message) : null, bar(entry)],
  end: stateOf(entry),
  href: `#/queue/${entry.uid}`,
});

async function screen() {
  const body = h("div");
  const draw = () => {
    const unsent = queue.unsent();
    const asking = unsent.filter((entry) => ["conflict", "refused", "stuck"].includes(entry.state));
    const waiting = unsent.filter((entry) => !asking.includes(entry));
    const sent = queue.list().filter((entry) => entry.state === "sent");
    const total = unsent.reduce((sum, entry) => sum + queue.progress(entry).total, 0);
    replace(body, [
      unsent.length ? h("p.lead", t("{n} entries to send, {size}", { n: unsent.length, size: size(total) })) : null,
      asking.length ? section(t("Need you"), list(asking.map(line))) : null,
      waiting.length ? section(t("Will be sent by themselves"), list(waiting.map(line))) : null,
      unsent.length ? h("div.buttons",
        button({ label: t("Send now"), icon: "send", kind: "primary", on: () => queue.retry() }),
        button({ label: t("Export all"), icon: "file-zip", on: () => save(unsent.map((entry) => entry.uid)) })) : null,
      sent.length ? section(t("Delivered"), list(sent.slice(0, 50).map(line))) : null,
      !unsent.length && !sent.length ? empty({
        icon: "cloud-upload", title: t("Nothing waits"),
        text: t("What you finish appears here, is sent when there is signal, and stays listed for a week."),
      }) : null,
    ]);
  };
  draw();
  return { title: t("Queue"), tab: "queue", body, leave: queue.onChange(throttled(draw)) };
}

/** At most a few times a second, however often a photo tells how far it is. */
function throttled(draw) {
  let waits = 0;
  return () => { waits ||= setTimeout(() => { waits = 0; draw(); }, 200); };
}

async function one({ uid }) {
  if (!queue.get(uid)) { app.go("#/queue"); return null; }
  const body = h("div.entry");
  const photos = h("div.photos", queue.get(uid).photos.map((photo, place) => {
    const state = h("span.photo-state");
    return h("figure", { data: { uid: photo } }, camera.image({ uid: photo, alt: t("Photo {n}", { n: place + 1 }) }), state);
  }));
  const draw = () => {
    const entry = queue.get(uid);
    if (!entry) return;
    for (const figure of photos.children) {
      const photo = queue.photoOf(figure.dataset.uid);
      replace(figure.lastChild, entry.state === "sent" || photo?.state === "sent" ? badge(t("there"), "ok")
        : photo?.sent ? badge(`${Math.floor((photo.sent / photo.size) * 100)} %`, "wait") : badge(photo ? size(photo.size) : t("missing"), "quiet"));
    }
    replace(body, [
      h("p", stateOf(entry), " ", sizeOf(entry)),
      bar(entry),
      entry.sub ? h("p", entry.sub) : null,
      advice(entry),
      entry.notes.map((note) => notice("warn", note)),
      entry.photos.length ? photos : null,
      actions(entry),
    ]);
  };
  draw();
  const entry = queue.get(uid);
  return { title: entry.label, back: "#/queue", tab: "queue", body, leave: queue.onChange(throttled(draw)) };
}

/** What happened and what to do, in the server's sentence and ours. */
function advice(entry) {
  if (entry.state === "conflict") {
    return h("div.card", notice("warn", entry.problem.message), h("p", t("Choose how it is to go on:")),
      entry.problem.choices.map((choice) => button({
        label: choice.label, wide: true, kind: choice.code === "drop" ? "danger" : "",
        on: async () => {
          if (choice.code === "drop" && !(await sure(entry))) return;
          await queue.choose(entry.uid, choice.code);
          toast(t("It is sent again with your choice."));
        },
      })));
  }
  if (entry.state === "refused") {
    const other = entry.problem.code === "phone.other_content";
    return h("div.card", notice("bad", entry.problem.message),
      h("p", entry.problem.status === 403 ? t("Your post does not allow this any more. Ask your office, or export it and hand it in.")
        : t("Change what is wrong and send it again. If it cannot be changed, export it and hand it in at the office.")),
      app.kinds.get(entry.kind)?.open ? button({
        label: t("Change and send again"), icon: "edit", kind: "primary", wide: true,
        on: async () => app.go(await app.kinds.get(entry.kind).open(entry)),
      }) : null,
      other ? button({ label: t("Send as something new"), wide: true, on: async () => { await queue.renew(entry.uid); app.go("#/queue"); } }) : null);
  }
  if (entry.state === "stuck") {
    return h("div.card", notice("bad", entry.problem?.message || t("The server could not take it.")),
      h("p", t("It has failed {n} times. The phone goes on trying; the others do not wait for it. Export it if it is urgent.", { n: entry.attempts })));
  }
  if (entry.state === "waiting") {
    return h("p.hint", queue.isPaused() ? t("Sign in again to send it.") : queue.isOffline() ? t("Sent as soon as there is signal.") : t("It is its turn soon."));
  }
  return null;
}

function actions(entry) {
  if (entry.state === "sent") return null;
  const is = entry.state;
  return h("div.buttons",
    is === "waiting" || is === "stuck" ? button({ label: t("Send now"), icon: "send", kind: "primary", on: () => queue.retry(entry.uid) }) : null,
    is === "refused" ? button({ label: t("Try again"), icon: "refresh", on: () => queue.retry(entry.uid) }) : null,
    button({ label: t("Export"), icon: "file-zip", on: () => save([entry.uid]) }),
    button({
      label: t("Drop"), icon: "trash", kind: "danger",
      on: async () => { if (await sure(entry)) { await queue.drop(entry.uid); app.go("#/queue"); toast(t("Dropped.")); } },
    }));
}

const sure = (entry) => confirm({
  title: t("Drop this entry?"), text: t("“{label}” and its photos will be gone for good; the office never gets it.", { label: entry.label }),
  yes: t("Drop it"), danger: true,
});

/** A file with everything in it: to be mailed, or handed in at the office. Resolves true when it was made. */
export async function save(uids) {
  const { archive } = await import("./archive.js");
  const content = await queue.content(uids);
  const stamp = new Date().toISOString().slice(0, 16).replace(/[:T]/g, "-");
  const file = new File([archive([
    { name: "entries.json", bytes: new TextEncoder().encode(JSON.stringify({ made_at: new Date().toISOString(), entries: content.entries }, null, 1)) },
    ...content.photos,
  ])], `chuangwen-${stamp}.zip`, { type: "application/zip" });
  const download = () => {
    const address = URL.createObjectURL(file);
    const link = h("a", { href: address, download: file.name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  };
  const share = navigator.canShare?.({ files: [file] });
  if (!share) {
    download();
    toast(t("Saved as {name}. It is not shut: keep it safe.", { name: file.name }));
    return true;
  }
  const asked = sheet({
    title: t("Export"),
    body: h("p", t("{name}, {size}. The file is not shut: whoever has it can read it.", { name: file.name, size: size(file.size) })),
    foot: [
      button({ label: t("Save"), icon: "download", on: () => { download(); asked.close(true); } }),
      button({ label: t("Send …"), icon: "share", kind: "primary", on: async () => { await navigator.share({ files: [file], title: file.name }).then(() => asked.close(true), () => {}); } }),
    ],
  });
  return (await asked.closed) === true;
}
