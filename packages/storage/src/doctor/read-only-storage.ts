/** Opens a data folder as it would be after a start, without changing anything in it. */
import type { Clock, Disk, Logger, Random, Timers } from '@naru/base'
import type { Compression } from '@naru/protocol'
import { openLocalStorage } from '../local/index.ts'
import type { Storage } from '../ports/index.ts'
import { keepEverything } from './keep-everything.ts'

export interface ReadOnlyOptions {
  /** An `OverlayDisk`, which takes what the recovery writes. */
  readonly disk: Disk
  readonly directory: string
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly logger: Logger
  readonly compression?: Compression | undefined
}

/** Rejects when the folder is locked, of another format, no data folder, or cannot be read. */
export function openReadOnly(options: ReadOnlyOptions): Promise<Storage> {
  return openLocalStorage({
    ...options,
    timers: withoutBackground(options.timers),
    durability: 'fsync',
    logConfig: keepEverything
  })
}

/** Nothing may go on in the background while files are compared or copied. */
function withoutBackground(timers: Timers): Timers {
  return {
    after: (delayMs, callback, options) =>
      timers.after(options?.background === true ? 2 ** 31 - 1 : delayMs, callback, options),
    soon: (callback) => timers.soon(callback)
  }
}
