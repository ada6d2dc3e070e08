/** The broker's counters by the names that Prometheus gets. Counting is the broker's. */
import { type ApiMetrics, LATENCY_BUCKETS_MS, type RunningBroker } from '@naru/broker'
import { ApiKey } from '@naru/protocol'
import type { Storage } from '@naru/storage'
import { type Family, type Sample, counter, exposition, gauge } from './exposition.ts'
import { processFamilies } from './node/process-metrics.ts'

/** A function that reads all counters now. */
export function metricsText(broker: RunningBroker, storage: Storage): () => string {
  const families = [
    ...processFamilies(),
    ...apiFamilies(broker),
    ...brokerFamilies(broker),
    ...storageFamilies(storage)
  ]
  return () => exposition(families)
}

function apiFamilies(broker: RunningBroker): readonly Family[] {
  const perApi = (value: (api: ApiMetrics) => number) => (): readonly Sample[] =>
    apis(broker).map(([api, counters]) => ({ value: value(counters), labels: { api } }))
  return [
    counter(
      'naru_requests_total',
      'Requests received.',
      perApi(({ requests }) => requests)
    ),
    counter(
      'naru_request_bytes_total',
      'Bytes of requests.',
      perApi(({ requestBytes }) => requestBytes)
    ),
    counter(
      'naru_response_bytes_total',
      'Bytes of responses.',
      perApi(({ responseBytes }) => responseBytes)
    ),
    {
      name: 'naru_request_seconds',
      help: 'Time from a request to its response.',
      type: 'histogram',
      samples: () => apis(broker).flatMap(([api, counters]) => histogram(api, counters))
    }
  ]
}

const API_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(ApiKey).map(([name, key]) => [key, name])
)

function apis(broker: RunningBroker): ReadonlyArray<readonly [string, ApiMetrics]> {
  return [...broker.metrics().apis].map(([key, counters]) => [API_NAMES.get(key) ?? String(key), counters])
}

function histogram(api: string, counters: ApiMetrics): readonly Sample[] {
  let below = 0
  const buckets = counters.latencyBuckets.map((count, index): Sample => {
    below += count
    const bound = LATENCY_BUCKETS_MS[index]
    return {
      value: below,
      labels: { api, le: bound === undefined ? '+Inf' : bound / 1_000 },
      suffix: '_bucket'
    }
  })
  return [
    ...buckets,
    { value: counters.latencyMsTotal / 1_000, labels: { api }, suffix: '_sum' },
    { value: below, labels: { api }, suffix: '_count' }
  ]
}

function brokerFamilies(broker: RunningBroker): readonly Family[] {
  const read =
    (value: (metrics: ReturnType<RunningBroker['metrics']>) => number) => (): readonly Sample[] => [
      { value: value(broker.metrics()) }
    ]
  return [
    gauge(
      'naru_connections',
      'Connections that are open.',
      read(({ connections }) => connections)
    ),
    counter(
      'naru_connections_total',
      'Connections taken.',
      read(({ connectionsTotal }) => connectionsTotal)
    ),
    counter(
      'naru_connections_refused_total',
      'Connections refused.',
      read((m) => m.connectionsRefused)
    ),
    counter(
      'naru_protocol_errors_total',
      'Frames that were no request.',
      read((m) => m.protocolErrors)
    ),
    gauge(
      'naru_request_bytes_in_flight',
      'Bytes of unanswered requests.',
      read((m) => m.requestBytesInFlight)
    ),
    counter(
      'naru_produced_batches_total',
      'Batches appended.',
      read(({ producedBatches }) => producedBatches)
    ),
    counter(
      'naru_produced_bytes_total',
      'Bytes appended.',
      read(({ producedBytes }) => producedBytes)
    ),
    counter(
      'naru_fetched_bytes_total',
      'Bytes of records sent to readers.',
      read(({ fetchedBytes }) => fetchedBytes)
    )
  ]
}

function storageFamilies(storage: Storage): readonly Family[] {
  const read = (value: (stats: ReturnType<Storage['stats']>) => number) => (): readonly Sample[] => [
    { value: value(storage.stats()) }
  ]
  return [
    counter(
      'naru_group_commits_total',
      'Group commits.',
      read(({ groupCommits }) => groupCommits)
    ),
    counter(
      'naru_group_commit_bytes_total',
      'Bytes written by group commits.',
      read((s) => s.groupCommitBytes)
    ),
    counter(
      'naru_group_commit_seconds_total',
      'Time in group commits.',
      read((s) => s.groupCommitMsTotal / 1_000)
    ),
    gauge(
      'naru_tail_bytes',
      'Bytes acknowledged and not yet written out.',
      read(({ tailBytes }) => tailBytes)
    ),
    gauge(
      'naru_recent_bytes',
      'Bytes written out and still in memory.',
      read(({ recentBytes }) => recentBytes)
    ),
    gauge(
      'naru_journal_bytes',
      'Bytes of the journal.',
      read(({ journalBytes }) => journalBytes)
    ),
    gauge(
      'naru_open_files',
      'Files that are open.',
      read(({ openFiles }) => openFiles)
    ),
    counter(
      'naru_checkpoints_total',
      'Checkpoints.',
      read(({ checkpoints }) => checkpoints)
    ),
    counter(
      'naru_written_out_bytes_total',
      'Bytes written to segments.',
      read((s) => s.writtenOutBytes)
    ),
    counter(
      'naru_throttled_seconds_total',
      'Time that producers were held back.',
      read((s) => s.throttledMsTotal / 1_000)
    ),
    counter(
      'naru_scrubbed_bytes_total',
      'Bytes of segments compared with their checksums in the background.',
      read((s) => s.scrubbedBytes)
    ),
    counter(
      'naru_scrub_damage_total',
      'Damaged places found by that.',
      read((s) => s.scrubDamage)
    )
  ]
}
