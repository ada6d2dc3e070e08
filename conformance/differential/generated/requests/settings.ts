// Settings of topics, brokers and groups: described, changed, refused.

import type { Draw } from '../draw.ts'
import type { Fields, RequestKind } from '../step.ts'

const TOPIC = 2
const BROKER = 4
const GROUP = 32

/** Values that change no answer by the hour of the day: nothing expires, nothing is compressed anew. */
const TOPIC_SETTINGS: Readonly<Record<string, readonly (string | null)[]>> = {
  'retention.ms': ['864000000', '-1', 'x', '', '-5', null],
  'retention.bytes': ['-1', '1000000000', '-2', '1.5'],
  'cleanup.policy': ['delete', 'compact', 'compact,delete', 'remove', '', null],
  'max.message.bytes': ['1000', '100000', '-1', 'many'],
  'segment.bytes': ['1048576', '14', '0', '99999999999'],
  'segment.ms': ['604800000', '0', '1', '-1'],
  'min.insync.replicas': ['1', '0', 'x'],
  'message.timestamp.type': ['CreateTime', 'createtime', 'Now'],
  'message.timestamp.before.max.ms': ['9223372036854775807', '864000000', '-1'],
  'min.cleanable.dirty.ratio': ['0.5', '1.5', '-0.1', '0,5', '1e-1'],
  preallocate: ['true', 'false', 'maybe', 'TRUE'],
  'unclean.leader.election.enable': ['true', 'false', 'no'],
  'follower.replication.throttled.replicas': ['', '*', '0:0,1:0', 'a:b'],
  'delete.retention.ms': ['86400000', '-1', '0'],
  'index.interval.bytes': ['4096', '-1', '0'],
  'flush.messages': ['9223372036854775807', '0', '1'],
  'compression.type': ['producer', 'none', 'brotli'],
  'compression.gzip.level': ['-1', '9', '10', '0'],
  'compression.zstd.level': ['3', '22', '23', '-131072'],
  'remote.storage.enable': ['false', 'maybe'],
  'no.such.setting': ['1', '', null]
}

const GROUP_SETTINGS: Readonly<Record<string, readonly string[]>> = {
  'consumer.session.timeout.ms': ['50000', 'x'],
  'no.such.setting': ['5']
}

const BROKER_KEYS = [
  'log.retention.ms',
  'message.max.bytes',
  'log.cleanup.policy',
  'log.segment.bytes',
  'no.such'
]

export function drawSetting(draw: Draw): { name: string; value: string | null } {
  const name = draw.pick(Object.keys(TOPIC_SETTINGS))
  return { name, value: draw.pick(TOPIC_SETTINGS[name] ?? ['']) }
}

/** Mostly a topic that comes and goes; lasting ones keep their settings, so that records stay comparable. */
function drawTopic(draw: Draw): string {
  const passing = draw.passingTopic()
  const odd = draw.oddTopic()
  return draw.chance(0.1) ? odd : passing
}

function describeRequest(draw: Draw): Fields {
  const name = draw.chance(0.3) ? draw.lastingTopic() : drawTopic(draw)
  const kind = draw.below(20)
  const keys = draw.chance(0.5) ? draw.random.some(Object.keys(TOPIC_SETTINGS), 4) : null
  const resource =
    kind < 15
      ? { resourceType: TOPIC, resourceName: name, configurationKeys: keys }
      : kind < 17
        ? {
            resourceType: BROKER,
            resourceName: draw.pick(['0', '', '7', 'x']),
            configurationKeys: BROKER_KEYS
          }
        : kind < 19
          ? { resourceType: GROUP, resourceName: draw.group(), configurationKeys: null }
          : { resourceType: draw.pick([0, 1, 3, 64]), resourceName: 'x', configurationKeys: null }
  return { resources: [resource], includeSynonyms: draw.chance(0.3), includeDocumentation: false }
}

function replaceRequest(draw: Draw): Fields {
  const configs = uniqueSettings(draw)
  const resource = { resourceType: TOPIC, resourceName: drawTopic(draw), configs }
  return { resources: [resource], validateOnly: draw.chance(0.3) }
}

function uniqueSettings(draw: Draw): { name: string; value: string | null }[] {
  const drawn = draw.few(() => drawSetting(draw))
  return [...new Map(drawn.map((one) => [one.name, one])).values()]
}

function incrementalRequest(draw: Draw): Fields {
  const configs = uniqueSettings(draw).map(({ name, value }) => ({
    name,
    configOperation: draw.pick([0, 0, 0, 0, 0, 1, 1, 2, 3]),
    value
  }))
  const kind = draw.below(20)
  const groupSetting = draw.pick(Object.keys(GROUP_SETTINGS))
  const groupValue = draw.pick(GROUP_SETTINGS[groupSetting] ?? [''])
  const topic = drawTopic(draw)
  const validateOnly = draw.chance(0.3)
  if (kind < 17) return { resources: [{ resourceType: TOPIC, resourceName: topic, configs }], validateOnly }
  if (kind < 18) {
    const one = { name: groupSetting, configOperation: draw.pick([0, 0, 1]), value: groupValue }
    return {
      resources: [{ resourceType: GROUP, resourceName: draw.own('configured'), configs: [one] }],
      validateOnly
    }
  }
  // Other programs run at the same time: what belongs to the broker is only tried.
  const name = draw.pick(['log.retention.ms', 'message.max.bytes', 'num.partitions'])
  const one = { name, configOperation: 0, value: draw.pick(['86400000', 'x']) }
  return {
    resources: [{ resourceType: BROKER, resourceName: draw.pick(['', '0', '7']), configs: [one] }],
    validateOnly: true
  }
}

function listResourcesRequest(draw: Draw, version: number): Fields {
  return {
    resourceTypes:
      version === 0 ? [] : draw.pick([[], [TOPIC], [GROUP], [BROKER], [16], [99], [TOPIC, GROUP]])
  }
}

export const settingRequests: readonly RequestKind[] = [
  { key: 32, weight: 6, build: describeRequest },
  { key: 33, weight: 2, settle: 'metadata', build: replaceRequest },
  { key: 44, weight: 4, settle: 'metadata', build: incrementalRequest },
  { key: 74, weight: 2, build: listResourcesRequest }
]
