// Sending one photo in pieces: what is cut off goes on at the byte where the server has it.

import { Upload } from "../vendor/tus/tus.js";
import { authorization, heed, language, Offline, Refused } from "./api.js";
import { shell } from "./words.js";

const PIECE = 256 * 1024;

/**
 * `photo` as in camera.js; `bytes` an ArrayBuffer. `keep({upload_url})` is awaited before the first byte goes; `progress(sent)` tells.
 * Resolves when the server has the whole photo. Raises Offline, Refused.
 */
export function upload(photo, bytes, { keep, progress, signal }) {
  return new Promise((resolve, reject) => {
    const metadata = { uid: photo.uid, name: photo.name, filetype: photo.type, taken_at: photo.taken_at };
    if (photo.sha256) metadata.sha256 = photo.sha256;
    for (const name of ["lat", "lon", "accuracy"]) if (photo[name] !== null && photo[name] !== undefined) metadata[name] = String(photo[name]);
    const sending = new Upload(new Blob([bytes], { type: photo.type }), {
      endpoint: shell.urls.uploads,
      uploadUrl: photo.upload_url || undefined,
      chunkSize: PIECE,
      retryDelays: null,
      storeFingerprintForResuming: false,
      removeFingerprintOnSuccess: false,
      metadata,
      headers: { ...authorization(), ...language() },
      onBeforeRequest(request) { request.getUnderlyingObject().timeout = 90_000; },
      onUploadUrlAvailable: () => keep({ upload_url: new URL(sending.url, location.href).pathname }),
      onProgress: (sent) => progress(sent),
      onSuccess: () => resolve(),
      onError(problem) {
        const answer = problem.originalResponse;
        if (!answer) { reject(new Offline(problem.message)); return; }
        let body = {};
        try { body = JSON.parse(answer.getBody()); } catch { /* no sentence came with it */ }
        heed(answer.getStatus(), body.code);
        reject(new Refused(answer.getStatus(), body, Number(answer.getHeader("Retry-After")) || 0));
      },
    });
    signal?.addEventListener("abort", () => { sending.abort(); reject(new Offline("stopped")); });
    sending.start();
  });
}
