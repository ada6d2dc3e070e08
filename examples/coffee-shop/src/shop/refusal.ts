// Why a shop does not open although nothing of it is broken: somebody can do something about it.
import { NaruError } from '@naru/base'

/** Options whose values can be wrong by themselves. */
export type Flag = '--listen' | '--port' | '--baristas'

export type Refusal =
  /** Somebody else listens where the shop wants to. */
  | { readonly kind: 'port-taken'; readonly port: number; readonly flag: string }
  /** Another shop is open on the folder. */
  | { readonly kind: 'folder-in-use'; readonly folder: string }
  /** What is in the folder is none of the shop's. */
  | { readonly kind: 'folder-foreign'; readonly folder: string }
  /** Nothing that speaks Kafka's protocol answers there. */
  | { readonly kind: 'no-kafka'; readonly address: string }
  | { readonly kind: 'no-postgres'; readonly url: string; readonly reason: string }
  | { readonly kind: 'not-a-folder'; readonly folder: string }
  | { readonly kind: 'folder-not-writable'; readonly folder: string; readonly reason: string }
  /** A word of the command line that means nothing here. */
  | { readonly kind: 'usage'; readonly message: string }
  | { readonly kind: 'wrong-value'; readonly flag: Flag; readonly value: string }

export class Refused extends NaruError {
  readonly refusal: Refusal

  constructor(refusal: Refusal, cause?: unknown) {
    super(refusal.kind, JSON.stringify(refusal), { cause })
    this.refusal = refusal
  }
}
