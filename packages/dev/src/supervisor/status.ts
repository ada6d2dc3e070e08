/** What the supervisor says about its processes. */

/** `waiting` is between a death and the next start. */
export type ProcessState = 'starting' | 'ready' | 'waiting' | 'stopping' | 'stopped'

export interface ProcessStatus {
  readonly name: string
  readonly label: string
  readonly state: ProcessState
  readonly pid: number | null
  readonly restarts: number
  readonly uptimeMs: number
  /** Its newest output, the oldest line first. */
  readonly lastLines: readonly string[]
}
