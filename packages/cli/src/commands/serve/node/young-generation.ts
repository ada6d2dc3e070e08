/**
 * Keeps V8's young generation from growing beyond what a broker gains by it. On a machine with much memory V8 lets it
 * double up to more than 128 MB under load; measured here, everything above 32 MB costs resident memory and no
 * throughput. The flag that bounds it is read at the start of the process only, which a command that users start
 * without flags cannot ask for; the factor of growth is read at each growth, so that it is set when the bound is met.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import type { Timers } from '@naru/base'

const YOUNG_BYTES_MAX = 32 * 1024 ** 2
const CHECK_MS = 200

/** Looks now and then until the bound is met, and then no more. */
export function boundYoungGeneration(timers: Timers): void {
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
  if (young === undefined) return
  if (young.space_size >= YOUNG_BYTES_MAX) return setFlagsFromString('--semi-space-growth-factor=1')
  timers.after(CHECK_MS, () => boundYoungGeneration(timers), { background: true })
}
