// Runs a command beside a fresh Apache Kafka: `node conformance/kafka/with-kafka.ts node script.ts --flag`.
// The command finds the address in KAFKA_BOOTSTRAP; its exit code is ours.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { startKafka } from './server.ts'

const [command, ...args] = process.argv.slice(2)
if (command === undefined) {
  console.error('usage: node conformance/kafka/with-kafka.ts COMMAND [ARGUMENT...]')
  process.exit(2)
}
await using broker = await startKafka()
const child = spawn(command, args, {
  stdio: 'inherit',
  env: { ...process.env, KAFKA_BOOTSTRAP: broker.bootstrap, KAFKA_DATA: broker.dataDir }
})
const [code] = (await once(child, 'exit')) as [number | null]
process.exitCode = code ?? 1
