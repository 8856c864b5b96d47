import type { Look } from "./style.js";

/** How a provider is told from others at a glance; one cell wide. */
export interface ProviderLook {
  icon: string;
  look: Look;
}

const looks: Readonly<Record<string, ProviderLook>> = {
  claude: { icon: "✻", look: "yellow" },
  codex: { icon: "◉", look: "green" },
  gemini: { icon: "✦", look: "blue" },
  copilot: { icon: "◆", look: "magenta" },
};

/** @param provider Its name; others than the providers that are read share one look. */
export function providerLook(provider: string): ProviderLook {
  return (Object.hasOwn(looks, provider) ? looks[provider] : undefined) ?? { icon: "●", look: "cyan" };
}
