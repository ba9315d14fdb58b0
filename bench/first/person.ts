export interface Person {
  /** Where they seem to come from. */
  readonly address: string
  readonly userId: string
  readonly session: { readonly id: string; readonly hmacKey: string }
}
