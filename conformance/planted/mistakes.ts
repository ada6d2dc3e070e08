/** All mistakes, by what they are about. */
import { answerMistakes } from './answer-mistakes.ts'
import { compactionMistakes } from './compaction-mistakes.ts'
import { journalMistakes } from './journal-mistakes.ts'
import type { Mistake } from './mistake.ts'
import { segmentMistakes } from './segment-mistakes.ts'
import { transactionMistakes } from './transaction-mistakes.ts'

export const mistakes: readonly Mistake[] = [
  ...journalMistakes,
  ...segmentMistakes,
  ...answerMistakes,
  ...compactionMistakes,
  ...transactionMistakes
]
