// Loaded into a Node process before everything else (`--import`): the first SIGUSR2 starts the CPU profiler, the next
// one stops it and writes the profile to a file. So the start of the process and its warm-up are not in it.
import { renameSync, writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'

const intervalMicroseconds = 500

const file = process.env['NARU_BENCH_REPORT']
const session = new Session()
session.connect()
let isRunning = false

async function toggle(): Promise<void> {
  if (file === undefined) return
  isRunning = !isRunning
  if (isRunning) {
    await session.post('Profiler.enable')
    await session.post('Profiler.setSamplingInterval', { interval: intervalMicroseconds })
    await session.post('Profiler.start')
    write(file, JSON.stringify({ report: 1 }))
    return
  }
  const { profile } = await session.post('Profiler.stop')
  write(file, JSON.stringify({ ...profile, report: 2 }))
}

/** Whoever asked waits for the number of the report, which comes by a rename, so that half of one is never read. */
function write(path: string, text: string): void {
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}

process.on('SIGUSR2', () => {
  toggle().catch((error: unknown) => {
    console.error(error)
    process.exit(1)
  })
})
