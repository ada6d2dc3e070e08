/** One seed: a broker and its clients, hours of trouble in a few milliseconds, then quiet, then the truth. */
import type { LogLevel } from '@naru/base'
import {
  checkHistory,
  FaultCounts,
  Scheduler,
  VirtualNetwork,
  type Anomaly,
  type Operation
} from '@naru/simulator'
import { Admin } from './admin.ts'
import { Auditor } from './auditor.ts'
import { Chronicle } from './chronicle.ts'
import { BrokerHost } from './broker-host.ts'
import { GroupMember } from './group-member.ts'
import { IdempotentProducer } from './idempotent-producer.ts'
import { PlainProducer } from './plain-producer.ts'
import { LogReader } from './reader.ts'
import type { SimClient } from './sim-client.ts'
import { TransactionalProducer } from './transactional-producer.ts'
import { drawSwarm, type Swarm } from './swarm.ts'
import { loadHandlers } from './load-handlers.ts'
import type { World } from './world.ts'

/** Operations until the trouble ends, a crash among them; those of the quiet time come on top. */
const troubleOperations = 450

/** How long a seed may make trouble, and how long it may take to become quiet, in virtual time. */
const troubleMsMax = 600_000
const quietMsMax = 120_000

export interface SeedOptions {
  readonly seed: number
  readonly log?: ((line: string) => void) | undefined
}

export interface SeedResult {
  readonly seed: number
  readonly traceHash: string
  readonly events: number
  readonly operations: number
  readonly acknowledged: number
  readonly crashes: number
  readonly virtualMs: number
  readonly healMs: number | undefined
  /** The disk lost or changed what it had promised to keep. */
  readonly rotten: boolean
  readonly refused: string | undefined
  readonly faults: Readonly<Record<string, number>>
  readonly anomalies: readonly Anomaly[]
  readonly history: readonly Operation[]
}

export async function runSeed(options: SeedOptions): Promise<SeedResult> {
  await loadHandlers()
  const scheduler = new Scheduler(options.seed)
  const swarm = drawSwarm(scheduler.random)
  const world = createWorld(scheduler, swarm, options)
  const clients = createClients(world)
  const { host } = world
  host.start()
  for (const client of clients) client.start()
  planTrouble(world)
  await scheduler.runUntil(
    () => isOver(world) || (world.history.length >= troubleOperations && host.crashes > 0),
    {
      untilMs: troubleMsMax
    }
  )
  if (!isOver(world)) await quiet(world, clients)
  if (!isOver(world)) await lastCrash(world)
  if (!isOver(world)) await audit(world, clients)
  return judge(world, options.seed)
}

/** A start has refused the folder for good. */
function isOver({ host }: World): boolean {
  return host.refused !== undefined
}

async function audit(world: World, clients: readonly SimClient[]): Promise<void> {
  const { scheduler } = world
  const admin = clients.find((client) => client instanceof Admin)
  const auditor = new Auditor(world, 'auditor', admin?.settings ?? new Map(), groupsOf(clients))
  auditor.start()
  const untilMs = scheduler.nowMs + quietMsMax
  const audited = await scheduler.runUntil(() => auditor.done || isOver(world), { untilMs })
  if (!audited) throw new Error('the audit did not come to an end')
}

function groupsOf(clients: readonly SimClient[]): readonly string[] {
  const own = clients.filter((client) => client instanceof TransactionalProducer).map(({ group }) => group)
  return ['group', ...new Set(own)]
}

function createWorld(scheduler: Scheduler, swarm: Swarm, { seed, log }: SeedOptions): World {
  const counts = new FaultCounts()
  const network = new VirtualNetwork(scheduler, counts)
  Object.assign(network.faults, swarm.network)
  const logEvent = (level: LogLevel, event: string, fields: object): void =>
    log?.(`${scheduler.nowMs.toFixed(3)} ${level} ${event} ${JSON.stringify(fields)}`)
  if (log !== undefined) scheduler.onEvent = ({ atMs, label }) => log(`${atMs.toFixed(3)} ${label}`)
  const host = new BrokerHost({
    scheduler,
    network,
    counts,
    swarm,
    seed,
    ...(log === undefined ? {} : { log: logEvent })
  })
  return {
    scheduler,
    network,
    counts,
    swarm,
    host,
    history: new Chronicle(),
    topics: [],
    fences: [],
    nextOffset: 1,
    stopping: false
  }
}

function createClients(world: World): SimClient[] {
  const { random } = world.scheduler
  const clients: SimClient[] = [new Admin(world, 'admin'), new LogReader(world, 'reader')]
  for (let index = 0; index < 1 + random.below(3); index++)
    clients.push(new PlainProducer(world, `plain${index}`))
  for (let index = 0; index < 1 + random.below(2); index++) {
    clients.push(new IdempotentProducer(world, `idempotent${index}`))
  }
  for (let index = 0; index < 1 + random.below(3); index++) {
    clients.push(new GroupMember(world, `member${index}`, 'group'))
  }
  const transactional = random.below(3)
  const isShared = random.oneIn(3)
  for (let index = 0; index < transactional; index++) {
    const id = isShared ? 'shared' : `id${index}`
    clients.push(new TransactionalProducer(world, `transactional${index}`, id))
  }
  return clients
}

/** Crashes, restarts, clock jumps and full disks come at drawn times, as long as it is not quiet. */
function planTrouble(world: World): void {
  const { scheduler, swarm, host } = world
  const { random } = scheduler
  const every = (meanMs: number, label: string, happen: () => void): void => {
    if (meanMs === Number.POSITIVE_INFINITY) return
    scheduler.after(random.fraction() * 2 * meanMs, label, () => {
      if (world.host.isQuiet) return
      happen()
      every(meanMs, label, happen)
    })
  }
  every(swarm.crashEveryMs, 'crash', () => {
    if (random.oneIn(3)) host.restart().catch((error: unknown) => scheduler.fail(error))
    else host.crash(random.chance(swarm.powerCutShare) ? 'power-cut' : 'kill')
  })
  const crashAt = 50 + random.below(troubleOperations - 100)
  every(20, 'watch', () => {
    if (host.crashes === 0 && world.history.length >= crashAt) {
      host.crash(random.chance(swarm.powerCutShare) ? 'power-cut' : 'kill')
    }
  })
  every(swarm.wallJumpEveryMs, 'wall jump', () => {
    world.counts.hit('clock-jump')
    host.wall.set((random.fraction() * 2 - 1) * swarm.wallJumpMsMax)
  })
  if (swarm.disk.rot === 'flip') {
    for (let flips = 1 + random.below(3); flips > 0; flips--) {
      scheduler.after(random.below(10_000), 'bit flip', () => {
        if (!host.isQuiet) host.flipBit()
      })
    }
  }
  every(swarm.fullDiskEveryMs, 'disk full', () => host.fillDisk(random.below(4_000)))
}

/** Faults stop, clients finish what they have begun. */
async function quiet(world: World, clients: readonly SimClient[]): Promise<void> {
  const { scheduler, network, host } = world
  Object.assign(network.faults, { cut: 0, halfOpen: 0, delay: 0, shortChunk: 0, lostConnect: 0 })
  host.calm()
  world.history.add({ kind: 'heal', atMs: scheduler.nowMs })
  const healedMs = scheduler.nowMs
  const isHealed = (client: SimClient): boolean => world.history.hasSucceededSince(client.name, healedMs)
  // On a rotten disk some clients may never have anything done again.
  await scheduler.runUntil(() => isOver(world) || clients.every(isHealed), {
    untilMs: healedMs + (host.rotten ? 10_000 : quietMsMax)
  })
  world.stopping = true
  const untilMs = scheduler.nowMs + quietMsMax
  const ended = await scheduler.runUntil(() => isOver(world) || clients.every(({ done }) => done), {
    untilMs
  })
  if (ended) return
  const stuck = clients.filter(({ done }) => !done).map(({ name }) => name)
  throw new Error(`${stuck.join(', ')} did not come to an end within ${quietMsMax} ms of quiet`)
}

/** Most often everything that is known has to survive one more crash, whose start meets no further trouble. */
async function lastCrash({ scheduler, swarm, host }: World): Promise<void> {
  const { random } = scheduler
  if (random.oneIn(4)) return
  host.crash(random.chance(swarm.powerCutShare) ? 'power-cut' : 'kill')
  const untilMs = scheduler.nowMs + quietMsMax
  if (!(await scheduler.runUntil(() => host.isServing || host.refused !== undefined, { untilMs })))
    throw new Error('the last start did not end')
}

function judge(world: World, seed: number): SeedResult {
  const { scheduler, history, host, counts } = world
  history.close(scheduler.nowMs)
  const [bug] = host.bugs
  if (bug !== undefined) throw new Error(`the broker itself has failed: ${bug}`)
  const rules = world.topics.map((topic) => topic.rules)
  const verdict = checkHistory(history.operations, rules)
  const done = Object.entries(verdict.counts).map(([name, count]) => [`operation: ${name}`, count] as const)
  return {
    seed,
    traceHash: scheduler.trace.hash,
    events: scheduler.events,
    operations: history.length,
    acknowledged: verdict.counts['send ok'] ?? 0,
    crashes: host.crashes,
    virtualMs: Math.round(scheduler.nowMs),
    healMs: verdict.healMs,
    rotten: host.rotten,
    refused: host.refused,
    faults: { ...counts.toRecord(), ...Object.fromEntries(done) },
    anomalies: verdict.anomalies,
    history: history.operations
  }
}
