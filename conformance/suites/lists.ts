// Which tests pass, test by test: on Apache Kafka 4.2.0, which is what can be reached, and on Naru, which only grows.

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestResult } from './suite.ts'

const here = import.meta.dirname

export interface Lists {
  /** What Apache Kafka 4.2.0 passes as one plain node. */
  readonly kafka: ReadonlySet<string>
  /** What Naru has passed: a run that fails one of these fails. */
  readonly naru: ReadonlySet<string>
}

async function linesOf(suite: string, file: string): Promise<string[]> {
  const text = await readFile(join(here, suite, file), 'utf8').catch(() => '')
  return text.split('\n').filter((line) => line !== '')
}

export async function listsOf(suite: string): Promise<Lists> {
  const reference = await linesOf(suite, 'kafka-4.2.0.txt')
  const kafka = reference.filter((line) => line.startsWith('pass ')).map((line) => line.slice('pass '.length))
  return { kafka: new Set(kafka), naru: new Set(await linesOf(suite, 'naru.txt')) }
}

/** Adds what passed for the first time. */
export async function addPasses(suite: string, lists: Lists, results: readonly TestResult[]): Promise<void> {
  const passed = results.filter(({ result }) => result === 'pass').map(({ name }) => name)
  const all = [...new Set([...lists.naru, ...passed])].toSorted()
  await writeFile(join(here, suite, 'naru.txt'), `${all.join('\n')}\n`)
}

export interface Verdict {
  /** In Naru's list and not passed now. */
  readonly lost: readonly TestResult[]
  /** Passed and not in Naru's list. */
  readonly gained: readonly TestResult[]
  /** Kafka passes it, and Naru does not yet. */
  readonly owed: readonly TestResult[]
}

export function judge(lists: Lists, results: readonly TestResult[]): Verdict {
  const isLost = ({ name, result }: TestResult): boolean =>
    lists.naru.has(name) && (result === 'fail' || (result === 'skip' && lists.kafka.has(name)))
  return {
    lost: results.filter(isLost),
    gained: results.filter(({ name, result }) => result === 'pass' && !lists.naru.has(name)),
    owed: results.filter(
      ({ name, result }) => result !== 'pass' && lists.kafka.has(name) && !lists.naru.has(name)
    )
  }
}
