export { openLocalStorage, type LocalStorageOptions } from './local-storage.ts'
