// The codecs of the APIs that are drawn, by key.

import { loadApis } from '@naru/protocol/schema'
import type { AnyMessage } from './step.ts'

const messages = new Map<number, AnyMessage>()
for (const { file, schema } of await loadApis()) {
  const module = (await import(`@naru/protocol/messages/${file}`)) as Record<string, AnyMessage>
  const message = Object.values(module).find((one) => typeof one === 'object' && one.key === schema.key)
  if (message !== undefined) messages.set(schema.key, message)
}

export function messageOf(key: number): AnyMessage {
  const message = messages.get(key)
  if (message === undefined) throw new Error(`api key ${key} has no codec`)
  return message
}
