/**
 * The settings in force, with Kafka's precedence: per-broker dynamic, cluster-wide dynamic, given at start,
 * default. A topic's own setting goes before the broker's setting of the same meaning (its synonym).
 */
import { assert } from '@naru/base'
import { CompressionCodec } from '@naru/protocol'
import {
  resourceKey,
  DEFAULT_LOG_CONFIG,
  type LogConfig,
  type LogConfigResolver,
  type MetadataImage,
  type StorageLimits
} from '@naru/storage'
import { brokerDefinitions } from './broker-definitions.ts'
import { ConfigSource, type ConfigSynonym } from './config-source.ts'
import type { ConfigDefinition } from './definition.ts'
import { topicDefinitions } from './topic-definitions.ts'

/** What the produce path needs of a topic, parsed once per change of the metadata. */
export interface TopicSettings {
  readonly maxMessageBytes: number
  readonly logAppendTime: boolean
  readonly timestampBeforeMaxMs: number
  readonly timestampAfterMaxMs: number
  readonly compact: boolean
  /** The codec that batches are stored with; undefined for the producer's. */
  readonly compression: CompressionCodec | undefined
  /** Undefined for the codec's default. */
  readonly compressionLevel: number | undefined
}

/** Resource name of the dynamic settings that all brokers share. */
const CLUSTER_WIDE = ''

export class BrokerConfig {
  readonly #statics: ReadonlyMap<string, string>
  readonly #nodeId: number
  #image: MetadataImage | undefined
  #imageOf: (() => MetadataImage) | undefined
  readonly #numbers = new Map<string, number>()
  readonly #topics = new Map<string, TopicSettings>()

  /** Settings given at start, by Kafka's names; unknown names are the caller's business. */
  constructor(options: { statics: Readonly<Record<string, string>>; nodeId: number }) {
    this.#statics = new Map(Object.entries(options.statics))
    this.#nodeId = options.nodeId
  }

  /** From now on dynamic settings are taken from the metadata; before, a start reads its own settings only. */
  attach(imageOf: () => MetadataImage): void {
    this.#imageOf = imageOf
  }

  /** Settings given at start. */
  get statics(): ReadonlyMap<string, string> {
    return this.#statics
  }

  /** The value in force, as text; null when there is none. */
  value(name: string): string | null {
    const definition = brokerDefinitions.get(name)
    assert(definition !== undefined, 'a broker setting must be in the table')
    return this.#dynamic(name) ?? this.#statics.get(name) ?? definition.defaultValue
  }

  /** Every layer that has a value for the setting, the one in force first, the default last. */
  layers(name: string): ConfigSynonym[] {
    const definition = brokerDefinitions.get(name)
    assert(definition !== undefined, 'a broker setting must be in the table')
    const configs = this.#imageOf?.().configs
    const found: [string | undefined, ConfigSource][] = [
      [configs?.get(resourceKey('broker', String(this.#nodeId)))?.get(name), ConfigSource.broker],
      [configs?.get(resourceKey('broker', CLUSTER_WIDE))?.get(name), ConfigSource.clusterWide],
      [this.#statics.get(name), ConfigSource.atStart]
    ]
    const layers = found.flatMap(([value, source]) => (value === undefined ? [] : [{ name, value, source }]))
    return [...layers, { name, value: definition.defaultValue, source: ConfigSource.default }]
  }

  text(name: string): string {
    return this.value(name) ?? ''
  }

  flag(name: string): boolean {
    return this.value(name) === 'true'
  }

  /** Cached until the metadata changes, so that it may be asked on every request. */
  number(name: string): number {
    this.#refresh()
    let number = this.#numbers.get(name)
    if (number === undefined) {
      number = Number(this.value(name))
      this.#numbers.set(name, number)
    }
    return number
  }

  /** The value in force for a topic, as text. */
  topicValue(overrides: ReadonlyMap<string, string> | undefined, name: string): string | null {
    const definition = topicDefinitions.get(name)
    assert(definition !== undefined, 'a topic setting must be in the table')
    return overrides?.get(name) ?? this.#topicDefault(definition)
  }

  /** Parsed once per topic and change of the metadata. */
  topic(topicName: string): TopicSettings {
    this.#refresh()
    let settings = this.#topics.get(topicName)
    if (settings === undefined) {
      settings = this.#parseTopic(this.#image?.configs.get(resourceKey('topic', topicName)))
      this.#topics.set(topicName, settings)
    }
    return settings
  }

  /** For the storage engine, which asks before the broker runs. */
  readonly logConfig: LogConfigResolver = (_topicName, overrides): LogConfig => {
    const number = (name: string): number => Number(this.topicValue(overrides, name))
    const policy = (this.topicValue(overrides, 'cleanup.policy') ?? 'delete')
      .split(',')
      .map((item) => item.trim())
    return {
      ...DEFAULT_LOG_CONFIG,
      segmentBytes: number('segment.bytes'),
      segmentMs: number('segment.ms'),
      segmentIndexBytes: number('segment.index.bytes'),
      indexIntervalBytes: number('index.interval.bytes'),
      retentionBytes: number('retention.bytes'),
      retentionMs: number('retention.ms'),
      cleanupPolicy: { delete: policy.includes('delete'), compact: policy.includes('compact') },
      fileDeleteDelayMs: number('file.delete.delay.ms'),
      segmentJitterMs: number('segment.jitter.ms'),
      minCleanableDirtyRatio: number('min.cleanable.dirty.ratio'),
      minCompactionLagMs: number('min.compaction.lag.ms'),
      maxCompactionLagMs: number('max.compaction.lag.ms'),
      deleteRetentionMs: number('delete.retention.ms'),
      timestampType:
        this.topicValue(overrides, 'message.timestamp.type') === 'LogAppendTime'
          ? 'log-append-time'
          : 'create-time'
    }
  }

  /** Settings of the storage engine that Kafka has a name for; given at start. */
  get storageLimits(): Partial<StorageLimits> {
    return {
      retentionCheckMs: this.number('log.retention.check.interval.ms'),
      producerExpirationMs: this.number('producer.id.expiration.ms'),
      scrubBytesPerSecond: this.number('naru.scrub.bytes.per.second'),
      cleanerEnabled: this.flag('log.cleaner.enable'),
      cleanerBackoffMs: this.number('log.cleaner.backoff.ms'),
      cleanerBytesMax: this.number('log.cleaner.dedupe.buffer.size'),
      cleanerLoadFactor: this.number('log.cleaner.io.buffer.load.factor'),
      ...this.#cleanerPace
    }
  }

  /** Kafka's default, which is no limit, leaves the engine its own. */
  get #cleanerPace(): Partial<StorageLimits> {
    const cleanerBytesPerSecond = this.number('log.cleaner.io.max.bytes.per.second')
    return cleanerBytesPerSecond === Number.MAX_VALUE ? {} : { cleanerBytesPerSecond }
  }

  #parseTopic(overrides: ReadonlyMap<string, string> | undefined): TopicSettings {
    const compression = this.topicValue(overrides, 'compression.type')
    const level = levelName(compression)
    return {
      maxMessageBytes: Number(this.topicValue(overrides, 'max.message.bytes')),
      logAppendTime: this.topicValue(overrides, 'message.timestamp.type') === 'LogAppendTime',
      timestampBeforeMaxMs: Number(this.topicValue(overrides, 'message.timestamp.before.max.ms')),
      timestampAfterMaxMs: Number(this.topicValue(overrides, 'message.timestamp.after.max.ms')),
      compact: (this.topicValue(overrides, 'cleanup.policy') ?? '').includes('compact'),
      compression: codecOf(compression),
      compressionLevel: level === undefined ? undefined : Number(this.topicValue(overrides, level))
    }
  }

  #topicDefault(definition: ConfigDefinition): string | null {
    const synonym = definition.brokerSynonym
    if (synonym === undefined) return definition.defaultValue
    return this.#retentionInCoarserUnits(synonym) ?? this.value(synonym) ?? definition.defaultValue
  }

  /** Kafka reads `log.retention.minutes` and `.hours` where `.ms` is not set, and `log.roll.hours` likewise. */
  #retentionInCoarserUnits(name: string): string | null {
    if (this.#dynamic(name) !== undefined || this.#statics.has(name)) return null
    if (name === 'log.retention.ms') {
      const minutes = this.value('log.retention.minutes')
      if (minutes !== null) return scaled(minutes, 60_000)
      return scaled(this.text('log.retention.hours'), 3_600_000)
    }
    if (name === 'log.roll.jitter.ms') return scaled(this.text('log.roll.jitter.hours'), 3_600_000)
    if (name === 'log.roll.ms') return scaled(this.text('log.roll.hours'), 3_600_000)
    return null
  }

  #dynamic(name: string): string | undefined {
    const configs = this.#imageOf?.().configs
    if (configs === undefined) return undefined
    const own = configs.get(resourceKey('broker', String(this.#nodeId)))?.get(name)
    return own ?? configs.get(resourceKey('broker', CLUSTER_WIDE))?.get(name)
  }

  #refresh(): void {
    const image = this.#imageOf?.()
    if (image === this.#image) return
    this.#image = image
    this.#numbers.clear()
    this.#topics.clear()
  }
}

/** `producer` is no codec of its own. */
function codecOf(name: string | null): CompressionCodec | undefined {
  if (name === 'uncompressed') return CompressionCodec.none
  const codecs: Readonly<Record<string, CompressionCodec | undefined>> = CompressionCodec
  return name === null ? undefined : codecs[name]
}

/** The setting of the level, for codecs that have some. */
function levelName(codec: string | null): string | undefined {
  return codec === 'gzip' || codec === 'zstd' ? `compression.${codec}.level` : undefined
}

/** A negative value means "no limit" in every unit. */
function scaled(value: string, factor: number): string {
  const number = Number(value)
  return String(number < 0 ? -1 : number * factor)
}
