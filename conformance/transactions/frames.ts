/** Cuts a stream of the protocol into its frames, for proxies. */

/** Collects bytes and hands out the frames that are complete, each with its length field. */
export class Frames {
  #rest: Buffer = Buffer.alloc(0)

  push(chunk: Buffer): Buffer[] {
    this.#rest = Buffer.concat([this.#rest, chunk])
    const frames: Buffer[] = []
    while (this.#rest.length >= 4 && this.#rest.length >= 4 + this.#rest.readInt32BE(0)) {
      const end = 4 + this.#rest.readInt32BE(0)
      frames.push(this.#rest.subarray(0, end))
      this.#rest = this.#rest.subarray(end)
    }
    return frames
  }
}

export interface RequestHeader {
  readonly key: number
  readonly correlationId: number
  readonly clientId: string
}

/** Key, correlation id and client id of a request; they stand at the same place in every header version. */
export function requestHeader(frame: Buffer): RequestHeader {
  const length = Math.max(frame.readInt16BE(12), 0)
  return {
    key: frame.readInt16BE(4),
    correlationId: frame.readInt32BE(8),
    clientId: frame.toString('utf8', 14, 14 + length)
  }
}
