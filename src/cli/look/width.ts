import truncatedWidth from "fast-string-truncated-width";

/** Cells that a text takes on a terminal; escape sequences take none, wide characters two. */
export function widthOf(text: string): number {
  return truncatedWidth(text).width;
}

const segmenter = new Intl.Segmenter();

/** At most `cells` wide: what is longer is cut, and ends in `…`. */
export function fitted(text: string, cells: number): string {
  if (widthOf(text) <= cells) return text;
  let kept = "";
  let width = 0;
  // The package can cut too, but some wide characters more than fit.
  for (const { segment } of segmenter.segment(text)) {
    width += widthOf(segment);
    if (width > cells - 1) break;
    kept += segment;
  }
  return cells > 0 ? `${kept}…` : "";
}

/** Filled with spaces to `cells`, at its end or its beginning. */
export function padded(text: string, cells: number, { right = false }: { right?: boolean } = {}): string {
  const spaces = " ".repeat(Math.max(0, cells - widthOf(text)));
  return right ? spaces + text : text + spaces;
}
