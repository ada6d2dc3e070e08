/** A step of the transaction machine; see `coordinator/step.ts`. */
import type { Step as CoordinatorStep } from '../coordinator/step.ts'
import type { TransactionSettings } from './settings.ts'
import type { TransactionRecord } from './state.ts'

export type { Now, Settle } from '../coordinator/step.ts'

export type TransactionStep = CoordinatorStep<TransactionRecord, TransactionSettings>
