// The shape of a tidy rule, and the sets of files that several rules speak about.
import type { Finding } from '../source/findings.ts'
import type { SourceFile } from '../source/syntax.ts'
import type { SourceTree } from '../source/tree.ts'

/** Looks at one parsed file at a time. */
export type SourceRule = (source: SourceFile) => readonly Finding[]

/** Looks at names, sizes, plain text and manifests of the whole tree. */
export type TreeRule = (tree: SourceTree) => readonly Finding[]

/** Written by the generator and proved fresh by the check, so nobody has to keep them in the head. */
export const isGenerated = (path: string): boolean =>
  /^packages\/protocol\/src\/(messages|internal-records|headers)\//.test(path)

/** Captured or fuzzed input: its names, its size and what is in it are somebody else's. */
export const isCaptured = (path: string): boolean => /\/(golden|corpus|fixtures)\//.test(path)

/** Cases that every engine behind a port must pass: tests, although they are shipped with the port. */
export const isSuite = (path: string): boolean => path.includes('/src/suite/')

const textFile =
  /(^|\/)[^./]+$|(^|\/)\.[^./]+$|\.(ts|js|mjs|json|md|sh|yml|yaml|toml|xml|java|go|mod|txt|html|css)$/

export const isText = (path: string): boolean => textFile.test(path) && !isCaptured(path)

/** One finding for each line of a text that matches. */
export function findLines(
  path: string,
  text: string,
  pattern: RegExp,
  describe: (matched: string) => string
): Finding[] {
  return text.split('\n').flatMap((line, index) => {
    const matched = pattern.exec(line)?.[0]
    return matched === undefined ? [] : [{ file: path, line: index + 1, message: describe(matched.trim()) }]
  })
}
