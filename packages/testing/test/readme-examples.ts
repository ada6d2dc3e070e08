/** Runs the examples of a package's READMEs as they stand there, and compares those of both languages. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'

const languages = ['README.md', 'README.ko.md'] as const

function examples(folder: string, file: string): string[] {
  const text = readFileSync(join(folder, file), 'utf8')
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1] ?? '')
}

/** `least` is how many examples there have to be, so that a change of their form does not hide them. */
export function testReadmes(folder: string, { least }: { readonly least: number }): void {
  for (const file of languages) {
    test(`the examples of ${file} are tests that pass`, async () => {
      // A folder of the repository that git ignores, where the packages that they import are found.
      const cache = join(import.meta.dirname, '..', '..', '..', '.cache')
      await mkdir(cache, { recursive: true })
      const here = await mkdtemp(join(cache, 'readme-'))
      try {
        const names = await Promise.all(
          examples(folder, file).map(async (example, index) => {
            const name = join(here, `example-${index}.test.ts`)
            await writeFile(name, example)
            return name
          })
        )
        // A runner that finds itself inside of another one reports to it.
        const { NODE_TEST_CONTEXT: _, ...env } = process.env
        const args = ['--test', '--test-isolation=none', '--test-reporter=tap', ...names]
        const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: 60_000 })
        assert.match(stdout, new RegExp(`^# pass ${names.length}$`, 'm'))
        assert.ok(names.length >= least)
      } finally {
        await rm(here, { recursive: true })
      }
    })
  }

  test('both languages show the same code', () => {
    const bare = (text: string): string => text.replaceAll(/\/\/.*$/gm, '').replaceAll(/'[^'\n]*'/g, `''`)
    const [english, korean] = languages.map((file) => examples(folder, file).map(bare))
    assert.deepEqual(korean, english)
  })
}
