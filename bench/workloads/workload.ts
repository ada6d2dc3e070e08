/** What one row of the table of workloads says, and what its run is given. */
import type { Figures, LoadOptions } from '../load-program.ts'
import type { StartedSystem } from '../systems/index.ts'

/** How much smaller a trial is than the real thing: bytes and seconds are multiplied by it. */
export type Share = number

export interface Prepared {
  readonly topic: string
  /** Of what was written; a reader has to know when it has read all of it. */
  readonly bytes: number
}

export interface Run {
  readonly started: StartedSystem
  readonly share: Share
  /** A topic that several workloads of a group read: filled by the first that asks. */
  readonly prepared: (name: string, fill: (topic: string) => Promise<Figures>) => Promise<Prepared>
  /** Names of topics that no other run of this process has used. */
  readonly topic: (name: string) => string
}

export interface Figure {
  /** Name of the figure that the workload is judged by. */
  readonly name: string
  readonly unit: string
  readonly better: 'higher' | 'lower'
}

export interface Workload {
  readonly name: string
  /** One sentence for the reader of the table. */
  readonly what: string
  /** Workloads of a group run one after the other in one process of each system. */
  readonly group: string
  /** Names of the systems for which it makes sense. */
  readonly systems: readonly string[]
  readonly parameters: LoadOptions
  readonly figure: Figure
  /** Other figures that belong beside it, by name. */
  readonly beside?: readonly string[]
  /** Part of `--quick`. */
  readonly quick?: boolean
  readonly run: (run: Run, parameters: LoadOptions) => Promise<Figures>
}

export interface Group {
  readonly name: string
  /** Bytes that go in and out, uncounted, before the first workload. */
  readonly warmUpBytes: number
  /** Groups that take many minutes per round get fewer rounds. */
  readonly roundsMax?: number
}

const bytesMin = 10_000_000
const secondsMin = 1

/** The parameters of a trial of that share; rates, sizes and counts stay as they are. */
export function scaled(parameters: LoadOptions, share: Share): LoadOptions {
  const shrunk = (name: string, value: string | number | boolean): string | number | boolean => {
    if (share >= 1 || typeof value !== 'number') return value
    if (name === 'bytes') return Math.max(Math.min(value, bytesMin), Math.round(value * share))
    if (name === 'seconds' || name === 'seconds-max')
      return Math.max(Math.min(value, secondsMin), Math.round(value * share))
    return value
  }
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, shrunk(name, value)]))
}

/** A run whose mode of the load client does everything. */
export function loadMode(
  run: (mode: string, options: LoadOptions) => Promise<Figures>,
  mode: string
): Workload['run'] {
  return ({ started, topic }, parameters) =>
    run(mode, { bootstrap: started.broker.bootstrap, topic: topic(mode), ...parameters })
}
