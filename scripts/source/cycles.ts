// Finds cycles in a directed graph: one short cycle for each strongly connected component, which is enough
// to name the knot, where a list of all its cycles would be long.
type Edges = ReadonlyMap<string, readonly string[]>

export function findCycles(edges: Edges): readonly string[][] {
  return components(edges)
    .map((members) => shortestCycle(edges, new Set(members)))
    .filter((cycle) => cycle.length > 0)
}

/** Tarjan's algorithm. Recursion is as deep as the longest chain of imports, which is tens of files. */
function components(edges: Edges): string[][] {
  const found: string[][] = []
  const indexes = new Map<string, number>()
  const stack: string[] = []
  const visit = (node: string): number => {
    const index = indexes.size
    indexes.set(node, index)
    stack.push(node)
    let low = index
    for (const next of edges.get(node) ?? []) {
      if (!indexes.has(next)) low = Math.min(low, visit(next))
      else if (stack.includes(next)) low = Math.min(low, indexes.get(next) ?? low)
    }
    if (low === index) found.push(stack.splice(stack.indexOf(node)))
    return low
  }
  for (const node of edges.keys()) if (!indexes.has(node)) visit(node)
  return found
}

/** The shortest way from the alphabetically first member back to itself; empty when there is none. */
function shortestCycle(edges: Edges, members: ReadonlySet<string>): string[] {
  const start = [...members].toSorted()[0] ?? ''
  const cameFrom = new Map<string, string>()
  const queue = [start]
  for (const node of queue) {
    for (const next of edges.get(node) ?? []) {
      if (next === start) return pathTo(cameFrom, start, node)
      if (!members.has(next) || cameFrom.has(next)) continue
      cameFrom.set(next, node)
      queue.push(next)
    }
  }
  return []
}

function pathTo(cameFrom: ReadonlyMap<string, string>, start: string, end: string): string[] {
  const path: string[] = []
  for (let node: string | undefined = end; node !== undefined && node !== start; node = cameFrom.get(node)) {
    path.unshift(node)
  }
  return [start, ...path]
}
