/** A step of the group machine; see `coordinator/step.ts`. */
import type { Step as CoordinatorStep } from '../coordinator/step.ts'
import type { GroupSettings } from './settings.ts'
import type { GroupRecord } from './state.ts'

export type { Now, Settle } from '../coordinator/step.ts'

export type Step = CoordinatorStep<GroupRecord, GroupSettings>

/** What follows when the records of a step are durable; it is a step of its own. */
export type Continuation = (step: Step) => void
