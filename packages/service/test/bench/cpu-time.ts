/** Processor time of processes and of those that they started, where the system tells it in /proc; else zero. */
import { readFileSync, readdirSync } from 'node:fs'

interface Times {
  readonly parent: number
  readonly seconds: number
}

const TICKS_PER_SECOND = 100

/** Seconds on a processor, of the process and all below it that still live. */
export function cpuSeconds(pid: number): number {
  const times = new Map<number, Times>()
  for (const name of readNames()) {
    const read = timesOf(name)
    if (read !== undefined) times.set(Number(name), read)
  }
  const isBelow = (id: number | undefined): boolean => {
    for (let at = id; at !== undefined && at > 0; at = times.get(at)?.parent) if (at === pid) return true
    return false
  }
  return [...times].filter(([id]) => isBelow(id)).reduce((sum, [, { seconds }]) => sum + seconds, 0)
}

function readNames(): readonly string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return []
  }
}

function timesOf(pid: string): Times | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name, in parentheses, may hold anything; what comes behind it are numbers.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return {
      parent: Number(fields[1]),
      seconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
    }
  } catch {
    return undefined
  }
}
