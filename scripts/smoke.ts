// `npm run smoke`: does what the README tells a stranger to do after `npm ci`. It runs `npm start`, waits until
// the address answers the first question of every Kafka client, and stops it as a supervisor would.
//   node scripts/smoke.ts --listen 127.0.0.1:19092 --data DIR     where the default port is taken
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { connect } from 'node:net'
import { performance } from 'node:perf_hooks'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { formatCounts, toolPath } from './run.ts'
import { repositoryRoot } from './source/tree.ts'

type Server = ChildProcessByStdio<null, Readable, Readable>

const startMsMax = 15_000
const stopMsMax = 2_000
const answerMsMax = 1_000

const apiVersionsKey = 18

/** ApiVersions version 0, with a request header of version 1 and no client id. */
function apiVersionsRequest(): Buffer {
  const frame = Buffer.alloc(14)
  frame.writeInt32BE(10, 0)
  frame.writeInt16BE(apiVersionsKey, 4)
  frame.writeInt16BE(0, 6)
  frame.writeInt32BE(1, 8)
  frame.writeInt16BE(-1, 12)
  return frame
}

/** The number of API keys that the broker lists, or undefined when nobody answers. */
function askApiVersions(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    let received = Buffer.alloc(0)
    const end = (count: number | undefined): void => {
      socket.destroy()
      resolve(count)
    }
    socket.setTimeout(answerMsMax, () => end(undefined))
    socket.once('error', () => end(undefined))
    socket.once('close', () => end(undefined))
    socket.once('connect', () => socket.write(apiVersionsRequest()))
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      // Length, correlation id, error code, and the count of the array that follows.
      if (received.length < 14 || received.length < 4 + received.readInt32BE(0)) return
      const isAnswer = received.readInt32BE(4) === 1 && received.readInt16BE(8) === 0
      end(isAnswer ? received.readInt32BE(10) : undefined)
    })
  })
}

async function waitForAnswer(server: Server, host: string, port: number): Promise<number | undefined> {
  const deadline = performance.now() + startMsMax
  while (performance.now() < deadline && server.exitCode === null) {
    const count = await askApiVersions(host, port)
    if (count !== undefined) return count
    await sleep(25)
  }
  return undefined
}

/**
 * Stops npm, the shell and the broker with one signal to their group, as a terminal or a supervisor does; npm
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
  const { values } = parseArgs({ options: { listen: { type: 'string' }, data: { type: 'string' } } })
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
    expect(output.includes(listen), 'it prints its address')
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
