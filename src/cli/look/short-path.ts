/** A path with `~` for the user's home folder. */
export function shortPath(path: string, homeDir: string): string {
  return path === homeDir || path.startsWith(`${homeDir}/`) || path.startsWith(`${homeDir}\\`) ? `~${path.slice(homeDir.length)}` : path;
}
