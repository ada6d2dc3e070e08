/**
 * Lets readers at the same place of a segment share one read of the file, its checksums and its memory: ten consumers
 * of one topic then cost little more than one. A window is shared while somebody reads it or sends it; those who come
 * later read anew, from the system's page cache, since keeping it for them would cost everybody else memory.
 */
import { batchHeaderBytes } from '@naru/protocol'
import { batchBytesAt } from './batch-fields.ts'
import { sharedWindowsMax } from './limits.ts'
import { blockStart, loadWindow, type LogWindow, type SegmentView } from './log-window.ts'
import { ReadBuffers, type ReadLease } from './read-buffers.ts'
import type { Segment } from './segment.ts'

interface SharedWindow {
  readonly segment: Segment
  readonly from: number
  readonly end: number
  readonly loading: Promise<LogWindow>
  /** Set when it has been read and is sound. */
  window: LogWindow | undefined
  /** Those who have not given it back. */
  readers: number
}

export class SharedWindows {
  readonly #buffers = new ReadBuffers()
  /**
   * The newest last. One that somebody forgot to give back goes when newer ones come; its memory is then left to the
   * collector.
   */
  #shared: SharedWindow[] = []

  /** As `loadWindow`, but may end before `to`: it then holds at least the whole batch at `from`. */
  async load(view: SegmentView, from: number, to: number): Promise<LogWindow> {
    const shared = this.#find(view, from, to) ?? this.#begin(view, from, to)
    shared.readers++
    try {
      return this.#handOut(shared, await shared.loading)
    } catch (error) {
      this.#forget(shared)
      throw error
    }
  }

  #find({ segment, state }: SegmentView, from: number, to: number): SharedWindow | undefined {
    const end = Math.min(to, state.logBytes)
    return this.#shared.findLast(
      (one) => one.segment === segment && one.from <= from && (one.end >= end || hasBatchAt(one.window, from))
    )
  }

  #begin(view: SegmentView, from: number, to: number): SharedWindow {
    const shared: SharedWindow = {
      segment: view.segment,
      from: blockStart(from),
      end: Math.min(to, view.state.logBytes),
      loading: loadWindow(view, from, to, this.#buffers),
      window: undefined,
      readers: 0
    }
    this.#shared.push(shared)
    if (this.#shared.length > sharedWindowsMax) this.#shared.shift()
    return shared
  }

  #handOut(shared: SharedWindow, window: LogWindow): LogWindow {
    const { lease } = window
    if (lease === undefined || window.conditions !== undefined) this.#forget(shared)
    else shared.window = window
    if (lease === undefined) return window
    return { ...window, lease: this.#leaseOf(shared, lease) }
  }

  #leaseOf(shared: SharedWindow, lease: ReadLease): ReadLease {
    let isGivenBack = false
    return {
      bytes: lease.bytes,
      giveBack: () => {
        if (isGivenBack) return
        isGivenBack = true
        shared.readers--
        if (shared.readers > 0) return
        this.#forget(shared)
        lease.giveBack()
      }
    }
  }

  #forget(shared: SharedWindow): void {
    const index = this.#shared.indexOf(shared)
    if (index >= 0) this.#shared.splice(index, 1)
  }
}

function hasBatchAt(window: LogWindow | undefined, position: number): boolean {
  if (window === undefined) return false
  const { bytes, from } = window
  const at = position - from
  return at + batchHeaderBytes <= bytes.byteLength && at + batchBytesAt(bytes, at) <= bytes.byteLength
}
