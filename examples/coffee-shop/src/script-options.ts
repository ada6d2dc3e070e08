// The options of a script: numbers and switches, each with its default. What is wrong with them ends the script with a
// sentence, and so does `--help`.
import { parseArgs } from 'node:util'
import { scriptTexts } from './script-texts.ts'

type Defaults = Readonly<Record<string, number | false>>
type Values<T extends Defaults> = { readonly [Name in keyof T]: T[Name] extends false ? boolean : number }

export function scriptOptions<T extends Defaults>(defaults: T): Values<T> {
  const names = Object.keys(defaults)
  const shown = names.map((name) => (defaults[name] === false ? `--${name}` : `--${name} ${defaults[name]}`))
  try {
    const values = parse(defaults)
    if (values['help'] !== true)
      return Object.fromEntries(names.map((name) => [name, values[name]])) as Values<T>
    console.log(`${scriptTexts.defaults}: ${shown.join(', ')}`)
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    console.error(`${scriptTexts.defaults}: ${shown.join(', ')}`)
    process.exit(2)
  }
  process.exit()
}

function parse(defaults: Defaults): Readonly<Record<string, number | boolean>> {
  const options: Record<string, { readonly type: 'boolean' | 'string' }> = { help: { type: 'boolean' } }
  for (const [name, value] of Object.entries(defaults))
    options[name] = { type: value === false ? 'boolean' : 'string' }
  const given: Record<string, number | boolean> = { ...defaults }
  for (const [name, value] of Object.entries(parseArgs({ options }).values)) {
    given[name] = typeof value === 'string' ? number(name, value) : value === true
  }
  return given
}

function number(name: string, value: string): number {
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value)
  throw new Error(scriptTexts.noNumber(`--${name}`, value))
}
