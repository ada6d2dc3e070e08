// kfake, the broker that the authors of franz-go test with (Go), with its log in files and every batch synced.
import { join } from 'node:path'
import { startBrokerProcess } from 'naru-conformance/broker-process'
import { freePorts } from 'naru-conformance/process'
import { goProgram } from '../go-program.ts'
import { started, type System } from './system.ts'

const host = '127.0.0.1'

export const kfake: System = {
  name: 'kfake',
  what: 'kfake of franz-go, files and sync',
  durability: 'on disk before it is acknowledged',
  isBroker: true,
  isOurs: true,
  start: async ({ folder }) => {
    const [port = 0] = await freePorts(1)
    const dataDir = join(folder, 'data')
    const broker = await startBrokerProcess({
      kind: 'external',
      command: await goProgram('kfake'),
      args: ['-port', String(port), '-data', dataDir, '-sync'],
      host,
      port,
      dataDir,
      workDir: folder,
      temporary: false
    })
    return started(kfake, broker, { folder })
  }
}
