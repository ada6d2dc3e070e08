// Adapter for kcat, the command line client on librdkafka: every operation is one or more runs of the program.

import { run } from '../../process.ts'
import { decode, serve } from '../adapter-loop.ts'
import type { ConsumeCommand, ProduceCommand, WireRecord } from '../wire.ts'
import { startMember } from './member.ts'
import { OutputReader, recordFormat } from './output.ts'
import { startStream } from './stream.ts'

/** Neither may occur in a record of a case; kcat has no escape. */
const keyDelimiter = '<key>'
const recordDelimiter = '<end>'

/** The sentences in which kcat reports what the broker refused. */
const refusals: readonly (readonly [string, number])[] = [['Message size too large', 10]]

class KcatError extends Error {
  override readonly name = 'KcatError'
  readonly code: number | undefined

  constructor(stderr: string) {
    super(stderr.trim())
    this.code = refusals.find(([sentence]) => stderr.includes(sentence))?.[1]
  }
}

async function kcat(args: readonly string[], input: Uint8Array | string = ''): Promise<Buffer> {
  const result = await run('kcat', args, { input, timeoutMs: 60_000 })
  if (result.code !== 0) throw new KcatError(result.stderr)
  return result.stdoutBytes
}

function producerArguments(command: ProduceCommand, record: WireRecord): string[] {
  const headers = record.h.flatMap(([name, value]) => ['-H', `${name}=${decode(value)?.toString() ?? ''}`])
  const properties = [
    `client.id=${command.clientId}`,
    `compression.codec=${command.compression}`,
    `enable.idempotence=${command.idempotent}`,
    // Client limits are raised, so that it is the broker that refuses.
    'message.max.bytes=16777216',
    'acks=all'
  ]
  const nulls = record.k === null || record.v === null ? ['-Z'] : []
  const delimiters = ['-K', keyDelimiter, '-D', recordDelimiter]
  const target = ['-P', '-b', command.bootstrap, '-t', command.topic, '-p', String(record.p)]
  return [...target, ...delimiters, ...nulls, ...headers, ...properties.flatMap((one) => ['-X', one])]
}

/** One run per record: headers and nulls are options of the whole run. kcat does not tell offsets. */
async function produce(command: ProduceCommand): Promise<{ offsets: number[] }> {
  for (const record of command.records) {
    const parts = [decode(record.k) ?? '', keyDelimiter, decode(record.v) ?? '', recordDelimiter]
    await kcat(producerArguments(command, record), Buffer.concat(parts.map((part) => Buffer.from(part))))
  }
  return { offsets: [] }
}

async function consumePartition(command: ConsumeCommand, partition: number): Promise<WireRecord[]> {
  const start = command.fromTimestamp === undefined ? 'beginning' : `s@${command.fromTimestamp}`
  const source = ['-C', '-b', command.bootstrap, '-t', command.topic, '-p', String(partition), '-o', start]
  const properties = ['-X', `client.id=${command.clientId}`, '-X', 'fetch.wait.max.ms=200']
  const output = await kcat([...source, '-e', '-q', '-f', recordFormat, ...properties])
  return new OutputReader().push(output)
}

/** kcat reads to the end of the partition and ends, so the count is not needed. */
async function consume(command: ConsumeCommand): Promise<{ records: WireRecord[] }> {
  const partitions = command.partitions.map((partition) => consumePartition(command, partition))
  return { records: (await Promise.all(partitions)).flat() }
}

serve(
  {
    produce,
    consume,
    startMember,
    startStream
  },
  (error) => (error instanceof KcatError ? error.code : undefined)
)
