/**
 * What a partition knows of its producers after a take-over. The batches tell of sequences, epochs and transactions;
 * Kafka's own snapshot, which a node writes when it stops, tells which producers still count and which of their
 * transactions are open, also where compaction has taken the batches away.
 */
import { Reader } from '@naru/base'
import { crc32c, isControl, isTransactional, type BatchHeader } from '@naru/protocol'
import { endMarkerOf } from '../partition/end-marker.ts'
import {
  isIdempotent,
  producerAfter,
  producerAfterMarker,
  type ProducerEntry
} from '../partition/producer-state.ts'
import type { AbortedTransactionEntry } from '../segments/index.ts'
import type { KafkaBatch } from './kafka-segment.ts'

const SNAPSHOT_VERSION_MAX = 2
/** Version and checksum; the checksum covers what follows. */
const SNAPSHOT_HEADER_BYTES = 6
const SNAPSHOT_ENTRY_BYTES = 46

export class TakenProducers {
  readonly #entries = new Map<number, ProducerEntry>()
  readonly #nowMs: number

  constructor(nowMs: number) {
    this.#nowMs = nowMs
  }

  /** The largest id that was seen, -1 when there was none. */
  get largestId(): number {
    let largest = -1
    for (const id of this.#entries.keys()) largest = Math.max(largest, id)
    return largest
  }

  /** Counts a batch in; the transaction that it has aborted, if it is such a marker. */
  next({ bytes, header }: KafkaBatch): AbortedTransactionEntry | undefined {
    if (!isIdempotent(header)) return undefined
    const marker = endMarkerOf(bytes, header)
    // Compaction leaves control batches without a record behind; they say nothing any more.
    if (marker === undefined && isControl(header.attributes)) return undefined
    const before = this.#entries.get(header.producerId)
    const at = {
      baseOffset: header.baseOffset,
      timestampMs: header.maxTimestamp,
      nowMs: this.#timeOf(header)
    }
    if (marker === undefined) {
      const after = producerAfter(before, header, at)
      // A batch that compaction has emptied keeps a sequence, and belongs to a transaction that is over.
      const isEmptied = header.recordCount === 0 && isTransactional(header.attributes)
      const transactionFirstOffset = before?.transactionFirstOffset ?? -1
      this.#entries.set(header.producerId, isEmptied ? { ...after, transactionFirstOffset } : after)
      return undefined
    }
    this.#entries.set(header.producerId, producerAfterMarker(before, header, marker, at))
    const firstOffset = before?.transactionFirstOffset ?? -1
    if (!marker.aborts || firstOffset < 0) return undefined
    const lastStableOffset = Math.min(this.#firstOpen(), header.baseOffset + 1)
    return { producerId: header.producerId, firstOffset, lastOffset: header.baseOffset, lastStableOffset }
  }

  #timeOf({ maxTimestamp }: BatchHeader): number {
    return maxTimestamp >= 0 ? Math.min(maxTimestamp, this.#nowMs) : this.#nowMs
  }

  #firstOpen(): number {
    let first = Number.POSITIVE_INFINITY
    for (const { transactionFirstOffset } of this.#entries.values()) {
      if (transactionFirstOffset >= 0) first = Math.min(first, transactionFirstOffset)
    }
    return first
  }

  /** The producers in the end; the snapshot, where there is one, decides which. */
  entries(snapshot: readonly ProducerEntry[] | undefined): readonly ProducerEntry[] {
    if (snapshot === undefined) return [...this.#entries.values()]
    return snapshot.map((noted) => {
      const seen = this.#entries.get(noted.producerId)
      const isSame =
        seen?.epoch === noted.epoch &&
        seen.batches.at(-1)?.lastSequence === noted.batches.at(-1)?.lastSequence
      return isSame && seen !== undefined ? { ...noted, batches: seen.batches } : noted
    })
  }
}

/** Kafka's `<offset>.snapshot`; undefined when it does not check. */
export function parseProducerSnapshot(bytes: Buffer): readonly ProducerEntry[] | undefined {
  if (bytes.byteLength < SNAPSHOT_HEADER_BYTES + 4) return undefined
  const version = bytes.readInt16BE(0)
  const count = bytes.readInt32BE(SNAPSHOT_HEADER_BYTES)
  const isWhole =
    version >= 1 &&
    version <= SNAPSHOT_VERSION_MAX &&
    bytes.readUInt32BE(2) === crc32c(bytes, SNAPSHOT_HEADER_BYTES, bytes.byteLength) &&
    count >= 0 &&
    count * SNAPSHOT_ENTRY_BYTES <= bytes.byteLength
  if (!isWhole) return undefined
  const reader = new Reader(bytes.subarray(SNAPSHOT_HEADER_BYTES + 4))
  return Array.from({ length: count }, () => entryOf(reader))
}

function entryOf(reader: Reader): ProducerEntry {
  const producerId = reader.int64()
  const epoch = reader.int16()
  const lastSequence = reader.int32()
  const lastOffset = reader.int64()
  const offsetDelta = reader.int32()
  const timestampMs = reader.int64()
  // That of the coordinator is 0 here: a higher one would fence its next marker.
  const coordinatorEpoch = Math.min(reader.int32(), 0)
  const transactionFirstOffset = reader.int64()
  const firstSequence = lastSequence - offsetDelta
  const batch = { firstSequence, lastSequence, baseOffset: lastOffset - offsetDelta, timestampMs }
  return {
    producerId,
    epoch,
    batches: lastSequence < 0 || firstSequence < 0 ? [] : [batch],
    lastAppendMs: timestampMs,
    lastTimestampMs: timestampMs,
    coordinatorEpoch,
    transactionFirstOffset
  }
}
