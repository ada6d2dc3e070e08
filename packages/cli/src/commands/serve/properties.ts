/**
 * Java properties, the syntax of Kafka's configuration files: `name=value`, `name: value` or `name value`, comments
 * with # or !, lines that go on after a backslash, and the escapes of java.util.Properties.
 */

/** The pairs of a text; of a name that comes twice, the last wins. */
export function parseProperties(text: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>()
  for (const line of logicalLines(text)) {
    const [name, value] = splitPair(line)
    pairs.set(name, value)
  }
  return pairs
}

function logicalLines(text: string): string[] {
  const lines: string[] = []
  let open: string | undefined
  for (const natural of text.split(/\r\n|\r|\n/)) {
    const line = natural.replace(/^[ \t\f]+/, '')
    // Blank lines and comments count as such only where a new line begins.
    if (open === undefined && (line === '' || line.startsWith('#') || line.startsWith('!'))) continue
    const joined: string = (open ?? '') + line
    open = goesOn(line) ? joined.slice(0, -1) : undefined
    if (open === undefined) lines.push(joined)
  }
  if (open !== undefined) lines.push(open)
  return lines
}

/** An odd number of backslashes at the end: the last one escapes the line feed. */
function goesOn(line: string): boolean {
  return (/\\+$/.exec(line)?.[0].length ?? 0) % 2 === 1
}

function splitPair(line: string): readonly [name: string, value: string] {
  const name = /^(?:\\.|[^\\=:\s])*/.exec(line)?.[0] ?? ''
  const value = line.slice(name.length).replace(/^[ \t\f]*[=:]?[ \t\f]*/, '')
  return [unescape(name), unescape(value)]
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' }

function unescape(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_whole, hex: string | undefined, character: string) =>
    hex === undefined ? (ESCAPES[character] ?? character) : String.fromCharCode(parseInt(hex, 16))
  )
}
