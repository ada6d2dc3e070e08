/** Self time of a V8 CPU profile by function and by what the function is about. */

export interface CpuProfile {
  readonly nodes: readonly ProfileNode[]
  readonly samples: readonly number[]
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[]
}

interface ProfileNode {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string }
  readonly children?: readonly number[]
}

export interface SelfTime {
  readonly group: string
  readonly name: string
  readonly file: string
  readonly ms: number
}

interface Rule {
  readonly group: string
  /** Against `function file`; the file of a native function is that of its nearest caller. */
  readonly pattern: RegExp
}

/** The first that matches counts. */
const rules: readonly Rule[] = [
  { group: 'idle', pattern: /^\(idle\)/ },
  { group: 'garbage collection', pattern: /^\(garbage collector\)/ },
  { group: 'outside of JavaScript', pattern: /^\((program|root)\)/ },
  { group: 'checksums', pattern: /crc/i },
  {
    group: 'socket writes',
    pattern: /^(writev|writeBuffer|writeUtf8String|writeLatin1String) node:(net|internal\/stream)/
  },
  { group: 'socket writes', pattern: /(Write|write|cork).* node:(net|internal\/(stream|streams\/writable))/ },
  { group: 'socket reads', pattern: / node:(net|internal\/(stream|streams))/ },
  { group: 'submitting file calls', pattern: / node:(fs|internal\/fs)| base\/src\/node\/disk/ },
  { group: 'cutting frames', pattern: / broker\/src\/frame-assembler/ },
  { group: 'checks of batches', pattern: / protocol\/src\/records/ },
  { group: 'codec', pattern: / (protocol|base)\/src\/(messages|reader|writer|headers)/ },
  { group: 'journal', pattern: / storage\/src\/journal/ },
  { group: 'write-out and segments', pattern: / storage\/src\/(segments|checkpoint|local)/ },
  { group: 'partition log', pattern: / storage\// },
  { group: 'connections and handlers', pattern: / broker\// },
  { group: 'timers, promises, event loop', pattern: / node:/ }
]

const otherGroup = 'other'

/** `storage/src/journal/journal.ts` of a long address, `node:fs` of a module of Node. */
function shortFile(url: string): string {
  const path = /(?:packages|@naru)\/(.*)$/.exec(url)?.[1]
  return path ?? /node_modules\/(.*)$/.exec(url)?.[1] ?? url
}

export function groupOf(name: string, file: string): string {
  return rules.find(({ pattern }) => pattern.test(`${name} ${file}`))?.group ?? otherGroup
}

/** The longest first. */
export function selfTimes(profile: CpuProfile): readonly SelfTime[] {
  const microseconds = new Map<number, number>()
  for (const [index, id] of profile.samples.entries()) {
    // A sample holds until the next one.
    const took = profile.timeDeltas[index + 1] ?? 0
    microseconds.set(id, (microseconds.get(id) ?? 0) + took)
  }
  const files = callerFiles(profile)
  const byFunction = new Map<string, SelfTime>()
  for (const { id, callFrame } of profile.nodes) {
    const ms = (microseconds.get(id) ?? 0) / 1000
    if (ms === 0) continue
    const file = files.get(id) ?? ''
    const name = callFrame.functionName === '' ? '(anonymous)' : callFrame.functionName
    const key = `${name} ${file}`
    const before = byFunction.get(key)?.ms ?? 0
    byFunction.set(key, { group: groupOf(name, file), name, file, ms: before + ms })
  }
  return [...byFunction.values()].toSorted((left, right) => right.ms - left.ms)
}

function callerFiles(profile: CpuProfile): ReadonlyMap<number, string> {
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id]))
  )
  const urls = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame.url]))
  const fileOf = (start: number): string => {
    for (let id: number | undefined = start; id !== undefined; id = parents.get(id)) {
      const url = urls.get(id)
      if (url !== undefined && url !== '') return shortFile(url)
    }
    return ''
  }
  return new Map(profile.nodes.map(({ id }) => [id, fileOf(id)]))
}

export interface GroupTime {
  readonly group: string
  readonly ms: number
  /** Of the time that was not idle. */
  readonly share: number
}

/** Idle time is left out: on a machine that the load client shares, it says how much the client took. */
export function groupTimes(list: readonly SelfTime[]): readonly GroupTime[] {
  const sums = new Map<string, number>()
  for (const { group, ms } of list) if (group !== 'idle') sums.set(group, (sums.get(group) ?? 0) + ms)
  const total = [...sums.values()].reduce((sum, ms) => sum + ms, 0)
  return [...sums]
    .map(([group, ms]) => ({ group, ms, share: ms / total }))
    .toSorted((left, right) => right.ms - left.ms)
}
