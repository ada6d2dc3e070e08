/**
 * The cases that every storage engine has to pass. An engine is accepted when
 * `storageSuite('name', open)` is green in its test file.
 */
import { describe } from 'node:test'
import { appendCases } from './append-cases.ts'
import type { OpenSuiteEngine } from './engine.ts'
import { metadataCases } from './metadata-cases.ts'
import { readCases } from './read-cases.ts'
import { reopenCases } from './reopen-cases.ts'
import { transactionCases } from './transaction-cases.ts'
import { transactionReopenCases } from './transaction-reopen-cases.ts'
import { transactionRuleCases } from './transaction-rule-cases.ts'
import { trimCases } from './trim-cases.ts'

export type { OpenSuiteEngine, SuiteEngine, SuiteOptions } from './engine.ts'
export { suiteTopicId } from './engine.ts'
export {
  suiteBatch,
  suiteMarker,
  suiteRecords,
  type SuiteBatch,
  type SuiteMarker,
  type SuiteRecord
} from './batches.ts'
export { committedRecords, readCommitted } from './committed-reader.ts'

export function storageSuite(
  name: string,
  open: OpenSuiteEngine,
  options: { readonly outlivesProcess: boolean }
): void {
  describe(`storage suite: ${name}`, () => {
    appendCases(open)
    readCases(open)
    trimCases(open)
    transactionCases(open)
    transactionRuleCases(open)
    metadataCases(open)
    if (options.outlivesProcess) {
      reopenCases(open)
      transactionReopenCases(open)
    }
  })
}
