// A reporter for node:test that says nothing about what passes. Failures are told in full; the last line is
// the count in the form `N passed, N failed`, which test.ts, check.ts and .ci/run add up.
import type { EventData } from 'node:test'
import type { TestEvent } from 'node:test/reporters'
import { relative } from 'node:path'
import { inspect } from 'node:util'
import { formatCounts } from './run.ts'
import { repositoryRoot } from './source/tree.ts'

export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string, void> {
  const counts = { passed: 0, failed: 0 }
  let skipped = 0
  for await (const { type, data } of events) {
    // An error thrown after its test has ended fails no test; node only mentions it and exits with 1.
    if (type === 'test:diagnostic' && /^(Error|Warning): /.test(data.message)) {
      counts.failed += 1
      yield `\n${data.message}\n`
    }
    if (type === 'test:stderr' || type === 'test:stdout') yield data.message
    if (type !== 'test:pass' && type !== 'test:fail') continue
    // What fails only because its children did is told by the children.
    if (type === 'test:fail' && isSumOfChildren(data)) continue
    if (type === 'test:fail') {
      counts.failed += 1
      yield describeFailure(data)
    } else if (data.skip !== undefined || data.todo !== undefined) skipped += 1
    else if (data.details.type !== 'suite') counts.passed += 1
  }
  if (skipped > 0) yield `${skipped} skipped\n`
  yield `${formatCounts(counts)}\n`
}

function isSumOfChildren(data: EventData.TestFail): boolean {
  return Reflect.get(data.details.error, 'failureType') === 'subtestsFailed'
}

function describeFailure(data: EventData.TestFail): string {
  const place = data.file === undefined ? '' : ` (${relative(repositoryRoot, data.file)}:${data.line ?? 0})`
  const cause = data.details.error.cause ?? data.details.error
  const told = cause instanceof Error ? inspect(cause) : String(cause)
  return `\nfailed: ${data.name}${place}\n${told.replaceAll(/^/gm, '  ')}\n`
}
