/** `naru contract check [FILE]`: all contracts among themselves, or a JSON Schema that is to be deployed. */
import { type Contract, type ContractRole, contractBreaks, readContracts } from '@naru/service/tools'
import { Option } from 'commander'
import { type ClientOptions, addClientOptions, withClient } from '../../client-session.ts'
import { ExitCode } from '../../exit-codes.ts'
import { Failure } from '../../failure.ts'
import { examples } from '../../i18n/help-texts.ts'
import { type Format, addFormatOption } from '../../output/format.ts'
import type { Configure, Setting } from '../../program.ts'
import { wholeNumber } from '../../values/number.ts'
import { type BreakRow, tellBreaks } from './breaks.ts'

interface Options extends ClientOptions {
  readonly event?: string
  readonly eventVersion: number
  readonly role: ContractRole
  readonly service: string
  readonly output: Format
}

const VERSION_MAX = 1_000_000

export const configureCheck: Configure = (command, setting) => {
  const { messages } = setting
  command
    .argument('[file]', messages.text('contract.argument.file'))
    .option('--event <name>', messages.text('contract.option.event'))
    .option(
      '--event-version <number>',
      messages.text('contract.option.version'),
      wholeNumber(messages, { min: 1, max: VERSION_MAX }),
      1
    )
    .addOption(
      new Option('--role <role>', messages.text('contract.option.role'))
        .choices(['writer', 'reader'])
        .default('writer')
    )
    .option('--service <name>', messages.text('contract.option.service'), 'cli')
    .addHelpText(
      'after',
      examples(messages, [
        'naru contract check',
        'naru contract check order-placed.json --event coffee.order-placed --event-version 2'
      ])
    )
    .action(async (file: string | undefined, options: Options) => {
      const given = file === undefined ? undefined : await readContract(setting, file, options)
      await withClient(setting, options, {}, async (client, signal) => {
        const present = await readContracts(client, { signal })
        const added = given === undefined ? present : [onItsTopic(setting, given, present)]
        await tellBreaks(setting, options.output, uniqueRows(added, present))
      })
    })
  addFormatOption(addClientOptions(command, setting), setting)
}

type GivenContract = Omit<Contract, 'topic'>

async function readContract(
  { host, messages }: Setting,
  file: string,
  { event, eventVersion, role, service }: Options
): Promise<GivenContract> {
  if (event === undefined) {
    throw new Failure(ExitCode.usage, messages.text('usage.missing-option', { option: '--event <name>' }), {
      next: 'naru contract check --help'
    })
  }
  const text = await host.readFile(file).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Failure(ExitCode.usage, messages.text('error.unreadable-file', { path: file, reason }), {
      cause
    })
  })
  const schema = parse(text)
  if (schema === undefined) throw new Failure(ExitCode.usage, messages.text('contract.bad-file', { file }))
  return { event, version: eventVersion, role, service, schema, since: '' }
}

function onItsTopic({ messages }: Setting, given: GivenContract, present: readonly Contract[]): Contract {
  const { event } = given
  const topic = present.find((contract) => contract.event === event)?.topic
  if (topic !== undefined) return { ...given, topic }
  throw new Failure(ExitCode.notFound, messages.text('contract.unknown-event', { event }), {
    next: 'naru contract list'
  })
}

function parse(text: string): Contract['schema'] | undefined {
  try {
    const schema: unknown = JSON.parse(text)
    return typeof schema === 'object' && schema !== null ? (schema as Contract['schema']) : undefined
  } catch {
    return undefined
  }
}

/** Each pair once, although both of its sides find it. */
function uniqueRows(added: readonly Contract[], present: readonly Contract[]): readonly BreakRow[] {
  const rows = new Map<string, BreakRow>()
  for (const contract of added) {
    for (const found of contractBreaks(contract, present)) {
      const reader = found.reader
      const writer = reader === contract ? found.against : contract
      const row = {
        event: contract.event,
        field: found.field,
        reason: found.reason,
        writer: side(writer),
        reader: side(reader)
      }
      rows.set(JSON.stringify(row), row)
    }
  }
  return [...rows.values()]
}

function side({ service, version }: Contract): string {
  return `${service} v${version}`
}
