/**
 * The port of the metadata: an ordered log of small records (topics, configs, blocks of producer ids) and
 * the image that they add up to. Creating a topic here is what makes its partitions exist in the `LogStore`.
 */
import type { Uuid } from '@naru/base'

export type ConfigResourceType = 'topic' | 'broker' | 'group' | 'client-metrics'

/** Records are facts that happened; replaying them in order gives the same image everywhere. */
export type MetadataRecord =
  | {
      readonly type: 'topic-created'
      readonly name: string
      readonly topicId: Uuid
      readonly partitionCount: number
      readonly internal: boolean
    }
  | { readonly type: 'partitions-added'; readonly topicId: Uuid; readonly partitionCount: number }
  | { readonly type: 'topic-removed'; readonly topicId: Uuid }
  /** A null value removes the override. The resource of a topic is its name, of the brokers' shared config ''. */
  | {
      readonly type: 'config-set'
      readonly resourceType: ConfigResourceType
      readonly resourceName: string
      readonly name: string
      readonly value: string | null
    }
  /** Producer ids below this one were handed out in blocks. */
  | { readonly type: 'producer-ids-reserved'; readonly nextProducerId: number }

export interface TopicMetadata {
  readonly name: string
  readonly topicId: Uuid
  readonly partitionCount: number
  readonly internal: boolean
}

/** A consistent view; it never changes, `MetadataStore.image` is replaced. Lookups are by map. */
export interface MetadataImage {
  readonly clusterId: string
  readonly topicsByName: ReadonlyMap<string, TopicMetadata>
  readonly topicsById: ReadonlyMap<Uuid, TopicMetadata>
  /** Overrides only; defaults are the broker's business. Key: `resourceKey(type, name)`. */
  readonly configs: ReadonlyMap<string, ReadonlyMap<string, string>>
  readonly nextProducerId: number
  /** Counts records since the beginning. */
  readonly version: number
}

export type MetadataChange = { readonly records: readonly MetadataRecord[]; readonly image: MetadataImage }

export interface MetadataStore {
  /** The newest durable image. */
  readonly image: MetadataImage
  /**
   * Decides and appends in one step: `decide` sees the newest image including everything appended before it,
   * durable or not, and returns the records to append (none: nothing happens) and an answer for the caller.
   * Resolves to that answer when the records are durable and the image holds them; rejects with a
   * `NaruError` (KAFKA_STORAGE_ERROR) when they cannot be made durable, and then they never appear.
   */
  change<T>(
    decide: (image: MetadataImage) => { readonly records: readonly MetadataRecord[]; readonly answer: T }
  ): Promise<T>
  /** Calls back after the image was replaced, in order. */
  watch(listener: (change: MetadataChange) => void): () => void
}

/** Key of a resource in `MetadataImage.configs`. */
export function resourceKey(type: ConfigResourceType, name: string): string {
  return `${type}:${name}`
}
