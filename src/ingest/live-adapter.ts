import type { LiveLogAdapter, LiveLogContext } from "../log/live-adapter.js";
import { lineKeys } from "../log/line-fields.js";
import type { SessionLogWriter } from "../log/writer.js";
import { linesForward } from "../io/lines.js";
import type { NativeEnvironment, ParsedEvent } from "../providers/provider.js";
import { providerByName } from "../providers/registry.js";
import { parseTime } from "../schema/time.js";
import { walkRoot, type FoundFile } from "./discover.js";
import { toEventDraft } from "./draft.js";
import { headOf } from "./native-file.js";
import { nativeRoots, type NativeRoot } from "./native-root.js";
import { NativeReader } from "./native-reader.js";
import { promptsOf } from "./said-prompts.js";
import { withSession } from "./with-session.js";

/** Clocks of files are coarser than ours. */
const slackMs = 1000;

/**
 * The adapter that follows a running session of `provider` into a writer's log.
 * @param options.environment Where the provider's files lie.
 * @returns Null for a provider that this version does not know, and where `enableLive` is false.
 */
export function liveAdapterForProvider(
  provider: string,
  context: LiveLogContext,
  enableLive: boolean,
  { environment }: { environment: NativeEnvironment },
): LiveLogAdapter | null {
  const known = enableLive ? providerByName(provider) : undefined;
  return known ? new NativeLiveAdapter(context, nativeRoots([known], environment)) : null;
}

/**
 * Follows one native session: that of `context.providerSessionId`, else the only one of the workspace that was written since the start.
 * The session's start and end are the writer's; native ones become `provider_status`, and a prompt that the log holds is said once.
 */
class NativeLiveAdapter implements LiveLogAdapter {
  readonly #context: LiveLogContext;
  readonly #roots: readonly NativeRoot[];
  readonly #readers = new Map<string, NativeReader>();
  readonly #links = new Map<string, string>();
  readonly #once = new Map<string, string>();
  #nativeId: string | undefined;
  #origins: Set<string> | undefined;
  #prompts: string[] = [];

  constructor(context: LiveLogContext, roots: readonly NativeRoot[]) {
    this.#context = context;
    this.#roots = roots;
  }

  async poll(writer: SessionLogWriter): Promise<void> {
    this.#read(writer, false);
  }

  async finalize(writer: SessionLogWriter): Promise<void> {
    this.#read(writer, true);
  }

  #read(writer: SessionLogWriter, final: boolean): void {
    const files = this.#files();
    this.#nativeId ??= this.#choose(files.filter(({ file }) => file.role === "main"));
    if (this.#nativeId === undefined) return;
    if (writer.getProviderSessionId() !== this.#nativeId) writer.setProviderSessionId(this.#nativeId);
    this.#origins ??= this.#takeIn(writer.logPath());
    const own = files.filter(({ file }) => file.nativeSessionId === this.#nativeId);
    own.sort((a, b) => Number(a.file.role !== "main") - Number(b.file.role !== "main"));
    for (const found of own) {
      const { path } = found.file;
      const reader = this.#readers.get(path) ?? new NativeReader(found);
      this.#readers.set(path, reader);
      for (const event of reader.read(final, ({ agentId, parentToolId }) => this.#links.set(agentId, parentToolId))) this.#emit(writer, found, event);
    }
  }

  #files(): FoundFile[] {
    return this.#roots.flatMap((root) => [...walkRoot(root)].flatMap(({ files }) => files.flatMap((found) => withSession(found, () => undefined) ?? [])));
  }

  #choose(mains: readonly FoundFile[]): string | undefined {
    const { providerSessionId, workspacePath, root, startedAt } = this.#context;
    if (providerSessionId !== null) return mains.some(({ file }) => file.nativeSessionId === providerSessionId) ? providerSessionId : undefined;
    const folder = workspacePath ?? root;
    const written = mains.filter(({ stat }) => stat.mtimeMs >= startedAt.getTime() - slackMs);
    const here = new Set(written.filter((found) => isOf(found, folder)).map(({ file }) => file.nativeSessionId));
    return here.size === 1 ? [...here][0] : undefined;
  }

  /** What the log holds already: it may be one that goes on. */
  #takeIn(logPath: string): Set<string> {
    const origins = new Set<string>();
    for (const { bytes } of linesForward(logPath, { fromByte: 0 })) {
      const { origin } = lineKeys(bytes);
      if (origin !== undefined) origins.add(origin);
    }
    this.#prompts = promptsOf(logPath).map(({ text }) => text);
    return origins;
  }

  #emit(writer: SessionLogWriter, found: FoundFile, event: ParsedEvent): void {
    const origins = this.#origins ?? new Set();
    // A file may hold records of another session.
    if ((event.nativeSessionId ?? this.#nativeId) !== this.#nativeId) return;
    if (origins.has(event.origin)) return;
    origins.add(event.origin);
    if (this.#isOld(event) || this.#isSaid(event)) return;
    writer.addSourcePath(found.file.path);
    const linkOf = (agentId: string): string | undefined => this.#links.get(agentId);
    const { sourceKind, kind, extras, ts } = toEventDraft(event, { found, metBytes: 0, followed: true, linkOf });
    writer.emit(sourceKind, kind, { ...extras, ...(ts === undefined ? {} : { ts }) });
  }

  /** What was said before this session began belongs to an earlier run of the native one. */
  #isOld(event: ParsedEvent): boolean {
    const ms = event.ts === undefined ? undefined : parseTime(event.ts);
    return ms !== undefined && ms < this.#context.startedAt.getTime() - slackMs;
  }

  #isSaid(event: ParsedEvent): boolean {
    if (event.onceKey !== undefined) {
      const first = this.#once.get(event.onceKey) ?? event.origin;
      this.#once.set(event.onceKey, first);
      if (first !== event.origin) return true;
    }
    if (event.kind.type !== "user_message" || event.agentId !== undefined) return false;
    const said = this.#prompts.indexOf(event.kind.content.trim());
    if (said >= 0) this.#prompts.splice(said, 1);
    return said >= 0;
  }
}

/** Whether somebody started the session in that folder; one that another session spawned does not count. */
function isOf(found: FoundFile, folder: string | null): boolean {
  const { cwd, isChild = false } = headOf(found);
  return cwd === folder && !isChild;
}
