// The camera within the page, with an earlier picture laid over it half transparent, so that the same view is taken again.

import { button, h, iconButton } from "./ui.js";
import { t } from "./words.js";

/**
 * Resolves with a JPEG Blob, with null when the person closed it, or with "camera-app" when the page may not use the camera and the
 * phone's own camera is to be used.
 */
export async function open({ overlay } = {}) {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: { ideal: "environment" }, width: { ideal: 1920 }, height: { ideal: 1440 } }, audio: false,
    });
  } catch {
    return "camera-app";
  }
  const video = h("video", { autoplay: true, playsinline: true, muted: true, srcObject: stream });
  video.muted = true;
  const laid = overlay ? h("img.overlay", { src: overlay, alt: t("The earlier picture, half transparent") }) : null;
  return new Promise((resolve) => {
    const finish = (answer) => {
      stream.getTracks().forEach((track) => track.stop());
      dialog.close();
      dialog.remove();
      resolve(answer);
    };
    const shoot = () => {
      const canvas = h("canvas", { width: video.videoWidth, height: video.videoHeight });
      canvas.getContext("2d", { alpha: false }).drawImage(video, 0, 0);
      canvas.toBlob((blob) => finish(blob), "image/jpeg", 0.92);
    };
    const shutter = h("button.shutter", { type: "button", "aria-label": t("Take the photo"), disabled: true, onclick: shoot });
    video.addEventListener("loadeddata", () => { shutter.disabled = false; shutter.focus(); });
    const strength = laid ? h("input", {
      type: "range", min: 0, max: 100, value: 50, "aria-label": t("How strongly the earlier picture shows"),
      oninput: (event) => { laid.style.opacity = event.target.value / 100; },
    }) : null;
    const dialog = h("dialog.viewfinder", { "aria-label": t("Camera") },
      h("div.finder", video, laid),
      h("div.finder-bar", iconButton({ label: t("Close"), icon: "x", on: () => finish(null) }), shutter,
        strength ?? button({ label: t("Camera app"), kind: "quiet", on: () => finish("camera-app") })));
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); finish(null); });
    document.body.append(dialog);
    dialog.showModal();
    video.play?.().catch(() => {});
  });
}
