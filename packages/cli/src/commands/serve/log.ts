/** The broker's log on stderr: one line per event, as text or as JSON. */
import type { Clock, LogFields, LogLevel, Logger } from '@naru/base'
import type { Output } from '../../host.ts'
import { withoutControls } from '../../output/escape.ts'

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

export interface LogOptions {
  readonly level: LogLevel
  readonly format: 'text' | 'json'
}

export function outputLogger(output: Output, clock: Clock, { level, format }: LogOptions): Logger {
  const lowest = LEVELS.indexOf(level)
  return {
    log: (at, event, fields = {}) => {
      if (LEVELS.indexOf(at) < lowest) return
      const time = new Date(clock.wallMs()).toISOString()
      const line = format === 'json' ? jsonLine(time, at, event, fields) : textLine(time, at, event, fields)
      // Where nobody reads the log any more, the broker goes on.
      output.write(line).catch(() => undefined)
    }
  }
}

function jsonLine(time: string, level: LogLevel, event: string, fields: LogFields): string {
  return `${JSON.stringify({ time, level, event, ...fields })}\n`
}

/** Fields may hold what a stranger sent. */
function textLine(time: string, level: LogLevel, event: string, fields: LogFields): string {
  const shown = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${quoted(String(shortened(value)))}`)
  return `${[time, level.toUpperCase().padEnd(5), event, ...shown].join(' ')}\n`
}

/** People read milliseconds, not sixteen digits of them. */
function shortened<T>(value: T): T | number {
  return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value
}

function quoted(text: string): string {
  const safe = withoutControls(text)
  return /^[\w.:/@+,-]+$/.test(safe) ? safe : JSON.stringify(safe)
}
