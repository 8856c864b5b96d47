/** Secrets that can be told by their form alone. */
export interface TokenRule {
  kind: string;
  /** Every match holds one of these, so many characters behind its begin. */
  literals: readonly string[];
  before: { least: number; most: number };
  /**
   * Sticky. Linear in the text: what follows a literal is either bounded or taken greedily to its end, so that no character
   * is looked at more than a fixed number of times.
   */
  pattern: RegExp;
}

/** A token begins where no letter or digit stands before it. */
const start = "(?<![A-Za-z0-9])";
/** Not the end of a longer name; the dashes of a key's armour are none. */
const noName = "(?<!_|(?<!----)-)";

export interface RuleOptions {
  /** Characters before the literal, or the fewest and most of them; 0 by default. */
  before?: number | readonly [least: number, most: number];
  /** The token cannot follow a dash or an underscore: its form alone is too common. */
  alone?: boolean;
}

/** A rule for tokens of the form `body`, the source of a pattern; see `TokenRule` for what it must keep. */
export function rule(kind: string, literals: readonly string[], body: string, { before = 0, alone = false }: RuleOptions = {}): TokenRule {
  const [least, most] = typeof before === "number" ? [before, before] : before;
  // Letters and digits that go on belong to it: nothing may begin where it ends, or masking twice would find more.
  return { kind, literals, before: { least, most }, pattern: new RegExp(`${start}${alone ? noName : ""}${body}[A-Za-z0-9]*`, "y") };
}
