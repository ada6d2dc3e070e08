/**
 * Keeps processes alive. One that dies is started again, with nothing else disturbed; all of them end with the
 * supervisor, in order when it is asked to stop, and by the reaper when it is killed.
 */
import { NaruError } from '@naru/base'
import { INSTANCES_MAX } from '../../limits.ts'
import type { ProcessSpec } from '../process-spec.ts'
import type { ProcessStatus } from '../status.ts'
import { Reaper } from './reaper.ts'
import { type Observer, Supervised } from './supervised.ts'

export interface SupervisorOptions {
  /** Gets each line that a process prints, and what the supervisor has to say about it. */
  readonly onLine?: (label: string, line: string) => void
  /** Called after something changed in `status`. */
  readonly onChange?: () => void
  /** How long a process may take to stop. */
  readonly graceMs?: number
}

const GRACE_MS_DEFAULT = 3_000

export class Supervisor implements AsyncDisposable {
  readonly #reaper = new Reaper()
  readonly #groups = new Map<string, { readonly spec: ProcessSpec; readonly members: Supervised[] }>()
  readonly #options: SupervisorOptions
  readonly #observer: Observer
  #stopped: Promise<void> | undefined

  constructor(options: SupervisorOptions = {}) {
    this.#options = options
    this.#observer = {
      onLine: (process, line) => options.onLine?.(process.label, line),
      onState: () => options.onChange?.()
    }
  }

  /** Starts the processes of a name; resolves, when all of them are ready, to what the first one said. */
  async start(spec: ProcessSpec): Promise<Readonly<Record<string, unknown>>> {
    if (this.#groups.has(spec.name)) {
      throw new NaruError('PROCESS_EXISTS', `there is a process ${spec.name} already`)
    }
    checkInstances(spec.instances ?? 1)
    this.#groups.set(spec.name, { spec, members: [] })
    const started = this.#grow(spec.name, spec.instances ?? 1)
    const [first = {}] = await Promise.all(started.map((member) => member.ready))
    return first
  }

  /** Starts or stops processes until there are `instances` of the name; stopped ones finish what they do. */
  async scale(name: string, instances: number): Promise<void> {
    const { members } = this.#group(name)
    checkInstances(instances)
    const surplus = members.splice(instances)
    this.#grow(name, instances)
    await Promise.all(surplus.map((member) => member.stop(this.#graceMs)))
    this.#options.onChange?.()
  }

  /** Ends a process at once, as `kill -9` does; it is started again. */
  kill(label: string): number | undefined {
    const member = this.#all().find((one) => one.label === label)
    if (member === undefined) throw new NaruError('UNKNOWN_PROCESS', `there is no process ${label}`)
    const { pid } = member
    if (pid !== undefined) process.kill(pid, 'SIGKILL')
    return pid
  }

  get status(): readonly ProcessStatus[] {
    return this.#all().map((member) => member.status)
  }

  /** Stops everything: services first, then what they stand on. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stopAll()
    return this.#stopped
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #stopAll(): Promise<void> {
    for (const stage of [1, 0]) {
      const members = this.#all().filter(({ spec }) => (spec.stage ?? 1) === stage)
      await Promise.all(members.map((member) => member.stop(this.#graceMs)))
    }
    this.#reaper.close()
  }

  #grow(name: string, instances: number): readonly Supervised[] {
    if (this.#stopped !== undefined) throw new NaruError('STOPPING', 'the supervisor stops')
    const { spec, members } = this.#group(name)
    const before = members.length
    while (members.length < instances) {
      const label = members.length === 0 ? name : `${name}-${members.length + 1}`
      members.push(new Supervised(spec, label, this.#reaper, this.#observer))
    }
    return members.slice(before)
  }

  #group(name: string): { readonly spec: ProcessSpec; readonly members: Supervised[] } {
    const group = this.#groups.get(name)
    if (group === undefined) throw new NaruError('UNKNOWN_PROCESS', `there is no process ${name}`)
    return group
  }

  #all(): readonly Supervised[] {
    return [...this.#groups.values()].flatMap(({ members }) => members)
  }

  get #graceMs(): number {
    return this.#options.graceMs ?? GRACE_MS_DEFAULT
  }
}

function checkInstances(instances: number): void {
  if (Number.isInteger(instances) && instances >= 0 && instances <= INSTANCES_MAX) return
  throw new NaruError('INVALID_INSTANCES', `instances is a whole number from 0 to ${INSTANCES_MAX}`)
}
