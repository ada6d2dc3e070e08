// Two lists of observations, point by point: where exactly do they differ?

import type { Observation } from './session.ts'

export interface Difference {
  readonly label: string
  /** Where in the answer, such as `topics.0.errorCode`. */
  readonly path: string
  readonly kafka: string
  readonly naru: string
}

export function differences(kafka: readonly Observation[], naru: readonly Observation[]): Difference[] {
  const found: Difference[] = []
  for (let index = 0; index < Math.max(kafka.length, naru.length); index++) {
    const theirs = kafka[index]
    const ours = naru[index]
    if (theirs?.label !== ours?.label) {
      const label = theirs?.label ?? ours?.label ?? ''
      found.push({ label, path: '', kafka: theirs?.label ?? 'nothing', naru: ours?.label ?? 'nothing' })
      break
    }
    collect(theirs?.label ?? '', '', [theirs?.seen, ours?.seen], found)
  }
  return found
}

function collect(label: string, path: string, [kafka, naru]: [unknown, unknown], found: Difference[]): void {
  const left = text(kafka)
  const right = text(naru)
  if (left === right) return
  const keys = commonKeys(kafka, naru)
  if (keys === undefined) {
    found.push({ label, path, kafka: left.slice(0, 400), naru: right.slice(0, 400) })
    return
  }
  for (const key of keys) {
    const inside = path === '' ? key : `${path}.${key}`
    collect(label, inside, [member(kafka, key), member(naru, key)], found)
  }
}

/** Keys to go into; undefined where the two are compared as a whole. */
function commonKeys(kafka: unknown, naru: unknown): readonly string[] | undefined {
  if (!isContainer(kafka) || !isContainer(naru) || Array.isArray(kafka) !== Array.isArray(naru))
    return undefined
  if (Array.isArray(kafka) && isNamed(kafka) && isNamed(naru as unknown[]))
    return names(kafka, naru as unknown[])
  if (Array.isArray(kafka) && kafka.length !== (naru as unknown[]).length) return undefined
  return [...new Set([...Object.keys(kafka), ...Object.keys(naru)])]
}

/** Lists whose elements carry a name are compared by name: one setting more does not shift the others. */
function isNamed(list: readonly unknown[]): boolean {
  return list.length > 3 && list.every((item) => isContainer(item) && nameOf(item) !== undefined)
}

function names(kafka: readonly unknown[], naru: readonly unknown[]): readonly string[] {
  return [...new Set([...kafka, ...naru].map((item) => nameOf(item) as string))]
}

function nameOf(item: unknown): string | undefined {
  const { name, apiKey } = item as { name?: unknown; apiKey?: unknown }
  if (typeof name === 'string') return name
  return typeof apiKey === 'number' ? `key ${apiKey}` : undefined
}

function member(container: unknown, key: string): unknown {
  if (Array.isArray(container) && isNamed(container)) return container.find((item) => nameOf(item) === key)
  return (container as Record<string, unknown>)[key]
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function text(value: unknown): string {
  return (
    JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item)) ?? 'absent'
  )
}
