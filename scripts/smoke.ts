// `npm run smoke`: does what the README tells a stranger to do after `npm ci`. It runs `npm start`, waits until
// the address answers the first question of every Kafka client, orders a coffee, and stops it as a supervisor would.
//   node scripts/smoke.ts --listen 127.0.0.1:19092 --port 18080 --data DIR     where the default ports are taken
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { askApiVersions } from './ask.ts'
import { formatCounts, toolPath } from './run.ts'
import { repositoryRoot } from './source/tree.ts'

type Server = ChildProcessByStdio<null, Readable, Readable>

const startMsMax = 15_000
const coffeeMsMax = 60_000
const stopMsMax = 5_000

async function waitForAnswer(server: Server, host: string, port: number): Promise<number | undefined> {
  const deadline = performance.now() + startMsMax
  while (performance.now() < deadline && server.exitCode === null) {
    const count = await askApiVersions(host, port)
    if (count !== undefined) return count
    await sleep(25)
  }
  return undefined
}

/** Orders until somebody takes the order, and asks for it until it is ready. */
async function orderCoffee(server: Server, orders: string): Promise<boolean> {
  const deadline = performance.now() + coffeeMsMax
  let orderId: string | undefined
  while (performance.now() < deadline && server.exitCode === null) {
    const answer = await ask(orderId === undefined ? orders : `${orders}/${orderId}`, orderId === undefined)
    orderId ??= answer['orderId']
    if (answer['status'] === 'ready') return true
    await sleep(25)
  }
  return false
}

/** What was answered, or nothing while nobody answers. */
async function ask(url: string, isOrder: boolean): Promise<Readonly<Record<string, string>>> {
  const body = JSON.stringify({ drink: 'latte', customer: 'Jimin' })
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
  try {
    const response = await fetch(url, isOrder ? init : {})
    return response.ok ? ((await response.json()) as Readonly<Record<string, string>>) : {}
  } catch {
    return {}
  }
}

/**
 * Stops npm, the shell and the shop with one signal to their group, as a terminal or a supervisor does; npm
 * passes a signal that only it receives on to the shell, which does not pass it on. Resolves to the milliseconds
 * until npm had ended and the port was closed, or to undefined when that took too long.
 */
async function stop(server: Server, host: string, port: number): Promise<number | undefined> {
  const started = performance.now()
  signalGroup(server, 'SIGTERM')
  while (performance.now() - started < stopMsMax) {
    const hasEnded = server.exitCode !== null || server.signalCode !== null
    if (hasEnded && (await askApiVersions(host, port)) === undefined) return performance.now() - started
    await sleep(10)
  }
  return undefined
}

function signalGroup(server: Server, signal: NodeJS.Signals): void {
  if (server.pid === undefined) return
  try {
    process.kill(-server.pid, signal)
  } catch {
    // Everything has ended already.
  }
}

const counts = { passed: 0, failed: 0 }

function expect(isMet: boolean, what: string): void {
  if (isMet) counts.passed += 1
  else counts.failed += 1
  console.log(`${isMet ? 'ok    ' : 'FAILED'} ${what}`)
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { listen: { type: 'string' }, data: { type: 'string' }, port: { type: 'string' } }
  })
  const listen = values.listen ?? '127.0.0.1:9092'
  const [host = '', port = ''] = listen.split(':')
  const options = Object.entries(values).flatMap(([name, value]) => [`--${name}`, value])
  expect((await askApiVersions(host, Number(port))) === undefined, `nobody else answers on ${listen}`)
  const started = performance.now()
  const server = spawn('npm', ['start', '--', ...options], {
    cwd: repositoryRoot,
    env: { ...process.env, PATH: toolPath },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true
  })
  let output = ''
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  try {
    const keyCount = await waitForAnswer(server, host, Number(port))
    const ms = Math.round(performance.now() - started)
    expect(
      keyCount !== undefined && keyCount > 0,
      `npm start answers on ${listen} (${ms} ms, ${keyCount ?? 0} API keys)`
    )
    const orders = `http://127.0.0.1:${values.port ?? '8080'}`
    const isServed = await orderCoffee(server, `${orders}/orders`)
    const coffeeMs = Math.round(performance.now() - started)
    expect(isServed, `the first coffee is served (${coffeeMs} ms)`)
    while (!output.includes(orders) && performance.now() - started < startMsMax) await sleep(25)
    expect(output.includes(listen) && output.includes(orders), 'it prints its addresses')
    expect(/\b(fsync|os|memory)\b/.test(output), 'it prints its durability')
    const stopMs = await stop(server, host, Number(port))
    expect(
      stopMs !== undefined,
      `SIGTERM ends it and closes ${listen} (${Math.round(stopMs ?? stopMsMax)} ms)`
    )
  } finally {
    signalGroup(server, 'SIGKILL')
  }
  if (counts.failed > 0) console.log(`\nnpm start printed:\n${output}`)
  console.log(formatCounts(counts))
  return counts.failed === 0 ? 0 : 1
}

process.exitCode = await main()
