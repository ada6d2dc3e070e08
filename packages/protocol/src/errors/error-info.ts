// What there is to know about an error code: name, whether to try again, and a text in both languages.
import { errorName, isErrorCode, isRetriableCode, type ErrorName } from './error-codes.ts'
import { errorTextsEn } from './texts-en.ts'
import { errorTextsKo } from './texts-ko.ts'

export type ErrorInfo = {
  readonly code: number
  readonly name: string
  readonly retriable: boolean
  readonly message: { readonly en: string; readonly ko: string }
}

/** Describes the code; one that a later Kafka has defined gets a general text. */
export function errorInfo(code: number): ErrorInfo {
  const name = errorName(code)
  const message = isErrorCode(code)
    ? { en: errorTextsEn[name as ErrorName], ko: errorTextsKo[name as ErrorName] }
    : { en: `Error code ${code} is not known to Kafka 4.2.`, ko: `Kafka 4.2에 없는 오류 코드 ${code}입니다.` }
  return { code, name, retriable: isRetriableCode(code), message }
}
