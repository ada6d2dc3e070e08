/** What `naru serve` says when it is ready: for people on stderr, for programs as one line of JSON on stdout. */
import type { RecoveryReport } from '@naru/storage'
import { commandName } from '../../host.ts'
import type { Setting } from '../../program.ts'
import { formatAddress, isLoopback, isWildcard } from '../../values/address.ts'
import { version } from '../../version.ts'
import { NARU_PROPERTIES, type ServeSettings } from './settings.ts'

export interface Readiness {
  readonly settings: ServeSettings
  readonly host: string
  readonly port: number
  readonly clusterId: string
  readonly metrics: string | undefined
  readonly startMs: number
  readonly recovery: RecoveryReport
}

/** Where nobody listens any more (`naru serve 2>&1 | head`), the broker goes on. */
export async function announce(
  setting: Setting,
  readiness: Readiness,
  format: 'text' | 'json'
): Promise<void> {
  const { stdout, stderr } = setting.host
  const said =
    format === 'json'
      ? stdout.write(`${JSON.stringify(readyObject(readiness))}\n`)
      : stderr.write(`${[...lines(setting, readiness), ''].join('\n')}`)
  await said.catch(() => undefined)
}

function readyObject({ settings, host, port, clusterId, metrics, startMs, recovery }: Readiness): object {
  const { data, durability, advertise } = settings
  return {
    event: 'ready',
    version,
    host,
    port,
    advertise: advertise === undefined ? null : formatAddress(advertise),
    dataDir: durability === 'memory' ? null : data,
    durability,
    clusterId,
    metrics: metrics ?? null,
    startMs,
    cleanStop: recovery.cleanStop,
    replayedBatches: recovery.replayedBatches,
    cuts: recovery.cuts,
    damage: recovery.damage,
    inertProperties: settings.inert
  }
}

function lines(setting: Setting, readiness: Readiness): readonly string[] {
  const { messages } = setting
  const { settings, host, port, metrics, startMs } = readiness
  const { durability, data } = settings
  const address = formatAddress({ host, port })
  const where =
    durability === 'memory' ? messages.text('serve.in-memory') : messages.text('serve.in-folder', { data })
  const ready = messages.text('serve.ready', { version, address, ms: startMs })
  return [
    ready,
    messages.text('serve.mode', { durability: `${durability} (${meaning(setting, durability)})`, where }),
    ...(metrics === undefined ? [] : [messages.text('serve.metrics-at', { address: metrics })]),
    ...recoveryLines(setting, readiness.recovery),
    ...remarks(setting, settings),
    messages.text('serve.try'),
    ...trials(setting, address, { host, port }).map((line) => `  ${line}`),
    messages.text('serve.stop')
  ]
}

function meaning({ messages }: Setting, durability: ServeSettings['durability']): string {
  switch (durability) {
    case 'fsync':
      return messages.text('serve.meaning-fsync')
    case 'os':
      return messages.text('serve.meaning-os')
    case 'memory':
      return messages.text('serve.meaning-memory')
  }
}

function recoveryLines({ messages }: Setting, recovery: RecoveryReport): readonly string[] {
  const { cleanStop, replayedBatches, durationMs, cuts, damage } = recovery
  const cut = cuts.map(({ file, position, bytes, reason }) =>
    messages.text('serve.cut', { file, position, bytes, reason })
  )
  const damaged = damage.map(({ file, position, bytes, reason }) =>
    messages.text('serve.damage', { file, position, bytes, reason })
  )
  if (cleanStop) return [...cut, ...damaged]
  const unclean = messages.text('serve.unclean', { batches: replayedBatches, ms: Math.round(durationMs) })
  return [unclean, ...cut, ...damaged]
}

function remarks({ messages }: Setting, settings: ServeSettings): readonly string[] {
  const { inert, listen, advertise, properties } = settings
  const differing = Object.entries(NARU_PROPERTIES)
    .filter(([name, value]) => properties[name] === value)
    .map(([name, value]) => `${name}=${value}`)
  return [
    ...(inert.length === 0 ? [] : [messages.text('serve.inert', { names: inert.join(', ') })]),
    ...(differing.length === 0 ? [] : [messages.text('serve.differs', { properties: differing.join(', ') })]),
    ...(isWildcard(listen.host) && advertise === undefined
      ? [messages.text('serve.no-advertise', { address: formatAddress(listen) })]
      : []),
    ...(isLoopback(listen.host) || settings.durability !== 'memory'
      ? []
      : [messages.text('serve.open-memory')])
  ]
}

/** The two commands that a newcomer tries next; through npx where the command came that way. */
function trials(
  { host }: Setting,
  address: string,
  bound: { readonly host: string; readonly port: number }
): readonly string[] {
  const naru = commandName(host.env)
  const isDefault = bound.port === 9092 && (isLoopback(bound.host) || isWildcard(bound.host))
  const bootstrap = isDefault
    ? ''
    : ` --bootstrap ${isWildcard(bound.host) ? `127.0.0.1:${bound.port}` : address}`
  return [
    `echo hello | ${naru} produce greetings${bootstrap}`,
    `${naru} consume greetings --from earliest${bootstrap}`
  ]
}
