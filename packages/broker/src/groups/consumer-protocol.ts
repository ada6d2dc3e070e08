/**
 * The one thing that the coordinator reads in what consumers tell each other: the topics of a subscription.
 * Every version of the subscription begins with the fields of version 0, so later ones need no change here.
 */
import { DecodeError, Reader } from '@naru/base'

/** The protocol type of groups whose members subscribe to topics. */
export const CONSUMER_PROTOCOL_TYPE = 'consumer'

/** Undefined when the bytes are no subscription; a group is then taken to read any topic. */
export function subscribedTopicsOf(subscriptions: Iterable<Uint8Array>): ReadonlySet<string> | undefined {
  const topics = new Set<string>()
  try {
    for (const subscription of subscriptions) readTopics(subscription, topics)
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
  return topics
}

function readTopics(subscription: Uint8Array, topics: Set<string>): void {
  const reader = new Reader(subscription)
  reader.int16()
  const count = reader.arrayLength(false, 2)
  for (let index = 0; index < count; index++) topics.add(reader.string(false))
}
