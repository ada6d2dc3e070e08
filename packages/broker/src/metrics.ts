/** What the broker counts; plain numbers, so that counting costs nothing, read by whoever publishes them. */

/** Upper bounds of the latency buckets in milliseconds; the last bucket has none. */
export const LATENCY_BUCKETS_MS = [0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000] as const

export interface ApiMetrics {
  requests: number
  requestBytes: number
  responseBytes: number
  latencyMsTotal: number
  /** One count per bound of `LATENCY_BUCKETS_MS`, and one for what took longer. */
  readonly latencyBuckets: number[]
}

export class BrokerMetrics {
  connections = 0
  connectionsTotal = 0
  connectionsRefused = 0
  protocolErrors = 0
  requestBytesInFlight = 0
  producedBatches = 0
  producedBytes = 0
  fetchedBytes = 0
  readonly #apis = new Map<number, ApiMetrics>()

  /** Counters per API key that was asked for at least once. */
  get apis(): ReadonlyMap<number, ApiMetrics> {
    return this.#apis
  }

  request(key: number, bytes: number): void {
    const api = this.#api(key)
    api.requests++
    api.requestBytes += bytes
  }

  response(key: number, bytes: number, latencyMs: number): void {
    const api = this.#api(key)
    api.responseBytes += bytes
    api.latencyMsTotal += latencyMs
    const bucket = LATENCY_BUCKETS_MS.findIndex((bound) => latencyMs <= bound)
    const index = bucket === -1 ? LATENCY_BUCKETS_MS.length : bucket
    api.latencyBuckets[index] = (api.latencyBuckets[index] ?? 0) + 1
  }

  #api(key: number): ApiMetrics {
    let api = this.#apis.get(key)
    if (api === undefined) {
      const latencyBuckets = Array.from({ length: LATENCY_BUCKETS_MS.length + 1 }, () => 0)
      api = { requests: 0, requestBytes: 0, responseBytes: 0, latencyMsTotal: 0, latencyBuckets }
      this.#apis.set(key, api)
    }
    return api
  }
}
