/** Events in order of their time, then of their making: a binary heap. */

export interface ScheduledEvent {
  readonly atMs: number
  readonly order: number
  readonly label: string
  /** Undefined when it was cancelled. */
  run: (() => void) | undefined
}

export class EventQueue {
  readonly #heap: ScheduledEvent[] = []

  get size(): number {
    return this.#heap.length
  }

  peek(): ScheduledEvent | undefined {
    return this.#heap[0]
  }

  push(event: ScheduledEvent): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(event)
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent] as ScheduledEvent
      if (!isBefore(event, above)) break
      heap[at] = above
      at = parent
    }
    heap[at] = event
  }

  pop(): ScheduledEvent | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (first !== undefined && last !== undefined && heap.length > 0) this.#sink(last)
    return first
  }

  #sink(event: ScheduledEvent): void {
    const heap = this.#heap
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      const right = heap[child + 1]
      if (right !== undefined && isBefore(right, heap[child] as ScheduledEvent)) child++
      const below = heap[child] as ScheduledEvent
      if (!isBefore(below, event)) break
      heap[at] = below
      at = child
    }
    heap[at] = event
  }
}

function isBefore(left: ScheduledEvent, right: ScheduledEvent): boolean {
  return left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order)
}
