export interface Person {
  /** The client address in `X-Forwarded-For`. */
  readonly address: string
  readonly userId: string
  readonly session: { readonly id: string; readonly hmacKey: string }
}
