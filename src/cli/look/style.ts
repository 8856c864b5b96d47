import { styleText } from "node:util";

/** What a text may look like: names of `node:util`, in the order in which they are put around it. */
export type Look = Extract<Parameters<typeof styleText>[0], string>;
/** Puts looks around a text; without colours it gives the text back. */
export type Style = (text: string, ...looks: Look[]) => string;

/** @param terminal Whether colours may be used. */
export function styleFor({ hasColours }: { hasColours: boolean }): Style {
  return (text, ...looks) => (hasColours && text !== "" && looks.length > 0 ? styled(text, looks) : text);
}

/** Each line on its own, so that neither a pager nor a fold carries a look over to the next. */
function styled(text: string, looks: Look[]): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? line : looks.reduce((inner, look) => styleText(look, inner, { validateStream: false }), line)))
    .join("\n");
}
