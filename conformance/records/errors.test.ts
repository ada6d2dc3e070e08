// Our table of error codes against the class `Errors` of Apache's kafka-clients 4.2.0.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { ErrorCode, isRetriableCode } from '@naru/protocol'
import { kafkaClasspath, loggingOptions } from '../kafka/jars.ts'
import { runOrThrow } from '../process.ts'

test('codes, names and the retriable flag are those of Kafka 4.2', async () => {
  const source = join(import.meta.dirname, 'java', 'Errors.java')
  const { stdout } = await runOrThrow('java', [
    ...loggingOptions('OFF'),
    '-cp',
    await kafkaClasspath(),
    source
  ])
  const ours = Object.entries(ErrorCode).map(([name, code]) => `${code} ${name} ${isRetriableCode(code)}`)
  assert.deepEqual(ours, stdout.trim().split('\n'))
})
