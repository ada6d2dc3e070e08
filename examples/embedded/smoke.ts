// The story in short, for `npm run check`: one application with broker, till and barista takes an order and makes it.
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { readConfig } from './src/config.ts'
import { Shop } from './src/shop.ts'

await using shop = await Shop.open(readConfig({}))
const orderId = await shop.place('latte')
for (let tries = 0; shop.status(orderId) !== 'ready'; tries++) {
  assert.ok(tries < 1_000, 'the order did not become ready within ten seconds')
  await sleep(10)
}
