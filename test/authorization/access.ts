/** What there is in the world of the matrix: ids that belong to somebody, given to everybody who asks. */
export interface World {
  /** The owner of the group, whose profile is looked at. */
  readonly ownerId: string
  readonly groupId: string
  /** A message in the group that its present members have seen. */
  readonly messageId: string
  /** A message that says where its sender is and mentions everyone, in its second version. */
  readonly placeId: string
  readonly mediaId: string
  /** The message that has the file, in its second version. */
  readonly fileMessageId: string
  /** Messages that the owner has scheduled. Each is taken back or sent once. */
  readonly scheduledIds: readonly string[]
  readonly memberId: string
  /** Banned from the group. */
  readonly bannedId: string
  /** A link of the group. */
  readonly linkId: string
  /** A report about the group. */
  readonly reportId: string
  /** A group of the same owner that was deleted. */
  readonly endedGroupId: string
  /** A live session of somebody who is not in the matrix, and whose it is. */
  readonly otherSessionId: string
  readonly otherId: string
  /** Somebody whom each viewer may block, and who has nothing else to do with them. */
  readonly blockedId: string
  /** The device of that session. */
  readonly otherDeviceId: string
  /** A device that is nobody's yet. They take turns, since each may ask for a few passwords only. */
  readonly device: () => { readonly deviceId: string; readonly deviceSecret: string }
  /** Different at each call. */
  readonly fresh: () => string
}

/** In the order in which they ask: those who may not come first, so that nothing which was allowed helps them. */
export const viewers = ['anonymous', 'admin', 'stranger', 'former', 'member', 'owner'] as const
export type Viewer = (typeof viewers)[number]

/**
 * What a viewer gets: `seen`, a value; `null` or `empty`, an answer without one and without an error; else the code of the
 * refusal.
 */
export type Access = Readonly<Record<Viewer, string>>

export const eachUser = (verdict: string) => ({ stranger: verdict, former: verdict, member: verdict, owner: verdict })
export const closed = { anonymous: 'UNAUTHENTICATED', admin: 'UNAUTHENTICATED' }

export const everybody: Access = { anonymous: 'seen', admin: 'seen', ...eachUser('seen') }
export const whoeverIsSignedIn: Access = { ...everybody, anonymous: 'UNAUTHENTICATED' }
/** About the viewer: each user has one of their own. */
export const eachTheirOwn: Access = { ...closed, ...eachUser('seen') }
export const onlyOneself: Access = { anonymous: 'UNAUTHENTICATED', admin: 'null', ...eachUser('null'), owner: 'seen' }
/** About a user: for the user alone, and for admins. */
export const oneselfAndAdmins: Access = { ...onlyOneself, admin: 'seen' }
export const members: Access = { ...closed, stranger: 'null', former: 'null', member: 'seen', owner: 'seen' }
export const managers: Access = {
  ...closed,
  stranger: 'NOT_FOUND',
  former: 'NOT_FOUND',
  member: 'FORBIDDEN',
  owner: 'seen',
}
export const writers: Access = { ...managers, member: 'seen' }
/** Of a group that only its members see: a field that is not for all of them. */
export const managersOnly: Access = { ...members, member: 'FORBIDDEN' }
export const admins: Access = { anonymous: 'UNAUTHENTICATED', admin: 'seen', ...eachUser('FORBIDDEN') }

export interface Row {
  readonly access: Access
  /** The whole operation; it ends in the field, or in one leaf below it. */
  readonly ask: (world: World) => string
}

export type Place = (selection: string) => Row['ask']

/** The fields of one place, each with what selects it there. */
export const at = (access: Access, place: Place, fields: Readonly<Record<string, string>>): [string, Row][] =>
  Object.entries(fields).map(([coordinate, selection]) => [coordinate, { access, ask: place(selection) }])

/** One mutation. `input` is written anew for each viewer. */
export const mutation =
  (name: string, input: (world: World) => string): Place =>
  (selection) =>
  (world) =>
    `mutation { ${name}(input: { ${input(world)} }) { ${selection} } }`
