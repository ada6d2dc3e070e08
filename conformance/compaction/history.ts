// The same keyed history for everybody who asks with the same seed: updates, tombstones, all codecs.

import { CompressionCodec } from '@naru/protocol'
import { SeededRandom } from '@naru/simulator'
import type { Batch } from './keyed-topic.ts'

export interface HistoryOptions {
  readonly seed: number
  readonly batches: number
  readonly keys: number
  readonly timestampMs: number
}

const codecs = Object.values(CompressionCodec)

export function* keyedHistory({ seed, batches, keys, timestampMs }: HistoryOptions): Generator<Batch> {
  const random = new SeededRandom(seed)
  for (let index = 0; index < batches; index++) {
    const records = Array.from({ length: 1 + random.below(60) }, (_, at) => ({
      key: `key-${random.below(keys)}`,
      // Hard to compress, so that the same number of bytes is written whatever the codec.
      value: random.oneIn(5) ? null : `${index}.${at} ${Buffer.from(random.bytes(400)).toString('base64')}`
    }))
    yield {
      records,
      compression: codecs[random.below(codecs.length)] ?? CompressionCodec.none,
      timestampMs: timestampMs + index
    }
  }
}
