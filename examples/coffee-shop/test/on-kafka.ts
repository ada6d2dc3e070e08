// Runs the tests of the shop on the Kafka whose address is in KAFKA_BOOTSTRAP: one variable is all that differs.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../../..')
const reporter = './scripts/test-report.ts'
const file = 'examples/coffee-shop/test/orders.test.ts'
const env = { ...process.env, NARU_TEST_BOOTSTRAP: process.env['KAFKA_BOOTSTRAP'] }
const flags = ['--test', '--test-isolation=none', `--test-reporter=${reporter}`, file]
process.exitCode = spawnSync(process.execPath, flags, { cwd: root, env, stdio: 'inherit' }).status ?? 1
