/**
 * Work that takes too long for the event loop, as an argument: a pure function over bytes runs in a worker
 * thread, and in simulation in place, at a time that is drawn.
 *
 * What goes in and comes out is copied between threads, so that it consists of plain data and byte arrays.
 * `SharedArrayBuffer`s are shared: whoever starts the work leaves them alone until it has ended.
 */
import { sleep, type Timers } from './clock.ts'
import type { Random } from './random.ts'

/** A function that another thread can find: exported by a module under this name. */
export interface OffLoopTask<Input, Output> {
  /** `import.meta.url` of the module. */
  readonly module: string
  readonly name: string
  run(this: void, input: Input): Output
}

export interface OffLoop {
  /**
   * Runs one task after another. Rejects with what the task threw, or when the thread ended. Buffers in
   * `transfer` belong to the task from now on and are empty for the caller.
   */
  run<Input, Output>(
    task: OffLoopTask<Input, Output>,
    input: Input,
    transfer?: readonly ArrayBuffer[]
  ): Promise<Output>
}

/** In place: for tests, and where data is small. */
export const inPlaceOffLoop: OffLoop = {
  run: async (task, input) => task.run(input)
}

export interface DrawnOffLoopOptions {
  readonly timers: Timers
  readonly random: Random
  readonly delayMsMax: number
}

/** In place, after a delay that is drawn: what else happens meanwhile is then part of the simulation. */
export function drawnOffLoop({ timers, random, delayMsMax }: DrawnOffLoopOptions): OffLoop {
  return {
    run: async (task, input) => {
      await sleep(timers, random.below(delayMsMax + 1))
      return task.run(input)
    }
  }
}
