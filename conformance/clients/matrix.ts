// The client matrix: `npm run test:clients -- [--broker naru|kafka|HOST:PORT] [--ci] [--client X] [--case Y]`.

import { parseArgs } from 'node:util'
import { keepResult } from '../report/results.ts'
import { startBroker } from '../start.ts'
import type { Case, Outcome } from './case.ts'
import { cases } from './cases/index.ts'
import { Client, Context } from './context.ts'
import { AdapterProcess } from './driver.ts'
import { clients, javaCommand } from './registry.ts'
import { printTable, type Row } from './table.ts'

const { values: options } = parseArgs({
  options: {
    broker: { type: 'string', default: 'naru' },
    ci: { type: 'boolean', default: false },
    client: { type: 'string', multiple: true, default: [] },
    case: { type: 'string', multiple: true, default: [] }
  }
})

/** Those of `all` that were asked for by name, or all of them; an unknown name ends the run. */
function selected<T extends { readonly name: string }>(
  all: readonly T[],
  names: readonly string[]
): readonly T[] {
  const unknown = names.find((name) => all.every((one) => one.name !== name))
  if (unknown !== undefined) {
    console.error(`${unknown} is not one of ${all.map((one) => one.name).join(', ')}`)
    process.exit(2)
  }
  return names.length === 0 ? all : all.filter((one) => names.includes(one.name))
}

async function open(): Promise<Context> {
  const [commands, java, broker] = await Promise.all([
    Promise.all(clients.map((definition) => definition.command())),
    javaCommand(),
    startBroker(options.broker)
  ])
  const everyone = clients.map((definition, index) => {
    const command = commands[index]
    if (command === undefined) throw new Error(`no command for ${definition.name}`)
    return new Client(definition, new AdapterProcess(command))
  })
  return new Context({
    choice: options.broker,
    broker,
    java: new AdapterProcess(java),
    everyone,
    ci: options.ci
  })
}

async function runCase(
  context: Context,
  one: Case,
  subjects: readonly Client[]
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  const able = subjects.filter((client) => {
    if (one.only !== undefined && !one.only.includes(client.name)) return false
    const reason = client.definition.cannot[one.name]
    if (reason === undefined) return true
    outcomes.set(client.name, { kind: 'not applicable', reason })
    return false
  })
  if (able.length === 0) return outcomes
  try {
    for (const [name, outcome] of await one.run(context, able)) outcomes.set(name, outcome)
  } catch (error) {
    // The common part of the case failed, so it failed for everybody.
    for (const client of able) outcomes.set(client.name, { kind: 'failed', message: String(error) })
  }
  return outcomes
}

async function main(): Promise<number> {
  const chosen = selected(cases, options.case).filter((one) => one.ci || !options.ci)
  const names = selected(clients, options.client).map((client) => client.name)
  const begin = performance.now()
  await using context = await open()
  const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`
  console.log(`${options.broker} at ${context.broker.bootstrap}, ready after ${seconds(begin)}`)
  const subjects = context.everyone.filter((client) => names.includes(client.name))
  const rows: Row[] = []
  for (const one of chosen) {
    const since = performance.now()
    rows.push({ name: one.name, outcomes: await runCase(context, one, subjects) })
    console.log(`${one.name}: ${seconds(since)}`)
  }
  const { passed, failed } = printTable(names, rows)
  if (options.client.length === 0 && options.case.length === 0 && !options.ci) await keep('clients', rows)
  const tools = rows.filter(({ name }) => /-tools$|^dump-log$/.test(name))
  if (options.client.join() === 'java' && tools.length === rows.length) await keep('tools', rows)
  console.log(`${seconds(begin)} in all`)
  console.log(`${passed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

/** A whole run goes on the report card. */
async function keep(subject: string, rows: readonly Row[]): Promise<void> {
  const cells = rows.flatMap(({ outcomes }) => [...outcomes.values()])
  const count = (kind: Outcome['kind']): number => cells.filter((cell) => cell.kind === kind).length
  const counts = { passed: count('passed'), failed: count('failed'), skipped: count('not applicable') }
  const failing = rows.filter(({ outcomes }) => [...outcomes.values()].some(({ kind }) => kind === 'failed'))
  const note =
    failing.length === 0
      ? rows.map(({ name }) => name).join(', ')
      : `failing: ${failing.map(({ name }) => name).join(', ')}`
  await keepResult({ subject, broker: options.broker, ...counts, note })
}

process.exitCode = await main()
