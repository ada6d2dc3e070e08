// One place that turns what a user wrote behind `--broker` into a running broker.

import { answersApiVersions, type BrokerOptions, type RunningBroker } from './broker.ts'
import { startKafka } from './kafka/server.ts'
import { startNaru } from './naru/server.ts'

const refuse = (): Promise<void> =>
  Promise.reject(new Error('a broker given by its address is not ours to stop or start'))

/** A broker that somebody else started: only its address is known. */
async function externalBroker(address: string): Promise<RunningBroker> {
  const separator = address.lastIndexOf(':')
  const host = address.slice(0, separator)
  const port = Number(address.slice(separator + 1))
  if (!(await answersApiVersions(host, port))) throw new Error(`nothing answers ApiVersions at ${address}`)
  return {
    kind: 'external',
    host,
    port,
    bootstrap: address,
    dataDir: '',
    pid: 0,
    startMs: 0,
    stop: refuse,
    kill: refuse,
    restart: refuse,
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve()
  }
}

/** Starts the broker that `choice` names: `kafka`, `naru`, or an address `HOST:PORT` that is already served. */
export async function startBroker(choice: string, options: BrokerOptions = {}): Promise<RunningBroker> {
  if (choice === 'kafka') return startKafka(options)
  if (choice === 'naru') return startNaru(options)
  if (/^[^:]+:\d+$/.test(choice)) return externalBroker(choice)
  throw new Error(`--broker takes kafka, naru or HOST:PORT, not ${choice}`)
}
