/** `naru produce TOPIC`: lines from stdin become records. */
import type { Acks, Client, Compression, HeaderToSend, Producer, RecordToSend } from '@naru/client'
import { type Command, Option } from 'commander'
import { type ClientOptions, addClientOptions, withClient } from '../../client-session.ts'
import { ExitCode } from '../../exit-codes.ts'
import { Failure } from '../../failure.ts'
import { isForPeople } from '../../host.ts'
import { examples } from '../../i18n/help-texts.ts'
import { type Format, addFormatOption, writeData } from '../../output/format.ts'
import { Progress, formatBytes } from '../../output/progress.ts'
import type { Configure, Setting } from '../../program.ts'
import { pairs } from '../../values/key-value.ts'
import { wholeNumber } from '../../values/number.ts'
import { lineBatches } from './lines.ts'

interface Options extends ClientOptions {
  readonly key?: string
  readonly keySeparator?: string
  readonly header?: ReadonlyArray<readonly [string, string]>
  readonly acks: 'all' | '0' | '1'
  readonly compression: Compression
  readonly partition?: number
  readonly output: Format
}

/** Bytes read ahead while a batch is on its way; stdin waits beyond that. */
const READ_AHEAD_BYTES_MAX = 1024 * 1024
const PARTITION_MAX = 2 ** 31 - 1

export const configure: Configure = (command, setting) => {
  const { messages } = setting
  command
    .argument('<topic>', messages.text('produce.argument.topic'))
    .option('-k, --key <key>', messages.text('produce.option.key'))
    .option('-K, --key-separator <text>', messages.text('produce.option.key-separator'))
    .option('-H, --header <name=value>', messages.text('produce.option.header'), pairs(messages))
    .option(
      '--partition <number>',
      messages.text('produce.option.partition'),
      wholeNumber(messages, { min: 0, max: PARTITION_MAX })
    )
    .action((topic: string, options: Options) => produceAll(setting, topic, options))
    .addHelpText(
      'after',
      examples(messages, [
        'echo hello | naru produce greetings',
        'naru produce orders --key-separator : < orders.txt',
        'naru produce logs --compression zstd --header source=web < access.log'
      ])
    )
  addChoices(command, setting)
  addFormatOption(addClientOptions(command, setting), setting)
}

function addChoices(command: Command, { messages }: Setting): void {
  const acks = new Option('-a, --acks <acks>', messages.text('produce.option.acks'))
  const compression = new Option('-z, --compression <codec>', messages.text('produce.option.compression'))
  command
    .addOption(acks.choices(['all', '1', '0']).default('all'))
    .addOption(compression.choices(['none', 'gzip', 'snappy', 'lz4', 'zstd']).default('none'))
}

interface Count {
  records: number
  bytes: number
}

async function produceAll(setting: Setting, topic: string, options: Options): Promise<void> {
  const { host, messages } = setting
  if (options.key !== undefined && options.keySeparator !== undefined) {
    throw new Failure(ExitCode.usage, messages.text('produce.key-twice'))
  }
  if (options.keySeparator === '') throw new Failure(ExitCode.usage, messages.text('produce.empty-separator'))
  await withClient(setting, options, { topic }, async (client, signal) => {
    if (host.stdin.isTerminal && isForPeople(host.stderr, host.env)) {
      await host.stderr.write(`${messages.text('produce.typing')}\n`)
    }
    const count: Count = { records: 0, bytes: 0 }
    const progress = new Progress(host, { writesData: false }, () =>
      messages.text('produce.progress', { records: count.records, bytes: formatBytes(count.bytes) })
    )
    try {
      await sendLines({ setting, client, topic, options, count, signal })
    } finally {
      await progress.end()
    }
    await tell(setting, topic, options, count)
  })
}

async function tell(
  { host, messages }: Setting,
  topic: string,
  options: Options,
  count: Count
): Promise<void> {
  const bytes = formatBytes(count.bytes)
  await host.stderr.write(`${messages.text('produce.done', { records: count.records, topic, bytes })}\n`)
  if (options.output !== 'table') await writeData({ host, messages }, options.output, [{ topic, ...count }])
}

interface Sending {
  readonly setting: Setting
  readonly client: Client
  readonly topic: string
  readonly options: Options
  readonly count: Count
  readonly signal: AbortSignal
}

type Line = RecordToSend<Uint8Array, Uint8Array>

/** Sends what was read while the last batch was on its way: slow input at once, fast input in large batches. */
async function sendLines(sending: Sending): Promise<void> {
  const { setting, client, options, signal, topic } = sending
  const acks: Acks = options.acks === 'all' ? 'all' : options.acks === '1' ? 1 : 0
  const producer = client.producer({ acks, compression: options.compression, autoCreate: true })
  // The topic must be there before the first line is waited for, so that a wrong name shows at once.
  await producer.send(topic, [], { signal })
  let waiting: Line[] = []
  let waitingBytes = 0
  let inFlight: Promise<void> = Promise.resolve()
  let isFlying = false
  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      waitingBytes = 0
      await sendBatch(producer, batch, sending)
    }
    isFlying = false
  }
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => undefined)
  for await (const lines of lineBatches(untilFirst(setting.host.stdin.chunks(), signal, failed.promise))) {
    for (const line of lines) {
      waiting.push(toRecord(line, options))
      waitingBytes += line.length
    }
    if (!isFlying) {
      isFlying = true
      inFlight = flush()
      inFlight.catch(failed.reject)
    }
    if (waitingBytes >= READ_AHEAD_BYTES_MAX) await inFlight
  }
  await inFlight
}

async function sendBatch(
  producer: Producer,
  batch: readonly Line[],
  { topic, signal, count }: Sending
): Promise<void> {
  await producer.send(topic, batch, { signal })
  count.records += batch.length
  for (const { key, value } of batch) count.bytes += (key?.length ?? 0) + (value?.length ?? 0)
}

/** A line without the separator has no key, as with kcat. */
function toRecord(line: Uint8Array, options: Options): Line {
  const headers: readonly HeaderToSend[] | undefined = options.header
  const { partition } = options
  const rest = {
    ...(headers === undefined ? {} : { headers }),
    ...(partition === undefined ? {} : { partition })
  }
  if (options.keySeparator === undefined) {
    return { value: line, key: options.key === undefined ? null : Buffer.from(options.key, 'utf8'), ...rest }
  }
  const separator = Buffer.from(options.keySeparator, 'utf8')
  const at = Buffer.from(line.buffer, line.byteOffset, line.length).indexOf(separator)
  if (at < 0) return { value: line, key: null, ...rest }
  return { key: line.subarray(0, at), value: line.subarray(at + separator.length), ...rest }
}

/** The chunks until the signal aborts or `failed` rejects, even while none comes. */
async function* untilFirst(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  failed: Promise<never>
): AsyncGenerator<Uint8Array, void, void> {
  const iterator = chunks[Symbol.asyncIterator]()
  const aborted = Promise.withResolvers<never>()
  aborted.promise.catch(() => undefined)
  const onAbort = (): void => aborted.reject(signal.reason as Error)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    for (;;) {
      signal.throwIfAborted()
      const next = await Promise.race([iterator.next(), aborted.promise, failed])
      if (next.done === true) return
      yield next.value
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
