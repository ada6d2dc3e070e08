// The limit that client, loopback and Node set together: a Node process that reads frames and acknowledges Produce
// without looking at what it says, and answers Fetch from one prepared batch. No broker in Node can be faster.
import { join } from 'node:path'
import { startBrokerProcess } from 'naru-conformance/broker-process'
import { freePorts } from 'naru-conformance/process'
import { started, type System } from './system.ts'

const host = '127.0.0.1'
const program = join(import.meta.dirname, '../sink/sink.ts')

export const sink: System = {
  name: 'sink',
  what: 'acknowledges and keeps nothing: the limit of client, loopback and Node',
  durability: 'none',
  isBroker: false,
  isOurs: true,
  start: async ({ folder }) => {
    const [port = 0] = await freePorts(1)
    const broker = await startBrokerProcess({
      kind: 'external',
      command: process.execPath,
      args: [program, String(port)],
      host,
      port,
      dataDir: '',
      workDir: folder,
      temporary: false
    })
    return started(sink, broker, { folder })
  }
}
