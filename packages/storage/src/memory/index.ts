export { openMemoryStorage, type MemoryStorageOptions } from './memory-storage.ts'
