/**
 * Has all lanes take from the same items until none is left, each the next when it is done with its own.
 * @param onFailure Called when a lane fails, so that those that are under way may be ended.
 * @throws The first failure of a lane, after which none takes another item, once all of them are through with theirs.
 */
export async function inLanes<T>(items: Generator<T>, lanes: readonly ((item: T) => Promise<void>)[], onFailure: () => void = () => undefined): Promise<void> {
  const failures: unknown[] = [];
  const run = async (lane: (item: T) => Promise<void>): Promise<void> => {
    try {
      // A failure leaves the loop, which ends the generator for all.
      for (const item of items) await lane(item);
    } catch (error) {
      failures.push(error);
      onFailure();
    }
  };
  await Promise.all(lanes.map(run));
  if (failures.length > 0) throw failures[0];
}
