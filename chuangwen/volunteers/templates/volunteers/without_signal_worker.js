// Keeps a page that works without signal, and its files. Nothing that belongs to anybody is in here.
"use strict";

const PAGE = {{ page|safe }};
const FILES = {{ files|safe }};
const PREFIX = "chuangwen-" + {{ prefix|safe }};
const NAME = "chuangwen-" + {{ version|safe }};

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll([PAGE, ...FILES])).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== NAME);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

// Pages come fresh while there is signal; without it each page beside this worker opens as the one that was kept. Its files are what their
// names say.
self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin) return;
  if (FILES.includes(pathname)) event.respondWith(caches.match(pathname).then((kept) => kept ?? fetch(event.request)));
  else if (event.request.mode === "navigate" || pathname === PAGE) event.respondWith(fetch(event.request).catch(() => caches.match(PAGE)));
});
