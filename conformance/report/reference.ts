// What the same suites found at the two brokers that Naru is measured by, on one plain node each. Apache Kafka's lists,
// test by test, are in `suites/*/kafka-4.2.0.txt`.

export interface Reference {
  readonly kafka: string
  readonly kfake: string
}

export const references: Readonly<Record<string, Reference>> = {
  kgo: { kafka: '43 passed, 0 failed, 3 skipped', kfake: '44 passed, 0 failed, 2 skipped' },
  librdkafka: { kafka: '93 passed, 1 failed, 18 skipped', kfake: '68 passed, 26 failed, 18 skipped' }
}

/** When and how those were measured. */
export const referenceNote =
  "Apache Kafka's and kfake's figures of kgo and librdkafka are of 2026-11-22, with 10,000 records, on the same machine " +
  '(kfake of franz-go v1.22.2). Both serve the consumer groups of KIP-848 and share groups, which Naru does not yet.'
