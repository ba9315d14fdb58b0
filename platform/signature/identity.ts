/** The sender of a request, as the gateway identified it: the only identity that a subgraph trusts. */
export type Identity =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'user'; readonly userId: string; readonly deviceId: string; readonly sessionId: string }
  | { readonly kind: 'admin'; readonly adminId: string; readonly roles: readonly string[] }
