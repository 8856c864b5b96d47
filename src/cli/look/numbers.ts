/** With separators: `1,234,567`. */
export function grouped(number: number): string {
  return number.toLocaleString("en-US");
}

/** Short for a narrow column: `1.2k`, `34M`. */
export function short(number: number): string {
  return number.toLocaleString("en-US", { notation: "compact", maximumFractionDigits: 1 });
}

/** Money with cents, or as far as the first two digits that say something. */
export function dollars(usd: number): string {
  return `$${usd.toLocaleString("en-US", usd >= 0.1 || usd === 0 ? { minimumFractionDigits: 2, maximumFractionDigits: 2 } : { maximumSignificantDigits: 2 })}`;
}

/** A length of time in its two greatest units: `2 h 05 min`, `48 s`. */
export function lengthOf(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${grouped(Math.floor(minutes / 60))} h ${String(minutes % 60).padStart(2, "0")} min`;
}
