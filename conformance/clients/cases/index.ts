import type { Case } from '../case.ts'
import { autoCreate } from './auto-create.ts'
import { cutConnections } from './cut-connections.ts'
import { dumpLog } from './dump-log.ts'
import { exchange } from './exchange.ts'
import { foreignSegments } from './foreign-segments.ts'
import { cooperative, group, staticMembers } from './group.ts'
import { javaTools } from './java-tools.ts'
import { millionLines } from './million-lines.ts'
import { operatorTools } from './operator-tools.ts'
import { recordSize } from './record-size.ts'
import { recreatedTopic } from './recreated-topic.ts'
import { restart } from './restart.ts'
import { startByTimestamp } from './start-by-timestamp.ts'
import { transactionSegments } from './transaction-segments.ts'
import { transactionTools } from './transaction-tools.ts'
import { transactionalCopy } from './transactional-copy.ts'

/** In the order in which they run. */
export const cases: readonly Case[] = [
  exchange,
  recordSize,
  autoCreate,
  startByTimestamp,
  group,
  staticMembers,
  cooperative,
  restart,
  cutConnections,
  recreatedTopic,
  javaTools,
  operatorTools,
  dumpLog,
  foreignSegments,
  transactionSegments,
  transactionTools,
  transactionalCopy,
  millionLines
]
