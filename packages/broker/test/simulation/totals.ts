/** What many seeds add up to, in a form that can be written down and added to later. */
import { FaultCounts } from '@naru/simulator'
import type { SeedReport } from './workers.ts'

export class Totals {
  readonly faults: FaultCounts
  readonly failedSeeds: number[] = []
  seeds = 0
  events = 0
  operations = 0
  acknowledged = 0
  crashes = 0
  virtualMs = 0
  healMsWorst = 0
  seconds = 0

  constructor(names: readonly string[] = []) {
    this.faults = new FaultCounts(names)
  }

  take({ seed, problems, result }: SeedReport): void {
    this.seeds++
    if (problems.length > 0) this.failedSeeds.push(seed)
    if (result === undefined) return
    this.faults.add(result.faults)
    this.events += result.events
    this.operations += result.operations
    this.acknowledged += result.acknowledged
    this.crashes += result.crashes
    this.virtualMs += result.virtualMs
    this.healMsWorst = Math.max(this.healMsWorst, result.healMs ?? 0)
  }

  add(block: BlockTotals): void {
    this.seeds += block.seeds
    this.failedSeeds.push(...block.failedSeeds)
    this.faults.add(block.faults)
    this.events += block.events
    this.operations += block.operations
    this.acknowledged += block.acknowledged
    this.crashes += block.crashes
    this.virtualMs += block.virtualMs
    this.healMsWorst = Math.max(this.healMsWorst, block.healMsWorst)
    this.seconds += block.seconds
  }

  toRecord(): BlockTotals {
    const { seeds, failedSeeds, events, operations, acknowledged, crashes, virtualMs, healMsWorst, seconds } =
      this
    const counted = {
      seeds,
      failedSeeds,
      events,
      operations,
      acknowledged,
      crashes,
      virtualMs,
      healMsWorst,
      seconds
    }
    return { ...counted, faults: this.faults.toRecord() }
  }
}

export interface BlockTotals {
  readonly seeds: number
  readonly failedSeeds: readonly number[]
  readonly events: number
  readonly operations: number
  readonly acknowledged: number
  readonly crashes: number
  readonly virtualMs: number
  readonly healMsWorst: number
  readonly seconds: number
  readonly faults: Readonly<Record<string, number>>
}
