// Brings two answers into one form: what may differ between any two brokers becomes a word, lists whose order
// means nothing are sorted, record batches become readable.

import { createHash } from 'node:crypto'
import { ZERO_UUID } from '@naru/base'
import { batchHeaderBytes, computeBatchCrc, errorName, splitBatches } from '@naru/protocol'

const nowWithinMs = 10 * 60_000
/** Names of times; a value close to now becomes a word, others are compared. */
const times = /timestamp|TimeMs$|Ms$/i
const words: Readonly<Record<string, string>> = {
  host: 'HOST',
  port: 'PORT',
  clusterId: 'CLUSTER',
  logDir: 'DIR'
}
const errorFields = new Set([
  'errorCode',
  'topicConfigErrorCode',
  'batchIndexErrorCode',
  'partitionErrorCode'
])
const messageFields = new Set(['errorMessage', 'batchIndexErrorMessage'])

/** Names what a broker invents: equal on both sides are the names, not the values. */
export class Aliases {
  readonly #names = new Map<string, string>()
  readonly #counts = new Map<string, number>()

  of(kind: string, value: string | number): string {
    const key = `${kind}:${value}`
    let name = this.#names.get(key)
    if (name === undefined) {
      const count = (this.#counts.get(kind) ?? 0) + 1
      this.#counts.set(kind, count)
      this.#names.set(key, (name = `${kind}#${count}`))
    }
    return name
  }

  set(kind: string, value: string, name: string): void {
    this.#names.set(`${kind}:${value}`, name)
  }
}

export function normal(value: unknown, aliases: Aliases): unknown {
  return walk('', value, aliases)
}

function walk(name: string, value: unknown, aliases: Aliases): unknown {
  if (value instanceof Uint8Array) return name === 'records' ? batches(value, aliases) : bytes(value)
  if (Array.isArray(value)) return list(name, value, aliases)
  if (typeof value === 'object' && value !== null) return object(value as Record<string, unknown>, aliases)
  return scalar(name, value, aliases)
}

function object(value: Record<string, unknown>, aliases: Aliases): Record<string, unknown> {
  const { topicId, name = value['topic'] } = value
  if (typeof topicId === 'string' && typeof name === 'string' && topicId !== ZERO_UUID && name !== '') {
    aliases.set('id', topicId, `id of ${name}`)
  }
  const entries = Object.entries(value).filter(([key]) => key !== 'throttleTimeMs')
  return Object.fromEntries(entries.map(([key, item]) => [key, walk(key, item, aliases)]))
}

function list(name: string, value: readonly unknown[], aliases: Aliases): unknown {
  // No list and an empty one say the same.
  if (name === 'abortedTransactions' && value.length === 0) return null
  // Kafka lists the partitions of a transaction in the order of a hash.
  if (name === 'partitions' && value.every((item) => typeof item === 'number')) {
    return value.toSorted((a, b) => a - b)
  }
  const items = value.map((item) => walk(name, item, aliases))
  const sortable = items.every((item) => typeof item === 'object' && item !== null)
  if (!sortable || name === 'synonyms') return items
  return items
    .map((item) => [`${identityOf(item)} ${JSON.stringify(item)}`, item] as const)
    .sort(byText)
    .map(([, item]) => item)
}

const identityFields = [
  'name',
  'topic',
  'topicName',
  'topicId',
  'groupId',
  'partitionIndex',
  'partition',
  'index'
]

/** What an element is about comes first, so that elements that differ in what they say still meet. */
function identityOf(item: unknown): string {
  const holder = item as Record<string, unknown>
  return identityFields
    .map((field) => holder[field])
    .map((value) =>
      typeof value === 'number' ? String(value).padStart(12) : typeof value === 'string' ? value : ''
    )
    .join(' ')
}

function byText([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function scalar(name: string, value: unknown, aliases: Aliases): unknown {
  if (errorFields.has(name) && typeof value === 'number') return errorName(value)
  if (messageFields.has(name)) return value === null || value === '' ? value : 'TEXT'
  if (value === null || value === undefined) return null
  const word = words[name]
  if (word !== undefined) return value === '' || value === -1 || value === 0 ? value : word
  if (name === 'topicId') return value === ZERO_UUID ? 'zero' : aliases.of('id', value as string)
  if (name === 'memberId' || name === 'leader')
    return value === '' ? '' : aliases.of('member', value as string)
  if (name === 'sessionId') return value === 0 ? 0 : 'SESSION'
  if (name === 'producerId' && typeof value === 'number' && value >= 0) return aliases.of('producer', value)
  const isTime = times.test(name) && typeof value === 'number' && Math.abs(value - Date.now()) < nowWithinMs
  return isTime ? 'NOW' : value
}

function bytes(value: Uint8Array): string {
  if (value.byteLength <= 24) return `hex ${Buffer.from(value).toString('hex')}`
  return `${value.byteLength} bytes ${digest(value)}`
}

function digest(value: Uint8Array): string {
  return createHash('sha256').update(value).digest('hex').slice(0, 12)
}

function batches(value: Uint8Array, aliases: Aliases): unknown {
  const { batches: found, end } = splitBatches(value)
  const described = found.map(({ at, header }) => {
    const { crc, ...fields } = header
    const isCrcRight = computeBatchCrc(value, at) === crc
    const payload = digest(value.subarray(at + batchHeaderBytes, at + header.sizeInBytes))
    return { ...(walk('', fields, aliases) as object), isCrcRight, payload }
  })
  return { described, end, bytes: value.byteLength }
}
