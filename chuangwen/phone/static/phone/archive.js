// A ZIP file of a few files, stored as they are (photos are compressed already). Enough of the format for every unpacker.

const TABLE = Uint32Array.from({ length: 256 }, (_, number) => {
  let value = number;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

export function crc32(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = TABLE[(sum ^ byte) & 0xff] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

/** files: [{name, bytes: Uint8Array}] -> Blob. Names are UTF-8 (flag 0x0800); dates are those of the making. */
export function archive(files, date = new Date()) {
  const day = ((date.getFullYear() - 1980) << 9) | ((date.getMonth() + 1) << 5) | date.getDate();
  const clock = (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1);
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const { name, bytes } of files) {
    const called = new TextEncoder().encode(name);
    const facts = [20, 0x0800, 0, clock, day];
    const sum = crc32(bytes);
    const local = record(0x04034b50, [...facts.map(short), long(sum), long(bytes.length), long(bytes.length), short(called.length), short(0)]);
    directory.push(record(0x02014b50, [short(20), ...facts.map(short), long(sum), long(bytes.length), long(bytes.length),
      short(called.length), short(0), short(0), short(0), short(0), long(0), long(offset)]), called);
    parts.push(local, called, bytes);
    offset += local.length + called.length + bytes.length;
  }
  const length = directory.reduce((sum, part) => sum + part.length, 0);
  const end = record(0x06054b50, [short(0), short(0), short(files.length), short(files.length), long(length), long(offset), short(0)]);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}

const short = (value) => [value & 0xff, (value >>> 8) & 0xff];
const long = (value) => [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff];
const record = (signature, fields) => Uint8Array.from([...long(signature), ...fields.flat()]);
