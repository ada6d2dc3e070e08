/** Which language a person reads; the texts themselves are with whoever prints them. */

export type Language = 'en' | 'ko'

/** NARU_LANG, else the locale as POSIX orders it; English for everything that is not Korean. */
export function languageOf(env: Readonly<Record<string, string | undefined>>): Language {
  const named = [env['NARU_LANG'], env['LC_ALL'], env['LC_MESSAGES'], env['LANG']]
  const chosen = named.find((value) => value !== undefined && value !== '') ?? ''
  return /^ko([-_.@]|$)/i.test(chosen) ? 'ko' : 'en'
}
