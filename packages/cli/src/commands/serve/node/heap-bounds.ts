/**
 * Keeps V8's collector in step with what a broker does: little lives, and much passes through outside of the heap.
 * A command that users start without flags can only set those that V8 reads again while it runs.
 *
 * - The young generation doubles up to more than 128 MB under load on a machine with much memory; measured here,
 *   everything above 32 MB costs resident memory and no throughput. Its factor of growth is set when the bound is met.
 * - The old generation is collected when it has grown by half of what lived, instead of up to four times that: after
 *   ten minutes of hostile frames 12 MB lived, and the garbage between two collections was 65 MB.
 * - While records wait in memory for their segments, it may grow to a total instead: each collection looks at all that
 *   lives, and a third of the processor time of producing went into that.
 * - Receive buffers are memory outside of the heap. By default each few megabytes of them ask for a collection of
 *   the whole heap: 49 of them for 400 MB of records. As part of the common limit they ask for 10, and producing
 *   takes half of the processor time. V8 has had the flag since version 13 (Node 24).
 */

const { PerformanceObserver } = process.getBuiltinModule('node:perf_hooks')
const { getHeapSpaceStatistics, setFlagsFromString } = process.getBuiltinModule('node:v8')

const YOUNG_BYTES_MAX = 32 * 1024 ** 2
const OLD_GROWTH_PERCENT = 50
const OLD_GROWTH_PERCENT_MAX = 400
/** Records in memory from which on a broker counts as one that takes many. */
const BUSY_RECORD_BYTES = 8 * 1024 ** 2
/** What lives beside the records, about. */
const HEAP_BYTES = 32 * 1024 ** 2
/** Heap, records and what died since the last collection, together. */
const BUSY_TOTAL_BYTES = 128 * 1024 ** 2
const EXTERNAL_LIMIT_SINCE_V8 = 13

/** `recordBytes`: of what waits in memory outside of the heap. */
export function boundHeap(recordBytes: () => number): void {
  if (Number.parseInt(process.versions.v8) >= EXTERNAL_LIMIT_SINCE_V8) {
    setFlagsFromString('--external-memory-accounted-in-global-limit')
  }
  let percentBefore = 0
  let isYoungBounded = false
  const adjust = (): void => {
    const percent = growthPercent(recordBytes())
    if (percent !== percentBefore) setFlagsFromString(`--heap-growing-percent=${percent}`)
    percentBefore = percent
    isYoungBounded ||= boundYoungGeneration()
  }
  adjust()
  // V8 reads the flags when it collects, so that to look after each collection is to look often enough; and a broker at
  // rest, which collects nothing, is not woken for it.
  new PerformanceObserver(adjust).observe({ entryTypes: ['gc'] })
}

/** By how much the old generation and the memory outside may grow between two collections. */
export function growthPercent(recordBytes: number): number {
  if (recordBytes < BUSY_RECORD_BYTES) return OLD_GROWTH_PERCENT
  const percent = Math.round((BUSY_TOTAL_BYTES / (recordBytes + HEAP_BYTES) - 1) * 100)
  return Math.min(OLD_GROWTH_PERCENT_MAX, Math.max(OLD_GROWTH_PERCENT, percent))
}

/** Whether the bound is met, so that nobody has to look again. */
function boundYoungGeneration(): boolean {
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
  if (young === undefined || young.space_size < YOUNG_BYTES_MAX) return false
  setFlagsFromString('--semi-space-growth-factor=1')
  return true
}
