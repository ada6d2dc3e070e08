/**
 * Reads segments that nobody reads, slowly and again and again, and compares them with their checksums and indexes: bits
 * rot most where no reader would notice. What it finds is told once; readers are told by their answers.
 */
import { errorCode, type Clock, type Disk, type Logger, type Timer } from '@naru/base'
import type { Finding } from '../doctor/finding.ts'
import { checkSegment } from '../doctor/segment-check.ts'
import type { ScopedTimers } from '../local/scoped-timers.ts'
import { scrubReportedMax, type StorageLimits } from '../limits.ts'
import type { PartitionLog } from '../partition/partition-log.ts'
import type { PartitionedLog } from '../partition/partitioned-log.ts'
import type { SegmentManifest } from '../segments/segments-manifest.ts'

export interface ScrubOptions {
  readonly disk: Disk
  readonly clock: Clock
  readonly timers: ScopedTimers
  readonly logger: Logger
  readonly limits: StorageLimits
  readonly log: PartitionedLog
}

const stopped = new Error('the scrub has stopped')

export class Scrub {
  readonly #options: ScrubOptions
  readonly #reported = new Set<string>()
  #running: Promise<void> = Promise.resolve()
  #stopped = false
  #wake: () => void = () => undefined
  scrubbedBytes = 0
  /** Stretches and files that did not check, each counted once. */
  damageCount = 0

  constructor(options: ScrubOptions) {
    this.#options = options
    if (options.limits.scrubBytesPerSecond > 0) this.#arm()
  }

  /** Ends after the piece at hand. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#wake()
    await this.#running
  }

  #arm(): void {
    const begin = (): void => {
      this.#running = this.#pass().then(() => {
        if (!this.#stopped) this.#arm()
      })
    }
    this.#options.timers.after(this.#options.limits.scrubEveryMs, begin, { background: true })
  }

  /** Everything once. A disk that does not answer ends the pass; the next one begins anew. */
  async #pass(): Promise<void> {
    const { log, logger } = this.#options
    try {
      for (const topic of Array.from(log.topics.values())) {
        for (const partition of topic.partitions) await this.#scrub(partition)
      }
    } catch (error) {
      if (error !== stopped) logger.log('warn', 'scrub-failed', { code: errorCode(error) ?? 'EIO' })
    }
  }

  async #scrub(log: PartitionLog): Promise<void> {
    for (const manifest of sealedOf(log)) {
      const directory = log.segments?.directory
      if (directory === undefined) return
      const { disk } = this.#options
      const findings = await checkSegment({ disk, directory, manifest, pace: (bytes) => this.#pace(bytes) })
      // What retention or compaction took away meanwhile is not missing.
      if (findings.length === 0 || !sealedOf(log).some((other) => isSame(other, manifest))) continue
      for (const finding of findings) this.#report(log, manifest, finding)
    }
  }

  /** Holds the rate. */
  async #pace(bytes: number): Promise<void> {
    const { timers, limits } = this.#options
    this.scrubbedBytes += bytes
    let timer: Timer | undefined
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      if (this.#stopped) return resolve()
      timer = timers.after((bytes / limits.scrubBytesPerSecond) * 1_000, resolve, { background: true })
    })
    timer?.cancel()
    if (this.#stopped) throw stopped
  }

  #report(log: PartitionLog, { baseOffset, nextOffset }: SegmentManifest, finding: Finding): void {
    const { file, reason, position } = finding
    const key = `${file} ${position} ${reason}`
    if (this.#reported.has(key) || this.#reported.size >= scrubReportedMax) return
    this.#reported.add(key)
    this.damageCount++
    this.#options.logger.log('error', 'scrub-damage', {
      topic: log.topic.name,
      partition: log.partition,
      fromOffset: baseOffset,
      toOffset: nextOffset,
      reason,
      ...(file === undefined ? {} : { file }),
      ...(position === undefined ? {} : { position })
    })
  }
}

/** Segments that change no more, as far as they are durable. */
function sealedOf(log: PartitionLog): readonly SegmentManifest[] {
  if (log.removed || log.segments === undefined) return []
  return log.segments.durableSegments.filter(({ sealed }) => sealed)
}

function isSame(left: SegmentManifest, right: SegmentManifest): boolean {
  const { baseOffset, generation, logBytes } = left
  return baseOffset === right.baseOffset && generation === right.generation && logBytes === right.logBytes
}
