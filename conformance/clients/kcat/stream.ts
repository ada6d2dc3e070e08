// A kcat process as a running idempotent producer: numbered lines go to its standard input.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Stream } from '../adapter-loop.ts'
import type { StreamCommand } from '../wire.ts'

/** Starts the producer. kcat ends with an error when any record was not delivered, so `acked` is all or none. */
export function startStream(command: StreamCommand): Stream {
  const properties = [
    `client.id=${command.clientId}`,
    'enable.idempotence=true',
    'linger.ms=0',
    'reconnect.backoff.ms=20',
    'reconnect.backoff.max.ms=100',
    'retry.backoff.ms=50'
  ]
  const target = ['-P', '-b', command.bootstrap, '-t', command.topic, '-p', '0', '-E']
  const args = [...target, ...properties.flatMap((one) => ['-X', one])]
  const child = spawn('kcat', args, { stdio: ['pipe', 'ignore', 'pipe'] })
  const ended = once(child, 'exit')
  const failures: string[] = []
  child.stderr.on('data', (chunk: Buffer) => failures.push(chunk.toString()))
  let stopping = false
  let sent = 0
  const loop = async (): Promise<void> => {
    while (!stopping) {
      child.stdin.write(`${command.prefix}${sent++}\n`)
      await sleep(command.intervalMs)
    }
    child.stdin.end()
    await ended
  }
  const running = loop()
  return {
    finish: async () => {
      stopping = true
      await running
      const undelivered = failures.filter((text) => text.includes('Delivery failed'))
      return {
        sent,
        acked: child.exitCode === 0 && undelivered.length === 0 ? sent : 0,
        failures: undelivered
      }
    }
  }
}
