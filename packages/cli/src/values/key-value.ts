/** `name=value` options that may be given several times. */
import { InvalidArgumentError } from 'commander'
import type { Messages } from '../i18n/messages.ts'

/** A parser that collects `name=value` into pairs, in order; a value may hold further equals signs. */
export function pairs(
  messages: Messages
): (
  text: string,
  before: ReadonlyArray<readonly [string, string]> | undefined
) => Array<readonly [string, string]> {
  return (text, before = []) => {
    const separator = text.indexOf('=')
    if (separator <= 0) throw new InvalidArgumentError(messages.text('value.pair'))
    return [...before, [text.slice(0, separator).trim(), text.slice(separator + 1)]]
  }
}

/** A parser that collects values, splitting at commas. */
export function list(text: string, before: readonly string[] = []): readonly string[] {
  return [
    ...before,
    ...text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
  ]
}

/** A parser that collects whole numbers, splitting at commas. */
export function numbers(
  parse: (text: string) => number
): (text: string, before: readonly number[] | undefined) => readonly number[] {
  return (text, before = []) => [...before, ...list(text).map(parse)]
}
