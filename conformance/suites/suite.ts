// What a foreign suite looks like to the runner: something that is prepared once and then yields results, test by test.

export interface TestResult {
  readonly result: 'pass' | 'fail' | 'skip'
  readonly name: string
  readonly seconds: number
  /** Why it was skipped or how it failed, as far as the suite says so in a line. */
  readonly note: string
}

export interface SuiteOptions {
  /** `host:port` of the broker under test. */
  readonly bootstrap: string
  /** The part that fits into a few minutes. */
  readonly quick: boolean
  /** Names of tests; all of the suite when empty. */
  readonly only: readonly string[]
  /** Folder for what the suite prints. */
  readonly logs: string
  /** Tests at once, where the suite runs each in a process of its own. */
  readonly jobs: number
  /** Records per chain of groups, where the suite lets us choose. */
  readonly records: number | undefined
}

export interface Suite {
  readonly name: string
  /** Broker properties that the reference run of Apache Kafka had too. */
  readonly properties: Readonly<Record<string, string>>
  readonly run: (options: SuiteOptions) => AsyncIterable<TestResult>
}
