import { AssertionError } from './assert.ts'

/**
 * A message that its version cannot express: a number out of range, null where none is allowed, or a value in a
 * field that the version does not have. It is a bug of whoever built the message, never of a peer.
 */
export class EncodeError extends AssertionError {}
