import { chat } from './chat.ts'
import { delivery } from './delivery.ts'
import { gateway } from './gateway.ts'
import { groups } from './groups.ts'
import { push } from './push.ts'
import type { Role } from './role.ts'
import { users } from './users.ts'

/**
 * All roles, in the order of their start: the gateway is last, because it calls the subgraphs of its own process
 * directly.
 */
export const roles: readonly Role[] = [users, groups, chat, push, delivery, gateway]
