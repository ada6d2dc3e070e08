// What librdkafka's test runner prints, read: a table at the end, and lines on the way for when there is none.

import { stripVTControlCharacters } from 'node:util'

export interface Outcome {
  readonly name: string
  readonly state: 'passed' | 'failed' | 'skipped'
  readonly seconds: number
  readonly subtests: number
  readonly note: string
}

const EMPTY_SECONDS = 0.005

/** The outcome of each test that was asked for; one that left no trace was not in the scenario. */
export function outcomes(output: string, names: readonly string[], code: number | null): Outcome[] {
  const text = stripVTControlCharacters(output)
  return names.map((name) => {
    const subtests = [...text.matchAll(new RegExp(`^\\[${name} */.*: PASS \\(`, 'gm'))].length
    const row = new RegExp(`^\\| +${name} +\\| +(\\w+) +\\| +([0-9.]+)s? +\\|(.*)\\|?$`, 'm').exec(text)
    if (row !== null) {
      const [, state = '', seconds = '0', remark = ''] = row
      const note = remark.replace(/\|\s*$/, '').trim()
      return {
        name,
        state: stateOf(state),
        seconds: Number(seconds),
        subtests,
        note: noteOf(text, name, note)
      }
    }
    const passed = new RegExp(`^\\[${name} */ *([0-9.]+)s\\] =+ Test ${name} PASSED`, 'm').exec(text)
    if (passed !== null) return { name, state: 'passed', seconds: Number(passed[1]), subtests, note: '' }
    if (!text.includes(`= Running test ${name} =`)) {
      return { name, state: 'skipped', seconds: 0, subtests, note: 'not in this scenario' }
    }
    const note = noteOf(text, name, `no result, exit code ${code ?? 'by signal'}`)
    return { name, state: 'failed', seconds: 0, subtests, note }
  })
}

function stateOf(word: string): Outcome['state'] {
  if (word === 'PASSED') return 'passed'
  return word === 'SKIPPED' ? 'skipped' : 'failed'
}

/** The remark of the table, and the place and sentence of the failure when there is one. */
function noteOf(text: string, name: string, remark: string): string {
  const failure = new RegExp(`^### Test "${name}[^"]*" failed at ([^ ]*) .*\\n(.*)$`, 'm').exec(text)
  const needs = /KAFKA_PATH.* must be set/.exec(text)?.[0]
  return [remark, needs, failure?.[1], failure?.[2]].filter(Boolean).join(' ').slice(0, 240)
}

/** Whether the runner had nothing of this test to do: over at once, said so, or none of its subtests ran. */
export function didNothing(outcome: Outcome, hasSubtests: boolean): boolean {
  if (outcome.state === 'skipped') return outcome.note.includes('quick mode')
  if (outcome.state !== 'passed') return false
  return outcome.seconds < EMPTY_SECONDS || (hasSubtests && outcome.subtests === 0)
}
