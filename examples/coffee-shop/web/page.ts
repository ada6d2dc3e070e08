// The page: takes orders, and shows what board and supervisor tell as it comes.
import { type Language, type TextName, isTextName, textOf } from './texts.js'

interface Order {
  readonly orderId: string
  readonly status: 'placed' | 'brewing' | 'ready'
  readonly drink: string | null
  readonly customer: string | null
}

interface Process {
  readonly name: string
  readonly label: string
  readonly state: 'starting' | 'ready' | 'waiting' | 'stopping' | 'stopped'
  readonly restarts: number
}

const DRINKS = ['espresso', 'americano', 'latte', 'cappuccino', 'mocha'] as const

let language: Language = wantedLanguage()
let orders: readonly Order[] = []
let processes: readonly Process[] = []
let controlUrl = ''

function wantedLanguage(): Language {
  const chosen = localStorage.getItem('language') ?? navigator.language
  return chosen.toLowerCase().startsWith('ko') ? 'ko' : 'en'
}

const text = (name: TextName, values?: Readonly<Record<string, string>>): string =>
  textOf(language, name, values)

function element(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no ${id}`)
  return found
}

function cell(content: string, className = ''): HTMLTableCellElement {
  const made = document.createElement('td')
  made.textContent = content
  if (className !== '') made.className = className
  return made
}

function row(...cells: readonly HTMLTableCellElement[]): HTMLTableRowElement {
  const made = document.createElement('tr')
  made.append(...cells)
  return made
}

function showTexts(): void {
  document.documentElement.lang = language
  document.title = `Naru ${text('title')}`
  for (const node of document.querySelectorAll<HTMLElement>('[data-text]')) {
    const name = node.dataset['text'] ?? ''
    if (isTextName(name)) node.textContent = text(name)
  }
  for (const button of document.querySelectorAll<HTMLElement>('[data-language]')) {
    button.setAttribute('aria-pressed', String(button.dataset['language'] === language))
  }
  const drink = element('drink') as HTMLSelectElement
  const before = drink.value
  drink.replaceChildren(...DRINKS.map((name) => new Option(text(name), name, false, name === before)))
}

function showBoard(): void {
  const rows = orders.map(({ status, drink, customer }) => {
    const name = drink !== null && isTextName(drink) ? text(drink) : (drink ?? '')
    return row(cell(customer ?? ''), cell(name), cell(text(status), `status-${status}`))
  })
  const empty = row(cell(text('empty')))
  element('board').replaceChildren(...(rows.length === 0 ? [empty] : rows))
}

function showProcesses(): void {
  const baristas = processes.filter(({ name }) => name === 'barista').length
  element('baristas').textContent = text('baristas', { count: String(baristas) })
  const body = element('processes')
  const focused =
    document.activeElement instanceof HTMLElement ? document.activeElement.dataset['kill'] : undefined
  body.replaceChildren(...processes.map((process) => processRow(process)))
  if (focused !== undefined) body.querySelector<HTMLElement>(`[data-kill="${focused}"]`)?.focus()
}

function processRow({ label, state, restarts }: Process): HTMLTableRowElement {
  const button = document.createElement('button')
  button.type = 'button'
  button.dataset['kill'] = label
  button.textContent = text('kill')
  button.setAttribute('aria-label', text('killOf', { name: label }))
  button.addEventListener('click', () => ask('POST', `/processes/${label}/kill`))
  const last = document.createElement('td')
  last.append(button)
  const stateText = text(state === 'ready' ? 'running' : state)
  return row(cell(label), cell(stateText, `state-${state}`), cell(String(restarts)), last)
}

/** The answer shows in the stream of events. */
function ask(method: string, path: string, body?: object): void {
  const init: RequestInit =
    body === undefined
      ? { method }
      : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  fetch(`${controlUrl}${path}`, init).catch(() => undefined)
}

async function order(form: HTMLFormElement): Promise<void> {
  const notice = element('notice')
  try {
    const data = new FormData(form)
    const response = await fetch('/orders', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ drink: data.get('drink'), customer: data.get('customer') })
    })
    const answer = (await response.json()) as { readonly detail?: string }
    notice.textContent = response.ok ? text('thanks') : text('refused', { reason: answer.detail ?? '' })
  } catch {
    notice.textContent = text('refused', { reason: text('away') })
  }
}

/** Follows a stream of events; the browser connects again by itself, and the page says when it is old. */
function follow<T>(name: string, url: string, show: (data: T) => void): void {
  const notice = document.querySelector(`[data-connection="${name}"]`)
  const source = new EventSource(url)
  source.addEventListener('message', ({ data }: MessageEvent<string>) => {
    if (notice !== null) notice.textContent = ''
    show(JSON.parse(data) as T)
  })
  source.addEventListener('error', () => {
    if (notice !== null) notice.textContent = text('away')
    // After an answer that is no stream, as a process gives that is just starting, it would not try again.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => follow(name, url, show), 1_000)
  })
}

function scaleBaristas(change: number): void {
  const count = processes.filter(({ name }) => name === 'barista').length
  ask('PUT', '/processes/barista', { instances: Math.max(0, count + change) })
}

async function start(): Promise<void> {
  const response = await fetch('/neighbours')
  const { boardPort, controlPort } = (await response.json()) as {
    readonly boardPort: number
    readonly controlPort: number
  }
  controlUrl = `http://${location.hostname}:${controlPort}`
  follow<readonly Order[]>('board', `http://${location.hostname}:${boardPort}/board/events`, (data) => {
    orders = data
    showBoard()
  })
  follow<readonly Process[]>('processes', `${controlUrl}/processes/events`, (data) => {
    processes = data
    showProcesses()
  })
}

for (const button of document.querySelectorAll<HTMLElement>('[data-language]')) {
  button.addEventListener('click', () => {
    language = button.dataset['language'] === 'ko' ? 'ko' : 'en'
    localStorage.setItem('language', language)
    showTexts()
    showBoard()
    showProcesses()
  })
}
element('order').addEventListener('submit', (event) => {
  event.preventDefault()
  order(event.currentTarget as HTMLFormElement).catch(() => undefined)
})
element('fewer').addEventListener('click', () => scaleBaristas(-1))
element('more').addEventListener('click', () => scaleBaristas(1))

showTexts()
showBoard()
await start()
