/** Findings of the doctor as sentences in the reader's language. */
import type { Finding, FindingKind, Remedy, RepairPlan } from '@naru/storage'
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

export function describeFinding(finding: Finding, messages: Messages): string {
  const { kind, topic, partition, fromOffset, toOffset, file, position, bytes, remedy } = finding
  const reason = messages.language === 'ko' ? koreanReason(finding.reason) : finding.reason
  const place = position === undefined ? `${file ?? ''}` : `${file ?? ''}:${position}`
  const from = fromOffset ?? 0
  const values = { reason, place, bytes: bytes ?? 0, partition: `${topic ?? ''}-${partition ?? 0}`, from }
  const sentence = messages.lookup(kinds[kind], { ...values, to: (toOffset ?? from + 1) - 1 })
  const isPartOfTopic = kind === 'file-damaged' && topic !== undefined
  const where = isPartOfTopic ? ` (${topic}-${partition ?? 0})` : ''
  return `${sentence}${where}; ${messages.lookup(remedies[remedy])}`
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
