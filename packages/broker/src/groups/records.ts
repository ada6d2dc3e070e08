/**
 * Records of `__consumer_offsets` in Kafka's own format, so that its tools read them: the key begins with what
 * the record is, the value with its version. Versions are those that Apache Kafka 4.2 writes.
 */
import { DecodeError, Reader, Writer } from '@naru/base'
import { GROUP_METADATA, type GroupMetadataValue } from '@naru/protocol/internal-records/group-metadata'
import { LEGACY_OFFSET_COMMIT } from '@naru/protocol/internal-records/legacy-offset-commit'
import { OFFSET_COMMIT, type OffsetCommitValue } from '@naru/protocol/internal-records/offset-commit'
import type { DataMessage } from '@naru/protocol'
import type { EncodedRecord } from '../coordinator/slot-machine.ts'
import type { CommittedOffset } from './offsets.ts'
import type { GroupRecord, GroupValue } from './state.ts'

const GROUP_VALUE_VERSION = 3
const OFFSET_VALUE_VERSION = 4
/** The only version that keeps the time at which an offset of an old client expires. */
const OFFSET_VALUE_VERSION_WITH_EXPIRY = 1
const KEY_VERSION = 0

export function encodeRecord(record: GroupRecord): EncodedRecord {
  if (record.kind === 'group') {
    const key = encode(GROUP_METADATA.recordType, GROUP_METADATA.key, { group: record.groupId }, KEY_VERSION)
    const value = record.value === null ? null : encodeGroup(record.value)
    return { key, value }
  }
  const { groupId: group, topic, partition } = record
  const key = encode(OFFSET_COMMIT.recordType, OFFSET_COMMIT.key, { group, topic, partition }, KEY_VERSION)
  return { key, value: record.value === null ? null : encodeOffset(record.value) }
}

function encode<Data>(lead: number, message: DataMessage<Data>, data: Data, version: number): Uint8Array {
  const writer = new Writer()
  writer.int16(lead)
  message.write(writer, data, version)
  return writer.toBytes()
}

function encodeGroup(value: GroupValue): Uint8Array {
  return encode(GROUP_VALUE_VERSION, GROUP_METADATA.value, value, GROUP_VALUE_VERSION)
}

function encodeOffset(value: CommittedOffset): Uint8Array {
  const version = value.expireTimestampMs === -1 ? OFFSET_VALUE_VERSION : OFFSET_VALUE_VERSION_WITH_EXPIRY
  const data: OffsetCommitValue = {
    offset: value.offset,
    leaderEpoch: value.leaderEpoch,
    metadata: value.metadata,
    commitTimestamp: value.commitTimestampMs,
    expireTimestamp: value.expireTimestampMs,
    topicId: value.topicId
  }
  return encode(version, OFFSET_COMMIT.value, data, version)
}

/** Undefined for records that are none of ours, such as those of other kinds of groups; damage throws `DecodeError`. */
export function decodeRecord(key: Uint8Array | null, value: Uint8Array | null): GroupRecord | undefined {
  if (key === null) return undefined
  const reader = new Reader(key)
  const recordType = reader.int16()
  switch (recordType) {
    case LEGACY_OFFSET_COMMIT.recordType:
    case OFFSET_COMMIT.recordType: {
      const { group: groupId, topic, partition } = OFFSET_COMMIT.key.read(reader, KEY_VERSION)
      return { kind: 'offset', groupId, topic, partition, value: value === null ? null : decodeOffset(value) }
    }
    case GROUP_METADATA.recordType: {
      const { group: groupId } = GROUP_METADATA.key.read(reader, KEY_VERSION)
      return { kind: 'group', groupId, value: value === null ? null : decodeGroup(value) }
    }
    default:
      return undefined
  }
}

function decodeOffset(bytes: Uint8Array): CommittedOffset {
  const { offset, leaderEpoch, metadata, commitTimestamp, expireTimestamp, topicId } = decode(
    OFFSET_COMMIT.value,
    bytes
  )
  return {
    offset,
    leaderEpoch,
    metadata,
    commitTimestampMs: commitTimestamp,
    expireTimestampMs: expireTimestamp,
    topicId
  }
}

/** What members left in the record is copied: it outlives the bytes that it was read from. */
function decodeGroup(bytes: Uint8Array): GroupMetadataValue {
  const value = decode(GROUP_METADATA.value, bytes)
  const members = value.members.map((member) => ({
    ...member,
    subscription: new Uint8Array(member.subscription),
    assignment: new Uint8Array(member.assignment)
  }))
  return { ...value, members }
}

function decode<Data>(message: DataMessage<Data>, bytes: Uint8Array): Data {
  const reader = new Reader(bytes)
  const version = reader.int16()
  if (version < message.minVersion || version > message.maxVersion) throw new DecodeError('BAD_VALUE', 0)
  return message.read(reader, version)
}
