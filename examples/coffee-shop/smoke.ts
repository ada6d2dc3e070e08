// The story in short, for `npm run check`: the shop opens, a coffee is ordered, made, shown on the board, and counted.
import assert from 'node:assert/strict'
import { get, orderAndWait, until } from './src/customer.ts'
import { openTestShop } from './test/test-shop.ts'

await using shop = await openTestShop({ baristas: 1 })
const orderId = await orderAndWait(shop.orders)
await until(async () => {
  const rows = (await get(`${shop.board}/board`)).body as unknown as ReadonlyArray<Record<string, unknown>>
  return rows.some((row) => row['orderId'] === orderId && row['status'] === 'ready')
})
assert.deepEqual(await shop.query('barista', 'select order_id from coffees'), [{ order_id: orderId }])
