/**
 * Divides partitions among the members of a group, in cooperative steps (KIP-429).
 *
 * Every member keeps what it has, as far as the shares stay even; what has to move is given to nobody in the round in
 * which its owner gives it up, and to the new owner in the next. Partition `p` of a topic and of its companion (its
 * retry topic) go to the same member, because one has to know what is in the other.
 */
import { type Place, placeKey } from './place.ts'

export interface AssignableMember {
  readonly memberId: string
  readonly topics: readonly string[]
  readonly owned: readonly Place[]
  /** In which the member got what it owns; an older claim loses against a younger one. */
  readonly generation: number
}

export interface AssignmentInput {
  readonly members: readonly AssignableMember[]
  readonly partitionCounts: ReadonlyMap<string, number>
  /** The topic whose partitions go with those of this one. */
  readonly companionOf: (topic: string) => string | undefined
}

/** Partitions that go together. */
interface Unit {
  readonly places: readonly Place[]
  readonly eligible: readonly string[]
  readonly owner: string | undefined
}

/** What each member has from now on; every member has an entry. */
export function assignPartitions(input: AssignmentInput): ReadonlyMap<string, readonly Place[]> {
  const owners = claims(input.members)
  const units = unitsOf(input, owners)
  const target = balance(
    units,
    input.members.map(({ memberId }) => memberId)
  )
  const assigned = new Map<string, Place[]>(input.members.map(({ memberId }) => [memberId, []]))
  for (const [unit, memberId] of target) {
    for (const place of unit.places) {
      const owner = owners.get(placeKey(place))
      // Its owner sees that it is gone, finishes, and asks for the next round.
      if (owner !== undefined && owner !== memberId) continue
      assigned.get(memberId)?.push(place)
    }
  }
  return assigned
}

/** Who owns what; two claims of one generation cancel each other. */
function claims(members: readonly AssignableMember[]): ReadonlyMap<string, string> {
  const best = new Map<string, { readonly memberId: string | undefined; readonly generation: number }>()
  for (const { memberId, owned, generation } of members) {
    for (const place of owned) {
      const key = placeKey(place)
      const other = best.get(key)
      if (other === undefined || other.generation < generation) best.set(key, { memberId, generation })
      else if (other.generation === generation) best.set(key, { memberId: undefined, generation })
    }
  }
  const owners = new Map<string, string>()
  for (const [key, { memberId }] of best) if (memberId !== undefined) owners.set(key, memberId)
  return owners
}

function unitsOf(
  { members, partitionCounts, companionOf }: AssignmentInput,
  owners: ReadonlyMap<string, string>
): readonly Unit[] {
  const leads = (topic: string): string => {
    const lead = companionOf(topic)
    return lead !== undefined && partitionCounts.has(lead) ? lead : topic
  }
  const grouped = new Map<string, Place[]>()
  for (const [topic, count] of [...partitionCounts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (let partition = 0; partition < count; partition++) {
      const key = placeKey({ topic: leads(topic), partition })
      const places = grouped.get(key) ?? []
      places.push({ topic, partition })
      grouped.set(key, places)
    }
  }
  return [...grouped.values()].map((places) => ({
    places,
    eligible: members
      .filter(({ topics }) => places.every(({ topic }) => topics.includes(topic)))
      .map(({ memberId }) => memberId),
    owner: places.map((place) => owners.get(placeKey(place))).find((owner) => owner !== undefined)
  }))
}

/** Gives each unit a member: the owner while that keeps the shares even, else who has least. */
function balance(units: readonly Unit[], memberIds: readonly string[]): ReadonlyMap<Unit, string> {
  const load = new Map(memberIds.map((memberId) => [memberId, 0]))
  const assignable = units.filter(({ eligible }) => eligible.length > 0)
  const ownedCounts = Map.groupBy(assignable, ({ owner }) => owner)
  const least = Math.floor(assignable.length / memberIds.length)
  let extras = assignable.length % memberIds.length
  const share = new Map<string, number>()
  // Who has most keeps the odd ones, so that fewer move.
  const byOwned = [...memberIds].sort(
    (a, b) => (ownedCounts.get(b)?.length ?? 0) - (ownedCounts.get(a)?.length ?? 0) || (a < b ? -1 : 1)
  )
  for (const memberId of byOwned) share.set(memberId, least + (extras-- > 0 ? 1 : 0))
  const target = new Map<Unit, string>()
  const give = (unit: Unit, memberId: string): void => {
    target.set(unit, memberId)
    load.set(memberId, (load.get(memberId) ?? 0) + 1)
  }
  for (const unit of assignable) {
    const { owner } = unit
    if (owner === undefined || !unit.eligible.includes(owner)) continue
    if ((load.get(owner) ?? 0) < (share.get(owner) ?? 0)) give(unit, owner)
  }
  for (const unit of assignable) {
    if (!target.has(unit)) give(unit, leastLoaded(unit.eligible, load))
  }
  return target
}

function leastLoaded(memberIds: readonly string[], load: ReadonlyMap<string, number>): string {
  let found = memberIds[0] as string
  for (const memberId of memberIds) {
    const difference = (load.get(memberId) ?? 0) - (load.get(found) ?? 0)
    if (difference < 0 || (difference === 0 && memberId < found)) found = memberId
  }
  return found
}
