/**
 * The machine that the broker runs on: starts the production storage and broker over the simulated disk, clock and
 * network, lets them die in every way that processes and machines do, and starts them again.
 */
import { errorCode, NaruError, type LogLevel } from '@naru/base'
import { inPlaceCompression } from '@naru/protocol'
import { BrokerConfig, ReceiveMemory, startBroker, type RunningBroker } from '@naru/broker'
import {
  FaultyDisk,
  VirtualProcess,
  WallClock,
  type DiskCall,
  type DiskFault,
  type DiskImage,
  type FaultCounts,
  type ReadFault,
  type Scheduler,
  type VirtualNetwork
} from '@naru/simulator'
import { openLocalStorage, type FailpointName, type Storage } from '@naru/storage'
import { isLastWriteCut, notePath, readNote, type Flip, type NotedPosition } from './last-write.ts'
import type { Swarm } from './swarm.ts'

export const brokerAddress = { host: '10.0.0.1', port: 9092 }

/** Small, so that a few hundred requests roll files, fill memory and make checkpoints due. */
const storageLimits = {
  tailBytesMax: 200_000,
  recentBytesMax: 30_000,
  journalFileBytes: 96 * 1024,
  journalBytesMax: 1_000_000,
  checkpointAfterBytes: 150_000,
  checkpointAfterMs: 3_000,
  tailWriteOutBytes: 4_000,
  directBytesMin: 4_096,
  waitingEntryBytesMax: 24,
  tailQuietMs: 1_500,
  tailAgeMs: 1_000,
  retentionCheckMs: 4_000
}

const brokerSettings = {
  'group.initial.rebalance.delay.ms': '0',
  'group.min.session.timeout.ms': '1000',
  'offsets.topic.num.partitions': '2',
  'transaction.state.log.num.partitions': '2',
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': '500',
  'log.segment.bytes': '30000',
  'auto.create.topics.enable': 'false',
  'log.message.timestamp.after.max.ms': '9223372036854775807'
}

export interface HostOptions {
  readonly scheduler: Scheduler
  readonly network: VirtualNetwork
  readonly counts: FaultCounts
  readonly swarm: Swarm
  readonly seed: number
  readonly log?: ((level: LogLevel, event: string, fields: object) => void) | undefined
}

/** What a start says about a folder that it cannot trust. */
const refusals: ReadonlySet<string> = new Set([
  'FORMAT_DAMAGED',
  'CHECKPOINT_DAMAGED',
  'JOURNAL_MISSING',
  'JOURNAL_DAMAGED',
  'METADATA_DAMAGED',
  'FOREIGN_PARTITION'
])

function isDiskError(error: unknown): boolean {
  return ['EIO', 'ENOSPC', 'KAFKA_STORAGE_ERROR'].includes(errorCode(error) ?? '')
}

function isBug(event: string, fields: object): boolean {
  return event === 'handler-failed' || JSON.stringify(fields).includes('AssertionError')
}

interface ImageAtPath {
  readonly path: string
  readonly image: DiskImage
}

interface Life {
  readonly process: VirtualProcess
  storage: Storage | undefined
  broker: RunningBroker | undefined
}

export class BrokerHost {
  readonly disk: FaultyDisk
  readonly wall: WallClock = new WallClock()
  readonly #options: HostOptions
  #life: Life | undefined
  #lives = 0
  #quiet = false
  starts = 0
  crashes = 0
  /** The disk has changed bytes that it had promised to keep: from now on damage is legal, silence is not. */
  rotten = false
  /** Why a start refused the data folder for good, or told that its last write is lost: legal when the disk is rotten. */
  refused: string | undefined
  /** What the log told that no fault explains: the broker's own code has failed. */
  readonly bugs: string[] = []
  readonly #flips: Flip[] = []

  constructor(options: HostOptions) {
    const { scheduler, swarm, seed } = options
    this.#options = options
    this.disk = new FaultyDisk({
      seed: seed * 7 + 1,
      knowsDataSync: swarm.disk.knowsDataSync,
      knowsDirect: swarm.disk.knowsDirect,
      garbles: (path) => path.endsWith('.journal'),
      pause: () => scheduler.delay(this.#diskMs(), 'disk')
    })
    this.disk.readRule = (): ReadFault | undefined => {
      if (this.#quiet || !scheduler.random.chance(swarm.disk.readError)) return undefined
      options.counts.hit('disk-read-error')
      return { kind: 'error', code: 'EIO' }
    }
    this.disk.rule = (call) => {
      const fault = this.#quiet ? undefined : this.#diskFault(call, swarm.disk)
      options.log?.('debug', 'disk', { ...call, ...fault })
      return fault
    }
  }

  get isServing(): boolean {
    return this.#life?.broker !== undefined
  }

  /** Whether an error that was answered now, to what was asked at this start, means that nothing was written. */
  isRefusalFinal(askedAtStart: number): boolean {
    return askedAtStart === this.starts && this.#life?.storage?.failed.aborted === false
  }

  get isQuiet(): boolean {
    return this.#quiet
  }

  /** Leaves only so many bytes free, for a while. */
  fillDisk(freeBytes: number): void {
    const { counts, scheduler } = this.#options
    counts.hit('disk-full')
    this.disk.capacityBytes = this.disk.usedBytes + freeBytes
    scheduler.after(scheduler.random.fraction() * 5_000, 'disk freed', () => {
      this.disk.capacityBytes = Number.MAX_SAFE_INTEGER
    })
  }

  /** Flips one bit somewhere on the disk. */
  flipBit(): void {
    const { counts, scheduler } = this.#options
    const { random } = scheduler
    const files = this.disk.paths().map((path) => ({ path, image: this.disk.image(path) }))
    // Large files have the most bits, and small ones are needed the most.
    const file = random.oneIn(2) ? random.pick(files) : this.#fileByBytes(files)
    if (file === undefined || file.image.size === 0) return
    this.rotten = true
    counts.hit('disk-bit-flip')
    const bit = random.below(file.image.size * 8)
    file.image.flip(bit)
    this.#flips.push({ path: file.path, at: bit >>> 3 })
  }

  #fileByBytes(files: readonly ImageAtPath[]): ImageAtPath | undefined {
    let at = this.#options.scheduler.random.below(this.disk.usedBytes)
    return files.find(({ image }) => {
      at -= image.size
      return at < 0
    })
  }

  /** No more faults. */
  calm(): void {
    this.#quiet = true
    this.disk.capacityBytes = Number.MAX_SAFE_INTEGER
  }

  /** Starts a life; it may end before it serves. */
  start(): void {
    const { scheduler } = this.#options
    const life: Life = {
      process: new VirtualProcess(scheduler, `broker${++this.#lives}`, this.wall),
      storage: undefined,
      broker: undefined
    }
    this.#life = life
    this.starts++
    this.#run(life).catch((error: unknown) => this.#startFailed(life, error))
  }

  /** Ends the life at hand; another one begins after a while. */
  crash(how: 'kill' | 'power-cut'): void {
    const life = this.#life
    if (life?.process.alive !== true) return
    this.#options.counts.hit(life.broker === undefined ? `nested-${how}` : how)
    this.#options.scheduler.trace.add(how)
    this.crashes++
    life.process.end()
    if (how === 'kill') this.disk.kill()
    else this.disk.crash()
    this.#restartLater()
  }

  /** Stops as on SIGTERM, and starts again. */
  async restart(): Promise<void> {
    const life = this.#life
    if (life?.broker === undefined || life.storage === undefined) return
    this.#options.counts.hit('clean-restart')
    const { broker, storage } = life
    life.broker = undefined
    await broker.close()
    try {
      await storage.close()
    } catch (error) {
      // A stop may fail as every write may, and then ends as a crash does.
      if (!isDiskError(error)) throw error
    }
    if (!life.process.alive) return
    life.process.end()
    this.disk.kill()
    this.#restartLater()
  }

  #restartLater(): void {
    const { scheduler } = this.#options
    scheduler.after(scheduler.random.fraction() * 300, 'restart', () => this.start())
  }

  async #run(life: Life): Promise<void> {
    const { network, scheduler, log, swarm } = this.#options
    const { process } = life
    const config = new BrokerConfig({ statics: brokerSettings, nodeId: 0 })
    const shared = {
      clock: process,
      timers: process,
      random: scheduler.random,
      logger: {
        log: (level: LogLevel, event: string, fields: object = {}) => {
          log?.(level, event, { ...fields })
          if (isBug(event, fields)) this.bugs.push(`${event} ${JSON.stringify(fields)}`)
        }
      },
      compression: inPlaceCompression
    }
    if (!this.#quiet && scheduler.random.chance(swarm.nestedCrash)) this.#crashSoon(life)
    const note = this.#note()
    const storage = await openLocalStorage({
      ...shared,
      disk: this.disk.mount(),
      directory: '/data',
      durability: 'fsync',
      logConfig: config.logConfig,
      limits: storageLimits,
      failpoint: (name) => this.#failpoint(life, name)
    })
    if (!process.alive) return
    life.storage = storage
    this.#judgeRecovery(storage, note)
    storage.failed.addEventListener('abort', () => this.#storageFailed(life))
    const broker = await startBroker({
      ...shared,
      storage,
      network: network.of(process),
      listen: brokerAddress,
      receiveMemory: new ReceiveMemory({ spoils: true }),
      config
    })
    if (process.alive) life.broker = broker
  }

  #note(): NotedPosition | undefined {
    if (!this.disk.paths().includes(notePath)) return undefined
    const image = this.disk.image(notePath)
    const bytes = Buffer.alloc(image.size)
    image.read(bytes, 0)
    return readNote(bytes, this.#flips)
  }

  #judgeRecovery(storage: Storage, note: NotedPosition | undefined): void {
    const { cuts, damage } = storage.recovery
    if (damage.length > 0 && !this.rotten)
      throw new Error(`damage without a cause: ${JSON.stringify(damage)}`)
    // What was written within 20 ms before a crash looks torn when it rots later: told, put aside, and gone.
    if (isLastWriteCut(cuts, { flips: this.#flips, note })) this.refused = 'LAST_WRITE_CUT'
  }

  /** A start in the middle of a full or failing disk fails; the next one may not. */
  #startFailed(life: Life, error: unknown): void {
    if (!life.process.alive) return
    if (this.rotten && error instanceof NaruError && refusals.has(error.code)) {
      this.refused = error.code
      this.#options.counts.hit('start-refused-for-damage')
      return life.process.end()
    }
    if (!isDiskError(error)) return this.#options.scheduler.fail(error)
    this.#options.counts.hit('start-refused')
    life.process.end()
    this.disk.kill()
    this.#restartLater()
  }

  /** The process that runs a broker stops when the storage says that it cannot go on. */
  #storageFailed(life: Life): void {
    const { scheduler, counts } = this.#options
    counts.hit('stop-after-failure')
    scheduler.after(scheduler.random.fraction() * 50, 'stop', () => {
      if (this.#life === life) this.crash(scheduler.random.oneIn(2) ? 'kill' : 'power-cut')
    })
  }

  #crashSoon(life: Life): void {
    const { scheduler, swarm } = this.#options
    scheduler.after(scheduler.random.fraction() ** 2 * 100, 'nested crash', () => {
      if (this.#life !== life || life.broker !== undefined || this.#quiet) return
      this.crash(scheduler.random.chance(swarm.powerCutShare) ? 'power-cut' : 'kill')
    })
  }

  #failpoint(life: Life, name: FailpointName): void | Promise<void> {
    const { counts, scheduler, swarm } = this.#options
    if (!life.process.alive) return new Promise(() => undefined)
    counts.hit(`failpoint ${name}`)
    if (this.#quiet) return
    if (scheduler.random.chance(swarm.failpointCrash)) {
      counts.hit('crash-at-failpoint')
      this.crash(scheduler.random.chance(swarm.powerCutShare) ? 'power-cut' : 'kill')
      return new Promise(() => undefined)
    }
    if (scheduler.random.chance(swarm.failpointPause))
      return scheduler.delay(scheduler.random.below(200), name)
  }

  #diskMs(): number {
    const { scheduler, swarm } = this.#options
    const max = this.#quiet ? 0.2 : swarm.disk.slowMsMax
    return 0.01 + scheduler.random.fraction() ** 4 * max
  }

  #diskFault(call: DiskCall, rates: Swarm['disk']): DiskFault | undefined {
    const { random } = this.#options.scheduler
    if (random.chance(rates.crashInCall)) this.#crashInCall(2)
    const isData = call.operation === 'write' || call.operation === 'datasync'
    if (call.operation === 'write' && rates.rot === 'misdirect' && random.oneIn(40)) {
      this.rotten = true
      const byBytes = (random.below(33) - 16) * 512
      return this.#counted('disk-misdirected-write', { kind: 'misdirect', byBytes })
    }
    if (call.operation === 'write' && random.chance(rates.shortWrite)) {
      return this.#counted('disk-short-write', { kind: 'short', bytes: 1 + random.below(2_000) })
    }
    if (call.operation !== 'datasync' && random.chance(rates.noSpace)) {
      // What of a refused write reached the file must not count, whoever reads it next.
      if (random.oneIn(4)) this.#crashInCall(20)
      return this.#counted('disk-no-space', { kind: 'error', code: 'ENOSPC' })
    }
    const isSync = call.operation === 'datasync' || call.operation === 'syncdir'
    if (isSync && random.chance(rates.syncError)) {
      return this.#counted('disk-sync-error', { kind: 'error', code: 'EIO' })
    }
    if (isData && random.chance(rates.ioError)) {
      return this.#counted('disk-write-error', { kind: 'error', code: 'EIO' })
    }
    return undefined
  }

  /** The call has begun, and may or may not have come to its end, after so many times what a call takes. */
  #crashInCall(calls: number): void {
    const life = this.#life
    const { scheduler, swarm, counts } = this.#options
    scheduler.after(this.#diskMs() * calls * scheduler.random.fraction(), 'crash in call', () => {
      if (this.#life !== life || life?.process.alive !== true) return
      counts.hit('crash-in-call')
      this.crash(scheduler.random.chance(swarm.powerCutShare) ? 'power-cut' : 'kill')
    })
  }

  #counted(name: string, fault: DiskFault): DiskFault {
    this.#options.counts.hit(name)
    return fault
  }
}
