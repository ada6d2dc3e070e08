export { takeOver, type TakeOver } from './take-over.ts'
