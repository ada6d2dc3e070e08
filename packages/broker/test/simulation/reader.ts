/** Reads anywhere in the log, near its end most of the time, and remembers what it saw. */
import { earliest, latest, ReadingClient } from './fetching.ts'
import { livingTopics, type SimTopic } from './world.ts'

export class LogReader extends ReadingClient {
  protected async run(): Promise<void> {
    while (!this.world.stopping) {
      await this.pause(100)
      const topic = this.random.pick(livingTopics(this.world))
      if (topic === undefined) continue
      const partition = this.random.below(topic.partitionCount)
      if (this.random.oneIn(8)) await this.#readSlowly(topic, partition)
      else await this.#read(topic, partition)
    }
  }

  /** Asks several times for much and takes nothing for a while: the broker has to wait, and not to pile up. */
  async #readSlowly(topic: SimTopic, partition: number): Promise<void> {
    const from = await this.bound(topic, partition, earliest)
    if (from === undefined) return
    const wire = await this.wire()
    wire.pause()
    const reads = Array.from({ length: 5 }, () => this.fetch({ topic, partition, from, maxWaitMs: 0 }))
    await this.pause(1_000)
    wire.resume()
    for (const outcome of await Promise.all(reads)) {
      if (outcome.kind === 'records') this.world.history.add(outcome.read)
    }
  }

  async #read(topic: SimTopic, partition: number): Promise<void> {
    const first = await this.bound(topic, partition, earliest)
    const end = await this.bound(topic, partition, latest)
    if (first === undefined || end === undefined) return
    const near = this.random.oneIn(2)
      ? end - this.random.below(10)
      : first + this.random.below(end - first + 1)
    let from = Math.max(first, near)
    const committed = this.random.oneIn(2)
    for (let turn = this.random.below(4); turn >= 0; turn--) {
      const outcome = await this.fetch({
        topic,
        partition,
        from,
        maxWaitMs: this.random.below(400),
        committed
      })
      if (outcome.kind === 'corrupt') from = this.passOver(topic, partition, from)
      if (outcome.kind !== 'records') return
      this.world.history.add(outcome.read)
      from = outcome.next
    }
  }
}
