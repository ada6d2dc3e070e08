/** The group coordinator: what the broker starts and what handlers ask. */
import type { Clock, Logger, Random, Timers } from '@naru/base'
import type { Compression } from '@naru/protocol'
import type { Storage } from '@naru/storage'
import type { BrokerConfig } from '../config/broker-config.ts'
import type { ServiceHome } from '../coordinator/service-home.ts'
import type { TopicCatalog } from '../topics/topic-catalog.ts'
import { GROUP_TOPIC } from './internal-topics.ts'
import { GroupService } from './service.ts'
import type { GroupSettings } from './settings.ts'
import { GroupShards } from './shards.ts'

export { groupTopic } from './internal-topics.ts'
export type { GroupService } from './service.ts'

export interface GroupsOptions {
  readonly storage: Storage
  readonly config: BrokerConfig
  readonly topics: TopicCatalog
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly logger: Logger
  readonly compression: Compression
}

/** The service of this broker, which starts with the first call; slots that hold something are loaded in the background. */
export function groupsOf(
  broker: GroupsOptions & { readonly groups: ServiceHome<GroupService> }
): GroupService {
  return broker.groups.service(() => startGroups(broker))
}

export function startGroups(options: GroupsOptions): GroupService {
  const { config, random } = options
  const settings = (): GroupSettings => settingsOf(config)
  const shards = new GroupShards({ ...options, settings })
  return new GroupService({ shards, settings, random })
}

/** As they are in force now; the dynamic ones may change while the broker runs. */
function settingsOf(config: BrokerConfig): GroupSettings {
  return {
    initialRebalanceDelayMs: config.number('group.initial.rebalance.delay.ms'),
    sessionTimeoutMsMin: config.number('group.min.session.timeout.ms'),
    sessionTimeoutMsMax: config.number('group.max.session.timeout.ms'),
    groupSizeMax: config.number('group.max.size'),
    offsetMetadataLengthMax: config.number('offset.metadata.max.bytes'),
    offsetsRetentionMs: config.number('offsets.retention.minutes') * 60_000,
    retentionCheckIntervalMs: config.number('offsets.retention.check.interval.ms'),
    recordBytesMax: config.topic(GROUP_TOPIC).maxMessageBytes
  }
}
