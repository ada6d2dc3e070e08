/** How consumed records look on stdout: their values as lines, or whole records in a format that programs read. */
import { isUtf8 } from 'node:buffer'
import type { ConsumerRecord } from '@naru/client'
import { withoutControls } from '../../output/escape.ts'
import type { Setting } from '../../program.ts'

export const RECORD_FORMATS = ['value', 'table', 'json', 'jsonl', 'yaml'] as const
export type RecordFormat = (typeof RECORD_FORMATS)[number]

export type BytesRecord = ConsumerRecord<Uint8Array, Uint8Array>

/** Turns records into what is written; `begin` and `end` frame a stream that may have no end. */
export interface RecordWriter {
  begin(): string
  write(records: readonly BytesRecord[]): string | Uint8Array
  end(): string
}

export async function recordWriter(setting: Setting, format: RecordFormat): Promise<RecordWriter> {
  switch (format) {
    case 'value':
      return setting.host.stdout.isTerminal ? terminalLines() : valueLines()
    case 'table':
      return tableRows()
    case 'json':
      return jsonArray()
    case 'jsonl':
      return plain((records) => records.map((record) => `${JSON.stringify(recordObject(record))}\n`).join(''))
    case 'yaml': {
      const { stringify } = await import('yaml')
      return plain((records) => (records.length === 0 ? '' : stringify(records.map(recordObject))))
    }
  }
}

function plain(write: RecordWriter['write']): RecordWriter {
  return { begin: () => '', write, end: () => '' }
}

const LINE_FEED = Buffer.from('\n')

/** The bytes of each value and a line feed, nothing else: what went in by `produce` comes out the same. */
function valueLines(): RecordWriter {
  return plain((records) =>
    Buffer.concat(records.flatMap(({ value }) => [value ?? Buffer.alloc(0), LINE_FEED]))
  )
}

/** The same for a terminal, where bytes could be commands. */
function terminalLines(): RecordWriter {
  return plain((records) => records.map(({ value }) => `${value === null ? '' : shown(value)}\n`).join(''))
}

/** A stream has no widest cell, so that columns have a width that fits most. */
function tableRows(): RecordWriter {
  const line = (cells: readonly string[]): string => {
    const [partition = '', offset = '', time = '', key = '', value = ''] = cells
    return `${partition.padStart(9)}  ${offset.padStart(12)}  ${time.padEnd(24)}  ${key.padEnd(16)}  ${value}`.trimEnd()
  }
  return {
    begin: () => `${line(['PARTITION', 'OFFSET', 'TIMESTAMP', 'KEY', 'VALUE'])}\n`,
    write: (records) =>
      records
        .map(({ partition, offset, timestamp, key, value }) => {
          const cells = [
            isoTime(timestamp),
            key === null ? '-' : shown(key),
            value === null ? '-' : shown(value)
          ]
          return `${line([String(partition), String(offset), ...cells])}\n`
        })
        .join(''),
    end: () => ''
  }
}

/** One array, written piece by piece; an interrupted stream is still whole JSON. */
function jsonArray(): RecordWriter {
  let separator = '\n'
  return {
    begin: () => '[',
    write: (records) =>
      records
        .map((record) => {
          const text = `${separator}${JSON.stringify(recordObject(record))}`
          separator = ',\n'
          return text
        })
        .join(''),
    end: () => '\n]\n'
  }
}

/** Everything of a record. Bytes that are not UTF-8 come as base64, and say so. */
function recordObject(record: BytesRecord): object {
  const { topic, partition, offset, timestamp, timestampType, key, value, headers } = record
  return {
    topic,
    partition,
    offset,
    timestamp,
    timestampType,
    ...textOrBase64('key', key),
    ...textOrBase64('value', value),
    headers: headers.map(([name, content]) => ({ name, ...textOrBase64('value', content) }))
  }
}

function textOrBase64(name: string, bytes: Uint8Array | null): object {
  if (bytes === null) return { [name]: null }
  if (isUtf8(bytes)) return { [name]: view(bytes).toString('utf8') }
  return { [name]: view(bytes).toString('base64'), [`${name}Encoding`]: 'base64' }
}

function shown(bytes: Uint8Array): string {
  return withoutControls(view(bytes).toString('utf8'))
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function isoTime(timestamp: number): string {
  const date = new Date(timestamp)
  return timestamp < 0 || Number.isNaN(date.getTime()) ? '-' : date.toISOString()
}
