// Captures anew what a real Apache Kafka answers about groups, and what it writes into `__consumer_offsets`. Run with
//
//   node conformance/kafka/with-kafka.ts node packages/broker/test/groups/regenerate.ts
//
// and read the diff: our broker has to give the same answers (`kafka-answers.test.ts`).
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tellGroupStory } from './group-story.ts'

const [host = '', port = ''] = (process.env['KAFKA_BOOTSTRAP'] ?? '').split(':')
if (port === '') {
  console.error('KAFKA_BOOTSTRAP names no broker; see the head of this file')
  process.exit(2)
}
const folder = join(import.meta.dirname, '..', 'golden')
const answers = await tellGroupStory({ host, port: Number(port) })
await writeFile(join(folder, 'group-answers.json'), `${JSON.stringify(answers, undefined, 1)}\n`)
const data = process.env['KAFKA_DATA'] ?? ''
const segments: Record<string, string> = {}
for (const name of (await readdir(data)).filter((each) => each.startsWith('__consumer_offsets-'))) {
  const segment = await readFile(join(data, name, '00000000000000000000.log'))
  if (segment.byteLength > 0) segments[name] = segment.toString('hex')
}
await writeFile(join(folder, 'consumer-offsets.json'), `${JSON.stringify(segments, undefined, 1)}\n`)
console.log(`${answers.length} answers, ${Object.keys(segments).length} segments`)
