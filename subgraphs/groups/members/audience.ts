import { audienceOf } from '../../../platform/eventlog/audience.ts'

/** Finds the members as of each event's position, for all events in one query. */
export const findMembersAt = audienceOf('groups.findMembersAt', 'groups.recipients')
