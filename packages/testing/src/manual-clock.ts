/** The manual clock of `base`, as tests with real clients need it. */
import { ManualClock as StoppedClock, nodeClock } from '@naru/base/node'

/**
 * A clock that moves only when told: `await clock.advance(30_000)`. It starts at the present unless told otherwise,
 * because clients stamp their records by real time, and a broker refuses what comes from its future.
 */
export class ManualClock extends StoppedClock {
  constructor(startMs: number = nodeClock.wallMs()) {
    super(startMs)
  }
}
