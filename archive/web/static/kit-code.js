"use strict";

/* The code with which somebody comes back to what they gave: words by chance, and the fingerprint that the parcel holds of them. */
const Code = (() => {
  const WORDS = 9;

  /* The letters of a text without case and accents; as the archive reads what is typed. */
  const fold = (text) => text.normalize("NFKD").toLowerCase().replace(/[^a-z]/g, "");

  /* Lists have 2048 words, so that each is as likely as every other. */
  function make(list) {
    const chance = crypto.getRandomValues(new Uint16Array(WORDS));
    return Array.from(chance, (number) => list[number % list.length]);
  }

  const isSame = (words, typed) => fold(words.join("")) === fold(typed);

  /* SHA-256 (FIPS 180-4): a page that was opened from a stick may have no other way to it. */
  function sha256(text) {
    const primes = [];
    for (let number = 2; primes.length < 64; number++) if (primes.every((prime) => number % prime)) primes.push(number);
    const part = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
    const constants = primes.map((prime) => part(Math.cbrt(prime)));
    const state = primes.slice(0, 8).map((prime) => part(Math.sqrt(prime)));
    const bytes = new TextEncoder().encode(text);
    const padded = new DataView(new ArrayBuffer((((bytes.length + 8) >> 6) + 1) * 64));
    bytes.forEach((byte, place) => padded.setUint8(place, byte));
    padded.setUint8(bytes.length, 0x80);
    padded.setUint32(padded.byteLength - 4, bytes.length * 8);
    const turn = (word, by) => (word >>> by) | (word << (32 - by));
    for (let start = 0; start < padded.byteLength; start += 64) {
      const w = Array.from({length: 16}, (_, place) => padded.getInt32(start + place * 4));
      for (let t = 16; t < 64; t++) {
        const [x, y] = [w[t - 15], w[t - 2]];
        w[t] = (w[t - 16] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + w[t - 7] + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10))) | 0;
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let t = 0; t < 64; t++) {
        const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + constants[t] + w[t]) | 0;
        const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
      }
      [a, b, c, d, e, f, g, h].forEach((word, place) => { state[place] = (state[place] + word) | 0; });
    }
    return state.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  const fingerprint = (words, before) => sha256(before + words.map(fold).join(" "));

  return {make, isSame, fingerprint};
})();
