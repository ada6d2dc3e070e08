/** What a test can do with its broker. */
import type { Faults } from './faults.ts'
import type { TestTopic } from './options.ts'
import type { TestRecord, TestRecordBytes } from './topic-reader.ts'

export interface TestBroker extends AsyncDisposable {
  readonly host: string
  /** Stays the same through restarts. */
  readonly port: number
  /** `host:port`, as clients take it. */
  readonly bootstrap: string
  readonly clusterId: string
  /** Loses, delays, refuses and cuts requests on purpose. */
  readonly faults: Faults
  /** Makes more topics; fails with Kafka's error name as `code`. */
  createTopics(...topics: readonly (string | TestTopic)[]): Promise<void>
  /** Every record that is in the topic now, with texts for keys, values and headers. */
  read(topic: string): Promise<TestRecord[]>
  /** The same with bytes as they were sent. */
  readBytes(topic: string): Promise<TestRecordBytes[]>
  /** Resolves to the records of a topic, which need not be there yet, when there are at least `count`. */
  waitForRecords(topic: string, count: number, options?: WaitOptions): Promise<TestRecord[]>
  /** Stops as a process that is killed: connections drop, memory is gone. What was acknowledged stays. */
  crash(): Promise<void>
  /** Starts again on the same data and port, after a crash or, stopping first, in one go. */
  restart(): Promise<void>
  /** Stops; nothing stays open and a temporary folder is removed. Twice is once. */
  close(): Promise<void>
}

export interface WaitOptions {
  /** Ends the wait; 10 seconds of real time unless given. */
  readonly signal?: AbortSignal
}
