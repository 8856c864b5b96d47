import { spawn } from "node:child_process";

/** Opens a link in the user's browser; where nothing can open it nothing happens: the link was printed. */
export function openLink(url: string, { platform }: { platform: NodeJS.Platform }): void {
  const [command, ...args] = openerOf(platform);
  const opener = spawn(command, [...args, url], { stdio: "ignore", detached: true });
  // There is none, or it may not be run.
  opener.on("error", () => undefined);
  opener.unref();
}

function openerOf(platform: NodeJS.Platform): [string, ...string[]] {
  if (platform === "darwin") return ["open"];
  // `start` would take `&` and `?` for its own.
  return platform === "win32" ? ["rundll32", "url.dll,FileProtocolHandler"] : ["xdg-open"];
}
