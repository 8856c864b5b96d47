/** Times of the background work, in milliseconds. */
export interface IngestIntervals {
  /** Between two tries for the lease. */
  leaseMs: number;
  /** A file that did not grow for so long says what waited for more. */
  quietMs: number;
  /** Between two looks at all files; longer and longer while nothing changes, up to `sweepMaxMs`. */
  sweepMs: number;
  sweepMaxMs: number;
  /** Between two looks at the processes of providers. */
  processMs: number;
  /** A file that grew within this time is watched closely, and its session is live. */
  activeMs: number;
}

export const defaultIntervals: IngestIntervals = {
  leaseMs: 5000,
  quietMs: 2000,
  sweepMs: 10_000,
  sweepMaxMs: 60_000,
  processMs: 1000,
  activeMs: 600_000,
};
