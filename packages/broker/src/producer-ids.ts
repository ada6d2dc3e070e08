/**
 * Hands out producer ids, reserved in blocks so that one metadata record serves many producers (KIP-360's
 * ProducerIdsBlock). The first block of a cluster lies at a random place above 2^40: segments that move
 * under an Apache Kafka must not collide with the ids that it hands out from 0.
 */
import type { Random } from '@naru/base'
import type { MetadataStore } from '@naru/storage'
import { PRODUCER_ID_BLOCK } from './limits.ts'

const FIRST_BLOCK_MIN = 2 ** 40 / PRODUCER_ID_BLOCK
const FIRST_BLOCK_SPREAD = 2 ** 32

export class ProducerIds {
  readonly #metadata: MetadataStore
  readonly #random: Random
  #next = 0
  #end = 0
  #reserving: Promise<void> | undefined

  constructor(metadata: MetadataStore, random: Random) {
    this.#metadata = metadata
    this.#random = random
  }

  /** A producer id that was never handed out before; its reservation is durable. */
  async next(): Promise<number> {
    while (this.#next === this.#end) {
      this.#reserving ??= this.#reserve()
      await this.#reserving
    }
    return this.#next++
  }

  async #reserve(): Promise<void> {
    try {
      const start = await this.#metadata.change((image) => {
        const first = image.nextProducerId > 0 ? image.nextProducerId : this.#firstOfCluster()
        return {
          records: [{ type: 'producer-ids-reserved', nextProducerId: first + PRODUCER_ID_BLOCK }],
          answer: first
        }
      })
      this.#next = start
      this.#end = start + PRODUCER_ID_BLOCK
    } finally {
      this.#reserving = undefined
    }
  }

  #firstOfCluster(): number {
    return Math.ceil(FIRST_BLOCK_MIN + this.#random.below(FIRST_BLOCK_SPREAD)) * PRODUCER_ID_BLOCK
  }
}
