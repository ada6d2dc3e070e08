// Our bytes through Kafka's own codec: the classes in the jars of Kafka 4.2.0 decode what we encoded and encode it
// again. The bytes have to come back unchanged, in every version of every message and record.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { Writer } from '@naru/base'
import { allCases, messages, versionsOf, type MessageCase } from '@naru/protocol/schema/cases'
import fc from 'fast-check'
import { runOrThrow } from '../process.ts'
import { apacheClasspath, apacheMessages, type ApacheMessage } from './apache-messages.ts'

const samplesPerVersion = 12

const cases = await allCases()

interface Sample {
  readonly version: number
  readonly hex: string
  readonly recoded: string
}

const samples = new Map<string, Sample[]>()

function className({ artifact, name, type }: ApacheMessage): string {
  const coordinator = /^kafka-(\w+)-coordinator$/.exec(artifact)?.[1]
  if (coordinator !== undefined) return `org.apache.kafka.coordinator.${coordinator}.generated.${name}`
  return `org.apache.kafka.common.message.${name}${type === 'data' ? '' : 'Data'}`
}

function encode(one: MessageCase, version: number): string[] {
  const arbitrary = messages(one.body, one.versions, version)
  return fc.sample(arbitrary, { numRuns: samplesPerVersion, seed: version }).map((message) => {
    const writer = new Writer()
    one.write(writer, message, version)
    return Buffer.from(writer.toBytes()).toString('hex')
  })
}

/** One run of Java for all messages. */
async function recodeAll(): Promise<void> {
  const apache = await apacheMessages()
  const all = cases.flatMap((one) =>
    versionsOf(one.versions).flatMap((version) => encode(one, version).map((hex) => ({ one, version, hex })))
  )
  // A last line that cannot be right shows that Kafka's answer is its own and not an echo of ours.
  const damaged = `${className(apache.get('FetchRequest')!)} 12 ffff\n`
  const input = all.map(({ one, version, hex }) => `${className(apache.get(one.name)!)} ${version} ${hex}\n`)
  const source = join(import.meta.dirname, 'java', 'Recode.java')
  const { stdout } = await runOrThrow('java', ['-cp', await apacheClasspath(), source], {
    input: input.join('') + damaged
  })
  const lines = stdout.split('\n')
  for (const [index, { one, version, hex }] of all.entries()) {
    const known = samples.get(one.name) ?? []
    samples.set(one.name, [...known, { version, hex, recoded: lines[index] ?? '' }])
  }
  samples.set('damaged', [{ version: 12, hex: 'ffff', recoded: lines[all.length] ?? '' }])
}

describe('what we encode', () => {
  before(recodeAll)

  test('would be refused if it were damaged', () => {
    assert.match(samples.get('damaged')![0]!.recoded, /^error /)
  })

  for (const { name, versions } of cases) {
    test(`comes back unchanged from Kafka's codec: ${name}`, () => {
      const ofMessage = samples.get(name) ?? []
      assert.equal(ofMessage.length, versionsOf(versions).length * samplesPerVersion)
      for (const { version, hex, recoded } of ofMessage) assert.equal(recoded, hex, `version ${version}`)
    })
  }
})
