// kcat's format string and the reader of what it prints: lengths first, so that keys and values may hold any
// byte. kcat gives headers no lengths; the cases therefore use no comma, equals sign or newline in them.

import { encode } from '../adapter-loop.ts'
import type { WireRecord } from '../wire.ts'

/** Goes behind `-f`: partition, offset, timestamp, key length, value length, then key, value and headers. */
export const recordFormat = '%p %o %T %K %S\n%k%s%h\n'

const newline = 0x0a

function toHeaders(text: string): [string, string | null][] {
  if (text === '') return []
  return text.split(',').map((pair) => {
    const separator = pair.indexOf('=')
    const value = pair.slice(separator + 1)
    return [pair.slice(0, separator), value === 'NULL' ? null : encode(value)]
  })
}

/** Collects chunks of kcat's output and hands out the records that are complete. */
export class OutputReader {
  #rest: Buffer = Buffer.alloc(0)

  push(chunk: Buffer): WireRecord[] {
    this.#rest = Buffer.concat([this.#rest, chunk])
    const records: WireRecord[] = []
    for (let record = this.#next(); record !== undefined; record = this.#next()) records.push(record)
    return records
  }

  #next(): WireRecord | undefined {
    const headEnd = this.#rest.indexOf(newline)
    if (headEnd < 0) return undefined
    const head = this.#rest.toString('latin1', 0, headEnd).split(' ').map(Number)
    const [partition = 0, offset = 0, timestamp = 0, keyLength = 0, valueLength = 0] = head
    const keyStart = headEnd + 1
    const valueStart = keyStart + Math.max(keyLength, 0)
    const headersStart = valueStart + Math.max(valueLength, 0)
    const end = this.#rest.length < headersStart ? -1 : this.#rest.indexOf(newline, headersStart)
    if (end < 0) return undefined
    const key = keyLength < 0 ? null : this.#rest.subarray(keyStart, valueStart)
    const value = valueLength < 0 ? null : this.#rest.subarray(valueStart, headersStart)
    const headers = toHeaders(this.#rest.toString('utf8', headersStart, end))
    this.#rest = this.#rest.subarray(end + 1)
    return { k: encode(key), v: encode(value), h: headers, t: timestamp, p: partition, o: offset }
  }
}
