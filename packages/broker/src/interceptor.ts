/**
 * A place between decoding and handling where a test may step in: answer instead of the handler, lose the request
 * or the answer, cut the connection, or wait (by answering late). Absent outside of tests, and then free.
 */

export interface InterceptedRequest {
  readonly key: number
  readonly name: string
  readonly version: number
  readonly clientId: string | null
  readonly connectionId: number
  /** The decoded request, as the handler would get it. */
  readonly body: unknown
}

export type Interception =
  | { readonly kind: 'proceed' }
  /** The handler does not run; this response is sent. */
  | { readonly kind: 'answer'; readonly response: unknown }
  /** Neither handled nor answered: the request was lost on its way. */
  | { readonly kind: 'lose-request' }
  /** Handled and not answered: the answer was lost. */
  | { readonly kind: 'lose-response' }
  /** The connection is cut before the request is handled. */
  | { readonly kind: 'cut-before' }
  /** The connection is cut after the request was handled, before its answer. */
  | { readonly kind: 'cut-after' }

export type RequestInterceptor = (request: InterceptedRequest) => Interception | Promise<Interception>
