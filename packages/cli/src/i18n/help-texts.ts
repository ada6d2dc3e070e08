/** Commander's own words in the reader's language: headings, remarks behind options, placeholders in usage lines. */
import { Help, type HelpConfiguration, type Option } from 'commander'
import type { MessageKey, Messages } from './messages.ts'

const TITLES: Readonly<Partial<Record<string, MessageKey>>> = {
  'Usage:': 'help.usage',
  'Arguments:': 'help.arguments',
  'Options:': 'help.options',
  'Commands:': 'help.commands'
}

export function helpSettings(messages: Messages): HelpConfiguration {
  return {
    styleTitle: (title) => {
      const key = TITLES[title]
      return key === undefined ? title : messages.lookup(key)
    },
    styleUsage: (usage) => withPlaceholders(usage, messages),
    styleSubcommandTerm: (term) => withPlaceholders(term, messages),
    displayWidth,
    optionDescription: (option) => describeOption(option, messages),
    subcommandDescription: (command) => command.summary() || command.description()
  }
}

function withPlaceholders(usage: string, messages: Messages): string {
  return usage
    .replace('[options]', `[${messages.text('help.usage-options')}]`)
    .replace('[command]', `[${messages.text('help.usage-command')}]`)
}

/** Hangul and the punctuation around it take two columns. Tables measure exactly; help only needs these. */
function displayWidth(text: string): number {
  return text.length + (text.match(/[\u1100-\u115f\u3000-\u303f\uac00-\ud7a3\uff00-\uff60]/g)?.length ?? 0)
}

function describeOption(option: Option, messages: Messages): string {
  const remarks: string[] = []
  if (option.argChoices !== undefined) {
    remarks.push(messages.text('help.choices', { choices: option.argChoices.join(', ') }))
  }
  const shown = option.defaultValueDescription ?? plainDefault(option)
  if (shown !== undefined) remarks.push(messages.text('help.default', { value: shown }))
  if (option.envVar !== undefined) remarks.push(messages.text('help.env', { name: option.envVar }))
  return remarks.length === 0 ? option.description : `${option.description} (${remarks.join('; ')})`
}

/** Lists start empty and switches start off; saying so helps nobody. */
function plainDefault(option: Option): string | undefined {
  const value: unknown = option.defaultValue
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

/** The examples and remarks under a command's options. */
export function examples(messages: Messages, lines: readonly string[]): string {
  return `\n${messages.text('help.examples')}\n${lines.map((line) => `  ${line}`).join('\n')}\n`
}

/** For tests: every title that commander prints has its text. */
export function commanderTitles(): readonly string[] {
  const source = Help.prototype.formatHelp.toString()
  return [...source.matchAll(/'([A-Z][a-zA-Z ]+:)'/g)].map((match) => match[1] ?? '')
}
