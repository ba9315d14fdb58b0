import type { AccountPorts } from '../account/ports.ts'
import type { PeopleLookup } from '../people/rules.ts'

/** What the resolvers of this topic get. */
export interface AdministrationPorts extends AccountPorts, PeopleLookup {}
