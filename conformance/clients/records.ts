// The records that the cases write: one of each shape that a client might get wrong.

import { randomBytes } from 'node:crypto'
import type { WireRecord } from './wire.ts'

const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64')

export interface Shape {
  readonly key?: Uint8Array | string | null
  readonly value?: Uint8Array | string | null
  readonly headers?: readonly (readonly [string, string | null])[]
  readonly timestamp?: number | null
  readonly partition?: number
}

/** A record to write; the offset is the broker's to give. */
export function newRecord(shape: Shape): WireRecord {
  const { key = null, value = null, headers = [], timestamp = null, partition = 0 } = shape
  return {
    k: key === null ? null : base64(key),
    v: value === null ? null : base64(value),
    h: headers.map(([name, text]): [string, string | null] => [name, text === null ? null : base64(text)]),
    t: timestamp,
    p: partition,
    o: 0
  }
}

export const textOf = (record: WireRecord): string => Buffer.from(record.v ?? '', 'base64').toString()

export interface Abilities {
  readonly writesTimestamps: boolean
  readonly writesNullHeaders: boolean
}

const allBytes = Uint8Array.from({ length: 256 }, (_, index) => index)
const twentyHeaders = Array.from({ length: 20 }, (_, index): [string, string] => [
  `header-${index}`,
  `value ${index}`
])

function shapes(writesNullHeaders: boolean): Shape[] {
  return [
    { key: 'key', value: 'value' },
    { key: null, value: 'null key' },
    { key: 'null value', value: null },
    { key: 'empty value', value: '' },
    { key: 'headers', value: 'twenty headers', headers: twentyHeaders },
    { key: '열쇠', value: '나루는 나루터에서 왔다', headers: [['머리말', '값이 있다']] },
    {
      key: 'empty header',
      value: 'x',
      headers: [['empty', ''], ...(writesNullHeaders ? [['null', null] as const] : [])]
    },
    { key: 'all bytes', value: allBytes },
    { key: 'compressible', value: 'many times the same sentence. '.repeat(200) }
  ]
}

/** One record of each shape for a partition, with timestamps a millisecond apart where the client can set them. */
export function oneOfEach(partition: number, firstTimestamp: number, abilities: Abilities): WireRecord[] {
  return shapes(abilities.writesNullHeaders).map((shape, index) =>
    newRecord({ ...shape, partition, timestamp: abilities.writesTimestamps ? firstTimestamp + index : null })
  )
}

/** Numbered values, `prefix0` and on, for cases that count. */
export function numbered(prefix: string, count: number, partition = 0): WireRecord[] {
  return Array.from({ length: count }, (_, index) => newRecord({ value: `${prefix}${index}`, partition }))
}

/** A record whose value of this size no codec makes smaller. */
export const incompressible = (bytes: number): WireRecord => newRecord({ value: randomBytes(bytes) })
