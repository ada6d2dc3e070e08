export { examine, type Examination, type ExamineOptions } from './examine.ts'
export { isHarmless, type Finding, type FindingKind, type Remedy } from './finding.ts'
export { planRepair, repair, type RepairPlan } from './repair.ts'
