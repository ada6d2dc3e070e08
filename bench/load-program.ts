/** Runs the load client; one mode per run, one JSON object of figures as the answer. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { goProgram } from './go-program.ts'

/** Numbers by name, units last: `megabytesPerSecond`, `ackP99Ms`. */
export type Figures = Readonly<Record<string, number>>

export type LoadOptions = Readonly<Record<string, string | number | boolean>>

export interface LoadLimits {
  /** After this the client is killed and the run has failed. */
  readonly secondsMax?: number
}

/** Ten minutes are twice what the largest workload takes on a slow disk. */
const secondsMaxDefault = 600

/** Runs one mode to its end; fails with what the program printed. */
export async function runLoad(mode: string, options: LoadOptions, limits: LoadLimits = {}): Promise<Figures> {
  const args = Object.entries(options).map(([name, value]) => `-${name}=${String(value)}`)
  const child = spawn(await goProgram('load'), [mode, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: (limits.secondsMax ?? secondsMaxDefault) * 1000,
    killSignal: 'SIGKILL'
  })
  let printed = ''
  let complaint = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text))
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  if (code !== 0) throw new Error(`load ${mode} ended with ${code ?? signal}: ${complaint.trim()}`)
  return JSON.parse(printed) as Figures
}
