/** Where a secret stands in a text, in UTF-16 units. */
export interface SecretSpan {
  start: number;
  end: number;
  kind: string;
}

/** Finds secrets of one sort. Time is linear in the text, whatever stands in it. */
export type SecretFinder = (text: string) => Iterable<SecretSpan>;
