/** A text for each plural form of a language; `#` is the number. Forms that a language lacks are left out. */
export type Forms = { readonly other: string } & Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>

/**
 * Everything that a push says by itself, in one language. A text that is missing in a language is a type error. Names, emoji and
 * what people wrote are put in as they are.
 */
export interface PushTexts {
  /** Stands for a name that is not known. */
  readonly somebody: string
  /** All that a user without previews sees. */
  readonly newMessage: string
  /** A message that has no text. */
  readonly message: string
  readonly photos: Forms
  readonly videos: Forms
  readonly audios: Forms
  readonly files: Forms
  readonly location: string
  readonly contact: string
  readonly sticker: string
  readonly gif: string
  /** What something is, and what it says: `Photo: at the lake`. */
  labelled(label: string, text: string): string
  mentionedYou(who: string, what: string): string
  mentionedEveryone(who: string, what: string): string
  reacted(who: string, emoji: string): string
  readonly newReaction: string
  readonly newGroup: string
  readonly yourGroup: string
  readonly addedToGroup: string
  readonly invitedToGroup: string
  readonly asksToJoin: string
  readonly newSignIn: string
  readonly signedInOnNewDevice: string
  readonly friends: string
  /** Below the name of who asks. */
  readonly wantsToBeFriend: string
  readonly isFriendNow: string
}
