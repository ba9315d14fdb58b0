/** Who asks, as the gateway found it. The only thing that a subgraph believes. */
export type Identity =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'user'; readonly userId: string; readonly deviceId: string; readonly sessionId: string }
  | { readonly kind: 'admin'; readonly adminId: string; readonly roles: readonly string[] }
