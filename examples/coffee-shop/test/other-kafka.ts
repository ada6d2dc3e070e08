// Apache Kafka 4.2.0 beside the shop, for whoever asks whether the services run on it unchanged.
import type { RunningBroker } from 'naru-conformance/broker'
import { startBroker } from 'naru-conformance/start'

export interface OtherKafka extends AsyncDisposable {
  readonly bootstrap: string
  /** kill -9, and a start on the same port and data right after it. */
  kill(): Promise<void>
}

export async function startOtherKafka(): Promise<OtherKafka> {
  const broker = await startBroker('kafka', {
    // After a kill the controller waits for the dead registration to expire, 9 s with the defaults.
    properties: { 'broker.session.timeout.ms': '1500', 'broker.heartbeat.interval.ms': '300' }
  })
  return {
    bootstrap: broker.bootstrap,
    kill: () => killAndRestart(broker),
    [Symbol.asyncDispose]: () => broker.close()
  }
}

async function killAndRestart(broker: RunningBroker): Promise<void> {
  await broker.kill()
  await broker.restart()
}
