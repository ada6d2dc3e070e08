import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { lineBatches } from './lines.ts'

async function lines(...chunks: readonly string[]): Promise<string[]> {
  async function* source(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield Buffer.from(chunk, 'latin1')
  }
  const found: string[] = []
  for await (const batch of lineBatches(source())) {
    found.push(...batch.map((line) => Buffer.from(line).toString('latin1')))
  }
  return found
}

test('a-line-may-span-chunks-and-the-last-needs-no-line-feed', async () => {
  assert.deepEqual(await lines('a\nb', 'c', 'd\n\ne'), ['a', 'bcd', '', 'e'])
  assert.deepEqual(await lines('a\n'), ['a'])
  assert.deepEqual(await lines(), [])
})

test('carriage-returns-and-bytes-that-are-no-text-stay', async () => {
  assert.deepEqual(await lines('a\r\n\u00ff\u0000\n'), ['a\r', '\u00ff\u0000'])
})

test('however-a-text-is-cut-its-lines-are-the-same', async () => {
  const text = fc.stringMatching(/^[ab\n]{0,40}$/)
  const cuts = fc.array(fc.nat({ max: 40 }), { maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(text, cuts, async (whole, places) => {
      const sorted = [
        0,
        ...places.filter((place) => place < whole.length).sort((a, b) => a - b),
        whole.length
      ]
      const chunks = sorted.slice(1).map((end, index) => whole.slice(sorted[index], end))
      const expected = whole.endsWith('\n')
        ? whole.slice(0, -1).split('\n')
        : whole === ''
          ? []
          : whole.split('\n')
      assert.deepEqual(await lines(...chunks), whole === '' ? [] : expected)
    })
  )
})
