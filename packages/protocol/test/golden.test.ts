// Frames captured from a real Apache Kafka, as hex below golden/<NN-name>/v<version>.<request|response>.hex: what
// we decode and encode again has to be the same bytes, header included.

import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { Reader, Writer } from '@naru/base'
import { loadApis } from '../schema/load.ts'
import {
  readRequestHeader,
  readResponseHeader,
  requestHeaderVersion,
  responseHeaderVersion,
  writeRequestHeader,
  writeResponseHeader
} from '../src/headers.ts'
import { loadApiMessage } from '../src/messages/index.ts'

const folder = join(import.meta.dirname, 'golden')

/** The bytes of a file of hex digits, below lines of comment. */
function readHex(path: string): Buffer {
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => !line.startsWith('#'))
  const digits = lines.join('').replaceAll(/\s/g, '')
  const bytes = Buffer.from(digits, 'hex')
  assert.equal(bytes.length * 2, digits.length, `${path} holds something that is not hex`)
  return bytes
}

async function recodeRequest(bytes: Buffer, key: number, version: number): Promise<Buffer> {
  const api = (await loadApiMessage(key))!
  const headerVersion = requestHeaderVersion(key, version)
  const reader = new Reader(bytes)
  const header = readRequestHeader(reader, headerVersion)
  assert.equal(header.requestApiKey, key)
  assert.equal(header.requestApiVersion, version)
  const request = api.readRequest(reader, version)
  reader.expectEnd()
  const writer = new Writer()
  writeRequestHeader(writer, header, headerVersion)
  api.writeRequest(writer, request, version)
  return Buffer.from(writer.toBytes())
}

async function recodeResponse(bytes: Buffer, key: number, version: number): Promise<Buffer> {
  const api = (await loadApiMessage(key))!
  const headerVersion = responseHeaderVersion(key, version)
  const reader = new Reader(bytes)
  const header = readResponseHeader(reader, headerVersion)
  const response = api.readResponse(reader, version)
  reader.expectEnd()
  const writer = new Writer()
  writeResponseHeader(writer, header, headerVersion)
  api.writeResponse(writer, response, version)
  return Buffer.from(writer.toBytes())
}

describe('frames of a real Kafka are decoded and encoded again byte for byte', async () => {
  for (const { file, schema } of await loadApis()) {
    if (!existsSync(join(folder, file))) continue
    for (const name of readdirSync(join(folder, file)).filter((entry) => entry.endsWith('.hex'))) {
      const match = /^v(\d+)\.(request|response)(?:\.[a-z0-9-]+)?\.hex$/.exec(name)
      test(`${file}/${name}`, async () => {
        assert.ok(match !== null, 'the name of a golden file is v<version>.<request|response>.hex')
        const bytes = readHex(join(folder, file, name))
        const recode = match[2] === 'request' ? recodeRequest : recodeResponse
        const again = await recode(bytes, schema.key, Number(match[1]))
        assert.equal(again.toString('hex'), bytes.toString('hex'))
      })
    }
  }
})
