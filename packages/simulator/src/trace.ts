/** A running hash over what happened, so that two runs of a seed can be compared by one number. */

export class Trace {
  #high = 0x811c9dc5
  #low = 0x01000193

  add(text: string): void {
    let high = this.#high
    let low = this.#low
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index)
      high = Math.imul(high ^ code, 0x01000193)
      low = Math.imul(low ^ code, 0x5bd1e995) ^ (low >>> 13)
    }
    this.#high = Math.imul(high ^ 0xff, 0x01000193)
    this.#low = Math.imul(low ^ text.length, 0x5bd1e995)
  }

  get hash(): string {
    return hex(this.#high) + hex(this.#low)
  }
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0')
}
