import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

const cookieName = "session_log_view";

/** Whether two texts are equal, in a time that does not tell how much of them is. */
function areEqual(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * Who may see the page: whoever brings the token of the link, once, and from then on the cookie that was given for it.
 * The cookie holds for a path of its own only: cookies know no ports, and another server on this machine is not to be sent it.
 */
export class Access {
  /** The path below which everything lies: `/…/`, different at each start. */
  readonly basePath = `/${randomBytes(9).toString("base64url")}/`;
  readonly #cookie = newSecret();
  #token: string | undefined = newSecret();

  /** The link's path with the token; to be given out once. */
  get linkPath(): string {
    return `${this.basePath}?token=${this.#token ?? ""}`;
  }

  /** The `Set-Cookie` for a token that is right and was not used before; undefined for any other. */
  exchange(token: string): string | undefined {
    if (this.#token === undefined || !areEqual(token, this.#token)) return undefined;
    this.#token = undefined;
    return `${cookieName}=${this.#cookie}; HttpOnly; SameSite=Strict; Path=${this.basePath}`;
  }

  /** Whether a request has the cookie. */
  isKnown({ headers }: IncomingMessage): boolean {
    const pairs = (headers.cookie ?? "").split(";").map((pair) => pair.trim());
    return pairs.some((pair) => pair.startsWith(`${cookieName}=`) && areEqual(pair.slice(cookieName.length + 1), this.#cookie));
  }
}

/** Whether a request names this server as its host, and not a name of somebody else's that leads here (DNS rebinding). */
export function isForUs({ headers }: IncomingMessage, port: number): boolean {
  return headers.host === `127.0.0.1:${port}` || headers.host === `localhost:${port}`;
}

/** Whether a browser says that another page than ours asks; one that says nothing is no browser of today, or the address bar. */
export function isFromElsewhere({ headers }: IncomingMessage): boolean {
  const site = headers["sec-fetch-site"];
  return site === "cross-site" || site === "same-site";
}
