/** The one call that puts a real broker into a test. */
import { EmbeddedBroker } from './embedded-broker.ts'
import { checkOptions, type TestBrokerOptions } from './options.ts'
import type { TestBroker } from './test-broker.ts'

/**
 * The real broker inside a test: real TCP on a free loopback port, the real handlers, memory or disk below. Resolves
 * when clients can connect; fails with a `NaruError` when an option makes no sense or the port is taken.
 *
 * @example
 * await using broker = await createTestBroker({ topics: ['orders'] })
 * const producer = new Producer({ bootstrapBrokers: [broker.bootstrap], clientId: 'test' })
 */
export async function createTestBroker(options: TestBrokerOptions = {}): Promise<TestBroker> {
  checkOptions(options)
  const broker = new EmbeddedBroker(options)
  try {
    await broker.start()
    await broker.prepareTopics(options.topics ?? [])
    return broker
  } catch (error) {
    await broker.close()
    throw error
  }
}
