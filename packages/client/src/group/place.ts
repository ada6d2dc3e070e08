/** A partition of a topic, and the key by which maps know it. */

export interface Place {
  readonly topic: string
  readonly partition: number
}

/** Topic names hold no colon. */
export function placeKey({ topic, partition }: Place): string {
  return `${topic}:${partition}`
}

/** What is in `places` and not in `others`. */
export function without(places: readonly Place[], others: readonly Place[]): readonly Place[] {
  const known = new Set(others.map(placeKey))
  return places.filter((place) => !known.has(placeKey(place)))
}
