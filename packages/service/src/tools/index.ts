/** What command lines and consoles need of services: contracts and dead letters. */
export { type Break, findBreaks } from '../contracts/accepts.ts'
export { readContracts } from '../contracts/contract-registry.ts'
export {
  type Contract,
  type ContractBreak,
  type ContractRole,
  contractBreaks,
  describeBreak
} from '../contracts/contract.ts'
export {
  type DeadLetter,
  type DeadLetterTopic,
  listDeadLetterTopics,
  readDeadLetters
} from '../dead-letters/dead-letters.ts'
export {
  type RedriveOptions,
  type RedriveResult,
  REDRIVES_MAX_DEFAULT,
  redrive
} from '../dead-letters/redrive.ts'
