/** Whether a text is a value that a setting may have; values are trimmed as Kafka does. */
import type { ConfigDefinition } from './definition.ts'

/** What is wrong with the value, or undefined. */
export function configProblem(definition: ConfigDefinition, value: string): string | undefined {
  const text = value.trim()
  switch (definition.type) {
    case 'boolean':
      return /^(true|false)$/i.test(text)
        ? choiceProblem(definition, text.toLowerCase())
        : invalid(definition, value, 'Expected value to be either true or false')
    case 'int':
      return integerProblem(definition, text, 2n ** 31n)
    case 'short':
      return integerProblem(definition, text, 2n ** 15n)
    case 'long':
      return integerProblem(definition, text, 2n ** 63n)
    case 'double':
      return rangeProblem(definition, text, Number(text === '' ? Number.NaN : text))
    case 'list':
      return listProblem(definition, text)
    case 'class':
    case 'password':
    case 'string':
      return choiceProblem(definition, text)
  }
}

function integerProblem(definition: ConfigDefinition, text: string, bound: bigint): string | undefined {
  const whole = /^[+-]?\d+$/.test(text) ? BigInt(text) : undefined
  if (whole === undefined || whole < -bound || whole >= bound) {
    return invalid(definition, text, `Not a number of type ${definition.type.toUpperCase()}`)
  }
  return rangeProblem(definition, text, Number(whole))
}

function rangeProblem(definition: ConfigDefinition, text: string, number: number): string | undefined {
  if (!Number.isFinite(number)) return invalid(definition, text, 'Not a number')
  if (definition.min !== undefined && number < definition.min) {
    return invalid(definition, text, `Value must be at least ${definition.min}`)
  }
  if (definition.max !== undefined && number > definition.max) {
    return invalid(definition, text, `Value must be no more than ${definition.max}`)
  }
  if (number === definition.not) return invalid(definition, text, `Value must not be ${definition.not}`)
  return undefined
}

function listProblem(definition: ConfigDefinition, text: string): string | undefined {
  const items = listItems(text)
  if (new Set(items).size !== items.length)
    return invalid(definition, text, 'Duplicate entries are not allowed')
  for (const item of items) {
    const problem = choiceProblem(definition, item)
    if (problem !== undefined) return problem
  }
  return undefined
}

function choiceProblem(definition: ConfigDefinition, text: string): string | undefined {
  const { name, oneOf, pattern } = definition
  if (pattern !== undefined && !pattern.test(text))
    return invalid(definition, text, `It must match ${pattern}`)
  if (oneOf === undefined || oneOf.includes(text)) return undefined
  return `Invalid value ${text} for configuration ${name}: String must be one of: ${oneOf.join(', ')}`
}

/** The items of a list setting; an empty text has none. */
export function listItems(text: string): string[] {
  const trimmed = text.trim()
  return trimmed === '' ? [] : trimmed.split(',').map((item) => item.trim())
}

function invalid({ name }: ConfigDefinition, value: string, reason: string): string {
  return `Invalid value ${value} for configuration ${name}: ${reason}`
}
