/** Every message with its description and its generated codec, for tests that go over all of them. */
import type { Reader, Writer } from '@naru/base'
import { loadApis, loadHeaders, loadRecords, type BodySchema, type MessageSchema } from '../../schema/load.ts'
import type { DataMessage } from '../../src/api-message.ts'
import * as headers from '../../src/headers.ts'
import { loadApiMessage } from '../../src/messages/index.ts'
import type { Message } from './described.ts'

export interface MessageCase {
  readonly name: string
  readonly body: BodySchema
  readonly versions: string
  readonly flexible: string
  readonly read: (reader: Reader, version: number) => Message
  readonly write: (writer: Writer, message: Message, version: number) => void
}

export async function allCases(): Promise<MessageCase[]> {
  return [...(await apiCases()), ...(await recordCases()), ...(await headerCases())]
}

async function apiCases(): Promise<MessageCase[]> {
  const cases: MessageCase[] = []
  for (const { schema } of await loadApis()) {
    const api = (await loadApiMessage(schema.key))!
    const { versions, flexible } = schema
    cases.push({
      name: `${schema.name}Request`,
      body: schema.request,
      versions,
      flexible,
      read: (reader, version) => api.readRequest(reader, version) as Message,
      write: (writer, message, version) => api.writeRequest(writer, message, version)
    })
    cases.push({
      name: `${schema.name}Response`,
      body: schema.response,
      versions,
      flexible,
      read: (reader, version) => api.readResponse(reader, version) as Message,
      write: (writer, message, version) => api.writeResponse(writer, message, version)
    })
  }
  return cases
}

async function recordCases(): Promise<MessageCase[]> {
  const cases: MessageCase[] = []
  for (const { file, schema } of await loadRecords()) {
    const module = (await import(`../../src/internal-records/${file}.ts`)) as Record<string, unknown>
    for (const part of schema.key === undefined ? [schema.value] : [schema.key, schema.value]) {
      cases.push(dataCase(part, findData(module, part.name)))
    }
  }
  return cases
}

function dataCase(schema: MessageSchema, data: DataMessage): MessageCase {
  return {
    name: schema.name,
    body: schema,
    versions: schema.versions,
    flexible: schema.flexible,
    read: (reader, version) => data.read(reader, version) as Message,
    write: (writer, message, version) => data.write(writer, message, version)
  }
}

/** The codec of a key or value among the exports of its file. */
function findData(module: Record<string, unknown>, name: string): DataMessage {
  for (const value of Object.values(module)) {
    if (typeof value !== 'object' || value === null) continue
    const inside: readonly unknown[] = Object.values(value)
    for (const candidate of [value, ...inside]) {
      if (typeof candidate !== 'object' || candidate === null || !('read' in candidate)) continue
      if ((candidate as DataMessage).name === name) return candidate as DataMessage
    }
  }
  throw new Error(`no codec for ${name}`)
}

async function headerCases(): Promise<MessageCase[]> {
  const functions = headers as unknown as Record<string, (...values: unknown[]) => unknown>
  return (await loadHeaders()).map(({ schema }) =>
    dataCase(schema, {
      name: schema.name,
      minVersion: 0,
      maxVersion: 0,
      read: functions[`read${schema.name}`]!,
      write: functions[`write${schema.name}`]!
    })
  )
}
