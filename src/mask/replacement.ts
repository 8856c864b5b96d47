/** What stands where a secret stood. Holds none of the characters that a JSON string must escape. */
export function replacement(kind: string): string {
  return `[secret:${kind}]`;
}
