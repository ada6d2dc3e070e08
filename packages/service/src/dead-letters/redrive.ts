/**
 * Puts dead letters back to work: into the retry topic of their group, so that no other group sees them again and the
 * order per key holds. What was put back is remembered offset by offset, so that a second run goes on after the first.
 */
import { type Timers, sleep } from '@naru/base'
import { type CallOptions, type Client, bytesCodec } from '@naru/client'
import { laneKey } from '../executor/work.ts'
import { OffsetWindow, type WindowEntry } from '../lanes/offset-window.ts'
import { REDRIVE_BATCH_RECORDS } from '../limits.ts'
import { RetryHeader, originHeaders, originalHeaders } from '../retry/retry-headers.ts'
import { retryTopic } from '../retry/topics.ts'
import {
  type DeadLetter,
  type Redriven,
  readDeadLetters,
  readRedriven,
  redriveGroup
} from './dead-letters.ts'

export interface RedriveOptions extends CallOptions {
  readonly timers: Timers
  /** Only letters with this key. */
  readonly key?: string | undefined
  /** Changes nothing. */
  readonly dryRun?: boolean | undefined
  /** Letters per second at most. */
  readonly rate?: number | undefined
  /** A letter that came back this often stays where it is. */
  readonly redrivesMax?: number | undefined
  readonly onProgress?: ((result: RedriveResult) => void) | undefined
}

export interface RedriveResult {
  readonly redriven: number
  /** Left, because they had come back `redrivesMax` times. */
  readonly guarded: number
  /** Left, because their value did not fit into the dead letter topic: it is only where their origin says. */
  readonly cut: number
  /** Left, because a letter of their key before them was left. */
  readonly behind: number
}

export const REDRIVES_MAX_DEFAULT = 3

interface Entry extends WindowEntry {
  readonly letter: DeadLetter
}

/** Resolves to what was put back, or with `dryRun` would be. */
export async function redrive(
  client: Client,
  deadLetterTopic: string,
  options: RedriveOptions
): Promise<RedriveResult> {
  const run = new Redrive(
    client,
    deadLetterTopic,
    await readRedriven(client, deadLetterTopic, options),
    options
  )
  for await (const letter of readDeadLetters(client, deadLetterTopic, { ...options, all: true })) {
    await run.take(letter)
  }
  return run.end()
}

class Redrive {
  readonly #client: Client
  readonly #topic: string
  readonly #known: ReadonlyMap<number, Redriven>
  readonly #options: RedriveOptions
  readonly #windows = new Map<number, OffsetWindow<Entry>>()
  /** Keys of which a letter was left: the later ones stay too, or they would overtake it. */
  readonly #left = new Set<string>()
  #batch: Entry[] = []
  #result = { redriven: 0, guarded: 0, cut: 0, behind: 0 }

  constructor(client: Client, topic: string, known: ReadonlyMap<number, Redriven>, options: RedriveOptions) {
    this.#client = client
    this.#topic = topic
    this.#known = known
    this.#options = options
  }

  async take(letter: DeadLetter): Promise<void> {
    const known = this.#known.get(letter.partition)
    if (known !== undefined && letter.offset < known.offset) return
    const window =
      this.#windows.get(letter.partition) ?? new OffsetWindow(known?.offset ?? letter.offset, known?.ranges)
    this.#windows.set(letter.partition, window)
    const entry: Entry = { letter, offset: letter.offset, sequence: 0, isFinished: false }
    if (!window.add(entry) || !this.#isWanted(letter)) return
    if (this.#isLeft(letter)) return
    if (!window.mayStart(entry, this.#batch.length)) {
      // Too many gaps to remember: the next run goes on here.
      this.#result.behind++
      return
    }
    this.#batch.push(entry)
    if (this.#batch.length >= this.#batchSize()) await this.#flush()
  }

  async end(): Promise<RedriveResult> {
    await this.#flush()
    return this.#result
  }

  #isWanted({ key }: DeadLetter): boolean {
    const wanted = this.#options.key
    return wanted === undefined || (key !== null && Buffer.from(key).toString('utf8') === wanted)
  }

  #isLeft(letter: DeadLetter): boolean {
    const key = laneKey(letter.key)
    if (key !== undefined && this.#left.has(key)) {
      this.#result.behind++
      return true
    }
    const isCut = letter.valueCut !== undefined
    if (!isCut && letter.redrives < (this.#options.redrivesMax ?? REDRIVES_MAX_DEFAULT)) return false
    if (key !== undefined) this.#left.add(key)
    if (isCut) this.#result.cut++
    else this.#result.guarded++
    return true
  }

  /** With a rate, the letters of a second or less. */
  #batchSize(): number {
    const { rate } = this.#options
    return rate === undefined ? REDRIVE_BATCH_RECORDS : Math.max(1, Math.min(rate, REDRIVE_BATCH_RECORDS))
  }

  async #flush(): Promise<void> {
    const batch = this.#batch
    this.#batch = []
    if (batch.length === 0) return
    const { dryRun, rate, timers, signal, onProgress } = this.#options
    if (dryRun !== true) {
      await this.#send(batch)
      await this.#remember(batch)
    }
    this.#result.redriven += batch.length
    onProgress?.(this.#result)
    if (dryRun !== true && rate !== undefined) await sleep(timers, (batch.length / rate) * 1_000, signal)
  }

  async #send(batch: readonly Entry[]): Promise<void> {
    const producer = this.#client.producer({ key: bytesCodec, value: bytesCodec })
    const targets = Map.groupBy(batch, ({ letter }) => retryTopic(letter.origin.topic, letter.group))
    for (const [topic, entries] of targets) {
      await producer.send(
        topic,
        entries.map(({ letter }) => ({
          key: letter.key,
          value: letter.value,
          partition: letter.origin.partition,
          headers: [
            ...originalHeaders(letter.headers),
            ...originHeaders(letter.origin),
            [RetryHeader.group, letter.group],
            [RetryHeader.redrives, String(letter.redrives + 1)]
          ] as const
        })),
        this.#options
      )
    }
  }

  /** A crash before this puts the batch back twice, with the same event ids. */
  async #remember(batch: readonly Entry[]): Promise<void> {
    for (const entry of batch) this.#windows.get(entry.letter.partition)?.finish(entry)
    const partitions = [...new Set(batch.map(({ letter }) => letter.partition))]
    const offsets = partitions.flatMap((partition) => {
      const committable = this.#windows.get(partition)?.committable
      return committable === undefined ? [] : [{ topic: this.#topic, partition, ...committable }]
    })
    const outcomes = await this.#client.admin.commitGroupOffsets(
      redriveGroup(this.#topic),
      offsets,
      this.#options
    )
    const failed = outcomes.find(({ error }) => error !== undefined)
    if (failed?.error !== undefined) throw failed.error
  }
}
