// A worker that finds the number of an altcha challenge: the one whose SHA-256 with the salt is the challenge. Written out, because the
// browser's own digests are not there on pages without TLS and cost a turn of the event loop each.

const K = new Uint32Array(64), H = new Uint32Array(8);
{
  const root = (n, power) => (n ** power % 1) * 2 ** 32 >>> 0;
  let found = 0;
  for (let n = 2; found < 64; n += 1) {
    let prime = true;
    for (let d = 2; d * d <= n; d += 1) if (n % d === 0) { prime = false; break; }
    if (!prime) continue;
    if (found < 8) H[found] = root(n, 1 / 2);
    K[found] = root(n, 1 / 3);
    found += 1;
  }
}
const W = new Uint32Array(64);

/** One block of 64 bytes into the state. */
function block(state, bytes, at) {
  for (let i = 0; i < 16; i += 1) W[i] = bytes[at + 4 * i] << 24 | bytes[at + 4 * i + 1] << 16 | bytes[at + 4 * i + 2] << 8 | bytes[at + 4 * i + 3];
  for (let i = 16; i < 64; i += 1) {
    const x = W[i - 15], y = W[i - 2];
    W[i] = W[i - 16] + W[i - 7] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10);
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const t = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (e & f ^ ~e & g) + K[i] + W[i] | 0;
    const u = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ a & c ^ b & c) | 0;
    h = g; g = f; f = e; e = d + t | 0; d = c; c = b; b = a; a = t + u | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

/** SHA-256 of the first `length` of `bytes` (at least 72 longer than that) as eight words. */
function digest(bytes, length) {
  const end = (length + 8 >> 6) + 1 << 6;
  bytes.fill(0, length, end);
  bytes[length] = 0x80;
  const bits = length * 8;
  bytes[end - 4] = bits >>> 24; bytes[end - 3] = bits >>> 16; bytes[end - 2] = bits >>> 8; bytes[end - 1] = bits;
  const state = Uint32Array.from(H);
  for (let at = 0; at < end; at += 64) block(state, bytes, at);
  return state;
}

onmessage = ({ data: { challenge, salt, maxNumber } }) => {
  const wanted = new Uint32Array(8);
  for (let i = 0; i < 8; i += 1) wanted[i] = parseInt(challenge.slice(8 * i, 8 * i + 8), 16);
  const head = new TextEncoder().encode(salt), bytes = new Uint8Array(head.length + 192);
  bytes.set(head);
  for (let number = 0; number <= maxNumber; number += 1) {
    const text = String(number);
    for (let i = 0; i < text.length; i += 1) bytes[head.length + i] = text.charCodeAt(i);
    const found = digest(bytes, head.length + text.length);
    if (found[0] === wanted[0] && found.every((word, i) => word === wanted[i])) { postMessage(number); return; }
  }
  postMessage(null);
};
