// Everything that can be drawn.

import type { RequestKind } from '../step.ts'
import { clusterRequests } from './cluster.ts'
import { dataRequests } from './data.ts'
import { groupRequests } from './groups.ts'
import { settingRequests } from './settings.ts'
import { topicRequests } from './topics.ts'
import { transactionRequests } from './transactions.ts'

export const requestKinds: readonly RequestKind[] = [
  ...dataRequests,
  ...topicRequests,
  ...settingRequests,
  ...groupRequests,
  ...transactionRequests,
  ...clusterRequests
]
