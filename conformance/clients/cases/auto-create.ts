// A topic that does not exist is created by the first write, and that write already succeeds.

import { forEach, expectEqual, type Case } from '../case.ts'
import { newRecord, textOf } from '../records.ts'

export const autoCreate: Case = {
  name: 'auto-create',
  shows: 'the first write to an unknown topic creates it and succeeds',
  ci: true,
  async run(context, clients) {
    return forEach(clients, async (client) => {
      const topic = context.name('auto', client.name)
      await client.write(context.broker, topic, [newRecord({ value: 'first try' })])
      const records = await client.read(context.broker, topic, [0], 1)
      expectEqual(records.map(textOf), ['first try'], 'records of the new topic')
    })
  }
}
