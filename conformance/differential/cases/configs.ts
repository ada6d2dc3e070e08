// DescribeConfigs, AlterConfigs, IncrementalAlterConfigs, ListConfigResources.

import { setTimeout as sleep } from 'node:timers/promises'
import { DESCRIBE_CONFIGS } from '@naru/protocol/messages/32-describe-configs'
import { ALTER_CONFIGS } from '@naru/protocol/messages/33-alter-configs'
import { INCREMENTAL_ALTER_CONFIGS } from '@naru/protocol/messages/44-incremental-alter-configs'
import { LIST_CONFIG_RESOURCES } from '@naru/protocol/messages/74-list-config-resources'
import type { Case, Session } from '../session.ts'

const TOPIC = 2
const BROKER = 4
const GROUP = 32
const Operation = { set: 0, delete: 1, append: 2, subtract: 3 } as const

type Change = readonly [operation: keyof typeof Operation | number, name: string, value: string | null]

function describe(
  session: Session,
  label: string,
  resourceType: number,
  resourceName: string,
  options: { keys?: string[] | null; version?: number; synonyms?: boolean } = {}
) {
  const { keys = null, version = 4, synonyms = true } = options
  const resources = [{ resourceType, resourceName, configurationKeys: keys }]
  return session.ask(
    label,
    DESCRIBE_CONFIGS,
    { resources, includeSynonyms: synonyms && version >= 1 },
    { version }
  )
}

function alter(
  session: Session,
  label: string,
  resourceType: number,
  resourceName: string,
  changes: readonly Change[],
  options: { version?: number; validateOnly?: boolean } = {}
) {
  const { version = 1, validateOnly = false } = options
  const configs = changes.map(([operation, name, value]) => ({
    name,
    configOperation: typeof operation === 'number' ? operation : Operation[operation],
    value
  }))
  const resources = [{ resourceType, resourceName, configs }]
  return session.ask(label, INCREMENTAL_ALTER_CONFIGS, { resources, validateOnly }, { version })
}

async function topicDescriptions(session: Session): Promise<void> {
  const topic = await session.topic('plain', {
    configs: { 'retention.ms': '5000', 'cleanup.policy': 'compact' }
  })
  for (let version = 1; version <= 4; version++) {
    await describe(session, 'topic', TOPIC, topic.name, { version })
    await describe(session, 'topic without synonyms', TOPIC, topic.name, { version, synonyms: false })
  }
  const keys = ['retention.ms', 'segment.bytes', 'no.such']
  await describe(session, 'some', TOPIC, topic.name, { keys })
  await describe(session, 'no keys', TOPIC, topic.name, { keys: [] })
  await describe(session, 'unknown topic', TOPIC, 'no-such-topic')
  await describe(session, 'bad name', TOPIC, 'a b')
  await describe(session, 'empty name', TOPIC, '')
  await describe(session, 'internal', TOPIC, '__consumer_offsets')
  for (const type of [0, 1, 3, 8, 16, 64]) await describe(session, `type ${type}`, type, '0')
  await describe(session, 'metrics', 16, 'sub')
  await describe(session, 'unknown group', GROUP, 'group-of-nobody')
  await describe(session, 'group without name', GROUP, '')
  const resources = [{ resourceType: TOPIC, resourceName: topic.name, configurationKeys: ['retention.ms'] }]
  await session.ask('twice', DESCRIBE_CONFIGS, { resources: [...resources, ...resources] })
  await session.ask('none', DESCRIBE_CONFIGS, {})
}

async function brokerDescriptions(session: Session): Promise<void> {
  for (let version = 1; version <= 4; version++) await describe(session, 'broker', BROKER, '0', { version })
  await describe(session, 'all brokers', BROKER, '')
  await describe(session, 'other broker', BROKER, '7')
  await describe(session, 'no number', BROKER, 'x')
}

async function incremental(session: Session): Promise<void> {
  const { name } = await session.topic('plain')
  const ask = (label: string, changes: readonly Change[], validateOnly = false) =>
    alter(session, label, TOPIC, name, changes, { validateOnly })
  const look = (label: string) =>
    describe(session, `after ${label}`, TOPIC, name, {
      keys: [
        'retention.ms',
        'cleanup.policy',
        'max.message.bytes',
        'follower.replication.throttled.replicas',
        'preallocate'
      ]
    })
  const both = async (label: string, changes: readonly Change[], validateOnly = false): Promise<void> => {
    await ask(label, changes, validateOnly)
    await sleep(60)
    await look(label)
  }
  for (const version of [0, 1])
    await alter(session, 'set', TOPIC, name, [['set', 'retention.ms', '1234']], { version })
  await look('set')
  await both('validate only', [['set', 'retention.ms', '77']], true)
  await both('validate only bad', [['set', 'retention.ms', 'x']], true)
  await both('bad value', [
    ['set', 'retention.ms', 'x'],
    ['set', 'max.message.bytes', '9']
  ])
  await both('unknown name', [['set', 'no.such', '1']])
  await both('unknown name deleted', [['delete', 'no.such', null]])
  await both('null value', [['set', 'retention.ms', null]])
  await both('empty number', [['set', 'retention.ms', '']])
  await both('delete', [['delete', 'retention.ms', null]])
  await both('delete what is not set', [['delete', 'retention.ms', null]])
  await both('delete with a value', [['delete', 'retention.ms', 'x']])
  await both('append', [['append', 'cleanup.policy', 'compact']])
  await both('append again', [['append', 'cleanup.policy', 'compact']])
  await both('subtract', [['subtract', 'cleanup.policy', 'delete']])
  await both('subtract what is not there', [['subtract', 'cleanup.policy', 'delete']])
  await both('subtract the last', [['subtract', 'cleanup.policy', 'compact']])
  await both('append null', [['append', 'cleanup.policy', null]])
  await both('append wrong', [['append', 'cleanup.policy', 'remove']])
  await both('append to a number', [['append', 'retention.ms', '1']])
  await both('append two', [['set', 'cleanup.policy', 'delete']])
  await both('append list', [['append', 'follower.replication.throttled.replicas', '0:0,1:0']])
  await both('append to list', [['append', 'follower.replication.throttled.replicas', '2:0']])
  await both('subtract from list', [['subtract', 'follower.replication.throttled.replicas', '0:0,2:0']])
  await both('operation 4', [[4, 'retention.ms', '1']])
  await both('operation -1', [[-1, 'retention.ms', '1']])
  await both('same key twice', [
    ['set', 'retention.ms', '1'],
    ['set', 'retention.ms', '2']
  ])
  await both('boolean', [['set', 'preallocate', 'maybe']])
  await both('nothing', [])
  await alter(session, 'unknown topic', TOPIC, 'no-such-topic', [['set', 'retention.ms', '1']])
  await alter(session, 'bad topic name', TOPIC, 'a b', [['set', 'retention.ms', '1']])
  await alter(session, 'empty topic name', TOPIC, '', [['set', 'retention.ms', '1']])
  for (const type of [0, 1, 3, 64])
    await alter(session, `type ${type}`, type, 'x', [['set', 'retention.ms', '1']])
  const configs = [{ name: 'retention.ms', configOperation: 0, value: '5' }]
  const resource = { resourceType: TOPIC, resourceName: name, configs }
  await session.ask('resource twice', INCREMENTAL_ALTER_CONFIGS, { resources: [resource, resource] })
  await session.ask('no resources', INCREMENTAL_ALTER_CONFIGS, {})
  const mixed = [resource, { ...resource, resourceName: 'no-such-topic' }]
  await session.ask('good and bad', INCREMENTAL_ALTER_CONFIGS, { resources: mixed })
}

async function brokers(session: Session): Promise<void> {
  const keys = [
    'log.retention.ms',
    'message.max.bytes',
    'num.io.threads',
    'log.cleaner.threads',
    'log.cleanup.policy',
    'log.dirs',
    'log.segment.bytes'
  ]
  const both = async (label: string, id: string, changes: readonly Change[]): Promise<void> => {
    await alter(session, label, BROKER, id, changes)
    await sleep(500)
    await describe(session, `after ${label}, own`, BROKER, '0', { keys })
    await describe(session, `after ${label}, all`, BROKER, '', { keys })
  }
  await both('for all', '', [['set', 'log.retention.ms', '86400000']])
  await both('for one', '0', [['set', 'log.retention.ms', '96400000']])
  const topic = await session.topic('plain')
  await describe(session, 'topic of a changed broker', TOPIC, topic.name, {
    keys: ['retention.ms', 'max.message.bytes']
  })
  await both('for one, taken back', '0', [['delete', 'log.retention.ms', null]])
  await both('for all, taken back', '', [['delete', 'log.retention.ms', null]])
  await both('read-only', '0', [['set', 'num.partitions', '9']])
  await both('read-only for all', '', [['set', 'log.dirs', '/elsewhere']])
  await both('per broker for all', '', [['set', 'advertised.listeners', 'PLAINTEXT://x:1']])
  await both('unknown', '0', [['set', 'no.such.setting', '9']])
  await both('unknown for all', '', [['set', 'no.such.setting', '9']])
  await both('bad value', '', [['set', 'message.max.bytes', 'many']])
  await both('negative', '', [['set', 'message.max.bytes', '-5']])
  await both('threads', '', [['set', 'log.cleaner.threads', '2']])
  await both('threads too many', '', [['set', 'log.cleaner.threads', '1000']])
  await both('append', '', [['append', 'log.cleanup.policy', 'compact']])
  await both('subtract', '', [['subtract', 'log.cleanup.policy', 'compact']])
  await both('null', '', [['set', 'log.cleanup.policy', null]])
  await both('other broker', '7', [['set', 'message.max.bytes', '5']])
  await both('no number', 'x', [['set', 'message.max.bytes', '5']])
  for (const name of ['log.cleaner.threads', 'log.cleanup.policy', 'message.max.bytes', 'no.such.setting']) {
    await alter(session, `clean ${name}`, BROKER, '', [['delete', name, null]])
  }
}

async function groups(session: Session): Promise<void> {
  const ask = (label: string, changes: readonly Change[]) =>
    alter(session, label, GROUP, 'configured-group', changes)
  await ask('session timeout', [['set', 'consumer.session.timeout.ms', '50000']])
  await sleep(100)
  await describe(session, 'after', GROUP, 'configured-group')
  await ask('session timeout too small', [['set', 'consumer.session.timeout.ms', '5']])
  await ask('unknown', [['set', 'no.such', '5']])
  await alter(session, 'no name', GROUP, '', [['set', 'consumer.session.timeout.ms', '50000']])
  for (const version of [0, 1]) {
    const only = (r: { configResources: readonly { resourceType: number }[]; errorCode: number }) => ({
      errorCode: r.errorCode,
      groups: r.configResources.filter(({ resourceType }) => resourceType !== TOPIC)
    })
    await session.ask('all', LIST_CONFIG_RESOURCES, {}, { version, only: only })
    if (version === 0) continue
    for (const types of [[GROUP], [BROKER], [8], [16], [99], [TOPIC, 99], [0]]) {
      await session.ask(
        `types ${types.join()}`,
        LIST_CONFIG_RESOURCES,
        { resourceTypes: types },
        { version, only: only }
      )
    }
  }
  await ask('taken back', [['delete', 'consumer.session.timeout.ms', null]])
  await sleep(100)
  await session.ask('after', LIST_CONFIG_RESOURCES, { resourceTypes: [GROUP] })
}

async function replacing(session: Session): Promise<void> {
  const { name } = await session.topic('plain', {
    configs: { 'retention.ms': '5000', 'max.message.bytes': '70000' }
  })
  const ask = async (
    label: string,
    configs: { name: string; value: string | null }[],
    part: object = {},
    resource = { resourceType: TOPIC, resourceName: name }
  ): Promise<void> => {
    for (const version of [0, 2]) {
      await session.ask(label, ALTER_CONFIGS, { resources: [{ ...resource, configs }], ...part }, { version })
    }
    await sleep(60)
    await describe(session, `after ${label}`, TOPIC, name, { keys: ['retention.ms', 'max.message.bytes'] })
  }
  await ask('validate only', [], { validateOnly: true })
  await ask('one', [{ name: 'retention.ms', value: '6000' }])
  await ask('bad', [{ name: 'retention.ms', value: 'x' }])
  await ask('null', [{ name: 'retention.ms', value: null }])
  await ask('unknown', [{ name: 'no.such', value: 'x' }])
  await ask('twice', [
    { name: 'retention.ms', value: '1' },
    { name: 'retention.ms', value: '2' }
  ])
  await ask('nothing', [])
  await ask('unknown topic', [], {}, { resourceType: TOPIC, resourceName: 'no-such-topic' })
  await ask(
    'read-only',
    [{ name: 'num.partitions', value: '3' }],
    {},
    { resourceType: BROKER, resourceName: '0' }
  )
}

export const configCases: readonly Case[] = [
  { name: 'configs-of-topics', run: topicDescriptions },
  { name: 'configs-of-brokers', run: brokerDescriptions },
  { name: 'configs-incremental', run: incremental },
  { name: 'configs-brokers-changed', run: brokers },
  { name: 'configs-groups', run: groups },
  { name: 'configs-replaced', run: replacing }
]
