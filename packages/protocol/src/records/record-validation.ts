// Checks the records of one batch from a client: their structure, offset deltas, keys and timestamps.
//
// Works on the uncompressed payload. A broken structure refuses the batch at once; a missing key or a bad
// timestamp is collected per record, because Produce (KIP-467) tells the client which records were to blame.
import { ErrorCode } from '../errors/error-codes.ts'
import { recordErrorsMax } from '../limits.ts'
import { TimestampType, timestampTypeOf } from './batch-attributes.ts'
import { noTimestamp, type BatchHeader } from './batch-header.ts'
import { RecordCursor } from './record-cursor.ts'
import { invalid, type InvalidBatch, type RecordError } from './verdict.ts'

export type RecordRules = {
  /** `message.timestamp.type` of the topic. */
  readonly timestampType: TimestampType
  /** Now minus `message.timestamp.before.max.ms`; with CreateTime, earlier records are refused. */
  readonly timestampMsMin: number
  /** Now plus `message.timestamp.after.max.ms`; with CreateTime, later records are refused. */
  readonly timestampMsMax: number
  /** Set for topics with `cleanup.policy=compact`. */
  readonly keyRequired: boolean
}

export type RecordsVerdict =
  | {
      readonly kind: 'valid'
      /**
       * The largest timestamp of the records (for a batch that claims LogAppendTime, its own). When it differs
       * from the header's, or the timestamp type from the topic's, the batch is patched before it is stored.
       */
      readonly maxTimestamp: number
    }
  | InvalidBatch

/** Judges the inflated records of a batch whose header was accepted. */
export function validateRecords(
  payload: Uint8Array,
  header: BatchHeader,
  rules: RecordRules
): RecordsVerdict {
  const check = new RecordCheck(header, rules)
  const cursor = new RecordCursor(payload)
  for (let index = 0; index < header.recordCount; index++) {
    if (!cursor.next())
      return malformed(cursor.malformed ?? 'there are fewer records than the batch declares')
    if (cursor.offsetDelta !== index) {
      return malformed(`record ${index} of the batch has offset delta ${cursor.offsetDelta}`)
    }
    check.record(cursor, index)
  }
  if (cursor.at !== cursor.end) return malformed('bytes are left after the last record')
  return check.verdict()
}

function malformed(message: string): InvalidBatch {
  return invalid(ErrorCode.INVALID_RECORD, message)
}

class RecordCheck {
  private readonly header: BatchHeader
  private readonly rules: RecordRules
  private readonly usesBatchTimestamp: boolean
  private maxTimestamp: number
  private readonly errors: RecordError[]
  private errorCount: number
  private timestampErrorCount: number

  constructor(header: BatchHeader, rules: RecordRules) {
    this.header = header
    this.rules = rules
    this.usesBatchTimestamp = timestampTypeOf(header.attributes) === TimestampType.logAppendTime
    this.maxTimestamp = noTimestamp
    this.errors = []
    this.errorCount = 0
    this.timestampErrorCount = 0
  }

  record(cursor: RecordCursor, index: number): void {
    const timestamp = this.usesBatchTimestamp
      ? this.header.maxTimestamp
      : this.header.baseTimestamp + cursor.timestampDelta
    if (timestamp > this.maxTimestamp) this.maxTimestamp = timestamp
    if (this.rules.keyRequired && cursor.keyBytes < 0) {
      this.refuse(index, 'a compacted topic takes no record without a key')
    } else if (!this.timestampIsAllowed(timestamp)) {
      this.timestampErrorCount++
      this.refuse(index, this.timestampMessage(timestamp))
    }
  }

  verdict(): RecordsVerdict {
    if (this.errorCount === 0) return { kind: 'valid', maxTimestamp: this.maxTimestamp }
    const onlyTimestamps = this.timestampErrorCount === this.errorCount
    const code = onlyTimestamps ? ErrorCode.INVALID_TIMESTAMP : ErrorCode.INVALID_RECORD
    return invalid(code, `${this.errorCount} records were refused: ${this.errors[0]?.message}`, this.errors)
  }

  private timestampIsAllowed(timestamp: number): boolean {
    if (!Number.isSafeInteger(timestamp)) return false
    if (this.rules.timestampType === TimestampType.createTime && timestamp !== noTimestamp) {
      return timestamp >= this.rules.timestampMsMin && timestamp <= this.rules.timestampMsMax
    }
    return !this.usesBatchTimestamp
  }

  private timestampMessage(timestamp: number): string {
    if (this.usesBatchTimestamp) return 'a producer must not set the timestamp type LogAppendTime'
    const { timestampMsMin, timestampMsMax } = this.rules
    return `timestamp ${timestamp} is not between ${timestampMsMin} and ${timestampMsMax}`
  }

  private refuse(batchIndex: number, message: string): void {
    this.errorCount++
    if (this.errors.length < recordErrorsMax) this.errors.push({ batchIndex, message })
  }
}
