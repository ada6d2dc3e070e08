// Child processes of the conformance suites: run one to its end, or reserve a port for one.

import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'

export interface RunResult {
  readonly code: number | null
  readonly stdout: string
  /** Standard output as it came, for commands that print more than text. */
  readonly stdoutBytes: Buffer
  readonly stderr: string
}

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string | Uint8Array
  readonly timeoutMs?: number
}

/** Runs a command to its end and returns its exit code and output, whatever the code is. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {}
): Promise<RunResult> {
  const { promise, resolve, reject } = Promise.withResolvers<RunResult>()
  const child = spawn(command, [...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs, killSignal: 'SIGKILL' })
  })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  child.on('error', reject)
  child.on('close', (code) => {
    const stdoutBytes = Buffer.concat(stdout)
    resolve({ code, stdout: stdoutBytes.toString(), stdoutBytes, stderr: Buffer.concat(stderr).toString() })
  })
  // A child that ends before it has read its input is judged by its exit code, not by our broken pipe.
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.input ?? '')
  return promise
}

/** Like `run`, but an exit code other than 0 throws with what the command printed. */
export async function runOrThrow(
  command: string,
  args: readonly string[],
  options: RunOptions = {}
): Promise<RunResult> {
  const result = await run(command, args, options)
  if (result.code === 0) return result
  const output = `${result.stderr}\n${result.stdout}`.trim().split('\n').slice(-20).join('\n')
  throw new Error(`${command} ${args.slice(0, 4).join(' ')} ended with ${result.code}:\n${output}`)
}

/** Asks the system for loopback ports that are free now; nothing keeps them, so use them at once. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const { promise, resolve, reject } = Promise.withResolvers<ReturnType<typeof createServer>>()
      const server = createServer()
      server.on('error', reject)
      server.listen(0, '127.0.0.1', () => resolve(server))
      return promise
    })
  )
  const ports = servers.map((server) => {
    const address = server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  })
  for (const server of servers) server.close()
  return ports
}

/** A short name for the content of some files: what was built from them is kept under it. */
export async function fingerprint(files: readonly string[], ...more: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const file of files) hash.update(await readFile(file))
  for (const text of more) hash.update(text)
  return hash.digest('hex').slice(0, 12)
}
