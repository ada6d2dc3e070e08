/** What a broker publishes for Prometheus, as numbers by name; samples with labels are left out. */

export type Metrics = ReadonlyMap<string, number>

export function parseMetrics(text: string): Metrics {
  const samples = new Map<string, number>()
  for (const line of text.split('\n')) {
    const [, name, value] = /^([A-Za-z_:][\w:]*) (\S+)$/.exec(line) ?? []
    if (name !== undefined && value !== undefined) samples.set(name, Number(value))
  }
  return samples
}

export async function readMetrics(url: string): Promise<Metrics> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} answers ${response.status}`)
  return parseMetrics(await response.text())
}
