// What the page brought with it: the words in the user's language, the drawings, the addresses. Nothing here is asked for twice.

const carried = document.getElementById("phone-shell");

/** {words, icons, screens, urls, version, language, large} as the server wrote them into the page. */
export const shell = carried ? JSON.parse(carried.textContent) : { words: {}, icons: {}, screens: [], urls: {} };

/** The text in the user's language; `{names}` in it are filled in from the values. */
export function t(message, values) {
  const text = shell.words[message] ?? message;
  return values ? text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole)) : text;
}

const LOCALES = { "zh-hans": "zh-CN", "zh-hant": "zh-TW", en: "en-GB" };
const locale = LOCALES[shell.language] ?? "zh-CN";
const timeZone = shell.timezone; // of the office, wherever the phone thinks it is
const clockFormat = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hour12: false, timeZone });
const dayFormat = new Intl.DateTimeFormat(locale, { month: "long", day: "numeric", timeZone });
const dateFormat = new Intl.DateTimeFormat("sv-SE", { timeZone });

export const time = (moment) => clockFormat.format(new Date(moment));
export const day = (moment) => dayFormat.format(new Date(moment));

/** The day as 2026-11-22, as the package names days. */
export const date = (moment = Date.now()) => dateFormat.format(new Date(moment));

/** Today only the time, else day and time. */
export const when = (moment) => (date(moment) === date() ? time(moment) : `${day(moment)} ${time(moment)}`);

export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  if (bytes < 1024 ** 3) return `${(bytes / 1024 ** 2).toFixed(1)} MB`;
  return `${(bytes / 1024 ** 3).toFixed(1)} GB`;
}

export function distance(metres) {
  return metres < 950 ? t("{n} m", { n: Math.round(metres / 10) * 10 }) : t("{n} km", { n: (metres / 1000).toFixed(1) });
}
