/**
 * Ends what a supervisor leaves behind when it is killed without warning. It reads `+PID SIGNAL` and `-PID` lines from
 * the supervisor; the end of its input means that the supervisor is gone, and then it stops whatever is on the list.
 */
import { createInterface } from 'node:readline'

const GRACE_MS = 5_000
const POLL_MS = 20

const processes = new Map<number, NodeJS.Signals>()

// The signals of a terminal are for the supervisor; this process ends when that one does.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)

const lines = createInterface({ input: process.stdin })
lines.on('line', (line) => {
  const [pid, signal] = line.slice(1).split(' ')
  if (line.startsWith('+')) processes.set(Number(pid), signal as NodeJS.Signals)
  else processes.delete(Number(pid))
})
lines.on('close', () => {
  for (const [pid, signal] of processes) send(pid, signal)
  setInterval(() => {
    for (const pid of processes.keys()) if (!send(pid, 0)) processes.delete(pid)
    if (processes.size === 0) process.exit()
  }, POLL_MS)
  setTimeout(() => {
    for (const pid of processes.keys()) send(pid, 'SIGKILL')
    process.exit()
  }, GRACE_MS)
})

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}
