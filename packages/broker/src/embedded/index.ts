export { type EmbeddedBroker, type EmbeddedBrokerOptions, startEmbeddedBroker } from './node/embedded.ts'
