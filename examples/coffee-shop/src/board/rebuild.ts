// The board made anew: every event of the topics from the beginning to their present end.
import { createClient, jsonCodec } from '@naru/client'
import { SOURCES } from './changes.ts'
import { type BoardRow, project } from './projection.ts'

export async function rebuildBoard(bootstrap: string): Promise<ReadonlyMap<string, BoardRow>> {
  const rows = new Map<string, BoardRow>()
  await using client = createClient({ bootstrap })
  for (const topic of new Set(SOURCES.map(({ event }) => event.topic))) {
    const consumer = client.consumer({
      topics: topic,
      from: 'earliest',
      to: 'end',
      value: jsonCodec<unknown>()
    })
    for await (const batch of consumer) {
      for (const { headers, value } of batch.records) {
        const type = headers.find(([name]) => name === 'ce_type')?.[1]
        const name = type === null || type === undefined ? '' : Buffer.from(type).toString()
        const source = SOURCES.find(({ event }) => event.name === name)
        if (source === undefined) continue
        const change = source.change(value)
        rows.set(change.orderId, project(rows.get(change.orderId), change))
      }
    }
  }
  return rows
}
