/**
 * Has all lanes take from the same items until none is left, each the next when it is done with its own.
 * @throws The first failure of a lane, after which none takes another item; those that are under way are not waited for.
 */
export async function inLanes<T>(items: Generator<T>, lanes: readonly ((item: T) => Promise<void>)[]): Promise<void> {
  const run = async (lane: (item: T) => Promise<void>): Promise<void> => {
    // A failure leaves the loop, which ends the generator for all.
    for (const item of items) await lane(item);
  };
  await Promise.all(lanes.map(run));
}
