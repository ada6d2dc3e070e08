/** What is measured: a broker (or something that stands in for one) that can be started fresh with its data in a folder. */
import type { RunningBroker } from 'naru-conformance/broker'

export interface StartOptions {
  /** An empty folder on the disk that is measured; the system keeps everything below it. */
  readonly folder: string
  /** Broker properties by Kafka's names, for systems that know them. */
  readonly properties?: Readonly<Record<string, string>>
  /** Flags of the Node process, for systems that are one. */
  readonly nodeFlags?: readonly string[]
  /** Variables of the process. */
  readonly env?: Readonly<Record<string, string>>
}

export interface StartedSystem extends AsyncDisposable {
  readonly system: System
  readonly broker: RunningBroker
  /** Where Prometheus would read; undefined where there is no such place. */
  readonly metricsUrl?: string
  /** Topics' folders and everything else that grows. */
  readonly folder: string
}

export interface System {
  readonly name: string
  /** One line for the table of systems. */
  readonly what: string
  /** What an acknowledged record survives; stands beside every figure. */
  readonly durability: string
  /** False for what only stands in for a broker: it keeps nothing that could be read back, counted or recovered. */
  readonly isBroker: boolean
  /** False when it is not ours to start, kill or look into. */
  readonly isOurs: boolean
  /** Runs the workloads of the system with this name. */
  readonly like?: string
  readonly start: (options: StartOptions) => Promise<StartedSystem>
}

/** Wraps a running broker with what the benchmark needs to know of it. */
export function started(
  system: System,
  broker: RunningBroker,
  options: { readonly folder: string; readonly metricsUrl?: string }
): StartedSystem {
  return { system, broker, ...options, [Symbol.asyncDispose]: () => broker.close() }
}
