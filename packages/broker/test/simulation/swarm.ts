/** What a seed is about: which faults happen and how often is drawn once per seed, so that seeds differ in kind. */
import type { SeededRandom } from '@naru/simulator'

export interface Swarm {
  readonly network: {
    readonly cut: number
    readonly halfOpen: number
    readonly delay: number
    readonly delayMsMax: number
    readonly shortChunk: number
    readonly lostConnect: number
    /** Per request of a transactional producer: it comes late over another connection, instead or once more. */
    readonly lateRequest: number
  }
  readonly disk: {
    /** Per call that writes. */
    readonly shortWrite: number
    readonly noSpace: number
    /** Per sync and per write; the process has to stop. */
    readonly ioError: number
    readonly syncError: number
    readonly slowMsMax: number
    readonly readError: number
    /** Per write: the power goes off, or the process dies, before the call has ended. */
    readonly crashInCall: number
    /** What the disk does to bytes that it had promised to keep, a few times per seed. */
    readonly rot: 'none' | 'flip' | 'misdirect'
    /** Whether a write can be durable by itself; otherwise a sync follows. */
    readonly knowsDataSync: boolean
    readonly knowsDirect: boolean
  }
  /** Per failpoint that is passed. */
  readonly failpointCrash: number
  readonly failpointPause: number
  /** Mean virtual time between two crashes. */
  readonly crashEveryMs: number
  /** Share of crashes in which the power goes off; otherwise only the process dies. */
  readonly powerCutShare: number
  /** Chance of one more crash while a start recovers. */
  readonly nestedCrash: number
  readonly wallJumpEveryMs: number
  readonly wallJumpMsMax: number
  readonly compression: boolean
  readonly fullDiskEveryMs: number
}

/** Often zero, sometimes up to the maximum: a fault that is always there hides what happens without it. */
function rate(random: SeededRandom, max: number): number {
  return random.oneIn(2) ? 0 : random.fraction() ** 2 * max
}

/** Fast, slow, or stalling for longer than clients take to try again. */
function slowest(random: SeededRandom): number {
  if (random.oneIn(8)) return 1_500
  return random.oneIn(3) ? 1 + random.below(100) : 0.2 + random.fraction() * 2
}

export function drawSwarm(random: SeededRandom): Swarm {
  return {
    network: {
      cut: rate(random, 0.03),
      halfOpen: rate(random, 0.005),
      delay: rate(random, 0.1),
      delayMsMax: 10 + random.below(3_000),
      shortChunk: rate(random, 0.2),
      lostConnect: rate(random, 0.2),
      lateRequest: rate(random, 0.6)
    },
    disk: {
      shortWrite: rate(random, 0.1),
      noSpace: rate(random, 0.01),
      ioError: rate(random, 0.003),
      syncError: rate(random, 0.02),
      slowMsMax: slowest(random),
      readError: rate(random, 0.01),
      crashInCall: rate(random, 0.01),
      rot: random.oneIn(10) ? 'flip' : random.oneIn(20) ? 'misdirect' : 'none',
      knowsDataSync: !random.oneIn(4),
      knowsDirect: !random.oneIn(4)
    },
    failpointCrash: rate(random, 0.004),
    failpointPause: rate(random, 0.05),
    crashEveryMs: 2_000 + random.below(15_000),
    powerCutShare: random.fraction(),
    nestedCrash: rate(random, 0.7),
    wallJumpEveryMs: random.oneIn(2) ? Number.POSITIVE_INFINITY : 3_000 + random.below(20_000),
    // Less than the default retention: a start cannot tell a jump from a long time switched off.
    wallJumpMsMax: Math.min(5 * 86_400_000, 10 ** (2 + random.below(8))),
    compression: random.oneIn(2),
    fullDiskEveryMs: random.oneIn(3) ? 4_000 + random.below(20_000) : Number.POSITIVE_INFINITY
  }
}
