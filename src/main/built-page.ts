import { readFileSync } from "node:fs";
import { viewPage, type ViewPage } from "../view/view-page.js";

let page: ViewPage | undefined;

/** The page, whose script lies beside the bundle; read at the first call. */
export function builtPage(): ViewPage {
  page ??= viewPage(readFileSync(new URL("./view-page.js", import.meta.url), "utf8"));
  return page;
}

/** The page as the text of a resource. */
export function builtPageHtml(): string {
  return builtPage().html;
}
