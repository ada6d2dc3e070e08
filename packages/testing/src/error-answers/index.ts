/**
 * Responses that say nothing but an error, for faults on purpose: the error stands wherever a client of that API
 * looks for it, for every topic, partition, group or resource of the request.
 */
import type { InterceptedRequest } from '@naru/broker'
import { adminAnswers } from './admin-answers.ts'
import type { Answer, Node } from './answer.ts'
import { clusterAnswers } from './cluster-answers.ts'
import { groupAnswers } from './group-answers.ts'
import { recordAnswers } from './record-answers.ts'
import { transactionAnswers } from './transaction-answers.ts'

export type { Node } from './answer.ts'

const answers: ReadonlyMap<number, Answer> = new Map<number, Answer>([
  ...recordAnswers,
  ...groupAnswers,
  ...adminAnswers,
  ...clusterAnswers,
  ...transactionAnswers
])

export function canAnswerWithError(key: number): boolean {
  return answers.has(key)
}

/** The response of this API to this request with nothing but the error. */
export function answerWithError(request: InterceptedRequest, error: number, node: Node): unknown {
  const answer = answers.get(request.key)
  if (answer === undefined) throw new Error(`${request.name} has no error answer`)
  // The broker has decoded the body with the codec of this very key.
  return answer(request.body as never, error, { version: request.version, node })
}
