import { invalidParams } from "./rpc-error.js";

/**
 * One page of a list of the protocol.
 * @param cursor `nextCursor` of the page before; the first page where absent.
 * @throws {RpcError} -32602 for a cursor that this function did not give.
 */
export function pageOf<T>(items: readonly T[], cursor: string | undefined, { size = 50 } = {}): { page: T[]; nextCursor?: string } {
  const start = cursor === undefined ? 0 : offsetIn(cursor);
  const end = start + size;
  return { page: items.slice(start, end), ...(end < items.length && { nextCursor: cursorAt(end) }) };
}

function cursorAt(offset: number): string {
  return Buffer.from(`from ${offset}`).toString("base64url");
}

function offsetIn(cursor: string): number {
  const text = /^from ([1-9]\d{0,8})$/.exec(Buffer.from(cursor, "base64url").toString());
  if (!text || cursorAt(Number(text[1])) !== cursor) throw invalidParams("The cursor does not fit this list. Ask for its first page again");
  return Number(text[1]);
}
