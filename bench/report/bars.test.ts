import assert from 'node:assert/strict'
import { test } from 'node:test'
import { barsSvg } from './bars.ts'

const bar = (label: string, median: number, isOurs = false) => ({
  label,
  median,
  min: median,
  max: median,
  isOurs
})

test('the-longest-bar-fills-the-plot-and-the-others-are-in-proportion', () => {
  const svg = barsSvg([{ title: 'produce', unit: 'MB/s', bars: [bar('naru', 200, true), bar('kafka', 100)] }])
  const widths = [...svg.matchAll(/<rect x="[^"]+" y="[^"]+" width="([^"]+)"/g)].map(([, value]) =>
    Number(value)
  )
  assert.equal(widths.length, 2)
  assert.equal((widths[0] ?? 0) / (widths[1] ?? 1), 2)
})

test('text-is-escaped', () => {
  assert.match(barsSvg([{ title: 'a < b & c', unit: 's', bars: [bar('x', 1)] }]), /a &lt; b &amp; c/)
})
