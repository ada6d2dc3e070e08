/** Keeps one window of a segment in memory and moves it to where it is needed. */
import { blockBytes, readWindowBytes } from './limits.ts'
import {
  blockStart,
  loadWindow,
  type BlockCondition,
  type LogWindow,
  type SegmentView
} from './log-window.ts'

export class WindowReader {
  readonly #view: SegmentView
  #window: LogWindow | undefined

  constructor(view: SegmentView) {
    this.#view = view
  }

  /** The bytes of the window; indexes into it come from `cover`. */
  get bytes(): Buffer {
    return (this.#window as LogWindow).bytes
  }

  /** Position of the first byte of the window. */
  get from(): number {
    return (this.#window as LogWindow).from
  }

  /** Makes `[position, position + bytes)` part of the window; resolves to the index of its first byte. */
  async cover(position: number, bytes: number): Promise<number> {
    const window = this.#window
    if (window === undefined || position < window.from || position + bytes > endOf(window)) {
      const to = Math.max(position + bytes, blockStart(position) + readWindowBytes)
      this.#window = await loadWindow(this.#view, position, to)
    }
    return position - (this.#window as LogWindow).from
  }

  /** The worst condition among the blocks that hold the bytes, which are in the window. */
  worst(position: number, bytes: number): BlockCondition {
    const window = this.#window as LogWindow
    if (window.conditions === undefined) return 'sound'
    const first = (blockStart(position) - window.from) / blockBytes
    const last = (blockStart(position + bytes - 1) - window.from) / blockBytes
    const touched = window.conditions.slice(first, last + 1)
    if (touched.includes('damaged')) return 'damaged'
    return touched.includes('unprotected') ? 'unprotected' : 'sound'
  }
}

function endOf(window: LogWindow): number {
  return window.from + window.bytes.byteLength
}
