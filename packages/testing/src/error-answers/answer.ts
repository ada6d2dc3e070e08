/** What the answers of all APIs have in common. */

/** The broker as its clients see it; a Metadata answer names it also when every topic fails. */
export interface Node {
  readonly nodeId: number
  readonly host: string
  readonly port: number
  readonly clusterId: string
}

export type Answer = (
  body: never,
  error: number,
  about: { readonly version: number; readonly node: Node }
) => unknown

/** Bit field of operations that nobody asked for (KIP-430). */
export const NO_OPERATIONS = -(2 ** 31)
