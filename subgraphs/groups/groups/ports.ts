import type { MembershipPorts } from '../members/ports.ts'
import type { GroupLookup } from './rules.ts'

/** What the resolvers of this topic get. Creating a group begins the stays of its members. */
export interface GroupsPorts extends GroupLookup, MembershipPorts {}
