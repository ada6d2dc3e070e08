/**
 * Which language a person reads, and the texts in it. English is the source: its keys and placeholders are the
 * types, so that a text that is missing in Korean, or a value that is not given, does not compile.
 */
import type { Language } from '@naru/base'
import type { en } from './en.ts'

export type MessageKey = keyof typeof en

export type Catalogue = Readonly<Record<MessageKey, string>>

type PlaceholdersOf<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PlaceholdersOf<Rest>
  : never

/** What the text of a key wants to be given. */
export type Values<Key extends MessageKey> = Readonly<
  Record<PlaceholdersOf<(typeof en)[Key]>, string | number>
>

type Arguments<Key extends MessageKey> = PlaceholdersOf<(typeof en)[Key]> extends never ? [] : [Values<Key>]

export interface Messages {
  readonly language: Language
  /** The text of a key with its values in place. */
  text<Key extends MessageKey>(key: Key, ...values: Arguments<Key>): string
  /** The same for a key out of a table, whose values the compiler cannot check. */
  lookup(key: MessageKey, values?: Readonly<Record<string, string | number>>): string
}

/** Loads the texts of one language. */
export async function loadMessages(language: Language): Promise<Messages> {
  const catalogue: Catalogue = language === 'ko' ? (await import('./ko.ts')).ko : (await import('./en.ts')).en
  const lookup: Messages['lookup'] = (key, values) => fill(catalogue[key], values)
  return { language, lookup, text: (key, ...[values]) => lookup(key, values) }
}

/** Puts values into `{name}`. */
function fill(text: string, values: Readonly<Record<string, string | number>> | undefined): string {
  if (values === undefined) return text
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder))
}
