// Somebody who orders, for scripts and tests: speaks HTTP and nothing else.
import { setTimeout as sleep } from 'node:timers/promises'

const POLL_MS = 20

export interface Answer {
  readonly status: number
  readonly type: string
  readonly body: Readonly<Record<string, unknown>>
}

export async function post(url: string, body: unknown, timeoutMs = 10_000): Promise<Answer> {
  return answerOf(
    await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs)
    })
  )
}

export async function get(url: string): Promise<Answer> {
  return answerOf(await fetch(url, { signal: AbortSignal.timeout(10_000) }))
}

async function answerOf(response: Response): Promise<Answer> {
  const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? ''
  return { status: response.status, type, body: (await response.json()) as Answer['body'] }
}

/** Orders a coffee and waits at the counter; resolves to the order's id. */
export async function orderAndWait(orders: string, timeoutMs = 30_000): Promise<string> {
  const { body } = await post(`${orders}/orders`, { drink: 'latte', customer: 'Jimin' })
  const orderId = String(body['orderId'])
  await until(async () => (await get(`${orders}/orders/${orderId}`)).body['status'] === 'ready', timeoutMs)
  return orderId
}

export async function until(condition: () => Promise<boolean> | boolean, timeoutMs = 30_000): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`it did not happen within ${timeoutMs} ms`)
    await sleep(POLL_MS)
  }
}
