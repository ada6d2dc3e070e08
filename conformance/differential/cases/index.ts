// All cases, in the order of what users would suffer from.

import type { Case } from '../session.ts'
import { adminCases } from './admin.ts'
import { clusterCases } from './cluster.ts'
import { configCases } from './configs.ts'
import { fetchCases } from './fetch.ts'
import { groupCases } from './groups.ts'
import { listOffsetsCases } from './list-offsets.ts'
import { metadataCases } from './metadata.ts'
import { offsetCases } from './offsets.ts'
import { produceCases } from './produce.ts'
import { transactionCases } from './transactions.ts'

export const cases: readonly Case[] = [
  ...produceCases,
  ...fetchCases,
  ...listOffsetsCases,
  ...metadataCases,
  ...adminCases,
  ...clusterCases,
  ...configCases,
  ...groupCases,
  ...offsetCases,
  ...transactionCases
]
