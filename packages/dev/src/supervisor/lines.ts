/** Cuts the output of a process into lines, whatever the chunks are; a line without an end is cut when it is too long. */
import { LINE_CHARACTERS_MAX } from '../limits.ts'

export class Lines {
  readonly #onLine: (line: string) => void
  #rest = ''

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine
  }

  push(text: string): void {
    const parts = (this.#rest + text).split('\n')
    this.#rest = parts.pop() ?? ''
    for (const part of parts) this.#onLine(part.endsWith('\r') ? part.slice(0, -1) : part)
    while (this.#rest.length > LINE_CHARACTERS_MAX) {
      this.#onLine(this.#rest.slice(0, LINE_CHARACTERS_MAX))
      this.#rest = this.#rest.slice(LINE_CHARACTERS_MAX)
    }
  }

  /** What came after the last line break, at the end of the output. */
  end(): void {
    if (this.#rest !== '') this.#onLine(this.#rest)
    this.#rest = ''
  }
}

/** The fields of a line of JSON with the given `event`, or undefined when it is any other line. */
export function eventLine(
  line: string,
  event: string | undefined
): Readonly<Record<string, unknown>> | undefined {
  if (event === undefined || !line.startsWith('{')) return undefined
  try {
    const fields = JSON.parse(line) as Readonly<Record<string, unknown>>
    return fields['event'] === event ? fields : undefined
  } catch {
    return undefined
  }
}
