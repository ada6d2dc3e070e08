/** `naru group seek NAME`: moves a group that has no members, after showing what that means. */
import type { Client } from '@naru/client'
import { type Command, Option } from 'commander'
import { type ClientOptions, addClientOptions, withClient } from '../../client-session.ts'
import { confirm } from '../../confirm.ts'
import { ExitCode } from '../../exit-codes.ts'
import { Failure } from '../../failure.ts'
import { isForPeople } from '../../host.ts'
import { examples } from '../../i18n/help-texts.ts'
import { type Column, type Format, addFormatOption, writeListing } from '../../output/format.ts'
import type { Configure, Setting } from '../../program.ts'
import { list, numbers } from '../../values/key-value.ts'
import { wholeNumber } from '../../values/number.ts'
import { throwFirst } from '../outcomes.ts'
import { endsOf } from './progress-of-group.ts'
import { type Move, type SeekTarget, planMoves, seekTarget } from './seek-target.ts'

interface Options extends ClientOptions {
  readonly to: SeekTarget
  readonly topic?: readonly string[]
  readonly allTopics?: true
  readonly partition?: readonly number[]
  readonly dryRun?: true
  readonly yes?: true
  readonly output: Format
}

const PARTITION_MAX = 2 ** 31 - 1

const COLUMNS: ReadonlyArray<Column<Move>> = [
  { title: 'TOPIC', value: ({ topic }) => topic },
  { title: 'PARTITION', value: ({ partition }) => partition, align: 'right' },
  { title: 'FROM', value: ({ from }) => from, align: 'right' },
  { title: 'TO', value: ({ to }) => to, align: 'right' },
  {
    title: 'CHANGE',
    value: ({ change }) => (change !== null && change > 0 ? `+${change}` : change),
    align: 'right'
  }
]

export const configureSeek: Configure = (command, setting) => {
  const { host, messages } = setting
  command
    .argument('<group>', messages.text('group.argument.name'))
    .requiredOption('--to <place>', messages.text('group.option.to'), seekTarget(messages, host.clock))
    .option('--topic <names>', messages.text('group.option.topic'), list)
    .addOption(new Option('--all-topics', messages.text('group.option.all-topics')).conflicts('topic'))
    .option(
      '--partition <numbers>',
      messages.text('group.option.partition'),
      numbers(wholeNumber(messages, { min: 0, max: PARTITION_MAX }))
    )
    .option('--dry-run', messages.text('option.dry-run'))
    .option('-y, --yes', messages.text('option.yes'))
    .action((group: string, options: Options) =>
      withClient(setting, options, { group }, (client, signal) =>
        seek({ setting, client, group, options, signal })
      )
    )
  addFormatOption(addClientOptions(command, setting), setting)
  addExamples(command, setting)
}

function addExamples(command: Command, { messages }: Setting): void {
  const lines = [
    'naru group seek billing --topic orders --to earliest --dry-run',
    'naru group seek billing --all-topics --to 2026-11-22T09:00',
    'naru group seek billing --topic orders --partition 0,1 --to=-100'
  ]
  command.addHelpText('after', examples(messages, lines))
}

interface Seeking {
  readonly setting: Setting
  readonly client: Client
  readonly group: string
  readonly options: Options
  readonly signal: AbortSignal
}

async function seek(seeking: Seeking): Promise<void> {
  const { setting, client, group, options, signal } = seeking
  const { host, messages } = setting
  await refuseMembers(seeking)
  const moves = await plan(seeking)
  const changed = moves.filter(({ from, to }) => from !== to)
  if (options.dryRun === true) {
    await writeListing(setting, options.output, { rows: moves, columns: COLUMNS })
    return host.stderr.write(`${messages.text('group.would-seek', { group, partitions: changed.length })}\n`)
  }
  if (options.yes !== true && host.stdin.isTerminal && isForPeople(host.stderr, host.env)) {
    const { formatTable } = await import('../../output/table.ts')
    await host.stderr.write(formatTable({ rows: moves, columns: COLUMNS }))
  }
  const question = messages.text('group.confirm-seek', { group, partitions: changed.length })
  await confirm(setting, question, options.yes === true)
  const positions = changed.map(({ topic, partition, to }) => ({ topic, partition, offset: to }))
  const outcomes =
    changed.length === 0 ? [] : await client.admin.commitGroupOffsets(group, positions, { signal })
  throwFirst(outcomes)
  await writeListing(setting, options.output, { rows: moves, columns: COLUMNS })
  return host.stderr.write(`${messages.text('group.sought', { group, partitions: changed.length })}\n`)
}

/** The coordinator would refuse too, but only after people have read and confirmed the plan. */
async function refuseMembers({ setting, client, group, signal }: Seeking): Promise<void> {
  const { messages } = setting
  const groups = await client.admin.listGroups({ signal })
  // Seeking a group that does not exist yet makes it, as Kafka's own tool does.
  if (!groups.some((found) => found.group === group)) return
  const { members } = await client.admin.describeGroup(group, { signal })
  if (members.length === 0) return
  throw new Failure(
    ExitCode.refused,
    messages.text('group.has-members', { group, members: members.length }),
    {
      next: messages.text('next.group-not-empty', { group })
    }
  )
}

async function plan({ setting, client, group, options, signal }: Seeking): Promise<readonly Move[]> {
  const { messages } = setting
  const committed = await client.admin.listGroupOffsets(group, { signal })
  const topics =
    options.allTopics === true ? [...new Set(committed.map(({ topic }) => topic))] : (options.topic ?? [])
  if (topics.length === 0) {
    const key = options.allTopics === true ? 'group.seek-nothing' : 'group.seek-what'
    throw new Failure(
      options.allTopics === true ? ExitCode.notFound : ExitCode.usage,
      messages.text(key, { group })
    )
  }
  const moves: Move[] = []
  for (const topic of topics) {
    // Throws when the topic is not there; a typing mistake must not look like an empty plan.
    const info = await client.admin.describeTopic(topic, { signal })
    const all = info.partitions.map(({ partition }) => partition)
    const missing = options.partition?.find((partition) => !all.includes(partition))
    if (missing !== undefined) {
      const values = { topic, partition: missing, code: 'UNKNOWN_TOPIC_OR_PARTITION' }
      throw new Failure(ExitCode.notFound, messages.text('error.unknown-partition', values))
    }
    const own = committed.filter((place) => place.topic === topic)
    const where = {
      topic,
      ends: await endsOf(client.admin, topic, signal),
      committed: new Map(own.map(({ partition, offset }) => [partition, offset])),
      partitions: options.partition ?? all
    }
    moves.push(...(await planMoves(client, options.to, where, signal)))
  }
  return moves
}
