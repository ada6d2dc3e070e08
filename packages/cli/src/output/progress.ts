/** One line on stderr that tells how far long work is, for people only, and gone before anything else is written. */
import type { Timer } from '@naru/base'
import { type Host, isForPeople } from '../host.ts'

const FIRST_MS = 1_000
const EVERY_MS = 250
const CLEAR_LINE = '\r\u001b[K'

export class Progress {
  readonly #host: Host
  readonly #text: () => string
  readonly #active: boolean
  #timer: Timer | undefined
  #shown = false

  /** `text` is asked each time. Nothing is shown while data goes to the same terminal. */
  constructor(host: Host, options: { readonly writesData: boolean }, text: () => string) {
    this.#host = host
    this.#text = text
    const disturbs = options.writesData && host.stdout.isTerminal
    this.#active = isForPeople(host.stderr, host.env) && !disturbs
    if (this.#active) this.#schedule(FIRST_MS)
  }

  /** Removes the line. */
  async end(): Promise<void> {
    this.#timer?.cancel()
    this.#timer = undefined
    if (this.#shown) await this.#host.stderr.write(CLEAR_LINE)
    this.#shown = false
  }

  #schedule(delayMs: number): void {
    this.#timer = this.#host.timers.after(delayMs, () => this.#show(), { background: true })
  }

  #show(): void {
    this.#shown = true
    this.#schedule(EVERY_MS)
    // A terminal that is gone ends the command by itself; progress does not.
    this.#host.stderr.write(CLEAR_LINE + this.#text()).catch(() => undefined)
  }
}

/** Bytes with a unit, as `ls -h` writes them. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes
  let unit = 0
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`
}
