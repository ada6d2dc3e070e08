import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadMessages } from '../../i18n/messages.ts'
import { type GivenSettings, type KnownProperty, type ServeSettings, resolveSettings } from './settings.ts'

const known: ReadonlyMap<string, KnownProperty> = new Map([
  [
    'log.retention.ms',
    { inert: false, problem: (value: string) => (/^\d+$/.test(value) ? undefined : 'not a number') }
  ],
  ['num.partitions', { inert: false, problem: () => undefined }],
  ['process.roles', { inert: true, problem: () => undefined }]
])

interface Given {
  readonly flags?: GivenSettings
  readonly overrides?: Readonly<Record<string, string>>
  readonly environment?: GivenSettings
  readonly file?: Readonly<Record<string, string>>
}

async function resolve(given: Given): Promise<ReturnType<typeof resolveSettings>> {
  const sources = {
    flags: given.flags ?? {},
    overrides: new Map(Object.entries(given.overrides ?? {})),
    environment: given.environment ?? {},
    file: new Map(Object.entries(given.file ?? {}))
  }
  return resolveSettings(sources, known, await loadMessages('en'))
}

async function settings(given: Given): Promise<ServeSettings> {
  const result = await resolve(given)
  assert.ok('settings' in result, JSON.stringify(result))
  return result.settings
}

async function problem(given: Given): Promise<string> {
  const result = await resolve(given)
  assert.ok('problems' in result)
  return result.problems.join('; ')
}

test('nothing-given-means-the-defaults', async () => {
  assert.deepEqual(await settings({}), {
    listen: { host: '127.0.0.1', port: 9092 },
    advertise: undefined,
    data: './naru-data',
    durability: 'fsync',
    metrics: undefined,
    nodeId: 0,
    properties: { 'group.initial.rebalance.delay.ms': '0' },
    inert: []
  })
})

test('flags-go-before-x-before-environment-before-file', async () => {
  const all: Given = {
    flags: { listen: '127.0.0.1:1', data: 'flag' },
    overrides: { listeners: 'PLAINTEXT://127.0.0.1:2', 'log.dirs': 'x' },
    environment: { listen: '127.0.0.1:3', data: 'environment' },
    file: { listeners: 'PLAINTEXT://127.0.0.1:4', 'log.dirs': 'file' }
  }
  const port = async (given: Given): Promise<readonly [number, string]> => {
    const { listen, data } = await settings(given)
    return [listen.port, data]
  }
  assert.deepEqual(await port(all), [1, 'flag'])
  assert.deepEqual(await port({ ...all, flags: {} }), [2, 'x'])
  assert.deepEqual(await port({ ...all, flags: {}, overrides: {} }), [3, 'environment'])
  assert.deepEqual(await port({ file: all.file ?? {} }), [4, 'file'])
})

test('x-goes-before-the-file-for-broker-properties', async () => {
  const { properties } = await settings({
    file: { 'num.partitions': '1', 'log.retention.ms': '5' },
    overrides: { 'num.partitions': '2' }
  })
  assert.equal(properties['num.partitions'], '2')
  assert.equal(properties['log.retention.ms'], '5')
})

test('a-file-of-kafka-in-kraft-mode-starts-a-broker', async () => {
  const { listen, advertise, data, nodeId, inert } = await settings({
    file: {
      'process.roles': 'broker',
      'node.id': '7',
      listeners: 'PLAINTEXT://:9092,CONTROLLER://:9093',
      'advertised.listeners': 'PLAINTEXT://broker.example:9092',
      'log.dirs': '/var/lib/kafka'
    }
  })
  assert.deepEqual(listen, { host: '0.0.0.0', port: 9092 })
  assert.deepEqual(advertise, { host: 'broker.example', port: 9092 })
  assert.deepEqual([data, nodeId, inert], ['/var/lib/kafka', 7, ['process.roles']])
})

test('listeners-that-ask-for-encryption-are-refused-rather-than-served-in-the-clear', async () => {
  assert.match(await problem({ overrides: { listeners: 'SSL://:9092' } }), /only PLAINTEXT/)
  const mapped = { listeners: 'EXTERNAL://:9092', 'listener.security.protocol.map': 'EXTERNAL:SASL_SSL' }
  assert.match(await problem({ file: mapped }), /SASL_SSL/)
  assert.match(await problem({ file: { listeners: 'PLAINTEXT://:1,PLAINTEXT://:2' } }), /one broker listener/)
  assert.match(await problem({ file: { listeners: 'nonsense' } }), /listeners: /)
})

test('every-mistake-is-told-at-once-with-the-nearest-name', async () => {
  const result = await resolve({
    overrides: { 'log.retention.m': '5', 'log.retention.ms': 'soon', 'log.dirs': 'a,b', 'node.id': '-1' },
    environment: { durability: 'fast', metrics: 'here' }
  })
  assert.ok('problems' in result)
  assert.equal(result.problems.length, 6)
  assert.equal(result.suggestion, 'log.retention.ms')
})

test('metrics-without-a-host-stay-on-loopback', async () => {
  assert.deepEqual((await settings({ flags: { metrics: ':9464' } })).metrics, {
    host: '127.0.0.1',
    port: 9464
  })
  assert.deepEqual((await settings({ flags: { metrics: '9464' } })).metrics, {
    host: '127.0.0.1',
    port: 9464
  })
  assert.deepEqual((await settings({ flags: { metrics: '0.0.0.0:9464' } })).metrics, {
    host: '0.0.0.0',
    port: 9464
  })
})
