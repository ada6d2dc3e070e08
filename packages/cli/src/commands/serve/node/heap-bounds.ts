/**
 * Keeps V8's heap close to what a broker gains by it. Both bounds are flags of V8 that are read at the start of the
 * process only, or at each growth; a command that users start without flags can ask for the second kind.
 *
 * - The young generation doubles up to more than 128 MB under load on a machine with much memory; measured here,
 *   everything above 32 MB costs resident memory and no throughput. Its factor of growth is set when the bound is met.
 * - The old generation is collected when it has grown by half of what lived, instead of up to four times that. What
 *   lives in a broker is small (12 MB after ten minutes of hostile frames), so that a collection costs little,
 *   while the garbage between two of them was 65 MB: `node fuzz/src/hostile-frames.ts --seconds 240`.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import type { Timers } from '@naru/base'

const YOUNG_BYTES_MAX = 32 * 1024 ** 2
const OLD_GROWTH_PERCENT = 50
const CHECK_MS = 200

export function boundHeap(timers: Timers): void {
  setFlagsFromString(`--heap-growing-percent=${OLD_GROWTH_PERCENT}`)
  boundYoungGeneration(timers)
}

/** Looks now and then until the bound is met, and then no more. */
function boundYoungGeneration(timers: Timers): void {
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
  if (young === undefined) return
  if (young.space_size >= YOUNG_BYTES_MAX) return setFlagsFromString('--semi-space-growth-factor=1')
  timers.after(CHECK_MS, () => boundYoungGeneration(timers), { background: true })
}
