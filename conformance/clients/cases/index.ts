import type { Case } from '../case.ts'
import { autoCreate } from './auto-create.ts'
import { cutConnections } from './cut-connections.ts'
import { exchange } from './exchange.ts'
import { cooperative, group, staticMembers } from './group.ts'
import { recordSize } from './record-size.ts'
import { restart } from './restart.ts'
import { startByTimestamp } from './start-by-timestamp.ts'

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
  cutConnections
]
