// Which parts of the shop this process runs, and where the broker is. Dividing the shop changes this and no code:
//   node src/main.ts                                                              all in one process
//   PARTS=broker,till BROKER_PORT=9092 node src/main.ts                           two processes
//   PARTS=barista BOOTSTRAP=127.0.0.1:9092 PORT=8081 node src/main.ts
export const PARTS = ['broker', 'till', 'barista'] as const
export type Part = (typeof PARTS)[number]

export interface Config {
  readonly parts: readonly Part[]
  /** Of a broker elsewhere; not needed where this process runs one. */
  readonly bootstrap: string | undefined
  /** 0 takes a free port, which is enough while nobody else wants to connect. */
  readonly brokerPort: number
  /** Where the broker keeps its data; without it, in memory. */
  readonly data: string | undefined
}

export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const names = (env['PARTS'] ?? PARTS.join(',')).split(',')
  const parts = PARTS.filter((part) => names.includes(part))
  const unknown = names.filter((name) => !PARTS.some((part) => part === name))
  if (unknown.length > 0) {
    throw new Error(`PARTS are some of ${PARTS.join(', ')}; there is no ${unknown.join(', ')}`)
  }
  const bootstrap = env['BOOTSTRAP']
  if (!parts.includes('broker') && bootstrap === undefined) {
    throw new Error('without the part broker, BOOTSTRAP says where one is')
  }
  return { parts, bootstrap, brokerPort: Number(env['BROKER_PORT'] ?? 0), data: env['DATA'] }
}
