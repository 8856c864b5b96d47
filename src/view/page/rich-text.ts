import { element } from "./element.js";

// What messages hold most of Markdown: fences, headings, `code` and **bold**. All else stays as it was written.
const fence = /^ {0,3}(```+|~~~+)[^\n]*\n([\s\S]*?)(?:\n {0,3}\1[`~]*[ \t]*(?=\n|$)|$(?![\s\S]))/gm;
const inline = /`([^`\n]+)`|\*\*([^*\n]+)\*\*/g;

/** A message as nodes; its text stays whole but for the marks. */
export function richText(text: string): Node[] {
  const nodes: Node[] = [];
  let end = 0;
  for (const match of text.matchAll(fence)) {
    nodes.push(...proseOf(text.slice(end, match.index)));
    nodes.push(element("pre", { class: "code" }, match[2] ?? ""));
    end = match.index + match[0].length;
  }
  nodes.push(...proseOf(text.slice(end)));
  return nodes;
}

function proseOf(text: string): Node[] {
  const trimmed = text.replace(/^\n+|\s+$/g, "");
  if (trimmed === "") return [];
  const parts = trimmed.split(/\n{2,}/);
  return parts.map((part) => {
    const heading = /^#{1,6} +(.+)$/.exec(part);
    return heading ? element("p", { class: "heading", dir: "auto" }, ...inlineOf(heading[1] ?? "")) : element("p", { dir: "auto" }, ...inlineOf(part));
  });
}

function inlineOf(text: string): Node[] {
  const nodes: Node[] = [];
  let end = 0;
  for (const match of text.matchAll(inline)) {
    nodes.push(document.createTextNode(text.slice(end, match.index)));
    nodes.push(match[1] === undefined ? element("strong", {}, match[2] ?? "") : element("code", {}, match[1]));
    end = match.index + match[0].length;
  }
  nodes.push(document.createTextNode(text.slice(end)));
  return nodes;
}
