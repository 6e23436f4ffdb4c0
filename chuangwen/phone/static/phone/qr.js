// Reading a code with the camera: by the phone's own reader where it has one, else by one that came with the app.

import { button, h, iconButton } from "./ui.js";
import { t } from "./words.js";

const EVERY = 200; // milliseconds between two looks

/** Have the reader here before it is asked for. */
export const prepare = () => reader();

async function reader() {
  if ("BarcodeDetector" in globalThis) {
    try {
      const detector = new BarcodeDetector({ formats: ["qr_code"] });
      return async (source) => (await detector.detect(source))[0]?.rawValue ?? null;
    } catch { /* named but not there */ }
  }
  const { default: read } = await import("../vendor/jsqr/jsqr.js");
  const canvas = h("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (source) => {
    const [width, height] = [source.videoWidth ?? source.width, source.videoHeight ?? source.height];
    const scale = Math.min(1, 800 / Math.max(width, height));
    canvas.width = width * scale;
    canvas.height = height * scale;
    context.drawImage(source, 0, 0, canvas.width, canvas.height);
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
    return read(pixels.data, pixels.width, pixels.height)?.data ?? null;
  };
}

/** The text of the code, or null when the person closed the camera. */
export async function scan() {
  const read = await reader();
  let stream = null;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: { ideal: "environment" } }, audio: false });
  } catch { /* a picture can be chosen instead */ }
  return new Promise((resolve) => {
    let over = false;
    const finish = (text) => {
      over = true;
      stream?.getTracks().forEach((track) => track.stop());
      dialog.close();
      dialog.remove();
      resolve(text);
    };
    const said = h("p.finder-said", { role: "status" }, stream ? t("Hold the code of the site into the frame.")
      : t("The page may not use the camera. Take a photo of the code instead."));
    const file = h("input.hidden", {
      type: "file", accept: "image/*", capture: "environment", onchange: async () => {
        const text = file.files[0] ? await read(await createImageBitmap(file.files[0])).catch(() => null) : null;
        if (text) finish(text); else said.textContent = t("No code was found in the picture.");
      },
    });
    const video = stream ? h("video", { playsinline: true, srcObject: stream }) : null;
    const dialog = h("dialog.viewfinder", { "aria-label": t("Read a code") },
      h("div.finder", video, h("div.frame", { "aria-hidden": "true" })), said, file,
      h("div.finder-bar", iconButton({ label: t("Close"), icon: "x", on: () => finish(null) }), h("span"),
        button({ label: t("From a photo"), icon: "photo", kind: "quiet", on: () => file.click() })));
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); finish(null); });
    document.body.append(dialog);
    dialog.showModal();
    if (!video) return;
    video.muted = true;
    video.play().catch(() => {});
    const look = async () => {
      if (over) return;
      const text = video.readyState >= 2 ? await read(video).catch(() => null) : null;
      if (over) return;
      if (text) { navigator.vibrate?.(40); finish(text); return; }
      setTimeout(look, EVERY);
    };
    look();
  });
}
