/**
 * The copier of `go/`, carried by our own client: the same flags where it knows them, the same lines in its history. Its
 * positions are a group's without members, and go with each transaction.
 */
import { openSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createClient, type TransactionalProducer } from '@naru/client'

const { values } = parseArgs({
  strict: false,
  options: {
    bootstrap: { type: 'string', default: '' },
    source: { type: 'string', default: 'source' },
    target: { type: 'string', default: 'target' },
    ledger: { type: 'string', default: '' },
    partitions: { type: 'string', default: '3' },
    group: { type: 'string', default: 'copiers' },
    id: { type: 'string', default: 'copier' },
    'per-transaction': { type: 'string', default: '20' },
    'abort-every': { type: 'string', default: '5' },
    'timeout-ms': { type: 'string', default: '5000' },
    history: { type: 'string', default: '' }
  }
})
const text = (name: keyof typeof values): string => String(values[name])
const number = (name: keyof typeof values): number => Number(values[name])
const [source, target, ledger, group] = [text('source'), text('target'), text('ledger'), text('group')]
const partitionCount = number('partitions')
const perPartition = Math.max(1, Math.floor(number('per-transaction') / partitionCount))
/** An answer that takes longer is missing. */
const CALL_MS_MAX = 20_000
const PAUSE_MS = 20

const history = openSync(text('history'), 'a')
const note = (event: object): void => void writeSync(history, `${JSON.stringify(event)}\n`)
const processName = `${text('id')}-${process.pid}-${Date.now() % 1_000_000}`
const client = createClient({
  bootstrap: text('bootstrap'),
  requestTimeoutMs: CALL_MS_MAX,
  retryBackoffMs: 20,
  retryBackoffMsMax: 50
})

class ChosenAbort extends Error {}

interface Copy {
  readonly partition: number
  readonly offset: number
  readonly value: string
}

async function readSource(): Promise<readonly (readonly string[])[]> {
  const found: string[][] = Array.from({ length: partitionCount }, () => [])
  for await (const batch of client.consumer({ topics: source, from: 'earliest', to: 'end' })) {
    for (const { offset, value } of batch.records) {
      const list = found[batch.partition]
      if (list?.length !== offset) throw new Error(`the source has a gap at ${batch.partition}:${offset}`)
      list.push(Buffer.from(value ?? []).toString())
    }
  }
  return found
}

/** After the first call of a producer whatever its predecessors left is decided, and so are their positions. */
async function positionsOf(producer: TransactionalProducer): Promise<number[]> {
  await producer.transaction(() => Promise.resolve())
  const positions = Array.from({ length: partitionCount }, () => 0)
  for (const one of await client.admin.listGroupOffsets(group)) positions[one.partition] = one.offset
  return positions
}

function nextCopies(records: readonly (readonly string[])[], positions: readonly number[]): Copy[] {
  return positions.flatMap((from, partition) =>
    (records[partition] ?? [])
      .slice(from, from + perPartition)
      .map((value, index) => ({ partition, offset: from + index, value }))
  )
}

/** Advances the positions when it is committed; throws when nobody knows. */
async function copy(
  producer: TransactionalProducer,
  transaction: string,
  copies: readonly Copy[],
  positions: number[],
  isToAbort: boolean
): Promise<void> {
  const count = copies.length
  const next = positions.map((from, at) => from + copies.filter(({ partition }) => partition === at).length)
  const ended = { kind: 'end', transaction, records: count }
  note({ kind: 'begin', transaction, records: count })
  let isWorkDone = false
  try {
    await producer.transaction(async ({ send, sendOffsets }) => {
      await send(
        target,
        copies.map(({ partition, offset, value }) => ({
          partition,
          value: Buffer.from(`${offset} ${transaction} ${count} ${value}`)
        }))
      )
      if (ledger !== '')
        await send(ledger, [{ partition: 0, value: Buffer.from(`0 ${transaction} ${count} ledger`) }])
      const offsets = next.map((offset, partition) => ({ topic: source, partition, offset }))
      await sendOffsets({ group, generation: -1, memberId: '' }, offsets)
      if (isToAbort) throw new ChosenAbort()
      isWorkDone = true
    })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    // Up to the end of the work nobody has asked for a commit.
    note({ ...ended, outcome: isWorkDone ? 'unknown' : 'aborted', error: reason })
    if (error instanceof ChosenAbort) return
    throw error
  }
  note({ ...ended, outcome: 'committed' })
  positions.splice(0, positions.length, ...next)
}

async function run(): Promise<void> {
  const abortEvery = number('abort-every')
  let records: readonly (readonly string[])[] | undefined
  for (let begun = 0; ;) {
    try {
      records ??= await readSource()
      const producer = client.transactionalProducer({
        transactionalId: text('id'),
        transactionTimeoutMs: number('timeout-ms')
      })
      const positions = await positionsOf(producer)
      for (;;) {
        const copies = nextCopies(records, positions)
        if (copies.length === 0) return
        begun++
        await copy(producer, `${processName}-${begun}`, copies, positions, begun % abortEvery === 0)
      }
    } catch (error) {
      note({ kind: 'session', error: error instanceof Error ? error.message : String(error) })
      await sleep(PAUSE_MS)
    }
  }
}

process.stdin.on('end', () => process.exit(0)).resume()
await run()
