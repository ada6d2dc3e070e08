/** How a process is started, watched and stopped. */

export interface ProcessSpec {
  /** Shown before its lines and in the status: `broker`, `barista`. */
  readonly name: string
  readonly command: readonly string[]
  /** In addition to the supervisor's own environment. */
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** How many of it there are; 1 when left out. */
  readonly instances?: number
  /** Stages stop in the opposite order of their numbers: services (1) before what they stand on (0). */
  readonly stage?: 0 | 1
  /** SIGTERM when left out. */
  readonly stopSignal?: 'SIGTERM' | 'SIGINT'
  /** Another user to run as; only root may. */
  readonly owner?: { readonly uid: number; readonly gid: number }
  /** Its input stays open until this has settled: a process can begin before what it stands on. None: it has no input. */
  readonly goAhead?: Promise<unknown>
  /** Asked until it says yes; without it, and without `readyEvent`, a process is ready when it runs. */
  readonly isReady?: (pid: number) => Promise<boolean>
  /** The `event` of the line of JSON by which the process says that it is ready; such lines are not shown. */
  readonly readyEvent?: string
}

export interface ScriptOptions {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly instances?: number
  readonly stage?: 0 | 1
  readonly goAhead?: Promise<unknown>
}

/** A script of Node, titled `naru:<name>` in lists of processes, that prints `{"event":"ready",...}` when it is. */
export function nodeProcess(name: string, script: string, options: ScriptOptions = {}): ProcessSpec {
  const { args = [], ...rest } = options
  return {
    name,
    command: [process.execPath, `--title=naru:${name}`, script, ...args],
    readyEvent: 'ready',
    ...rest
  }
}
