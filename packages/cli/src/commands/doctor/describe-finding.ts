/** Findings of the doctor as sentences in the reader's language. */
import type { Examination, Finding, FindingKind, Remedy, RepairPlan } from '@naru/storage/doctor'
import type { MessageKey, Messages } from '../../i18n/messages.ts'
import { koreanReasons } from './korean-reasons.ts'

const kinds: Readonly<Record<FindingKind, MessageKey>> = {
  'records-lost': 'doctor.records-lost',
  'journal-damaged': 'doctor.journal-damaged',
  refused: 'doctor.refused',
  'file-damaged': 'doctor.file-damaged',
  'journal-cut': 'doctor.journal-cut',
  'put-right': 'doctor.put-right'
}

const remedies: Readonly<Record<Remedy, MessageKey>> = {
  none: 'doctor.remedy.none',
  'by-itself': 'doctor.remedy.by-itself',
  'remove-file': 'doctor.remedy.remove-file',
  'accept-loss': 'doctor.remedy.accept-loss',
  restore: 'doctor.remedy.restore'
}

/** `findings` are all of the examination. */
export function describeFinding(finding: Finding, findings: readonly Finding[], messages: Messages): string {
  const { kind, topic, partition, fromOffset, toOffset, file, position, bytes, remedy } = finding
  const reason = messages.language === 'ko' ? koreanReason(finding.reason) : finding.reason
  const place = position === undefined ? `${file ?? ''}` : `${file ?? ''}:${position}`
  const from = fromOffset ?? 0
  const values = { reason, place, bytes: bytes ?? 0, partition: `${topic ?? ''}-${partition ?? 0}`, from }
  const to = (toOffset ?? from + 1) - 1
  const key = kind === 'records-lost' && to === from ? 'doctor.record-lost' : kinds[kind]
  const sentence = messages.lookup(key, { ...values, to })
  const isPartOfTopic = kind === 'file-damaged' && topic !== undefined
  const where = isPartOfTopic ? ` (${topic}-${partition ?? 0})` : ''
  if (isPartOfLoss(finding, findings)) return `${sentence}${where}`
  return `${sentence}${where}${messages.language === 'ko' ? '. ' : '; '}${messages.lookup(remedies[remedy])}`
}

/** Where records are lost, that nothing has to be done about the bytes they were in would contradict it. */
function isPartOfLoss({ remedy, topic, partition }: Finding, findings: readonly Finding[]): boolean {
  const isLoss = (other: Finding): boolean =>
    other.kind === 'records-lost' &&
    (topic === undefined || (other.topic === topic && other.partition === partition))
  return remedy === 'none' && findings.some((other) => other.kind === 'refused' || isLoss(other))
}

/** Whether a repair would change anything: what only a backup brings back is no work for it, nor are its bytes. */
export function isRepairable({ findings }: Examination): boolean {
  return findings.some(
    ({ kind, remedy }) => remedy !== 'restore' && (remedy !== 'none' || kind !== 'file-damaged')
  )
}

/** What a repair does, or would do. */
export function describePlan(plan: RepairPlan, messages: Messages): string[] {
  const lines = plan.removedFiles.map((file) => messages.text('doctor.plan.remove', { file }))
  if (plan.acceptsLoss) lines.push(messages.text('doctor.plan.accept'))
  if (plan.lost.length > 0) lines.push(messages.text('doctor.plan.lost', { count: plan.lost.length }))
  return lines.length === 0 ? [messages.text('doctor.plan.rewrite')] : lines
}

function koreanReason(reason: string): string {
  return koreanReasons.get(reason) ?? reason
}
