// Our descriptions of Kafka's messages against Apache's own, taken from the jars of Kafka 4.2.0.

import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import {
  loadApis,
  loadHeaders,
  loadRecords,
  type ApiSchema,
  type BodySchema,
  type FieldSchema
} from '@naru/protocol/schema'
import { apacheMessages, type ApacheMessage } from './apache-messages.ts'
import { apacheFacts, ourFacts } from './facts.ts'

const apis = (await loadApis()).map(({ schema }) => schema)
const headers = (await loadHeaders()).map(({ schema }) => schema)
const records = (await loadRecords()).map(({ schema }) => schema)

let apache: Map<string, ApacheMessage>
before(async () => {
  apache = await apacheMessages()
})

describe('the descriptions of messages', () => {
  test('cover exactly the APIs of the broker listener', () => {
    const requests = [...apache.values()].filter((message) => message.type === 'request')
    const onBroker = requests.filter((message) => message.listeners?.includes('broker'))
    assert.deepEqual(
      apis.map(({ key, name }) => `${key} ${name}`).toSorted(),
      onBroker.map(({ apiKey, name }) => `${apiKey} ${name.replace(/Request$/, '')}`).toSorted()
    )
    assert.equal(apis.length, 77)
  })

  for (const api of apis) {
    test(`agree with Apache on ${api.key} ${api.name}`, () => {
      const request = apache.get(`${api.name}Request`)!
      assert.equal(api.key, request.apiKey)
      assert.deepEqual(api.listeners, request.listeners)
      assert.equal(api.latestVersionUnstable === true, request.latestVersionUnstable === true)
      for (const part of ['request', 'response'] as const)
        assert.deepEqual(factsOf(api, part), theirs(api, part))
    })
  }

  for (const header of headers) {
    test(`agree with Apache on ${header.name}`, () => {
      const { name, versions, flexible } = header
      assert.deepEqual(ourFacts(name, versions, flexible, header), apacheFacts(apache.get(name)!))
    })
  }

  for (const record of records) {
    test(`agree with Apache on the record ${record.name}`, () => {
      const { key, value } = record
      if (key !== undefined) {
        const theirKey = apache.get(key.name)!
        assert.equal(record.recordType, theirKey.apiKey)
        assert.equal(`kafka-${record.kind}`, theirKey.artifact)
        assert.deepEqual(ourFacts(key.name, key.versions, key.flexible, key), apacheFacts(theirKey))
      }
      assert.deepEqual(
        ourFacts(value.name, value.versions, value.flexible, value),
        apacheFacts(apache.get(value.name)!)
      )
    })
  }

  test('cover every record of the coordinators', () => {
    const values = [...apache.values()].filter((message) => message.type === 'coordinator-value')
    const known = new Set(records.map(({ value }) => value.name))
    assert.deepEqual(
      values.map(({ name }) => name).filter((name) => !known.has(name)),
      []
    )
  })
})

function partName(api: ApiSchema, part: 'request' | 'response'): string {
  return `${api.name}${part === 'request' ? 'Request' : 'Response'}`
}

function factsOf(api: ApiSchema, part: 'request' | 'response'): string[] {
  return ourFacts(partName(api, part), api.versions, api.flexible, api[part])
}

function theirs(api: ApiSchema, part: 'request' | 'response'): string[] {
  return apacheFacts(apache.get(partName(api, part))!)
}

/** Each makes a description wrong in one fact; the comparison has to notice. */
const mutations: Readonly<Record<string, (field: FieldSchema) => FieldSchema>> = {
  name: (field) => ({ ...field, name: `${field.name}s` }),
  type: (field) => ({ ...field, type: field.type === 'int32' ? 'int64' : 'int32' }),
  versions: (field) => ({ ...field, versions: '2+' }),
  nullability: (field) => ({ ...field, nullable: field.nullable === '0+' ? '1+' : '0+' }),
  tag: (field) => ({ ...field, tag: (field.tag ?? 0) + 1 }),
  'tagged versions': (field) => ({ ...field, tagged: '99+' }),
  default: (field) => ({ ...field, default: 77 }),
  ignorability: (field) => ({ ...field, ignorable: field.ignorable !== true }),
  'entity type': (field) => ({ ...field, entityType: 'nothing' }),
  'map key': (field) => ({ ...field, mapKey: field.mapKey !== true }),
  'a field left out': (field) => ({ ...field, name: '' })
}

describe('the comparison with Apache', () => {
  for (const [fact, mutate] of Object.entries(mutations)) {
    test(`notices a wrong ${fact}, at any depth`, () => {
      const api = apis.find(({ name }) => name === 'Fetch')!
      const right = theirs(api, 'request')
      const paths = fieldCount(api.request.fields)
      for (let index = 0; index < paths; index++) {
        const wrong = mutateField(api.request, index, mutate)
        const facts = ourFacts('FetchRequest', api.versions, api.flexible, wrong)
        assert.notDeepEqual(facts, right, `field ${index}`)
      }
    })
  }

  test('notices other versions of the message', () => {
    const api = apis.find(({ name }) => name === 'Fetch')!
    assert.notDeepEqual(ourFacts('FetchRequest', '4-17', api.flexible, api.request), theirs(api, 'request'))
    assert.notDeepEqual(ourFacts('FetchRequest', api.versions, '11+', api.request), theirs(api, 'request'))
  })
})

function fieldCount(fields: readonly FieldSchema[]): number {
  return fields.reduce((count, field) => count + 1 + fieldCount(field.fields ?? []), 0)
}

/** A copy of the body with the field at `index`, counted in wire order, mutated; without it when it has no name. */
function mutateField(
  body: BodySchema,
  index: number,
  mutate: (field: FieldSchema) => FieldSchema
): BodySchema {
  let left = index
  const walk = (fields: readonly FieldSchema[]): FieldSchema[] =>
    fields.flatMap((field) => {
      const changed = left-- === 0 ? mutate(field) : field
      if (changed.name === '') return []
      return [changed.fields === undefined ? changed : { ...changed, fields: walk(changed.fields) }]
    })
  return { ...body, fields: walk(body.fields) }
}
