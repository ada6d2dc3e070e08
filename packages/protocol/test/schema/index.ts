/** For tests of other workspaces that go over all messages, such as the conformance suite. */
export { allCases, type MessageCase } from './cases.ts'
export { versionsOf, type Message } from './described.ts'
export { messages } from './values.ts'
