/** One machine: every partition and coordinator is ours, in epoch 0. */
import type { Owner, Ownership } from '../ports/index.ts'

export function singleOwner(nodeId: number): Ownership {
  const owner: Owner = { nodeId, epoch: 0 }
  return {
    nodeId,
    nodeIds: [nodeId],
    partitionOwner: () => owner,
    coordinatorOwner: () => owner
  }
}
