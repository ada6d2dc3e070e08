/**
 * Whether a record fits into its topic. Where records are only written at the next commit (`exactlyOnce`), the broker's
 * refusal would come too late: the commit could not go on without it, and not with it.
 */
import { type Admin, type CallOptions, KafkaError } from '@naru/client'
import { RECORD_TOPICS_MAX } from '../limits.ts'
import type { Outgoing } from '../publish/publisher.ts'

/** Of a batch with one record: its header, and lengths and numbers of the record at their longest. */
const BATCH_BYTES = 61
const RECORD_BYTES_MAX = 40
const HEADER_BYTES_MAX = 10
/** Kafka's own default, where a topic's limit may not be asked for. */
const LIMIT_DEFAULT = 1_048_588

const CONFIG = 'max.message.bytes'

export class RecordLimits {
  readonly #admin: Pick<Admin, 'describeConfigs'>
  readonly #limits = new Map<string, Promise<number>>()

  constructor(admin: Pick<Admin, 'describeConfigs'>) {
    this.#admin = admin
  }

  async fits(outgoing: Outgoing): Promise<boolean> {
    return bytesAtMost(outgoing) <= (await this.#limitOf(outgoing.topic))
  }

  /** Rejects with MESSAGE_TOO_LARGE, as the broker would. */
  async check(outgoing: Outgoing): Promise<void> {
    if (await this.fits(outgoing)) return
    const { topic } = outgoing
    const message = `an event of ${bytesAtMost(outgoing)} bytes does not fit into topic ${topic} (${CONFIG})`
    throw new KafkaError('MESSAGE_TOO_LARGE', message, { topic })
  }

  #limitOf(topic: string): Promise<number> {
    const known = this.#limits.get(topic)
    if (known !== undefined) return known
    if (this.#limits.size >= RECORD_TOPICS_MAX) this.#limits.clear()
    const limit = messageBytesMax(this.#admin, topic)
    this.#limits.set(topic, limit)
    limit.catch(() => this.#limits.delete(topic))
    return limit
  }
}

/** What the topic takes; the default where this user may not ask. */
export async function messageBytesMax(
  admin: Pick<Admin, 'describeConfigs'>,
  topic: string,
  options: CallOptions = {}
): Promise<number> {
  try {
    const configs = await admin.describeConfigs({ type: 'topic', name: topic }, options)
    return Number(configs.find(({ name }) => name === CONFIG)?.value ?? LIMIT_DEFAULT)
  } catch (error) {
    if (error instanceof KafkaError && !error.retriable) return LIMIT_DEFAULT
    throw error
  }
}

function bytesAtMost({ key, value, headers }: Outgoing): number {
  const own = headers.reduce((sum, [name, text]) => sum + HEADER_BYTES_MAX + bytesOf(name) + bytesOf(text), 0)
  return BATCH_BYTES + RECORD_BYTES_MAX + bytesOf(key) + bytesOf(value) + own
}

function bytesOf(part: string | Uint8Array | null): number {
  return typeof part === 'string' ? Buffer.byteLength(part) : (part?.length ?? 0)
}
