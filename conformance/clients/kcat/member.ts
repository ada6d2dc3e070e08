// A kcat process as a member of a consumer group. Assignments are read from its messages on stderr.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { tell, type Member } from '../adapter-loop.ts'
import type { JoinCommand } from '../wire.ts'
import { OutputReader, recordFormat } from './output.ts'

const commitIntervalMs = 200

function memberArguments(command: JoinCommand): string[] {
  const properties = [
    `client.id=${command.clientId}`,
    `session.timeout.ms=${command.sessionTimeoutMs}`,
    `auto.commit.interval.ms=${commitIntervalMs}`,
    `partition.assignment.strategy=${command.cooperative ? 'cooperative-sticky' : 'range'}`,
    'heartbeat.interval.ms=500',
    'topic.metadata.refresh.interval.ms=2000',
    'fetch.wait.max.ms=200',
    'auto.offset.reset=earliest',
    ...(command.instanceId === undefined ? [] : [`group.instance.id=${command.instanceId}`])
  ]
  const source = ['-b', command.bootstrap, '-G', command.group, '-u', '-E', '-f', recordFormat]
  return [...source, ...properties.flatMap((one) => ['-X', one]), command.topic]
}

/**
 * Reads lines such as `% Group g rebalanced (memberid m): assigned: t [0], t [1]` and, with the cooperative
 * protocol, `% Group g rebalanced: incremental revoke of 2 partition(s) (...): t [0], t [1]`.
 */
class Assignment {
  #partitions = new Set<number>()

  /** The partitions after this line, or undefined when it is about something else. */
  read(line: string): number[] | undefined {
    const found = /rebalanced.*(assigned|revoked|incremental assignment|incremental revoke)(.*)$/.exec(line)
    if (found === null) return undefined
    const [, change = '', rest = ''] = found
    const numbers = [...rest.matchAll(/ \[(\d+)\]/g)].map((match) => Number(match[1]))
    if (change === 'assigned') this.#partitions = new Set(numbers)
    else if (change === 'revoked') this.#partitions = new Set()
    else if (change === 'incremental revoke') for (const one of numbers) this.#partitions.delete(one)
    else for (const one of numbers) this.#partitions.add(one)
    return [...this.#partitions].toSorted((a, b) => a - b)
  }
}

/** Starts the process; the driver hears of assignments, records and of an end that it did not ask for. */
export function startMember(command: JoinCommand): Member {
  const { session } = command
  const child = spawn('kcat', memberArguments(command), { stdio: ['ignore', 'pipe', 'pipe'] })
  const reader = new OutputReader()
  const assignment = new Assignment()
  let leaving = false
  child.stdout.on('data', (chunk: Buffer) => {
    const records = reader.push(chunk)
    if (records.length > 0) tell({ session, event: 'records', records })
  })
  createInterface({ input: child.stderr }).on('line', (line) => {
    const partitions = assignment.read(line)
    if (partitions !== undefined) tell({ session, event: 'assigned', partitions })
    else if (line.includes('ERROR')) tell({ session, event: 'failed', message: line })
  })
  child.on('exit', (code, signal) => {
    if (!leaving) tell({ session, event: 'failed', message: `kcat ended with ${code ?? signal}` })
  })
  return {
    // kcat commits by itself in this interval and has no other way.
    commit: () => sleep(3 * commitIntervalMs),
    leave: async () => {
      leaving = true
      if (child.exitCode !== null) return
      child.kill('SIGINT')
      await once(child, 'exit')
    }
  }
}
