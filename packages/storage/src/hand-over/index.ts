export {
  handOver,
  logFolder,
  type HandedPartition,
  type HandedTopic,
  type HandOver,
  type HandOverOptions
} from './hand-over.ts'
