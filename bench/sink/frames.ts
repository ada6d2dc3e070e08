// Cuts a stream into frames: a length of four bytes, then as many bytes. What spans several chunks is joined with one
// copy, which every broker in Node has to pay too.
export class FrameCutter {
  #chunks: Buffer[] = []
  #bytes = 0

  push(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#bytes += chunk.byteLength
  }

  /** The next whole frame without its length. */
  next(): Buffer | undefined {
    if (this.#bytes < 4) return undefined
    let first = this.#chunks[0] as Buffer
    if (first.byteLength < 4) {
      first = Buffer.concat(this.#chunks)
      this.#chunks = [first]
    }
    const end = 4 + first.readUInt32BE(0)
    if (this.#bytes < end) return undefined
    this.#bytes -= end
    if (first.byteLength >= end) {
      if (first.byteLength > end) this.#chunks[0] = first.subarray(end)
      else this.#chunks.shift()
      return first.subarray(4, end)
    }
    return this.#join(end)
  }

  #join(end: number): Buffer {
    const frame = Buffer.allocUnsafeSlow(end)
    let at = 0
    let used = 0
    while (at < end) {
      const chunk = this.#chunks[used] as Buffer
      const taken = chunk.copy(frame, at)
      at += taken
      if (taken < chunk.byteLength) this.#chunks[used] = chunk.subarray(taken)
      else used++
    }
    this.#chunks.splice(0, used)
    return frame.subarray(4)
  }
}
