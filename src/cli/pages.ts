/** Bytes that one answer may have: as many as a tool allows, since nobody's context is filled. */
export const maxBytes = 200_000;

/** A tool's answer that may go on. */
interface Page {
  next_cursor?: string | undefined;
}

/**
 * Asks for page after page until there are `limit` items, or no more. What the last page says holds for the whole.
 * @param options.items Name of the list that the answers hold.
 * @param options.perPage Items that one call may ask for at most.
 * @param options.beside Name of a list that says something once of each session, beside the items.
 */
export async function allPages<Items extends string, Answer extends Page & Record<Items, unknown[]> & { sessions?: readonly { session_id: string }[] }>(
  ask: (page: { limit: number; cursor?: string; max_bytes: number }) => Promise<Answer>,
  { items, limit, perPage, beside }: { items: Items; limit: number; perPage: number; beside?: "sessions" },
): Promise<Answer> {
  let answer = await ask({ limit: Math.min(limit, perPage), max_bytes: maxBytes });
  while (answer.next_cursor !== undefined && answer[items].length < limit) {
    const next = await ask({ limit: Math.min(limit - answer[items].length, perPage), cursor: answer.next_cursor, max_bytes: maxBytes });
    const sessions = beside === undefined ? {} : { [beside]: eachOnce([...(answer[beside] ?? []), ...(next[beside] ?? [])]) };
    answer = { ...next, [items]: [...answer[items], ...next[items]], ...sessions };
  }
  return answer;
}

function eachOnce<Session extends { session_id: string }>(sessions: readonly Session[]): Session[] {
  return [...new Map(sessions.map((session) => [session.session_id, session])).values()];
}
