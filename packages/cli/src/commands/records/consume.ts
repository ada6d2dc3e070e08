/** `naru consume TOPIC`: records go to stdout. */
import type { Consumer } from '@naru/client'
import { Option } from 'commander'
import { type ClientOptions, addClientOptions, withClient } from '../../client-session.ts'
import { Interrupted, isForPeople } from '../../host.ts'
import { examples } from '../../i18n/help-texts.ts'
import { Progress } from '../../output/progress.ts'
import type { Configure, Setting } from '../../program.ts'
import { numbers } from '../../values/key-value.ts'
import { wholeNumber } from '../../values/number.ts'
import { type Offset, type Time, place } from '../../values/place.ts'
import { RECORD_FORMATS, type RecordFormat, type RecordWriter, recordWriter } from './record-writers.ts'

interface Options extends ClientOptions {
  readonly group?: string
  readonly from: 'earliest' | 'latest' | Offset | Time
  readonly to?: 'end' | Offset | Time
  readonly max?: number
  readonly partition?: readonly number[]
  readonly output: RecordFormat
}

const PARTITION_MAX = 2 ** 31 - 1

export const configure: Configure = (command, setting) => {
  const { host, messages } = setting
  const from = place(['earliest', 'latest'], messages, host.clock)
  const partition = numbers(wholeNumber(messages, { min: 0, max: PARTITION_MAX }))
  command
    .argument('<topic>', messages.text('consume.argument.topic'))
    .option('-g, --group <group>', messages.text('consume.option.group'))
    .addOption(
      new Option('-f, --from <place>', messages.text('consume.option.from')).argParser(from).default('latest')
    )
    .option('-t, --to <place>', messages.text('consume.option.to'), place(['end'], messages, host.clock))
    .option(
      '-n, --max <count>',
      messages.text('consume.option.max'),
      wholeNumber(messages, { min: 1, max: Number.MAX_SAFE_INTEGER })
    )
    .addOption(
      new Option('--partition <numbers>', messages.text('consume.option.partition'))
        .argParser(partition)
        .conflicts('group')
    )
    .addOption(
      new Option('-o, --output <format>', messages.text('option.output'))
        .choices(RECORD_FORMATS)
        .default('value')
    )
    .action((topic: string, options: Options) => consume(setting, topic, options))
    .addHelpText(
      'after',
      examples(messages, [
        'naru consume greetings --from earliest',
        'naru consume orders --group billing --from earliest -o jsonl',
        'naru consume orders --from 2026-11-22T09:00 --to end --max 100'
      ])
    )
  addClientOptions(command, setting)
}

function consume(setting: Setting, topic: string, options: Options): Promise<void> {
  const { host, messages } = setting
  const { group, from, to, max, partition } = options
  return withClient(setting, options, { topic, group }, async (client, signal) => {
    await using consumer = client.consumer({
      topics: topic,
      group,
      from,
      to,
      max,
      partitions: partition,
      signal
    })
    const isOpenEnd = to === undefined && max === undefined && from === 'latest'
    if (isOpenEnd && isForPeople(host.stderr, host.env)) {
      await host.stderr.write(`${messages.text('consume.waiting', { topic })}\n`)
    }
    let records = 0
    const progress = new Progress(host, { writesData: true }, () =>
      messages.text('consume.progress', { records })
    )
    try {
      await writeAll(
        setting,
        consumer,
        await recordWriter(setting, options.output),
        (count) => (records += count)
      )
    } finally {
      await progress.end()
    }
    if (host.stderr.isTerminal)
      await host.stderr.write(`${messages.text('consume.done', { records, topic })}\n`)
  })
}

async function writeAll(
  { host }: Setting,
  consumer: Consumer,
  writer: RecordWriter,
  onWritten: (count: number) => void
): Promise<void> {
  await writeNonEmpty(host.stdout, writer.begin())
  try {
    for await (const { records } of consumer) {
      await host.stdout.write(writer.write(records))
      onWritten(records.length)
    }
  } catch (error) {
    // What was asked for goes on until somebody says stop; the frame is closed, so that the output is whole.
    if (error instanceof Interrupted) await writeNonEmpty(host.stdout, writer.end())
    throw error
  }
  await writeNonEmpty(host.stdout, writer.end())
}

async function writeNonEmpty(output: Setting['host']['stdout'], text: string): Promise<void> {
  if (text !== '') await output.write(text)
}
