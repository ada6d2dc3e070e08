/** What a process has used and holds, from Linux's /proc. Everything is NaN for a process that is not ours (pid 0). */
import { readFile, readdir, writeFile } from 'node:fs/promises'

/** Linux counts CPU time in ticks of this length, whatever the kernel's own clock is. */
const tickSeconds = 0.01

/** User and system time of all its threads so far; the name in parentheses may hold blanks. */
export async function cpuSecondsOf(pid: number): Promise<number> {
  if (pid === 0) return Number.NaN
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * tickSeconds
}

export interface Memory {
  readonly residentMb: number
  /** Since the start of the process, or since `resetPeak`. */
  readonly peakMb: number
}

/** Megabytes of 1024 kB, as the targets mean them. */
export async function memoryOf(pid: number): Promise<Memory> {
  if (pid === 0) return { residentMb: Number.NaN, peakMb: Number.NaN }
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const field = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024
  return { residentMb: field('VmRSS'), peakMb: field('VmHWM') }
}

/** Begins to look for the peak of the resident memory anew. */
export async function resetPeak(pid: number): Promise<void> {
  if (pid !== 0) await writeFile(`/proc/${pid}/clear_refs`, '5')
}

export async function openFilesOf(pid: number): Promise<number> {
  if (pid === 0) return Number.NaN
  const entries = await readdir(`/proc/${pid}/fd`)
  return entries.length
}
