/** Folders of Apache Kafka that are made by hand, small and with a bit of everything, and taken over. */
import assert from 'node:assert/strict'
import { SILENT_LOGGER, writeFully, Writer, type Uuid } from '@naru/base'
import { ManualClock, nodeRandom } from '@naru/base/node'
import { buildBatch, buildControlBatch, CompressionCodec, endTransactionMarker } from '@naru/protocol'
import { OFFSET_COMMIT } from '@naru/protocol/internal-records/offset-commit'
import { FaultyDisk } from '@naru/simulator'
import type { ReadRequest, ReadResult, Storage } from '../src/ports/index.ts'
import { takeOver, type TakeOver, type TakeOverOptions } from '../src/take-over/index.ts'

export const ORDERS = 'AAAAAAAAAAAAAAAAAAAAew' as Uuid
export const OFFSETS = 'AAAAAAAAAAAAAAAAAAAAfA' as Uuid
export const LEVEL = 29

/** A record of Kafka's metadata: frame version 1, kind, version 0, fields, no tagged fields. */
export function metadataRecord(kind: number, fields: (writer: Writer) => void): Buffer {
  const writer = new Writer()
  writer.unsignedVarint(1)
  writer.unsignedVarint(kind)
  writer.unsignedVarint(0)
  fields(writer)
  writer.unsignedVarint(0)
  return Buffer.from(writer.toBytes())
}

export function topicRecords(name: string, topicId: Uuid, partitions: number): Buffer[] {
  const topic = metadataRecord(2, (writer) => {
    writer.string(name, true)
    writer.uuid(topicId)
  })
  const parts = Array.from({ length: partitions }, (_, partition) => partitionRecord(topicId, partition, [0]))
  return [topic, ...parts]
}

/** What stands behind the replicas does not matter here. */
export function partitionRecord(topicId: Uuid, partition: number, replicas: readonly number[]): Buffer {
  return metadataRecord(3, (writer) => {
    writer.int32(partition)
    writer.uuid(topicId)
    nodes(writer, replicas)
  })
}

export function nodes(writer: Writer, ids: readonly number[]): void {
  writer.unsignedVarint(ids.length + 1)
  for (const id of ids) writer.int32(id)
}

function level(number: number): Buffer {
  return metadataRecord(12, (writer) => {
    writer.string('metadata.version', true)
    writer.int16(number)
  })
}

export function config(topic: string, name: string, value: string): Buffer {
  return metadataRecord(4, (writer) => {
    writer.int8(2)
    writer.string(topic, true)
    writer.string(name, true)
    writer.nullableString(value, true)
  })
}

export const record = (value: string | Buffer, key: Buffer | null = null) => ({
  key,
  value: Buffer.from(value),
  timestamp: 5
})

export interface Files {
  readonly [path: string]: string | Buffer
}

/** A folder as a node leaves it: a topic with a gap in its offsets, an aborted transaction, and one that is open. */
export function kafkaFiles(metadataLevel = LEVEL, more: readonly Buffer[] = []): Files {
  const owner = { producerId: 7, producerEpoch: 0, partitionLeaderEpoch: 4, transactional: true }
  const log = Buffer.concat([
    buildBatch({ baseOffset: 10, partitionLeaderEpoch: 3, records: [record('a'), record('b')] }),
    buildBatch({ baseOffset: 20, ...owner, baseSequence: 0, records: [record('taken back')] }),
    buildControlBatch({ baseOffset: 21, ...owner, record: endTransactionMarker('abort', 0), timestamp: 6 }),
    buildBatch({
      baseOffset: 22,
      ...owner,
      baseSequence: 1,
      compression: CompressionCodec.gzip,
      records: [record('open')]
    })
  ])
  const values = [
    level(metadataLevel),
    ...topicRecords('orders', ORDERS, 1),
    ...topicRecords('__consumer_offsets', OFFSETS, 1)
  ]
  values.push(config('orders', 'retention.ms', '-1'), ...more)
  return {
    'meta.properties': 'version=1\ncluster.id=the-cluster\nnode.id=0\n',
    '.kafka_cleanshutdown': '{}',
    'log-start-offset-checkpoint': '0\n1\norders 0 11\n',
    '__cluster_metadata-0/00000000000000000000.log': buildBatch({
      records: values.map((value) => record(value))
    }),
    'orders-0/00000000000000000010.log': log,
    '__consumer_offsets-0/00000000000000000000.log': buildBatch({ records: [committed()] })
  }
}

function committed() {
  const key = new Writer()
  key.int16(OFFSET_COMMIT.recordType)
  OFFSET_COMMIT.key.write(key, { group: 'readers', topic: 'orders', partition: 0 }, 1)
  const value = new Writer()
  value.int16(3)
  const fields = {
    offset: 11,
    leaderEpoch: 3,
    metadata: '',
    commitTimestamp: 5,
    expireTimestamp: -1,
    topicId: ORDERS
  }
  OFFSET_COMMIT.value.write(value, fields, 3)
  return record(Buffer.from(value.toBytes()), Buffer.from(key.toBytes()))
}

/** Of the first partition of the orders, unless asked for others. */
export async function recordsOf(
  { log }: Pick<Storage, 'log'>,
  request: Pick<ReadRequest, 'offset'> & Partial<ReadRequest>
): Promise<Extract<ReadResult, { kind: 'records' }>> {
  const read = await log.read({
    topicId: ORDERS,
    partition: 0,
    maxBytes: 10_000,
    minOneBatch: true,
    isolation: 'read-uncommitted',
    ...request
  })
  assert.ok(read.kind === 'records')
  return read
}

/** Puts files, by their path below `/kafka`, on a disk that has all of it durable. */
export async function diskWith(files: Files): Promise<FaultyDisk> {
  const disk = new FaultyDisk({ seed: 1 })
  const mounted = disk.mount()
  for (const [name, content] of Object.entries(files)) {
    const path = name.startsWith('/') ? name : `/kafka/${name}`
    await mounted.makeDirectory(path.slice(0, path.lastIndexOf('/')))
    const file = await mounted.open(path, { mode: 'create' })
    await writeFully(file, [Buffer.from(content)], 0)
    await file.close()
  }
  return disk.clone({ seed: 1 })
}

export function takeFrom(disk: FaultyDisk, options: Partial<TakeOverOptions> = {}): Promise<TakeOver> {
  return takeOver({
    sources: ['/kafka'],
    target: '/data',
    dryRun: false,
    clock: new ManualClock(),
    random: nodeRandom,
    logger: SILENT_LOGGER,
    disk: disk.mount(),
    ...options
  })
}

export async function taken(files: Files, dryRun = false) {
  const disk = await diskWith(files)
  const clock = new ManualClock()
  return { disk, clock, result: await takeFrom(disk, { clock, dryRun }) }
}

/** The name of the log of the orders. */
export const ORDERS_LOG = 'orders-0/00000000000000000010.log'
