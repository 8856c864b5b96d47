import { element } from "./element.js";
import { connectHost, type HostContext } from "./host-source.js";
import { httpSource } from "./http-source.js";
import { Page } from "./page.js";
import styles from "./page.css";

/** Height that the page asks a host for, where that leaves it the choice. */
const wantedHeight = 560;

function addStyles(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  document.adoptedStyleSheets = [sheet];
}

/** The page of the command: its token has done its work, and goes from the address. */
async function startOverHttp(): Promise<void> {
  history.replaceState(undefined, "", location.pathname + location.hash);
  await new Page(httpSource(), { hasAddress: true }).start();
}

/** The page beside a call in a host of MCP Apps. */
async function startInHost(): Promise<void> {
  const full = element("button", { type: "button", class: "full", hidden: true }, "Full screen");
  let page: Page | undefined;
  const context: HostContext = {};
  const host = await connectHost({
    onContext(changed) {
      Object.assign(context, changed);
      applyContext(context, full);
    },
    onPage: (answer) => void page?.showAnswer(answer),
    onFailure: (text) => page?.say(text),
  });
  page = new Page(host.source, { hasAddress: false });
  page.say("Waiting for the session …");
  document.body.append(full);
  full.addEventListener("click", () => host.requestDisplayMode("fullscreen"));
  host.tellHeight(Math.min(wantedHeight, context.containerDimensions?.maxHeight ?? wantedHeight));
}

function applyContext({ theme, styles: { variables = {} } = {}, displayMode, availableDisplayModes = [], containerDimensions = {} }: HostContext, full: HTMLElement): void {
  const { style } = document.documentElement;
  if (theme !== undefined) style.colorScheme = theme;
  for (const [name, value] of Object.entries(variables)) if (name.startsWith("--") && value !== undefined) style.setProperty(name, value);
  const isFull = displayMode === "fullscreen";
  full.hidden = isFull || !availableDisplayModes.includes("fullscreen");
  // A frame that follows our height would not know where to end.
  style.setProperty("--page-height", isFull || containerDimensions.height !== undefined ? "100vh" : `${Math.min(wantedHeight, containerDimensions.maxHeight ?? wantedHeight)}px`);
}

addStyles();
void (parent === window ? startOverHttp() : startInHost());
