// What a program of this folder says to `--help` and to options that it does not know: the comment at its beginning.
import { readFileSync } from 'node:fs'
import { parseArgs, type ParseArgsConfig } from 'node:util'

/** The text of a file's first comment. */
export function usageIn(source: string): string {
  const comment = /^\/\*\*\n([\s\S]*?)\n \*\//.exec(source)?.[1] ?? ''
  return comment.replaceAll(/^ \* ?/gm, '')
}

/** Like `parseArgs`, but `--help` is answered, and a wrong option costs a sentence instead of a stack trace. */
export function argumentsOf<const Config extends ParseArgsConfig>(
  file: string,
  config: Config
): ReturnType<typeof parseArgs<Config>> {
  const usage = usageIn(readFileSync(file, 'utf8'))
  if (process.argv.includes('--help') || process.argv.includes('-h')) {
    console.log(usage)
    process.exit(0)
  }
  try {
    return parseArgs(config)
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    process.exit(2)
  }
}
