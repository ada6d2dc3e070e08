/** Senders that are faster than the log meet the TCP window, not the memory of the broker. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ErrorCode } from '@naru/protocol'
import { PRODUCE, type ProduceResponse } from '@naru/protocol/messages/00-produce'
import type { AppendBatch, AppendResult, LogStore } from '@naru/storage'
import { REQUEST_BYTES_IN_FLIGHT_MAX, REQUESTS_PER_CONNECTION_MAX } from '../src/limits.ts'
import { startInProcessBroker } from './in-process-broker.ts'
import { RawClient } from './raw-client.ts'
import { batchOf, BY_NAME, createTopic, fetch, partitionsOf, produceRequest } from './requests.ts'

const TOPIC = 'slow'
const BATCH_BYTES = 1_000_000

/** A log that takes nothing more while it is held: it says so, or answers nothing. */
class SlowLog {
  readonly #inner: LogStore
  readonly #refuses: boolean
  readonly #waiting: (() => void)[] = []
  #held = false

  constructor(inner: LogStore, refuses: boolean) {
    this.#inner = inner
    this.#refuses = refuses
  }

  hold(): void {
    this.#held = true
  }

  release(): void {
    this.#held = false
    for (const wake of this.#waiting.splice(0)) wake()
  }

  /** The inner log with another end. */
  get log(): LogStore {
    const accepting = (): boolean => !(this.#held && this.#refuses)
    return new Proxy(this.#inner, {
      get: (inner, name) => {
        if (name === 'accepting') return accepting()
        if (name === 'whenAccepting') return () => (accepting() ? Promise.resolve() : this.#released())
        if (name === 'append') return (batches: readonly AppendBatch[]) => this.#append(batches)
        const member: unknown = Reflect.get(inner, name)
        return typeof member === 'function' ? (member.bind(inner) as unknown) : member
      }
    })
  }

  async #append(batches: readonly AppendBatch[]): Promise<readonly AppendResult[]> {
    const results = await this.#inner.append(batches)
    if (this.#held) await this.#released()
    return results
  }

  #released(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}

async function withSlowLog(
  refuses: boolean,
  work: (setting: { slow: SlowLog; senders: RawClient[]; inFlight: () => number }) => Promise<void>
): Promise<void> {
  let slow: SlowLog | undefined
  await using broker = await startInProcessBroker({
    wrapLog: (log) => (slow = new SlowLog(log, refuses)).log
  })
  assert.ok(slow !== undefined)
  const senders = await Promise.all([0, 1, 2, 3, 4, 5].map(() => RawClient.connect(broker)))
  await createTopic(senders[0] as RawClient, TOPIC)
  await work({ slow, senders, inFlight: () => broker.metrics().requestBytesInFlight })
  for (const sender of senders) await sender[Symbol.asyncDispose]()
}

function sendMany(sender: RawClient, count: number): Promise<ProduceResponse[]> {
  const request = produceRequest(TOPIC, batchOf(['x'.repeat(BATCH_BYTES)]))
  return Promise.all(Array.from({ length: count }, () => sender.send(PRODUCE, request, BY_NAME)))
}

/** Waits until the number stops growing. */
async function atRest(number: () => number): Promise<number> {
  for (let last = -1; ; await sleep(150)) {
    if (number() === last) return last
    last = number()
  }
}

function offsetsOf(responses: readonly ProduceResponse[]): (number | undefined)[] {
  const answers = responses.map((response) => response.responses[0]?.partitionResponses[0])
  assert.ok(answers.every((answer) => answer?.errorCode === ErrorCode.NONE))
  return answers.map((answer) => answer?.baseOffset)
}

test('a log that answers late holds requests up to one bound for all connections', async () => {
  await withSlowLog(false, async ({ slow, senders, inFlight }) => {
    slow.hold()
    const sent = senders.map((sender) => sendMany(sender, 60))
    const held = await atRest(inFlight)
    // Each connection may finish the frame, and read the chunk, that it is at.
    const slack = senders.length * 2 * BATCH_BYTES
    assert.ok(held >= REQUEST_BYTES_IN_FLIGHT_MAX, `${held} bytes`)
    assert.ok(held <= REQUEST_BYTES_IN_FLIGHT_MAX + slack, `${held} bytes`)
    slow.release()
    for (const responses of await Promise.all(sent)) {
      const offsets = offsetsOf(responses)
      assert.deepEqual(
        offsets,
        offsets.toSorted((a = 0, b = 0) => a - b)
      )
    }
    assert.equal(inFlight(), 0)
  })
})

test('a log that takes nothing more stops senders, and nobody who only reads', async () => {
  await withSlowLog(true, async ({ slow, senders, inFlight }) => {
    const [sender, reader] = senders as [RawClient, RawClient]
    slow.hold()
    const sent = sendMany(sender, 2 * REQUESTS_PER_CONNECTION_MAX)
    const held = await atRest(inFlight)
    assert.ok(held <= (REQUESTS_PER_CONNECTION_MAX + 2) * BATCH_BYTES, `${held} bytes`)
    const response = await fetch(reader, { wanted: [{ topic: TOPIC, offset: 0 }] })
    assert.equal(partitionsOf(response)[0]?.highWatermark, 0)
    slow.release()
    assert.equal(new Set(offsetsOf(await sent)).size, 2 * REQUESTS_PER_CONNECTION_MAX)
  })
})
