/** The next useful call as text: the tool's name and its arguments as JSON. Holds ids, seqs and the caller's own filters only. */
export function nextCall(tool: string, args: Readonly<Record<string, unknown>>): string {
  return `${tool} ${JSON.stringify(args)}`;
}
