/** Assertions stay on in production: a broken invariant must stop the process before it reaches the disk. */

export class AssertionError extends Error {
  override readonly name = 'AssertionError'
}

/** Throws when something holds that the code relies on not to. The message is a constant, so that it costs nothing. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message)
}

/** For the default branch of a switch over a union: the compiler proves that nothing arrives here. */
export function unreachable(value: never): never {
  throw new AssertionError(`unreachable value ${JSON.stringify(value)}`)
}
