// The disk without any broker: its workloads write to a file in the folder.
import type { RunningBroker } from 'naru-conformance/broker'
import { started, type System } from './system.ts'

const refuse = (): Promise<void> => Promise.reject(new Error('there is no process to stop or start'))

function noBroker(folder: string): RunningBroker {
  return {
    kind: 'external',
    host: '',
    port: 0,
    bootstrap: '',
    dataDir: folder,
    pid: 0,
    startMs: 0,
    stop: refuse,
    kill: refuse,
    restart: refuse,
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve()
  }
}

export const disk: System = {
  name: 'disk',
  what: 'a loop of synced writes to one file: the limit of the disk with one write in flight',
  durability: 'on disk before the next write',
  isBroker: false,
  isOurs: true,
  start: ({ folder }) => Promise.resolve(started(disk, noBroker(folder), { folder }))
}
