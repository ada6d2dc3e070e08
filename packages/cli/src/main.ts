/** Where the command begins: the process, one run, its exit code. */
import { processHost } from './node/host.ts'
import { run } from './run.ts'

const exitCode = await run(processHost())

// What is left open (a pipe that nobody reads, a connection that does not end) must not keep the process.
if (process.stdout.writableLength > 0) process.stdout.once('drain', () => process.exit(exitCode))
else process.exit(exitCode)
