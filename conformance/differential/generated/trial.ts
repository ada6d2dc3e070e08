// One program at both brokers, and what differs. A difference that does not come again when the program is repeated is
// one of timing, and is counted apart.

import type { RunningBroker } from '../../broker.ts'
import { differences, type Difference } from '../compare.ts'
import { reasonOf } from './explained.ts'
import { Player, type Played } from './player.ts'
import { programOf } from './program.ts'

export interface Found extends Difference {
  readonly at: number
  readonly request: unknown
}

export interface Trial {
  readonly seed: number
  /** Requests that were sent and compared. */
  readonly compared: number
  /** By `key.version`. */
  readonly byVersion: Readonly<Record<string, number>>
  readonly explained: Readonly<Record<string, number>>
  readonly unexplained: readonly Found[]
  /** Seen once, and not when the program was repeated. */
  readonly passing: readonly Found[]
}

export interface Brokers {
  readonly kafka: RunningBroker
  readonly naru: RunningBroker
}

const RUN = Date.now().toString(36).slice(-5)

interface Comparison {
  readonly theirs: readonly Played[]
  readonly explained: Record<string, number>
  readonly unexplained: Found[]
}

export async function trialOf(brokers: Brokers, seed: number, length: number): Promise<Trial> {
  const first = await compare(brokers, seed, length, 'a')
  let passing: Found[] = []
  let { unexplained } = first
  if (unexplained.length > 0) {
    const again = await compare(brokers, seed, length, 'b')
    const isThereAgain = (one: Found): boolean =>
      again.unexplained.some(({ at, path }) => at === one.at && path === one.path)
    passing = unexplained.filter((one) => !isThereAgain(one))
    unexplained = unexplained.filter(isThereAgain)
  }
  const sent = first.theirs.filter((one) => one.sent)
  const byVersion: Record<string, number> = {}
  for (const { step } of sent) {
    const name = `${step.kind.key}.${step.version}`
    byVersion[name] = (byVersion[name] ?? 0) + 1
  }
  return { seed, compared: sent.length, byVersion, explained: first.explained, unexplained, passing }
}

async function compare(brokers: Brokers, seed: number, length: number, attempt: string): Promise<Comparison> {
  // Groups and transactional ids outlive a program: another run at the same brokers must not meet them.
  const prefix = `g${seed}${attempt}${RUN}-`
  const [theirs, ours] = await Promise.all([
    playAll(new Player(brokers.kafka, prefix, { trails: true }), seed, length),
    playAll(new Player(brokers.naru, prefix, { trails: false }), seed, length)
  ])
  const explained: Record<string, number> = {}
  const unexplained: Found[] = []
  for (const [at, played] of theirs.entries()) {
    const own = ours[at]
    for (const difference of differences([played], own === undefined ? [] : [own])) {
      const reason = reasonOf(played, difference)
      if (reason === undefined) unexplained.push({ ...difference, at, request: played.request })
      else explained[reason] = (explained[reason] ?? 0) + 1
    }
  }
  return { theirs, explained, unexplained }
}

async function playAll(player: Player, seed: number, length: number): Promise<Played[]> {
  const played: Played[] = []
  await player.prepare()
  for (const [at, step] of programOf(seed, length).entries()) played.push(await player.play(step, at))
  await player.clear()
  return played
}
