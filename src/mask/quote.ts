/** Source of a pattern: a quote or none, as it is or as JSON writes it, up to four times quoted again; never a backslash without its quote. */
export const quote = String.raw`(?:\\{0,15}["'\x60])?`;
