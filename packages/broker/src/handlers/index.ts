/** Every API key that this broker serves; the code of a handler loads when the first request for it arrives. */
import { apiKeyEntry, stableMaxVersion } from '@naru/protocol'
import type { ApiHandler } from '../handler.ts'

export interface HandlerEntry {
  readonly key: number
  readonly name: string
  readonly minVersion: number
  readonly maxVersion: number
  readonly pipelined: boolean
  /** Nothing keeps views into a request beyond its answer without holding its memory. */
  readonly lendsFrame: boolean
  /** Set after the first `load`. */
  readonly loaded: ApiHandler<unknown, unknown> | undefined
  load(): Promise<ApiHandler<unknown, unknown>>
}

interface HandlerModule {
  /** An `ApiHandler` of the request and response of its own key. */
  readonly handler: unknown
}

const modules: ReadonlyMap<number, () => Promise<HandlerModule>> = new Map<
  number,
  () => Promise<HandlerModule>
>([
  [0, () => import('./00-produce.ts')],
  [1, () => import('./01-fetch.ts')],
  [2, () => import('./02-list-offsets.ts')],
  [3, () => import('./03-metadata.ts')],
  [8, () => import('./08-offset-commit.ts')],
  [9, () => import('./09-offset-fetch.ts')],
  [10, () => import('./10-find-coordinator.ts')],
  [11, () => import('./11-join-group.ts')],
  [12, () => import('./12-heartbeat.ts')],
  [13, () => import('./13-leave-group.ts')],
  [14, () => import('./14-sync-group.ts')],
  [15, () => import('./15-describe-groups.ts')],
  [16, () => import('./16-list-groups.ts')],
  [18, () => import('./18-api-versions.ts')],
  [19, () => import('./19-create-topics.ts')],
  [20, () => import('./20-delete-topics.ts')],
  [21, () => import('./21-delete-records.ts')],
  [22, () => import('./22-init-producer-id.ts')],
  [23, () => import('./23-offset-for-leader-epoch.ts')],
  [24, () => import('./24-add-partitions-to-txn.ts')],
  [25, () => import('./25-add-offsets-to-txn.ts')],
  [26, () => import('./26-end-txn.ts')],
  [27, () => import('./27-write-txn-markers.ts')],
  [28, () => import('./28-txn-offset-commit.ts')],
  [29, () => import('./29-describe-acls.ts')],
  [30, () => import('./30-create-acls.ts')],
  [31, () => import('./31-delete-acls.ts')],
  [32, () => import('./32-describe-configs.ts')],
  [33, () => import('./33-alter-configs.ts')],
  [34, () => import('./34-alter-replica-log-dirs.ts')],
  [35, () => import('./35-describe-log-dirs.ts')],
  [37, () => import('./37-create-partitions.ts')],
  [42, () => import('./42-delete-groups.ts')],
  [43, () => import('./43-elect-leaders.ts')],
  [44, () => import('./44-incremental-alter-configs.ts')],
  [45, () => import('./45-alter-partition-reassignments.ts')],
  [46, () => import('./46-list-partition-reassignments.ts')],
  [47, () => import('./47-offset-delete.ts')],
  [55, () => import('./55-describe-quorum.ts')],
  [57, () => import('./57-update-features.ts')],
  [60, () => import('./60-describe-cluster.ts')],
  [61, () => import('./61-describe-producers.ts')],
  [64, () => import('./64-unregister-broker.ts')],
  [65, () => import('./65-describe-transactions.ts')],
  [66, () => import('./66-list-transactions.ts')],
  [74, () => import('./74-list-config-resources.ts')],
  [75, () => import('./75-describe-topic-partitions.ts')],
  [80, () => import('./80-add-raft-voter.ts')],
  [81, () => import('./81-remove-raft-voter.ts')]
])

/** Produce is the one API whose requests may overlap on a connection, and whose memory is used again. */
const PRODUCE_KEY = 0

class LazyHandler implements HandlerEntry {
  readonly key: number
  readonly name: string
  readonly minVersion: number
  readonly maxVersion: number
  readonly pipelined: boolean
  readonly lendsFrame: boolean
  loaded: ApiHandler<unknown, unknown> | undefined
  readonly #load: () => Promise<HandlerModule>

  constructor(key: number, load: () => Promise<HandlerModule>) {
    const api = apiKeyEntry(key)
    if (api === undefined) throw new Error(`api key ${key} is unknown to the protocol`)
    this.key = key
    this.name = api.name
    this.minVersion = api.minVersion
    this.maxVersion = stableMaxVersion(api)
    this.pipelined = key === PRODUCE_KEY
    this.lendsFrame = key === PRODUCE_KEY
    this.#load = load
  }

  async load(): Promise<ApiHandler<unknown, unknown>> {
    // The dispatcher hands a handler only what its own message has decoded.
    this.loaded ??= (await this.#load()).handler as ApiHandler<unknown, unknown>
    return this.loaded
  }
}

export const handlerTable: ReadonlyMap<number, HandlerEntry> = new Map(
  [...modules].map(([key, load]) => [key, new LazyHandler(key, load)])
)
