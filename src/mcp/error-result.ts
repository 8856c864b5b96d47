import { randomBytes } from "node:crypto";
import { CoreError, fileAdvice, hasSystemCode, systemCode } from "../errors.js";
import type { Mask } from "../schema/ports.js";
import type { ToolResult } from "./result.js";
import { RpcError, rpcCodes } from "./rpc-error.js";

/** Told of every failure that is the server's own, with the id that the client was given. */
export type InternalErrorSink = (id: string, error: unknown) => void;

/**
 * The one place where an error becomes a tool's result: `CODE: what is wrong. What to do.`
 * An error that no caller can mend becomes `INTERNAL` with an id; `onInternal` gets the error itself. No stack and no recorded text leaves;
 * what a path in the message may hold is masked.
 */
export function errorResult(error: unknown, { mask, onInternal }: { mask: Mask; onInternal: InternalErrorSink }): ToolResult {
  const told = callerError(error);
  if (told) return failure(told.code, mask(told.message));
  return failure("INTERNAL", internalMessage(error, onInternal));
}

/** The error as one that its caller can act on; undefined where none can. */
export function callerError(error: unknown): CoreError | undefined {
  if (error instanceof CoreError) return error.code === "INTERNAL" ? undefined : error;
  if (!hasSystemCode(error, "EMFILE", "ENFILE")) return undefined;
  return new CoreError("LOG_IO", `Cannot read what was asked for: ${systemCode(error)}. ${fileAdvice("EMFILE")}`, { cause: error });
}

/** Text for a failure of the server's own; reports it. */
export function internalMessage(error: unknown, onInternal: InternalErrorSink): string {
  const id = randomBytes(4).toString("hex");
  onInternal(id, error);
  return `the server failed on this call. Try again; if it stays, report id ${id} with the line of stderr that repeats it.`;
}

/** The protocol's answer for a failure of the server's own; reports it. */
export function internalRpcError(error: unknown, onInternal: InternalErrorSink): RpcError {
  return new RpcError(rpcCodes.internal, `INTERNAL: ${internalMessage(error, onInternal)}`);
}

function failure(code: string, message: string): ToolResult {
  return { isError: true, content: [{ type: "text", text: `${code}: ${message}` }] };
}
