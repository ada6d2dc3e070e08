/** `naru contract diff EVENT VERSION VERSION`: what readers of the one miss in the other, both ways. */
import { type Contract, findBreaks, readContracts } from '@naru/service/tools'
import { type ClientOptions, addClientOptions, withClient } from '../../client-session.ts'
import { ExitCode } from '../../exit-codes.ts'
import { Failure } from '../../failure.ts'
import { examples } from '../../i18n/help-texts.ts'
import { type Format, addFormatOption } from '../../output/format.ts'
import type { Configure, Setting } from '../../program.ts'
import { wholeNumber } from '../../values/number.ts'
import { type BreakRow, tellBreaks } from './breaks.ts'

interface Options extends ClientOptions {
  readonly output: Format
}

const VERSION_MAX = 1_000_000

export const configureDiff: Configure = (command, setting) => {
  const { messages } = setting
  const version = wholeNumber(messages, { min: 1, max: VERSION_MAX })
  command
    .argument('<event>', messages.text('contract.argument.event'))
    .argument('<version>', messages.text('contract.argument.version'), version)
    .argument('<other>', messages.text('contract.argument.version'), version)
    .addHelpText('after', examples(messages, ['naru contract diff coffee.order-placed 1 2']))
    .action((event: string, one: number, other: number, options: Options) =>
      withClient(setting, options, {}, async (client, signal) => {
        const contracts = await readContracts(client, { signal })
        const before = writerOf(setting, contracts, event, one)
        const after = writerOf(setting, contracts, event, other)
        await tellBreaks(setting, options.output, [...rows(before, after), ...rows(after, before)])
      })
    )
  addFormatOption(addClientOptions(command, setting), setting)
}

function rows(reader: Contract, writer: Contract): readonly BreakRow[] {
  return findBreaks(reader.schema, writer.schema).map(({ field, reason }) => ({
    event: reader.event,
    field,
    reason,
    writer: `v${writer.version}`,
    reader: `v${reader.version}`
  }))
}

function writerOf(
  { messages }: Setting,
  contracts: readonly Contract[],
  event: string,
  version: number
): Contract {
  const found = contracts.find(
    (contract) => contract.event === event && contract.version === version && contract.role === 'writer'
  )
  if (found !== undefined) return found
  throw new Failure(ExitCode.notFound, messages.text('contract.unknown-version', { event, version }), {
    next: `naru contract list ${event}`
  })
}
