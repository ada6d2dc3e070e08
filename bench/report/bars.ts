/** Bars as SVG: one block per workload, one bar per system from zero to the median, a line from smallest to largest. */

export interface Bar {
  readonly label: string
  readonly median: number
  readonly min: number
  readonly max: number
  /** Ours stands out. */
  readonly isOurs: boolean
}

export interface BarBlock {
  readonly title: string
  readonly unit: string
  readonly bars: readonly Bar[]
}

const width = 720
const labelWidth = 130
const valueWidth = 110
const barHeight = 16
const rowHeight = 22
const titleHeight = 26
const margin = 12
const plotWidth = width - labelWidth - valueWidth - 2 * margin

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => escapes[character] ?? character)
}

function text(x: number, y: number, content: string, more = ''): string {
  return `<text x="${x}" y="${y}"${more}>${escaped(content)}</text>`
}

function barRow(bar: Bar, y: number, scale: number): string {
  const left = margin + labelWidth
  const end = (value: number): string => (left + value * scale).toFixed(1)
  const middle = y + barHeight / 2
  const fill = bar.isOurs ? '#1f6feb' : '#8c959f'
  return [
    text(margin, y + 12, bar.label),
    `<rect x="${left}" y="${y}" width="${(bar.median * scale).toFixed(1)}" height="${barHeight}" fill="${fill}"/>`,
    `<line x1="${end(bar.min)}" x2="${end(bar.max)}" y1="${middle}" y2="${middle}" stroke="#24292f"/>`,
    text(left + plotWidth + 8, y + 12, bar.median.toPrecision(3))
  ].join('')
}

/** A whole SVG document; each block has a scale of its own, named by its title's unit. */
export function barsSvg(blocks: readonly BarBlock[]): string {
  const parts: string[] = []
  let y = margin
  for (const { title, unit, bars } of blocks) {
    parts.push(text(margin, y + 14, `${title} (${unit})`, ' font-weight="bold"'))
    y += titleHeight
    const scale = plotWidth / Math.max(...bars.map(({ max }) => max), Number.MIN_VALUE)
    for (const bar of bars) {
      parts.push(barRow(bar, y, scale))
      y += rowHeight
    }
    y += margin
  }
  const attributes = `xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" width="${width}" height="${y}"`
  const paper = `<rect width="${width}" height="${y}" fill="#ffffff"/>`
  const style = 'font-family="system-ui, sans-serif" font-size="13" fill="#24292f"'
  return `<svg ${attributes}>\n${paper}\n<g ${style}>\n${parts.join('\n')}\n</g>\n</svg>\n`
}
