"use strict";

/* A ZIP of files as they are (PKWARE APPNOTE 6.3: method 0, names in UTF-8), made of parts that the browser reads from
   the disk when it writes them: a film of 2 GB takes no room in memory. */
const Zip = (() => {
  const BLOCK = 4 * 1024 * 1024;
  const LARGEST = 0xffffffff;
  const UTF8_NAMES = 0x0800;
  const VERSION = 20;
  // 1 January 2000: when somebody gave something is nobody's business.
  const TIME = 0, DAY = ((2000 - 1980) << 9) | (1 << 5) | 1;

  const TABLE = new Uint32Array(256).map((_, n) => {
    for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
    return n;
  });

  async function crc32(blob, tell) {
    let crc = 0xffffffff;
    for (let start = 0; start < blob.size; start += BLOCK) {
      const bytes = new Uint8Array(await blob.slice(start, start + BLOCK).arrayBuffer());
      for (let i = 0; i < bytes.length; i++) crc = TABLE[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
      tell(bytes.length);
    }
    return (crc ^ 0xffffffff) >>> 0;
  }

  function numbers(...pairs) {
    const size = pairs.reduce((sum, [bytes]) => sum + bytes, 0);
    const view = new DataView(new ArrayBuffer(size));
    let at = 0;
    for (const [bytes, value] of pairs) {
      if (bytes === 2) view.setUint16(at, value, true);
      else view.setUint32(at, value, true);
      at += bytes;
    }
    return view.buffer;
  }

  function about(name, crc, size) {
    return [[2, VERSION], [2, UTF8_NAMES], [2, 0], [2, TIME], [2, DAY], [4, crc], [4, size], [4, size], [2, name.length], [2, 0]];
  }

  /* `entries` are {name, blob}; `tell` hears how many bytes were read. */
  async function make(entries, tell) {
    const parts = [], central = [];
    let at = 0, directory = 0;
    for (const {name: words, blob} of entries) {
      const name = new TextEncoder().encode(words);
      const fields = about(name, await crc32(blob, tell), blob.size);
      const header = numbers([4, 0x04034b50], ...fields);
      const listed = numbers([4, 0x02014b50], [2, VERSION], ...fields, [2, 0], [2, 0], [2, 0], [4, 0], [4, at]);
      parts.push(header, name, blob);
      central.push(listed, name);
      at += header.byteLength + name.length + blob.size;
      directory += listed.byteLength + name.length;
    }
    const end = numbers([4, 0x06054b50], [2, 0], [2, 0], [2, entries.length], [2, entries.length], [4, directory], [4, at], [2, 0]);
    return new Blob([...parts, ...central, end], {type: "application/zip"});
  }

  /* How many bytes a ZIP of these entries has, at most. */
  function size(entries) {
    return entries.reduce((sum, {name, blob}) => sum + blob.size + 2 * (name.length * 3 + 64), 64);
  }

  return {make, size, LARGEST, MOST: 0xffff};
})();
