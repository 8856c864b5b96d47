import { isRequestId, type RequestId } from "./json-rpc.js";

const idAtEnd = /"id"\s*:\s*("(?:[^"\\]|\\.)*"|-?\d+)\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$/;
const idAfterColon = /\s*:\s*("(?:[^"\\]|\\.)*"|-?\d+)\s*[,}]/y;
const stringToken = /"(?:[^"\\]|\\.)*"/y;

/** The `id` among the first members of an object's text: only keys of the outermost object count. */
function idNearStart(text: string): string | undefined {
  let depth = 0;
  let at = 0;
  while (at < text.length) {
    const character = text[at] as string;
    if (character === '"') {
      stringToken.lastIndex = at;
      const token = stringToken.exec(text);
      if (!token) return undefined;
      at = stringToken.lastIndex;
      if (depth !== 1 || token[0] !== '"id"') continue;
      idAfterColon.lastIndex = at;
      const value = idAfterColon.exec(text);
      if (value) return value[1];
      continue;
    }
    if (character === "{" || character === "[") depth++;
    if (character === "}" || character === "]") depth--;
    at++;
  }
  return undefined;
}

/**
 * The id of a JSON-RPC request of which only the ends are known: clients write it among the first members or as the last one.
 * @returns undefined where it is in neither place.
 */
export function requestIdFromEnds(head: string, tail: string): RequestId | undefined {
  const literal = idNearStart(head) ?? idAtEnd.exec(tail)?.[1];
  if (literal === undefined) return undefined;
  const id: unknown = JSON.parse(literal);
  return isRequestId(id) ? id : undefined;
}
