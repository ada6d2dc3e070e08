import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Client } from '@naru/client'
import { PUBLISH_TOPICS_MAX } from '../limits.ts'
import { Publisher } from './publisher.ts'

test('producers of topics that nothing is sent to any more are given up before there are too many', async () => {
  const held = Promise.withResolvers<void>()
  const sentBy: string[][] = []
  const client = {
    producer() {
      const topics: string[] = []
      sentBy.push(topics)
      return {
        async send(topic: string) {
          topics.push(topic)
          if (topic === 'busy') await held.promise
          return []
        }
      }
    }
  } as unknown as Client
  const publisher = new Publisher(client)
  const publish = (topic: string): Promise<void> =>
    publisher.publish({ topic, key: null, value: null, headers: [] })
  const busy = publish('busy')
  for (let count = 1; count <= PUBLISH_TOPICS_MAX; count++) await publish(`reply-${count}`)
  await publish('reply-1')
  held.resolve()
  await busy
  await publish('busy')
  const of = (topic: string): number => sentBy.filter((topics) => topics.includes(topic)).length
  assert.equal(of('reply-1'), 2, 'began anew')
  assert.equal(of('busy'), 1, 'what is under way stays with its producer, or its order would be lost')
})
