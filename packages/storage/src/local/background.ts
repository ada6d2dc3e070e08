/**
 * Runs write-out and checkpoints one after another, as long as there is something to do, and sleeps otherwise.
 * A full disk stops nothing but this; it tries again until there is room.
 */
import { errorCode, type Logger, type Timer, type Timers } from '@naru/base'
import { isPassing } from '../journal/journal-trouble.ts'
import type { Checkpointer } from './checkpointer.ts'
import type { WriteOut } from './write-out.ts'

/** How often it looks whether anything is due. */
const lookAgainMs = 500

/** Rounds between two parts of a checkpoint: under a load that fills memory as fast as it is written, it would never end. */
const reliefRoundsMax = 2

export interface BackgroundOptions {
  readonly timers: Timers
  readonly logger: Logger
  readonly writeOut: WriteOut
  readonly checkpointer: Checkpointer
  /** The journal is at its limit. */
  readonly isPressed: () => boolean
  /** A checkpoint may have freed journal files. */
  readonly eased: () => void
  readonly onBroken: (error: unknown) => void
}

export class Background {
  readonly #options: BackgroundOptions
  #timer: Timer | undefined
  #running: Promise<void> | undefined
  #stopped = false
  #failing = false

  constructor(options: BackgroundOptions) {
    this.#options = options
  }

  /** Looks now rather than later. */
  kick(): void {
    if (this.#stopped || this.#running !== undefined || this.#failing) return
    this.#timer?.cancel()
    this.#timer = undefined
    this.#running = this.#run().finally(() => {
      this.#running = undefined
      this.wake()
    })
  }

  /** Makes sure that it looks within a while. */
  wake(): void {
    if (this.#stopped || this.#timer !== undefined || this.#running !== undefined) return
    const { writeOut, checkpointer, isPressed } = this.#options
    // A journal that is full of what the checkpoint before the last one needs is freed by one more checkpoint, also
    // when that has nothing new to say: nothing else would ever come, since nothing is accepted until then.
    if (writeOut.dirty.size === 0 && !checkpointer.hasNews && !isPressed()) return
    this.#timer = this.#options.timers.after(lookAgainMs, () => this.#look(), { background: true })
  }

  #look(): void {
    this.#timer = undefined
    this.#failing = false
    this.kick()
  }

  /** Ends after the piece of work at hand. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#options.writeOut.stopped = true
    this.#timer?.cancel()
    await this.#running
  }

  async #run(): Promise<void> {
    const { writeOut, checkpointer, isPressed, logger, onBroken } = this.#options
    try {
      for (let more = true; more && !this.#stopped;) {
        more = await writeOut.round(checkpointer.horizon)
        if (!this.#stopped && checkpointer.isDue(isPressed())) {
          await checkpointer.run(() => this.#relieve())
          this.#options.eased()
        }
      }
    } catch (error) {
      if (!isPassing(error)) return onBroken(error)
      this.#failing = true
      logger.log('warn', 'write-out-failed', { code: errorCode(error) ?? 'EIO' })
    }
  }

  async #relieve(): Promise<void> {
    const { writeOut, checkpointer } = this.#options
    for (let count = 0; count < reliefRoundsMax && writeOut.isBusy && !this.#stopped; count++) {
      if (!(await writeOut.round(checkpointer.horizon))) return
    }
  }
}
