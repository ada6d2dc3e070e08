/** Output of many processes in one terminal: each line behind the name of its process. */

const WIDTH = 14
/** Codes of the terminal that can be read on light and on dark ground. */
const COLORS = [36, 33, 35, 32, 34, 31] as const

export function prefixed(label: string, line: string, isColored: boolean): string {
  const name = label.padEnd(WIDTH)
  if (!isColored) return `${name} | ${line}`
  // Members of one family (`barista`, `barista-2`) share a color.
  const family = label.replace(/-\d+$/, '')
  let sum = 0
  for (let index = 0; index < family.length; index++) sum += family.charCodeAt(index)
  return `\u001b[${COLORS[sum % COLORS.length] ?? 36}m${name}\u001b[39m | ${line}`
}
