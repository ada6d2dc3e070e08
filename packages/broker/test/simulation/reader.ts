/** Reads anywhere in the log, near its end most of the time, and remembers what it saw. */
import { earliest, latest, ReadingClient } from './fetching.ts'
import { livingTopics, type SimTopic } from './world.ts'

export class LogReader extends ReadingClient {
  protected async run(): Promise<void> {
    while (!this.world.stopping) {
      await this.pause(100)
      const topic = this.random.pick(livingTopics(this.world))
      if (topic !== undefined) await this.#read(topic, this.random.below(topic.partitionCount))
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
    for (let turn = this.random.below(4); turn >= 0; turn--) {
      const outcome = await this.fetch({ topic, partition, from, maxWaitMs: this.random.below(400) })
      if (outcome.kind === 'corrupt') from = this.passOver(topic, partition, from)
      if (outcome.kind !== 'records') return
      this.world.history.add(outcome.read)
      from = outcome.next
    }
  }
}
