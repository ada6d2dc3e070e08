/** What a fetch with `read-committed` says of transactions that came to nothing. */
export interface AbortedTransaction {
  readonly producerId: number
  readonly firstOffset: number
}
