import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskSecrets } from "../../../src/mask/mask-secrets.js";
import { hitText, maxHitChars } from "../../../src/mcp/views/hit-text.js";
import { madeUpSecrets } from "../../mask/made-up-secrets.js";

/** One of each kind. */
const secrets = [...new Map(madeUpSecrets(7))];
const plain = (text: string): string => text;
const matched = (text: string, match: string) => {
  const matchStart = text.indexOf(match);
  return { text, matchStart, matchEnd: matchStart + match.length };
};

describe("hitText()", () => {
  it("shows a short text as it is", () => {
    expect(hitText(matched("a needle in hay", "needle"), plain)).toBe("a needle in hay");
  });

  it("shows the match with what stands around it, however deep it lies", () => {
    const deep = `${"hay ".repeat(40_000)}the needle here${" hay".repeat(40_000)}`;
    const shown = hitText(matched(deep, "needle"), plain);
    expect(shown).toMatch(/^….* hay hay the needle here hay .*…$/);
    expect(shown.length).toBe(maxHitChars);
    expect(hitText(matched(`${"x".repeat(999)}end`, "end"), plain)).toMatch(/^…x+end$/);
    expect(hitText(matched(`begin${"x".repeat(999)}`, "begin"), plain)).toMatch(/^beginx+…$/);
  });

  it("holds the beginning of the match, stays within 240 characters and splits no code point, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 600 }), fc.string({ unit: "binary", minLength: 1, maxLength: 300 }), fc.string({ unit: "binary", maxLength: 600 }), (before, match, after) => {
        const shown = hitText({ text: before + match + after, matchStart: before.length, matchEnd: before.length + match.length }, plain);
        expect(shown.length).toBeLessThanOrEqual(maxHitChars);
        expect(shown).toContain(Array.from(match).slice(0, 100).join(""));
        expect(shown).not.toMatch(/\p{Surrogate}/u);
      }),
    );
  });

  it.each(secrets)("never shows a part of a %s, wherever it stands to the match", (kind, secret) => {
    for (const gap of [0, 1, 20, 70, 79, 80, 81, 100, 150, 200, 239, 240]) {
      const filler = `${"word ".repeat(60).slice(0, gap)} `;
      for (const far of ["", "lorem ipsum ".repeat(9000)]) {
        const before = `${far}${secret} ${filler}needle tail${far}`;
        const behind = `${far}needle ${filler}${secret} tail ${far}`;
        for (const text of [before, behind]) {
          const shown = hitText(matched(text, "needle"), maskSecrets);
          expect(shown, `gap ${gap}`).toContain("needle");
          expect(shown.length).toBeLessThanOrEqual(maxHitChars);
          for (let at = 0; at + 12 <= secret.length; at += 6) expect(shown, `gap ${gap}, ${kind}`).not.toContain(secret.slice(at, at + 12));
        }
      }
    }
  });

  it.each(secrets)("shows [secret:KIND] where the match lies within a %s", (_kind, secret) => {
    const text = `${"lorem ".repeat(100)}${secret} ${"ipsum ".repeat(100)}`;
    for (const at of [0, Math.floor(secret.length / 2), secret.length - 4]) {
      const matchStart = text.indexOf(secret) + at;
      expect(hitText({ text, matchStart, matchEnd: matchStart + 4 }, maskSecrets)).toContain("[secret:");
    }
  });

  it("shows nothing of a key whose begin lies far off, where what lies between is all secret", () => {
    const keys = secrets.filter(([kind]) => kind === "private-key").map(([, key]) => key);
    const long = keys[0]?.replace("\nMIIE", `\nMIIE${"kEy0MaTeRiAl1".repeat(90)}`) ?? "";
    const text = `${`${long}\n`.repeat(40)}needle${`\n${long}`.repeat(40)}`;
    for (let cut = 0; cut < 40; cut += 1) {
      const shown = hitText(matched(`${"x ".repeat(cut * 48)}\n${text}`, "needle"), maskSecrets, { maxChars: 2_000 });
      expect(shown).toContain("[secret:private-key]\nneedle\n[secret:private-key]");
      expect(shown).not.toMatch(/aTeRi|[a-zA-Z0-9]{30}/);
    }
  });

  it("finds a match again between several secrets", () => {
    const [, secret = ""] = secrets[0] ?? [];
    const text = `${`${secret} lorem ipsum `.repeat(30)}the needle stands here ${`${secret} dolor sit `.repeat(30)}`;
    const shown = hitText(matched(text, "needle"), maskSecrets);
    expect(shown).toContain("lorem ipsum the needle stands here [secret:");
  });
});
