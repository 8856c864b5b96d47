/*
 * A walk through a regular expression that finds what each match must hold. It knows as much of the syntax as it needs to be
 * sure: where in doubt it finds less.
 */

const escapedControls: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", f: "\f", v: "\v" };
const optional = /^(?:[?*]|\{0)/;
const quantifier = /^(?:[?*+]|\{\d+(?:,\d*)?\})\??/;

/**
 * Literals of which each match holds at least one: the longest that every match of an alternative holds, for each alternative
 * of the whole pattern. Undefined where an alternative has none.
 * @param pattern One that the engine takes.
 */
export function literalsOf(pattern: string): string[] | undefined {
  // Flags of a part (`(?i:…)`) and `\Q…\E` are too rare to be worth reading.
  if (/\(\?[a-zA-Z]*[-x]|\(\?[a-zA-Z]*i|\\[QEpPC]|\[\[/.test(pattern)) return undefined;
  const walk = new PatternWalk(pattern);
  const literals = walk.alternatives();
  return literals.every((literal) => literal !== "") ? literals : undefined;
}

class PatternWalk {
  readonly #pattern: string;
  #at = 0;
  #run = "";
  #longest = "";

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  alternatives(): string[] {
    const found: string[] = [];
    while (this.#at < this.#pattern.length) {
      if (this.#pattern[this.#at] === "|") {
        this.#endRun();
        found.push(this.#longest);
        this.#longest = "";
        this.#at += 1;
      } else {
        this.#step();
      }
    }
    this.#endRun();
    return [...found, this.#longest];
  }

  #step(): void {
    const start = this.#at;
    const literal = this.#literal();
    if (literal === undefined) {
      this.#skipOther(start);
      this.#endRun();
      this.#skipQuantifier();
      return;
    }
    const rest = this.#pattern.slice(this.#at, this.#at + 20);
    if (!optional.test(rest)) this.#run += literal;
    if (quantifier.test(rest)) this.#endRun();
    this.#skipQuantifier();
  }

  /** The one character that stands here, taken; undefined where something else does. */
  #literal(): string | undefined {
    const character = String.fromCodePoint(this.#pattern.codePointAt(this.#at) ?? 0);
    if (character === "\\") {
      const escaped = this.#pattern[this.#at + 1] ?? "";
      const literal = /[^A-Za-z0-9]/.test(escaped) ? escaped : escapedControls[escaped];
      if (literal !== undefined) this.#at += 2;
      return literal;
    }
    if (".[](){}^$|?*+".includes(character)) return undefined;
    this.#at += character.length;
    return character;
  }

  /** Goes behind a class, a group or an escape, whatever is in it. */
  #skipOther(start: number): void {
    const character = this.#pattern[start];
    if (character === "\\") this.#at += this.#pattern.slice(start).match(/^\\(?:x\{[^}]*\}|x..|[0-7]{1,3}|.)/su)?.[0].length ?? 1;
    else if (character === "[") this.#skipClass();
    else if (character === "(") this.#skipGroup();
    else this.#at += 1;
  }

  #skipClass(): void {
    this.#at += this.#pattern[this.#at + 1] === "^" ? 2 : 1;
    // A bracket that stands first is one of the characters.
    if (this.#pattern[this.#at] === "]") this.#at += 1;
    while (this.#at < this.#pattern.length && this.#pattern[this.#at] !== "]") this.#at += this.#pattern[this.#at] === "\\" ? 2 : 1;
    this.#at += 1;
  }

  #skipGroup(): void {
    this.#at += 1;
    while (this.#at < this.#pattern.length && this.#pattern[this.#at] !== ")") {
      const character = this.#pattern[this.#at];
      if (character === "(") this.#skipGroup();
      else if (character === "[") this.#skipClass();
      else this.#at += character === "\\" ? 2 : 1;
    }
    this.#at += 1;
  }

  #skipQuantifier(): void {
    this.#at += this.#pattern.slice(this.#at, this.#at + 20).match(quantifier)?.[0].length ?? 0;
  }

  #endRun(): void {
    if (this.#run.length > this.#longest.length) this.#longest = this.#run;
    this.#run = "";
  }
}
