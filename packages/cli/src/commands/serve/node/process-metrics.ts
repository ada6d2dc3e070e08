/**
 * What Prometheus' dashboards for Node show of any process: processor time, memory, descriptors, loop delay and
 * collections, under the names that they know.
 */
import { type Family, type Sample, counter, gauge } from '../exposition.ts'

const fs = process.getBuiltinModule('node:fs')
const v8 = process.getBuiltinModule('node:v8')
const { PerformanceObserver, constants, monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks')

/** Families that are read when somebody asks. Loop delay and collections are counted from the call on. */
export function processFamilies(): readonly Family[] {
  return [
    ...processorFamilies(),
    ...memoryFamilies(),
    ...descriptorFamilies(),
    ...loopFamilies(),
    collections()
  ]
}

const one = (value: number): readonly Sample[] => [{ value }]

function processorFamilies(): readonly Family[] {
  const seconds = (): { readonly user: number; readonly system: number } => {
    const { user, system } = process.cpuUsage()
    return { user: user / 1e6, system: system / 1e6 }
  }
  const startedAt = Date.now() / 1000 - process.uptime()
  const [major, minor, patch] = process.versions.node.split('.')
  const version = { version: process.version, major: major ?? '', minor: minor ?? '', patch: patch ?? '' }
  return [
    counter('process_cpu_user_seconds_total', 'Processor time in user mode.', () => one(seconds().user)),
    counter('process_cpu_system_seconds_total', 'Processor time in the kernel.', () => one(seconds().system)),
    counter('process_cpu_seconds_total', 'Processor time, user and kernel.', () => {
      const { user, system } = seconds()
      return one(user + system)
    }),
    gauge('process_start_time_seconds', 'When the process started, since 1970.', () => one(startedAt)),
    gauge('nodejs_version_info', 'The version of Node.', () => [{ value: 1, labels: version }])
  ]
}

function memoryFamilies(): readonly Family[] {
  const spaces = (value: (space: ReturnType<typeof v8.getHeapSpaceStatistics>[number]) => number) => () =>
    v8.getHeapSpaceStatistics().map((space): Sample => {
      return { value: value(space), labels: { space: space.space_name.replace(/_space$/, '') } }
    })
  return [
    gauge('process_resident_memory_bytes', 'Memory that is resident.', () => one(process.memoryUsage.rss())),
    gauge('process_virtual_memory_bytes', 'Memory that is mapped.', () => kilobytesOf('VmSize')),
    gauge('process_heap_bytes', 'Memory of data segments.', () => kilobytesOf('VmData')),
    gauge('nodejs_heap_size_total_bytes', 'Size of the heap.', () => one(process.memoryUsage().heapTotal)),
    gauge('nodejs_heap_size_used_bytes', 'Used of the heap.', () => one(process.memoryUsage().heapUsed)),
    gauge('nodejs_external_memory_bytes', 'Outside of the heap.', () => one(process.memoryUsage().external)),
    gauge(
      'nodejs_heap_space_size_total_bytes',
      'Size of each space of the heap.',
      spaces((space) => space.space_size)
    ),
    gauge(
      'nodejs_heap_space_size_used_bytes',
      'Used of each space of the heap.',
      spaces((space) => space.space_used_size)
    ),
    gauge(
      'nodejs_heap_space_size_available_bytes',
      'Free in each space of the heap.',
      spaces((space) => space.space_available_size)
    )
  ]
}

function descriptorFamilies(): readonly Family[] {
  const resources = (): readonly Sample[] => {
    const counts = new Map<string, number>()
    for (const type of process.getActiveResourcesInfo()) counts.set(type, (counts.get(type) ?? 0) + 1)
    return [...counts].map(([type, value]) => ({ value, labels: { type } }))
  }
  return [
    gauge('process_open_fds', 'Descriptors that are open.', () =>
      // The listing itself is one of them while it runs.
      orNothing(() => one(fs.readdirSync('/proc/self/fd').length - 1))
    ),
    gauge('process_max_fds', 'Descriptors that may be open.', () =>
      numbersIn('/proc/self/limits', /^Max open files\s+(\d+)/m)
    ),
    gauge('nodejs_active_resources', 'What keeps the event loop alive, by its type.', resources),
    gauge('nodejs_active_resources_total', 'What keeps the event loop alive.', () =>
      one(process.getActiveResourcesInfo().length)
    )
  ]
}

/** How often the delay of the loop is looked at. */
const RESOLUTION_MS = 10
const NANOSECONDS = 1e9

/** Extremes and percentiles are of the time since somebody asked last. */
function loopFamilies(): readonly Family[] {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delays.enable()
  const family = (name: string, what: string, value: () => number): Family =>
    gauge(`nodejs_eventloop_lag_${name}seconds`, `Delay of the event loop: ${what}.`, () =>
      one(value() / NANOSECONDS)
    )
  const last = family('', 'mean', () => {
    const { mean } = delays
    delays.reset()
    return mean
  })
  return [
    family('min_', 'smallest', () => delays.min),
    family('max_', 'largest', () => delays.max),
    family('mean_', 'mean', () => delays.mean),
    family('stddev_', 'standard deviation', () => delays.stddev),
    family('p50_', 'median', () => delays.percentile(50)),
    family('p90_', '90th percentile', () => delays.percentile(90)),
    family('p99_', '99th percentile', () => delays.percentile(99)),
    last
  ]
}

const COLLECTION_SECONDS = [0.001, 0.01, 0.1, 1, 2, 5]

class Durations {
  readonly counts: number[] = [...COLLECTION_SECONDS.map(() => 0), 0]
  seconds = 0

  add(seconds: number): void {
    const bucket = COLLECTION_SECONDS.findIndex((bound) => seconds <= bound)
    const at = bucket === -1 ? COLLECTION_SECONDS.length : bucket
    this.counts[at] = (this.counts[at] ?? 0) + 1
    this.seconds += seconds
  }

  samples(kind: string): readonly Sample[] {
    let count = 0
    const buckets = this.counts.map((own, index): Sample => {
      count += own
      return { value: count, labels: { le: COLLECTION_SECONDS[index] ?? '+Inf', kind }, suffix: '_bucket' }
    })
    const labels = { kind }
    return [
      ...buckets,
      { value: this.seconds, labels, suffix: '_sum' },
      { value: count, labels, suffix: '_count' }
    ]
  }
}

const KINDS: ReadonlyMap<number, string> = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb']
])

interface CollectionEntry {
  readonly duration: number
  readonly detail?: { readonly kind?: number }
}

function collections(): Family {
  const byKind = new Map<string, Durations>()
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as readonly CollectionEntry[]) {
      const { duration } = entry
      const kind = KINDS.get(entry.detail?.kind ?? 0)
      if (kind === undefined) continue
      const durations = byKind.get(kind) ?? new Durations()
      byKind.set(kind, durations)
      durations.add(duration / 1000)
    }
  })
  observer.observe({ entryTypes: ['gc'] })
  return {
    name: 'nodejs_gc_duration_seconds',
    help: 'Time of collections by their kind: major, minor, incremental or weakcb.',
    type: 'histogram',
    samples: () => [...byKind].flatMap(([kind, durations]) => durations.samples(kind))
  }
}

function kilobytesOf(field: string): readonly Sample[] {
  const samples = numbersIn('/proc/self/status', new RegExp(`^${field}:\\s+(\\d+) kB`, 'm'))
  return samples.map(({ value }) => ({ value: value * 1024 }))
}

/** The kernel answers from memory, so that nobody waits for a disk. Other systems have no such file, and no sample. */
function numbersIn(path: string, pattern: RegExp): readonly Sample[] {
  return orNothing(() => {
    const found = pattern.exec(fs.readFileSync(path, 'utf8'))?.[1]
    return found === undefined ? [] : one(Number(found))
  })
}

function orNothing(read: () => readonly Sample[]): readonly Sample[] {
  try {
    return read()
  } catch {
    return []
  }
}
