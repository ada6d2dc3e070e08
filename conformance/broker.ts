// What every broker under test looks like to a suite, whether it is Apache Kafka, Naru or one that runs
// elsewhere: an address, a life cycle, and a data folder when we own it.

import type { ChildProcess } from 'node:child_process'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export type BrokerKind = 'kafka' | 'naru' | 'external'

export interface BrokerOptions {
  /** Data folder; a temporary one that `close` removes when left out. */
  readonly dataDir?: string
  /** Port to listen on at 127.0.0.1; a free one when left out. */
  readonly port?: number
  /** Address that the broker names in Metadata; its own when left out. */
  readonly advertise?: string
  /** Broker properties, by Kafka's names, on top of the suite's own. */
  readonly properties?: Readonly<Record<string, string>>
}

export interface RunningBroker extends AsyncDisposable {
  readonly kind: BrokerKind
  readonly host: string
  readonly port: number
  /** `host:port`, as clients take it. */
  readonly bootstrap: string
  /** Folder that holds `<topic>-<partition>/<base offset>.log`; empty for a broker that is not ours. */
  readonly dataDir: string
  readonly pid: number
  /** Milliseconds from the process start to the first ApiVersions reply, of the last start. */
  readonly startMs: number
  /** Stops with SIGTERM and waits for the end. */
  stop(): Promise<void>
  /** Ends the process with SIGKILL. */
  kill(): Promise<void>
  /** Starts again on the same port and data after `stop` or `kill`. */
  restart(): Promise<void>
  /** Stops and removes the data folder when it was a temporary one. */
  close(): Promise<void>
}

// ApiVersions v0 with correlation id 1 and the client id "ready", by hand: it must not depend on our codec.
const apiVersionsRequest = Buffer.from(
  '0000000f' + '0012' + '0000' + '00000001' + '0005' + '7265616479',
  'hex'
)

/** True when the address answers ApiVersions without an error within a second. */
export async function answersApiVersions(host: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect({ host, port })
  let received = Buffer.alloc(0)
  socket.setTimeout(1000, () => resolve(false))
  socket.on('error', () => resolve(false))
  socket.on('close', () => resolve(false))
  socket.on('connect', () => socket.write(apiVersionsRequest))
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
    if (received.length >= 10) resolve(received.readInt32BE(4) === 1 && received.readInt16BE(8) === 0)
  })
  const ready = await promise
  socket.destroy()
  return ready
}

/** Waits until the address answers ApiVersions; throws when the child ends first or the time is over. */
export async function waitUntilReady(
  host: string,
  port: number,
  child: ChildProcess | undefined,
  timeoutMs = 60_000
): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (Date.now() < deadline) {
    if (child !== undefined && (child.exitCode !== null || child.signalCode !== null))
      throw new Error(`the broker ended with ${child.exitCode ?? child.signalCode} before it was ready`)
    if (await answersApiVersions(host, port)) return
    await sleep(2)
  }
  throw new Error(`no answer from ${host}:${port} within ${timeoutMs} ms`)
}
