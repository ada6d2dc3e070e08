/**
 * Checks on their way: transactional producers of one partition that the coordinator is asked about (KIP-890). They
 * live in memory only: after a restart the producer is checked again.
 */
import { verificationsPerPartitionMax } from '../limits.ts'
import type { TransactionCheck, TransactionGuard } from '../ports/index.ts'

export interface Verification {
  readonly guard: TransactionGuard
  /** Of the newest epoch. A batch behind it waits until this one is in: it was sent later, and would be in the way. */
  lowestSequence: number
  epoch: number
  readonly raisesEpoch: boolean
  readonly startedMs: number
}

export class Verifications {
  readonly #byProducer = new Map<number, Verification>()
  #lastGuard = 0

  get(producerId: number): Verification | undefined {
    return this.#byProducer.get(producerId)
  }

  get size(): number {
    return this.#byProducer.size
  }

  /** Begins a check, or joins the one that is on its way. */
  start(check: TransactionCheck, nowMs: number): Verification {
    const { producerId, producerEpoch, baseSequence } = check
    const known = this.#byProducer.get(producerId)
    if (known !== undefined) {
      join(known, check)
      return known
    }
    const verification: Verification = {
      guard: ++this.#lastGuard as TransactionGuard,
      lowestSequence: baseSequence,
      epoch: producerEpoch,
      raisesEpoch: check.transactionVersion >= 2,
      startedMs: nowMs
    }
    this.#byProducer.set(producerId, verification)
    if (this.#byProducer.size > verificationsPerPartitionMax) this.#forgetOldest()
    return verification
  }

  /**
   * A batch or marker of the producer was appended. Only the marker that ended the transaction before, in the epoch
   * in which the next one is being checked, leaves the check alone: version 2 raises the epoch between the two.
   */
  appended(producerId: number, marker: { readonly epoch: number } | undefined): void {
    const known = this.#byProducer.get(producerId)
    if (known === undefined) return
    if (marker !== undefined && known.raisesEpoch && marker.epoch === known.epoch) return
    this.#byProducer.delete(producerId)
  }

  /** Forgets checks that nobody ended. */
  expire(beforeMs: number): void {
    for (const [producerId, { startedMs }] of this.#byProducer) {
      if (startedMs < beforeMs) this.#byProducer.delete(producerId)
    }
  }

  #forgetOldest(): void {
    for (const producerId of this.#byProducer.keys()) {
      this.#byProducer.delete(producerId)
      return
    }
  }
}

function join(known: Verification, { producerEpoch, baseSequence }: TransactionCheck): void {
  if (producerEpoch > known.epoch) {
    known.epoch = producerEpoch
    known.lowestSequence = baseSequence
  } else if (producerEpoch === known.epoch) {
    known.lowestSequence = Math.min(known.lowestSequence, baseSequence)
  }
}
