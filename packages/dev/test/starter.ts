// Starts a PostgreSQL in the given folder without a supervisor, so that nobody ends it when this process is killed.
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { embeddedPostgres } from '../src/index.ts'

const [folder = ''] = process.argv.slice(2)
const { adminUrl, process: spec } = await embeddedPostgres({ folder, durability: 'none' })
const [program = '', ...args] = spec.command
const env = { ...process.env, ...spec.env }
const postgres = spawn(program, args, { env, cwd: spec.cwd, stdio: 'ignore', ...spec.owner })
while ((await spec.isReady?.(postgres.pid ?? 0)) !== true) await sleep(20)
console.log(adminUrl)
