/** The transaction coordinator: what the broker starts and what handlers ask. */
import type { BrokerContext } from '../context.ts'
import { groupsOf } from '../groups/index.ts'
import { MarkerWriter } from './marker-writer.ts'
import { TransactionService } from './service.ts'
import type { TransactionSettings } from './settings.ts'
import { TransactionShards } from './shards.ts'

export type { TransactionService } from './service.ts'

/** The service of this broker, which starts with the first call; slots that hold something are loaded in the background. */
export function transactionsOf(broker: BrokerContext): TransactionService {
  return broker.transactions.service(() => startTransactions(broker))
}

function startTransactions(broker: BrokerContext): TransactionService {
  const { config, storage, topics, clock, timers, logger, compression, producerIds } = broker
  const settings = (): TransactionSettings => ({
    timeoutMsMax: config.number('transaction.max.timeout.ms'),
    idExpirationMs: config.number('transactional.id.expiration.ms'),
    abortCheckIntervalMs: config.number('transaction.abort.timed.out.transaction.cleanup.interval.ms'),
    expirationCheckIntervalMs: config.number('transaction.remove.expired.transaction.cleanup.interval.ms')
  })
  const endInGroups = groupsOf(broker).endTransaction.bind(groupsOf(broker))
  const markers = new MarkerWriter({ storage, topics, endInGroups, clock, timers, logger })
  const shards = new TransactionShards({
    storage,
    topics,
    markers,
    settings,
    compression,
    clock,
    timers,
    logger
  })
  return new TransactionService({ shards, markers, producerIds, settings, timers })
}
