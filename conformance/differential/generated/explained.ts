// Differences of generated requests that stay, each with its reason. What the hand-written cases explain for a whole
// API holds here too.

import { ZERO_UUID } from '@naru/base'
import type { Difference } from '../compare.ts'
import { reasonFor } from '../explained.ts'
import type { Played } from './player.ts'
import type { Fields } from './step.ts'

interface Explanation {
  readonly keys: readonly number[]
  readonly path?: RegExp
  readonly naru?: RegExp
  readonly kafka?: RegExp
  /** Of the request as it was sent. */
  readonly request?: (request: Fields, version: number) => boolean
  readonly reason: string
}

const TOPIC_RESOURCE = 2
/** Metadata 12, Fetch 13. */
const TOPIC_IDS_FROM = 12

function hasResource(request: Fields, isWanted: (type: number) => boolean): boolean {
  return (request['resources'] as { resourceType: number }[]).some(({ resourceType }) =>
    isWanted(resourceType)
  )
}

/** Lists of partitions or topics, wherever they are in a request. */
function listsOf(value: unknown): unknown[][] {
  if (Array.isArray(value)) return [value, ...value.flatMap(listsOf)]
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return []
  return Object.values(value).flatMap(listsOf)
}

function namesNothing(request: Fields): boolean {
  return listsOf(request).some((list) => list.length === 0)
}

function namesTwice(request: Fields): boolean {
  return listsOf(request).some((list) => new Set(list.map((item) => nameOf(item))).size < list.length)
}

/** What an element of a list is about: its texts and numbers, but for what is said of it. */
function nameOf(item: unknown): unknown {
  if (typeof item !== 'object' || item === null) return item
  const { name, topic, topicId, partition, partitionIndex, index } = item as Fields
  const known = [name, topic, topicId, partition, partitionIndex, index]
  return known.every((one) => one === undefined) ? item : JSON.stringify(known)
}

/** Topics are named by ids, and one of them is the id of nothing. */
function namesNoId({ topics }: Fields): boolean {
  return ((topics as { topicId: string; name?: string | null; topic?: string }[] | null) ?? []).some(
    ({ topicId, name, topic }) => topicId === ZERO_UUID && (name ?? topic ?? '') === ''
  )
}

const explanations: readonly Explanation[] = [
  {
    keys: [1, 3],
    request: (request, version) => version >= TOPIC_IDS_FROM && namesNoId(request),
    reason: 'each topic is looked up by itself; Kafka trips over an id that is none'
  },
  {
    keys: [2, 23, 34, 35, 43, 47, 61],
    request: namesNothing,
    reason: 'Kafka leaves topics without partitions out of its answers'
  },
  {
    keys: [0, 1, 2, 8, 9, 23, 34, 35, 43, 61],
    request: namesTwice,
    reason: 'each naming is answered'
  },
  {
    keys: [33, 44],
    path: /errorCode$/,
    kafka: /INVALID_CONFIG|INVALID_REQUEST/,
    naru: /INVALID_TOPIC_EXCEPTION|INVALID_REQUEST|INVALID_CONFIG/,
    reason: 'of two mistakes in one request the other one is named'
  },
  {
    keys: [32],
    path: /configSource$/,
    kafka: /^3$/,
    naru: /^5$/,
    request: (request) => JSON.stringify(request).includes('min.insync.replicas'),
    reason: 'Kafka formats a cluster with a setting for all brokers'
  },
  {
    keys: [0],
    path: /errorCode$/,
    kafka: /UNSUPPORTED_COMPRESSION/,
    naru: /CORRUPT_MESSAGE/,
    reason: 'of two mistakes in one request the other one is named'
  },
  {
    keys: [0],
    path: /errorMessage$/,
    reason: 'messages are sentences of our own, or none'
  },
  {
    keys: [34],
    kafka: /INVALID_TOPIC_EXCEPTION/,
    naru: /LOG_DIR_NOT_FOUND/,
    reason: 'no folder on the way whose name could be too long'
  },
  {
    keys: [35],
    path: /partitionSize$/,
    naru: /^0$/,
    reason: 'a log whose records are all deleted has no bytes; Kafka keeps the last segment'
  },
  {
    keys: [75],
    request: (request) => JSON.stringify(request['topics']).includes('"name":""'),
    reason: 'Kafka trips over a name that no topic can have, we say so'
  },
  {
    keys: [2],
    path: /(offset|timestamp|leaderEpoch)$/,
    request: (request) => JSON.stringify(request).includes('"timestamp":-3'),
    reason: 'the largest timestamp of what is left; Kafka may name a record that was deleted'
  },
  {
    keys: [1],
    path: /errorCode$/,
    kafka: /UNKNOWN_TOPIC_OR_PARTITION/,
    naru: /UNKNOWN_TOPIC_ID/,
    reason: 'the id of a deleted topic is unknown'
  },
  {
    keys: [2, 23],
    request: (request) => /Epoch":-(?!1\b)\d/.test(JSON.stringify(request)),
    reason: 'no client sends an epoch below -1'
  },
  {
    keys: [19],
    path: /topicId$/,
    request: ({ validateOnly }) => validateOnly === true,
    reason: 'nothing was made that could have an id'
  },
  {
    keys: [2],
    request: ({ isolationLevel }) => isolationLevel !== 0 && isolationLevel !== 1,
    reason: 'Kafka trips over the value; we take it for the nearest one'
  },
  {
    keys: [0],
    kafka: /INVALID_TXN_STATE|TRANSACTION_ABORTABLE|INVALID_PRODUCER|UNSUPPORTED_COMPRESSION|\[\]/,
    naru: /INVALID_RECORD|batchIndex/,
    reason: 'a batch is looked at before its codec and before the coordinator is asked'
  },
  {
    keys: [0],
    request: ({ acks }) => acks !== -1 && acks !== 1,
    reason: 'of two mistakes in one request the other one is named'
  },
  {
    keys: [0],
    path: /errorCode$/,
    kafka: /CORRUPT_MESSAGE|TRANSACTIONAL_ID_AUTHORIZATION_FAILED/,
    naru: /UNKNOWN_TOPIC|INVALID_RECORD/,
    reason: 'of two mistakes in one request the other one is named'
  },
  {
    keys: [3],
    path: /topicAuthorizedOperations$/,
    naru: /-2147483648/,
    reason: 'a topic that is not there allows nothing'
  },
  {
    keys: [33, 44],
    path: /errorCode$/,
    kafka: /INVALID_REQUEST/,
    naru: /INVALID_CONFIG/,
    request: (request) => hasResource(request, (type) => type !== TOPIC_RESOURCE),
    reason: 'a bad value is INVALID_CONFIG for every resource'
  }
]

/** Why a difference is on purpose; undefined when nobody has explained it. */
export function reasonOf(played: Played, difference: Difference): string | undefined {
  const { path, kafka, naru } = difference
  const own = explanations.find(
    (one) =>
      one.keys.includes(played.step.kind.key) &&
      (one.path?.test(path) ?? true) &&
      (one.kafka?.test(kafka) ?? true) &&
      (one.naru?.test(naru) ?? true) &&
      (one.request?.(played.request as Fields, played.step.version) ?? true)
  )
  return own?.reason ?? reasonFor('generated', difference)
}
