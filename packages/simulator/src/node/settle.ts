/** Lets every promise that is ready run to where it waits for an event again. */

/**
 * All microtasks, however long their chains are, run before the next immediate. Whoever simulates does no real
 * I/O, so that nothing else can come in between.
 */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
