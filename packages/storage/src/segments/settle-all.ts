/** Waits for all, and only then rejects with the first failure, so that nothing runs on behind the caller. */
export async function settleAll<T>(work: ReadonlyArray<Promise<T>>): Promise<T[]> {
  const settled = await Promise.allSettled(work)
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason as Error
    return one.value
  })
}
