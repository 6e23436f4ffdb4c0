// Keeps the app for when there is no signal: the page and every module of one version, in a cache of that version. Whatever belongs to
// somebody is not in here: packages, drafts and photos are kept by the app itself, sealed.
"use strict";

const VERSION = {{ version|safe }};
const PAGE = {{ page|safe }};
const FILES = {{ files|safe }};
const NAME = `chuangwen-phone-${VERSION}`;
const known = new Set(FILES);

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(NAME);
    await Promise.all(FILES.map(async (file) => {
      const had = await caches.match(file); // a file's name carries its content: what an older version has is the same
      await cache.put(file, had ?? (await fetched(file)));
    }));
    await cache.put(PAGE, await fetched(PAGE, { cache: "no-store", credentials: "same-origin" }));
  })());
});

async function fetched(address, options) {
  const answer = await fetch(address, options);
  if (!answer.ok || answer.redirected) throw new Error(`${address}: ${answer.status}`);
  return answer;
}

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("chuangwen-phone-") && name !== NAME) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("message", (event) => {
  if (event.data === "take-over") self.skipWaiting();
  if (event.data === "renew-page") {
    event.waitUntil((async () => {
      const cache = await caches.open(NAME);
      await cache.put(PAGE, await fetched(PAGE, { cache: "no-store", credentials: "same-origin" })).catch(() => {});
      event.ports[0]?.postMessage("done");
    })());
  }
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  if (request.mode === "navigate" && address.pathname === PAGE && !address.search) event.respondWith(kept(PAGE, request));
  else if (known.has(address.pathname)) event.respondWith(kept(address.pathname, request));
});

async function kept(name, request) {
  const cache = await caches.open(NAME);
  return (await cache.match(name)) ?? fetch(request);
}
