/** What a consumer can be asked for, checked once. */
import type { Codec } from '../codec.ts'
import { CONSUMER_DEFAULTS } from '../defaults.ts'
import { OptionError, checkOptions, withDefaults } from '../options/check-options.ts'
import type { EndPlace, StartPlace } from './places.ts'

export interface ConsumerOptions<K, V> {
  readonly topics: string | readonly string[]
  /** Shares the partitions with the group's other members and remembers positions; without it, all are read. */
  readonly group?: string | undefined
  /** Only these partitions; not with a group. */
  readonly partitions?: readonly number[] | undefined
  /** Where reading starts; with a group, where the group has no position yet. */
  readonly from?: StartPlace | undefined
  /** Where reading ends; never when left out. */
  readonly to?: EndPlace | undefined
  /** Ends after this many records. */
  readonly max?: number | undefined
  /** `auto` commits what was processed; `manual` leaves it to `commit()`. */
  readonly commit?: 'auto' | 'manual' | undefined
  /** `read-committed` leaves out what a transaction wrote that was aborted, and waits for those that are open. */
  readonly isolation?: 'read-uncommitted' | 'read-committed' | undefined
  readonly key?: Codec<K> | undefined
  readonly value?: Codec<V> | undefined
  /** Ends the reading with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  readonly fetchWaitMs?: number | undefined
  readonly fetchBytesMax?: number | undefined
  readonly partitionBytesMax?: number | undefined
  readonly sessionTimeoutMs?: number | undefined
  readonly heartbeatMs?: number | undefined
  readonly rebalanceTimeoutMs?: number | undefined
  readonly commitIntervalMs?: number | undefined
}

const OPTION_NAMES = [
  'topics',
  'group',
  'partitions',
  'to',
  'max',
  'key',
  'value',
  'signal',
  ...Object.keys(CONSUMER_DEFAULTS)
]

/** With every default in place. */
export type ConsumerSettings<K, V> = Omit<ConsumerOptions<K, V>, 'topics' | keyof typeof CONSUMER_DEFAULTS> &
  Required<{
    readonly [Name in keyof typeof CONSUMER_DEFAULTS]: Exclude<ConsumerOptions<K, V>[Name], undefined>
  }> & { readonly topics: readonly string[] }

export function consumerSettings<K, V>(options: ConsumerOptions<K, V>): ConsumerSettings<K, V> {
  checkOptions('consumer', options, OPTION_NAMES)
  const settings = withDefaults(CONSUMER_DEFAULTS, options) as Omit<ConsumerSettings<K, V>, 'topics'>
  const topics = typeof options.topics === 'string' ? [options.topics] : options.topics
  if (topics.length === 0) throw new OptionError('topics', 'a consumer needs a topic')
  if (options.group !== undefined && options.partitions !== undefined) {
    throw new OptionError(
      'partitions',
      'a group divides the partitions itself: leave out partitions or group'
    )
  }
  return { ...settings, topics }
}
