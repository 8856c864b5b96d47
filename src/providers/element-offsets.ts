const quote = 0x22;
const backslash = 0x5c;

/** Position of the quote that ends the string beginning at `start`; the end of the text where none does. */
function stringEnd(json: Buffer, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    if (json[at] === backslash) at++;
    else if (json[at] === quote) return at;
  }
  return json.length;
}

/**
 * Where the elements of the array at `field` of a JSON object begin: one offset in bytes for each element, in order.
 * Of a field that stands twice the last counts, as in `JSON.parse`.
 * @param json Text that parses as an object; for any other the offsets mean nothing.
 */
export function elementOffsets(json: Buffer, field: string): number[] {
  let offsets: number[] = [];
  let depth = 0;
  let name = "";
  let isInside = false;
  let isAwaited = false;
  for (let at = 0; at < json.length; at++) {
    const code = json[at] ?? 0;
    if (code <= 0x20) continue;
    if (isInside && depth === 2 && isAwaited && code !== 0x5d) {
      offsets.push(at);
      isAwaited = false;
    }
    if (code === quote) {
      const end = stringEnd(json, at);
      if (depth === 1) name = json.toString("utf8", at + 1, end);
      at = end;
    } else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth === 2 && code === 0x5b && name === field) {
        offsets = [];
        isInside = true;
        isAwaited = true;
      }
    } else if (code === 0x7d || code === 0x5d) {
      depth -= 1;
      if (depth === 1) isInside = false;
    } else if (code === 0x2c && isInside && depth === 2) isAwaited = true;
  }
  return offsets;
}
