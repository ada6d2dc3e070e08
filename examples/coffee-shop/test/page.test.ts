// The page in a real Chromium, as a customer uses it: with mouse or keyboard, in both languages.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Browser, type Page, chromium } from 'playwright-core'
import { type Control, startControl } from '../src/shop/control.ts'
import { type TestShop, openTestShop } from './test-shop.ts'

/** `CHROMIUM` names one that is elsewhere. */
function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'chrome']
  const places = folders.flatMap((folder) => names.map((name) => join(folder, name)))
  return [process.env['CHROMIUM'] ?? '', ...places].find((place) => place !== '' && existsSync(place))
}

const executablePath = findChromium()
const skip = executablePath === undefined ? 'there is no Chromium: install it, or name it in CHROMIUM' : false
const WAIT_MS = 30_000

let shop: TestShop
let control: Control | undefined
let browser: Browser

before(async () => {
  if (executablePath === undefined) return
  shop = await openTestShop({ baristas: 1, onChange: () => control?.changed() })
  control = await startControl(shop.supervisor, shop.control)
  // Without a sandbox only where it cannot be had, as root in a container; the page is our own.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  browser = await chromium.launch({ executablePath, args })
})

after(async () => {
  await browser?.close()
  await control?.close()
  await shop?.stop()
})

async function openPage(locale: string): Promise<Page> {
  const page = await (await browser.newContext({ locale })).newPage()
  page.setDefaultTimeout(WAIT_MS)
  await page.goto(shop.orders)
  return page
}

test('a-customer-orders-with-the-keyboard-and-sees-the-coffee-come', { skip }, async () => {
  const page = await openPage('en-US')
  await page.getByLabel('Drink').focus()
  await page.keyboard.press('End')
  await page.keyboard.press('Tab')
  await page.keyboard.type('Keyboard')
  await page.keyboard.press('Enter')
  await page.getByText('Thank you!').waitFor()
  const row = page.getByRole('row', { name: /Keyboard/ })
  await row.getByText('ready', { exact: true }).waitFor()
  assert.match((await row.textContent()) ?? '', /Mocha/)
})

test('baristas-are-sent-home-and-called-back-and-no-order-is-lost', { skip }, async () => {
  const page = await openPage('en-US')
  await page.getByText('Baristas: 1').waitFor()
  await page.getByRole('button', { name: 'Send one home' }).click()
  await page.getByText('Baristas: 0').waitFor()
  await page.getByLabel('Your name').fill('Patient')
  await page.getByRole('button', { name: 'Order a coffee' }).click()
  const row = page.getByRole('row', { name: /Patient/ })
  await row.getByText('waiting').waitFor()
  await page.getByRole('button', { name: 'Call one more' }).click()
  await row.getByText('ready', { exact: true }).waitFor()
})

test('a-process-that-is-killed-comes-back', { skip }, async () => {
  const page = await openPage('en-US')
  await page.getByRole('button', { name: 'kill -9 loyalty' }).click()
  const row = page.getByRole('row', { name: /loyalty/ })
  await row.getByRole('cell', { name: '1', exact: true }).waitFor()
  await row.getByText('runs').waitFor()
})

test('the-page-speaks-korean-and-remembers-it', { skip }, async () => {
  const page = await openPage('ko-KR')
  await page.getByRole('heading', { name: '픽업 현황판' }).waitFor()
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByRole('heading', { name: 'Pick-up board' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Pick-up board' }).waitFor()
  assert.equal(await page.locator('html').getAttribute('lang'), 'en')
})

interface AxeResults {
  readonly violations: ReadonlyArray<{ readonly id: string; readonly help: string }>
}

test('axe-finds-nothing-that-keeps-somebody-out', { skip }, async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await openPage('ko-KR')
    await page.emulateMedia({ colorScheme })
    await page.getByRole('cell', { name: 'order-taker', exact: true }).waitFor()
    const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
    // Evaluated by the debugger, so that the page's own policy may go on forbidding scripts from elsewhere.
    await page.evaluate(axe)
    const { violations } = await page.evaluate<AxeResults>('axe.run()')
    assert.deepEqual(
      violations.map(({ id, help }) => `${id}: ${help}`),
      []
    )
  }
})
