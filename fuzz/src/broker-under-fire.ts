/** The broker as users start it, in a process of its own, whose memory and life can be watched. */
import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const entry = fileURLToPath(new URL('../../packages/cli/bin/naru.js', import.meta.url))
const HOST = '127.0.0.1'
const START_MS_MAX = 15_000
const PAGE_BYTES = 4096

export class BrokerUnderFire implements AsyncDisposable {
  readonly address: { readonly host: string; readonly port: number }
  readonly #process: ChildProcess
  readonly #folder: string

  private constructor(process_: ChildProcess, folder: string, port: number) {
    this.#process = process_
    this.#folder = folder
    this.address = { host: HOST, port }
  }

  static async start(): Promise<BrokerUnderFire> {
    const port = await freePort()
    const folder = await mkdtemp(join(tmpdir(), 'naru-fuzz-'))
    const args = [entry, 'serve', '--listen', `${HOST}:${port}`, '--data', join(folder, 'data')]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'ignore'] })
    const broker = new BrokerUnderFire(child, folder, port)
    await broker.#untilReady()
    return broker
  }

  get alive(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null
  }

  /** Resident memory of the broker's process. */
  rssBytes(): number {
    const pages = readFileSync(`/proc/${this.#process.pid}/statm`, 'utf8').split(' ')[1]
    return Number(pages) * PAGE_BYTES
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.alive) {
      const gone = new Promise((resolve) => this.#process.once('exit', resolve))
      this.#process.kill('SIGTERM')
      await gone
    }
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #untilReady(): Promise<void> {
    const deadlineMs = performance.now() + START_MS_MAX
    while (!(await answers(this.address))) {
      if (!this.alive || performance.now() > deadlineMs) throw new Error('the broker did not start')
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

function answers(address: { host: string; port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, HOST, () => {
      const bound = server.address()
      server.close(() => resolve(typeof bound === 'object' && bound !== null ? bound.port : 0))
    })
  })
}
