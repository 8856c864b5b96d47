import { setFlagsFromString } from "node:v8";

/**
 * Has V8 collect its old space when that has grown by half, where it would let it grow to several times of what is in use: an import,
 * or a call of ten megabytes, makes much and keeps little of it. An engine that does not know the flag goes on as it would.
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--heap-growing-percent=50");
}
