// Keeps the page on which a code is typed in, and its files, for when there is no signal. Nothing that belongs to anybody is in here.
"use strict";

const PAGE = {{ page|safe }};
const FILES = {{ files|safe }};
const NAME = "chuangwen-present-" + {{ version|safe }};

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll([PAGE, ...FILES])).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("chuangwen-present-") && name !== NAME);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

// The page comes fresh while there is signal, else as it was kept; its files are what their names say.
self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin) return;
  if (FILES.includes(pathname)) event.respondWith(caches.match(pathname).then((kept) => kept ?? fetch(event.request)));
  else if (pathname === PAGE) event.respondWith(fetch(event.request).catch(() => caches.match(PAGE)));
});
