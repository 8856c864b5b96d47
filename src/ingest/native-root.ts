import { realpathSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { hasSystemCode } from "../errors.js";
import type { NativeEnvironment, Provider } from "../providers/provider.js";

/**
 * One folder of a provider in which native files lie. The folder and its watched first level are resolved once;
 * a link below them must lead to a place inside what they were resolved to, else it is as if it were not there.
 */
export class NativeRoot {
  readonly provider: Provider;
  /** As the provider names it; paths of native files start so. */
  readonly dir: string;
  readonly #prefix: string;
  readonly #realDirs = new Map<string, string>();

  constructor(provider: Provider, dir: string) {
    this.provider = provider;
    this.dir = dir;
    this.#prefix = join(dir, sep);
  }

  /** Absolute paths of the folders to look in, whether they exist or not. */
  get folders(): string[] {
    return this.provider.watchedFolders.map((name) => join(this.dir, name));
  }

  /** Absolute paths of the side files that lie outside those folders, whether they exist or not. */
  get sidePaths(): string[] {
    return (this.provider.sidePaths ?? []).map((name) => join(this.dir, name));
  }

  /** Whether an absolute path is one below the root, by its name alone. */
  holds(path: string): boolean {
    return path.startsWith(this.#prefix);
  }

  /** `path` as `classify` takes it: below the root, with `/`. */
  relativePath(path: string): string {
    // Nearly all that is asked for was joined to the root; to resolve two paths costs more than to look at the file.
    if (sep === "/" && this.holds(path)) return path.slice(this.#prefix.length);
    const below = relative(this.dir, path);
    return sep === "/" ? below : below.replaceAll(sep, "/");
  }

  /** @returns The resolved path, or undefined where it is missing or lies outside. */
  resolveInside(path: string): string | undefined {
    const real = realPath(path);
    if (real === undefined) return undefined;
    const inside = [this.dir, ...this.folders].some((dir) => {
      const allowed = this.#realDir(dir);
      return allowed !== undefined && (real === allowed || real.startsWith(allowed.endsWith(sep) ? allowed : allowed + sep));
    });
    return inside ? real : undefined;
  }

  #realDir(dir: string): string | undefined {
    const known = this.#realDirs.get(dir);
    if (known !== undefined) return known;
    const real = realPath(dir);
    if (real !== undefined) this.#realDirs.set(dir, real);
    return real;
  }
}

/** The roots of `providers`, in order, existing or not; a folder that is named twice comes once. */
export function nativeRoots(providers: readonly Provider[], environment: NativeEnvironment): NativeRoot[] {
  return providers.flatMap((provider) => [...new Set(provider.roots(environment))].map((dir) => new NativeRoot(provider, dir)));
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (hasSystemCode(error, "ENOENT", "ENOTDIR", "ELOOP", "EACCES")) return undefined;
    throw error;
  }
}
