// The running producer of a JavaScript adapter: numbered records until the driver stops it.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Stream } from './adapter-loop.ts'
import type { StreamCommand } from './wire.ts'

/** Five requests in flight is what idempotence allows other clients. */
const sendsInFlightDefault = 5

/** Calls `send` with the next value every `intervalMs` until `finish`; `close` ends the producer. */
export function runStream(
  command: StreamCommand,
  send: (value: string) => Promise<unknown>,
  close: () => Promise<unknown>,
  sendsInFlightMax: number = sendsInFlightDefault
): Stream {
  let stopping = false
  let sent = 0
  let acked = 0
  const failures: string[] = []
  const inFlight = new Set<Promise<void>>()
  const one = async (value: string): Promise<void> => {
    try {
      await send(value)
      acked++
    } catch (error) {
      failures.push(String(error))
    }
  }
  const begin = (value: string): void => {
    const sending = one(value).finally(() => inFlight.delete(sending))
    inFlight.add(sending)
  }
  const loop = async (): Promise<void> => {
    while (!stopping) {
      begin(`${command.prefix}${sent++}`)
      if (inFlight.size >= sendsInFlightMax) await Promise.race(inFlight)
      await sleep(command.intervalMs)
    }
    await Promise.all(inFlight)
    await close()
  }
  const running = loop()
  return {
    finish: async () => {
      stopping = true
      await running
      return { sent, acked, failures }
    }
  }
}
