// A visit under way: kept after every tap, in the order of the taps, so that a phone that dies gives back what was on the screen.

import { mark } from "../../phone/moment.js";

const drafts = new Map(); // key -> draft, as it stands in memory
const saving = new Map(); // key -> the promise of the last write

export const nameOf = (key) => `visit:${key}`;

/** The draft of a visit: the one in hand, the one on the disk, or a new one. */
export async function open(app, visit) {
  if (!drafts.has(visit.key)) {
    const kept = await app.drafts.get(nameOf(visit.key));
    drafts.set(visit.key, kept ?? {
      key: visit.key, site: visit.site.id, name: visit.site.name, made: mark(), based_on: app.etags(["fieldwork.rounds", "standards.checklists"]),
      lists: visit.lists, results: {}, items: {}, all_conform: false, note: "", place: null, asked: false,
    });
  }
  return drafts.get(visit.key);
}

/** Write it down; resolves when it is on the disk. A full disk raises, and the draft stays in memory and is tried at the next tap. */
export function save(app, draft) {
  const before = saving.get(draft.key) ?? Promise.resolve();
  const writing = before.catch(() => {}).then(() => (drafts.get(draft.key) === draft ? app.drafts.put(nameOf(draft.key), draft) : undefined));
  saving.set(draft.key, writing);
  return writing;
}

/** Set what was found for a criterion; `changes` null takes it back. The criterion is remembered with it, whatever the package becomes. */
export function set(app, draft, item, changes) {
  if (changes === null) {
    delete draft.results[item.key];
    delete draft.items[item.key];
  } else {
    draft.results[item.key] = { ...draft.results[item.key], ...changes };
    draft.items[item.key] = { id: item.id, criterion: item.criterion, severity: item.severity, text: item.text, grading: item.grading };
  }
  return save(app, draft);
}

/** It was sent or thrown away: nothing writes it any more. */
export async function close(key) {
  await (saving.get(key) ?? Promise.resolve()).catch(() => {});
  drafts.delete(key);
}

/** After all a new one is written under this name: what is in memory is not it any more. */
export const forget = (key) => drafts.delete(key);
