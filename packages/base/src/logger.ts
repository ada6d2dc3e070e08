/** What happened, as an event with fields; the sink decides how it looks. */

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>

/** `event` is a constant in kebab-case that can be searched for; what varies goes into the fields. */
export interface Logger {
  log(level: LogLevel, event: string, fields?: LogFields): void
}

/** Drops everything. */
export const SILENT_LOGGER: Logger = { log: () => undefined }
