// Captures the golden bytes anew from a real Apache Kafka: every API that the broker serves, in its lowest and
// its highest version. Our codec builds the requests; the responses are Kafka's own bytes. Run with
//
//   node conformance/kafka/with-kafka.ts node packages/protocol/test/golden/regenerate.ts
//
// on a broker that nobody else uses, and read the diff: ids, addresses and times change, structure must not.

import { CaptureConnection } from './capture-connection.ts'
import { captureCluster, captureConfigs, captureEnd } from './capture-admin.ts'
import { captureFindCoordinator, captureHighGroup, captureLowGroup } from './capture-groups.ts'
import * as topics from './capture-topics.ts'

const bootstrap = process.env['KAFKA_BOOTSTRAP']
if (bootstrap === undefined) {
  console.error('KAFKA_BOOTSTRAP names no broker; see the head of this file')
  process.exit(2)
}

const connection = await CaptureConnection.open(bootstrap, import.meta.dirname)
await topics.captureVersions(connection)
const topicId = await topics.captureCreateTopics(connection)
await topics.captureMetadata(connection, topicId)
await topics.captureProduce(connection, topicId)
await topics.captureFetch(connection, topicId)
await topics.captureOffsets(connection)
await captureFindCoordinator(connection)
await captureLowGroup(connection)
await captureHighGroup(connection, topicId)
await captureConfigs(connection)
await captureCluster(connection)
await topics.captureDeleteRecords(connection)
await captureEnd(connection, topicId)
connection.close()
console.log(`${connection.kept} pairs of request and response`)
