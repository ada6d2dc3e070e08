/** `naru dlq show TOPIC` */
import { type DeadLetter, readDeadLetters } from '@naru/service/tools'
import { type ClientOptions, addClientOptions, withClient } from '../../client-session.ts'
import { examples } from '../../i18n/help-texts.ts'
import { type Format, addFormatOption, writeListing } from '../../output/format.ts'
import type { Configure } from '../../program.ts'
import { wholeNumber } from '../../values/number.ts'

interface Options extends ClientOptions {
  readonly all?: true
  readonly key?: string
  readonly max: number
  readonly output: Format
}

/** More than anybody reads; `--max` asks for others. */
const LETTERS_DEFAULT = 100
const LETTERS_MAX = 1_000_000

export const configureShow: Configure = (command, setting) => {
  const { messages } = setting
  command
    .argument('<topic>', messages.text('dlq.argument.topic'))
    .option('--all', messages.text('dlq.option.all'))
    .option('--key <key>', messages.text('dlq.option.key'))
    .option(
      '--max <count>',
      messages.text('dlq.option.max'),
      wholeNumber(messages, { min: 1, max: LETTERS_MAX }),
      LETTERS_DEFAULT
    )
    .addHelpText(
      'after',
      examples(messages, ['naru dlq show orders.barista.dlq', 'naru dlq show orders.barista.dlq -o json'])
    )
    .action((topic: string, options: Options) =>
      withClient(setting, options, { topic }, async (client, signal) => {
        const rows: Row[] = []
        for await (const letter of readDeadLetters(client, topic, { signal, all: options.all === true })) {
          const row = rowOf(letter)
          if (options.key !== undefined && row.key !== options.key) continue
          rows.push(row)
          if (rows.length >= options.max) break
        }
        await writeListing(setting, options.output, {
          rows,
          columns: [
            { title: 'PLACE', value: ({ partition, offset }) => `${partition}:${offset}` },
            { title: 'KEY', value: ({ key }) => key },
            { title: 'EVENT', value: ({ event }) => event },
            {
              title: 'ORIGIN',
              value: ({ origin }) => `${origin.topic}:${origin.partition}:${origin.offset}`
            },
            { title: 'ATTEMPTS', value: ({ attempts }) => attempts, align: 'right' },
            { title: 'REDRIVES', value: ({ redrives }) => redrives, align: 'right' },
            { title: 'ERROR', value: ({ error }) => error },
            { title: 'MESSAGE', value: ({ message }) => message }
          ]
        })
      })
    )
  addFormatOption(addClientOptions(command, setting), setting)
}

type Row = ReturnType<typeof rowOf>

function rowOf(letter: DeadLetter) {
  const text = (bytes: Uint8Array | null): string | null =>
    bytes === null ? null : Buffer.from(bytes).toString('utf8')
  const { partition, offset, timestamp, origin, group, attempts, redrives } = letter
  return {
    partition,
    offset,
    time: new Date(Math.max(0, timestamp)).toISOString(),
    key: text(letter.key),
    event: letter.eventType,
    eventId: letter.eventId,
    origin: { topic: origin.topic, partition: origin.partition, offset: origin.offset },
    group,
    attempts,
    redrives,
    error: letter.errorCode,
    message: letter.errorMessage,
    field: letter.errorField,
    stack: letter.errorStack,
    value: text(letter.value),
    valueCut: letter.valueCut
  }
}
