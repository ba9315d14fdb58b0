import {
  type Access,
  admins,
  at,
  closed,
  mutation,
  eachTheirOwn,
  eachUser,
  managers,
  members,
  writers,
  type Place,
  type Row,
} from './access.ts'

const conversation: Place = (selection) => (world) => `{ conversation(id: "${world.groupId}") { ${selection} } }`
const messages: Place = (selection) => conversation(`messages(first: 1) { ${selection} }`)
/** The third message has everything that a message can have, except what the fourth has: it is a forward. */
const nth =
  (sequence: number): Place =>
  (selection) => {
    const after = Buffer.from(String(sequence - 1)).toString('base64url')
    return conversation(`messages(first: 1, after: "${after}") { edges { node { ${selection} } } }`)
  }
const [message, forward, withFile] = [nth(3), nth(4), nth(5)]
const around: Place = (selection) => (world) =>
  `{ conversation(id: "${world.groupId}") { messages(around: "${world.messageId}") { ${selection} } } }`
const bySender: Place = (selection) => (world) =>
  `{ conversation(id: "${world.groupId}") { messages(first: 1, filter: { senderId: "${world.ownerId}" }) { ${selection} } } }`
const participants: Place = (selection) => conversation(`participants { ${selection} }`)
const own: Place = (selection) => () => `{ conversations { ${selection} } }`
const openDirect = mutation('openDirectConversation', ({ otherId }) => `userId: "${otherId}"`)
const preferences: Place = (selection) => conversation(`preferences { ${selection} }`)
const updatePreferences = mutation(
  'updateConversationPreferences',
  ({ groupId }) =>
    `conversationId: "${groupId}", mute: { until: "2999-01-01T00:00:00.000Z" }, pinned: true, favorite: true`,
)
const markRead = mutation('markRead', ({ groupId }) => `conversationId: "${groupId}", upTo: 3`)
const markDelivered = mutation('markDelivered', ({ groupId }) => `conversationId: "${groupId}", upTo: 3`)
const clearConversation = mutation('clearConversation', ({ groupId }) => `conversationId: "${groupId}"`)
const deleteConversation = mutation('deleteConversation', ({ groupId }) => `conversationId: "${groupId}"`)
const deleteForMe = mutation('deleteMessagesForMe', ({ messageId }) => `messageIds: ["${messageId}"]`)
const startTyping = mutation('startTyping', ({ groupId }) => `conversationId: "${groupId}"`)
const stopTyping = mutation('stopTyping', ({ groupId }) => `conversationId: "${groupId}"`)
const saveDraft = mutation('saveDraft', ({ groupId }) => `conversationId: "${groupId}", text: "Let me"`)
const orderPinned = mutation('orderPinnedConversations', ({ groupId }) => `conversationIds: ["${groupId}"]`)
/** Who has not pinned it is told the same, whether or not it exists. */
const whoPinnedIt: Access = { ...writers, stranger: 'CONFLICT', former: 'CONFLICT' }
const answerByForward = mutation(
  'sendMessage',
  ({ groupId, messageId, fresh }) =>
    `conversationId: "${groupId}", clientMessageId: "${fresh()}", replyToId: "${messageId}", forwardOfId: "${messageId}"`,
)
const sendToUser = mutation(
  'sendMessage',
  ({ otherId, fresh }) =>
    `userId: "${otherId}", clientMessageId: "${fresh()}", text: "Hello", mentions: { userIds: ["${otherId}"] }`,
)

const addReaction = mutation('addReaction', ({ messageId }) => `messageId: "${messageId}", emoji: "👍"`)
const removeReaction = mutation('removeReaction', ({ messageId }) => `messageId: "${messageId}", emoji: "👍"`)
const reactions: Place = (selection) => (world) =>
  `{ message(id: "${world.messageId}") { reactions { ${selection} } } }`

const pinMessage = mutation('pinMessage', ({ messageId }) => `messageId: "${messageId}"`)
const unpinMessage = mutation('unpinMessage', ({ messageId }) => `messageId: "${messageId}"`)
const pinned: Place = (selection) => conversation(`pinnedMessages { ${selection} }`)

const file: Place =
  (selection) =>
  ({ mediaId }) =>
    `{ media(id: "${mediaId}") { ${selection} } }`
/** Only its owner sends a file. */
const whoOwnsIt: Access = { ...writers, member: 'NOT_FOUND' }
const sendFile = mutation(
  'sendMessage',
  ({ groupId, mediaId, fresh }) =>
    `conversationId: "${groupId}", clientMessageId: "${fresh()}", type: FILE, mediaIds: ["${mediaId}"]`,
)
const editMessage = mutation('editMessage', ({ messageId, fresh }) => `messageId: "${messageId}", text: "${fresh()}"`)
const deleteMessage = mutation('deleteMessage', ({ messageId }) => `messageId: "${messageId}"`)
const purgeMessage = mutation('purgeMessage', ({ messageId }) => `messageId: "${messageId}"`)
const versionsOf =
  (which: 'messageId' | 'placeId' | 'fileMessageId'): Place =>
  (selection) =>
  (world) =>
    `{ messageVersions(messageId: "${world[which]}") { ${selection} } }`
const [versions, versionsOfPlace, versionsOfFile] = [
  versionsOf('messageId'),
  versionsOf('placeId'),
  versionsOf('fileMessageId'),
]
const changed: Place = (selection) => (world) => `{ message(id: "${world.messageId}") { ${selection} } }`
const createUpload = mutation('createUpload', () => 'contentType: "image/png", bytes: 1')

const schedule = mutation(
  'scheduleMessage',
  ({ groupId, messageId, memberId, fresh }) =>
    `conversationId: "${groupId}", clientMessageId: "${fresh()}", text: "Later", replyToId: "${messageId}",
     mentions: { userIds: ["${memberId}"] }, sendAt: "${new Date(Date.now() + 86_400_000).toISOString()}"`,
)
const scheduleForward = mutation(
  'scheduleMessage',
  ({ groupId, messageId, fresh }) =>
    `conversationId: "${groupId}", clientMessageId: "${fresh()}", forwardOfId: "${messageId}", sendAt: "${new Date(Date.now() + 86_400_000).toISOString()}"`,
)
const scheduleFile = mutation(
  'scheduleMessage',
  ({ groupId, mediaId, fresh }) =>
    `conversationId: "${groupId}", clientMessageId: "${fresh()}", type: FILE, mediaIds: ["${mediaId}"], sendAt: "${new Date(Date.now() + 86_400_000).toISOString()}"`,
)
const ofScheduled = (name: string, at: number) =>
  mutation(
    name,
    ({ scheduledIds }) => `id: "${scheduledIds[at]}"${name.startsWith('edit') ? ', text: "Even later"' : ''}`,
  )
const scheduled: Place =
  (selection) =>
  ({ groupId }) =>
    `{ scheduledMessages(conversationId: "${groupId}") { ${selection} } }`
const setTimer = mutation('setDisappearingTimer', ({ groupId }) => `conversationId: "${groupId}", seconds: 86400`)
const whoScheduledIt: Access = { ...writers, member: 'NOT_FOUND' }
/** Members have scheduled some by then. */
const withScheduled: Access = { ...members, stranger: 'empty', former: 'empty' }

/** Every field of the chat room: who may see it, and the operation that shows it. */
export const chat: readonly (readonly [string, Row])[] = [
  ...at(eachTheirOwn, () => () => '{ conversationCount }', { 'Query.conversationCount': '' }),
  ...at(eachTheirOwn, own, {
    'Query.conversations': 'pageInfo { hasNextPage }',
    'ConversationConnection.pageInfo': 'pageInfo { hasNextPage }',
    'ConversationConnection.edges': 'edges { cursor }',
    'ConversationEdge.cursor': 'edges { cursor }',
    'ConversationEdge.node': 'edges { node { id } }',
  }),
  ...at(members, conversation, {
    'Query.conversation': 'id',
    'Conversation.id': 'id',
    'Conversation.kind': 'kind',
    'Conversation.lastSequence': 'lastSequence',
    'Conversation.lastMessage': 'lastMessage { text }',
    'Conversation.lastActiveAt': 'lastActiveAt',
    'Conversation.participants': 'participants { edges { cursor } }',
  }),
  ...at(members, (selection) => (world) => `{ message(id: "${world.messageId}") { ${selection} } }`, {
    'Query.message': 'text',
  }),
  ...at(eachTheirOwn, (selection) => () => `{ mentions { ${selection} } }`, {
    'Query.mentions': 'pageInfo { hasNextPage }',
  }),
  ...at(
    writers,
    (selection) =>
      ({ groupId }) =>
        `{ searchMessages(query: "while", conversationId: "${groupId}") { ${selection} } }`,
    { 'Query.searchMessages': 'pageInfo { hasNextPage }' },
  ),
  ...at(writers, schedule, {
    'Mutation.scheduleMessage': 'scheduledMessage { id }',
    'ScheduledMessage.mentions': 'scheduledMessage { mentions { everyone } }',
    'ScheduledMessage.replyToId': 'scheduledMessage { replyToId }',
    'ScheduledMessage.conversation': 'scheduledMessage { conversation { kind } }',
  }),
  ...at(whoOwnsIt, scheduleFile, { 'ScheduledMessage.mediaIds': 'scheduledMessage { mediaIds }' }),
  ...at(writers, scheduleForward, {
    'ScheduleMessagePayload.scheduledMessage': 'scheduledMessage { id }',
    'ScheduledMessage.forwardOfId': 'scheduledMessage { forwardOfId }',
  }),
  ...at(eachTheirOwn, scheduled, {
    'Query.scheduledMessages': 'pageInfo { hasNextPage }',
    'ScheduledMessageConnection.pageInfo': 'pageInfo { hasNextPage }',
  }),
  ...at(withScheduled, scheduled, {
    'ScheduledMessageConnection.edges': 'edges { cursor }',
    'ScheduledMessageEdge.cursor': 'edges { cursor }',
    'ScheduledMessageEdge.node': 'edges { node { id } }',
    'ScheduledMessage.id': 'edges { node { id } }',
    'ScheduledMessage.conversationId': 'edges { node { conversationId } }',
    'ScheduledMessage.clientMessageId': 'edges { node { clientMessageId } }',
    'ScheduledMessage.type': 'edges { node { type } }',
    'ScheduledMessage.text': 'edges { node { text } }',
    'ScheduledMessage.sendAt': 'edges { node { sendAt } }',
    'ScheduledMessage.createdAt': 'edges { node { createdAt } }',
  }),
  // None of them was refused, and none has content.
  ...at({ ...withScheduled, member: 'null', owner: 'null' }, scheduled, {
    'ScheduledMessage.content': 'edges { node { content } }',
    'ScheduledMessage.refusal': 'edges { node { refusal { code } } }',
    'ScheduledMessageRefusal.code': 'edges { node { refusal { code } } }',
    'ScheduledMessageRefusal.message': 'edges { node { refusal { message } } }',
  }),
  ...at(managers, setTimer, {
    'Mutation.setDisappearingTimer': 'conversation { disappearAfterSeconds }',
    'SetDisappearingTimerPayload.conversation': 'conversation { disappearAfterSeconds }',
  }),
  ...at(members, conversation, { 'Conversation.disappearAfterSeconds': 'disappearAfterSeconds' }),
  // Those of the next rows disappear in a day.
  ...at(writers, answerByForward, { 'Message.expiresAt': 'message { expiresAt }' }),
  ...at(whoScheduledIt, ofScheduled('editScheduledMessage', 0), {
    'Mutation.editScheduledMessage': 'scheduledMessage { text }',
    'EditScheduledMessagePayload.scheduledMessage': 'scheduledMessage { text }',
  }),
  ...at(whoScheduledIt, ofScheduled('cancelScheduledMessage', 1), {
    'Mutation.cancelScheduledMessage': 'scheduledMessageId',
  }),
  ...at(whoScheduledIt, ofScheduled('cancelScheduledMessage', 2), {
    'CancelScheduledMessagePayload.scheduledMessageId': 'scheduledMessageId',
  }),
  ...at(whoScheduledIt, ofScheduled('sendScheduledMessageNow', 3), {
    'Mutation.sendScheduledMessageNow': 'message { id }',
  }),
  ...at(whoScheduledIt, ofScheduled('sendScheduledMessageNow', 4), {
    'SendScheduledMessageNowPayload.message': 'message { id }',
  }),
  ...at(eachTheirOwn, (selection) => () => `{ sync { ${selection} } }`, {
    'Query.sync': 'cursor',
    'SyncPage.cursor': 'cursor',
    'SyncPage.hasMore': 'hasMore',
  }),
  // Without a cursor there are none; inbox/sync.test.ts compares those of others with their inboxes.
  ...at({ ...closed, ...eachUser('empty') }, (selection) => () => `{ sync { ${selection} } }`, {
    'SyncPage.events': 'events { cursor }',
  }),
  ...at(members, participants, {
    'ParticipantConnection.edges': 'edges { cursor }',
    'ParticipantConnection.pageInfo': 'pageInfo { hasNextPage }',
    'ParticipantEdge.cursor': 'edges { cursor }',
    'ParticipantEdge.node': 'edges { node { displayName } }',
  }),
  ...at(members, around, { 'Conversation.messages': 'edges { cursor }' }),
  ...at(members, bySender, { 'MessageConnection.edges': 'edges { cursor }' }),
  ...at(members, messages, {
    'MessageConnection.pageInfo': 'pageInfo { hasNextPage }',
    'MessageEdge.cursor': 'edges { cursor }',
    'MessageEdge.node': 'edges { node { id } }',
    'PageInfo.hasNextPage': 'pageInfo { hasNextPage }',
    'PageInfo.hasPreviousPage': 'pageInfo { hasPreviousPage }',
    'PageInfo.startCursor': 'pageInfo { startCursor }',
    'PageInfo.endCursor': 'pageInfo { endCursor }',
  }),
  ...at(members, message, {
    'Message.id': 'id',
    'Message.conversation': 'conversation { kind }',
    'Message.sequence': 'sequence',
    'Message.sender': 'sender { displayName }',
    'Message.text': 'text',
    'Message.type': 'type',
    'Message.content': 'content',
    'Message.mentions': 'mentions { everyone }',
    'Mentions.everyone': 'mentions { everyone }',
    'Mentions.users': 'mentions { users { displayName } }',
    'Message.replyToId': 'replyToId',
    'Message.replyTo': 'replyTo { text }',
    'Message.replies': 'replies { pageInfo { hasNextPage } }',
    'Message.sentAt': 'sentAt',
    'Message.version': 'version',
    'Message.readCount': 'readCount',
    'Message.deliveredCount': 'deliveredCount',
    'Message.readBy': 'readBy { pageInfo { hasNextPage } }',
  }),
  ...at(members, forward, {
    'Message.forwardedFrom': 'forwardedFrom { message { text } }',
    'ForwardOrigin.message': 'forwardedFrom { message { text } }',
  }),
  ...at({ ...members, member: 'null' }, message, { 'Message.clientMessageId': 'clientMessageId' }),
  ...at(managers, pinMessage, {
    'Mutation.pinMessage': 'conversation { id }',
    'PinMessagePayload.conversation': 'conversation { id }',
  }),
  ...at(members, pinned, {
    'Conversation.pinnedMessages': 'pageInfo { hasNextPage }',
    'PinnedMessageConnection.edges': 'edges { cursor }',
    'PinnedMessageConnection.pageInfo': 'pageInfo { hasNextPage }',
    'PinnedMessageEdge.cursor': 'edges { cursor }',
    'PinnedMessageEdge.node': 'edges { node { text } }',
    'PinnedMessageEdge.pinnedAt': 'edges { pinnedAt }',
    'PinnedMessageEdge.pinnedById': 'edges { pinnedById }',
    'PinnedMessageEdge.pinnedBy': 'edges { pinnedBy { displayName } }',
  }),
  ...at(managers, unpinMessage, {
    'Mutation.unpinMessage': 'conversation { id }',
    'UnpinMessagePayload.conversation': 'conversation { id }',
  }),
  ...at(writers, addReaction, {
    'Mutation.addReaction': 'message { id }',
    'AddReactionPayload.message': 'message { id }',
  }),
  ...at(members, reactions, {
    'Message.reactions': 'emoji',
    'MessageReaction.emoji': 'emoji',
    'MessageReaction.count': 'count',
    'MessageReaction.mine': 'mine',
    'MessageReaction.users': 'users { pageInfo { hasNextPage } }',
    'MessageReactorConnection.edges': 'users { edges { cursor } }',
    'MessageReactorConnection.pageInfo': 'users { pageInfo { hasNextPage } }',
    'MessageReactorEdge.cursor': 'users { edges { cursor } }',
    'MessageReactorEdge.node': 'users { edges { node { displayName } } }',
  }),
  ...at(writers, removeReaction, {
    'Mutation.removeReaction': 'message { id }',
    'RemoveReactionPayload.message': 'message { id }',
  }),
  ...at(writers, markRead, {
    'Mutation.markRead': 'conversation { id }',
    'MarkReadPayload.conversation': 'conversation { id }',
  }),
  ...at(writers, markDelivered, {
    'Mutation.markDelivered': 'conversation { id }',
    'MarkDeliveredPayload.conversation': 'conversation { id }',
  }),
  ...at(members, conversation, { 'Conversation.readUpTo': 'readUpTo', 'Conversation.unreadCount': 'unreadCount' }),
  ...at(members, message, {
    'MessageReaderConnection.edges': 'readBy { edges { cursor } }',
    'MessageReaderConnection.pageInfo': 'readBy { pageInfo { hasNextPage } }',
    'MessageReaderEdge.cursor': 'readBy { edges { cursor } }',
    'MessageReaderEdge.node': 'readBy { edges { node { id } } }',
  }),
  ...at(eachTheirOwn, (selection) => () => `{ unreadCounts { ${selection} } }`, {
    'Query.unreadCounts': 'messages',
    'UnreadCounts.messages': 'messages',
    'UnreadCounts.conversations': 'conversations',
  }),
  // Before the fields that show them: the preferences are those that each viewer has just set.
  ...at(writers, updatePreferences, {
    'Mutation.updateConversationPreferences': 'conversation { id }',
    'UpdateConversationPreferencesPayload.conversation': 'conversation { id }',
  }),
  ...at(whoPinnedIt, orderPinned, {
    'Mutation.orderPinnedConversations': 'conversations { id }',
    'OrderPinnedConversationsPayload.conversations': 'conversations { id }',
  }),
  ...at(members, conversation, { 'Conversation.preferences': 'preferences { muted }' }),
  ...at(members, preferences, {
    'ConversationPreferences.muted': 'muted',
    'ConversationPreferences.mutedUntil': 'mutedUntil',
    'ConversationPreferences.pinned': 'pinned',
    'ConversationPreferences.pinOrder': 'pinOrder',
    'ConversationPreferences.favorite': 'favorite',
    'ConversationPreferences.archived': 'archived',
    'ConversationPreferences.markedUnread': 'markedUnread',
    'ConversationPreferences.deleted': 'deleted',
  }),
  ...at(members, withFile, { 'Message.media': 'media { bytes }' }),
  ...at(eachTheirOwn, (selection) => () => `{ stickerPacks { ${selection} } }`, {
    'Query.stickerPacks': 'id',
    'StickerPack.id': 'id',
    'StickerPack.title': 'title',
    'StickerPack.stickers': 'stickers { id }',
  }),
  ...at(eachTheirOwn, (selection) => () => `{ stickers(packId: "basics") { ${selection} } }`, {
    'Query.stickers': 'id',
    'CatalogItem.id': 'id',
    'CatalogItem.title': 'title',
    'CatalogItem.contentType': 'contentType',
    'CatalogItem.width': 'width',
    'CatalogItem.height': 'height',
    'CatalogItem.url': 'url',
  }),
  ...at(eachTheirOwn, (selection) => () => `{ searchGifs { ${selection} } }`, {
    'Query.searchGifs': 'pageInfo { hasNextPage }',
    'CatalogItemConnection.pageInfo': 'pageInfo { hasNextPage }',
    'CatalogItemConnection.edges': 'edges { cursor }',
    'CatalogItemEdge.cursor': 'edges { cursor }',
    'CatalogItemEdge.node': 'edges { node { id } }',
  }),
  ...at(members, file, {
    'Query.media': 'id',
    'Media.id': 'id',
    'Media.contentType': 'contentType',
    'Media.bytes': 'bytes',
    'Media.fileName': 'fileName',
    'Media.width': 'width',
    'Media.height': 'height',
    'Media.durationMs': 'durationMs',
    'Media.createdAt': 'createdAt',
    'Media.complete': 'complete',
    'Media.url': 'url',
  }),
  ...at(eachTheirOwn, createUpload, {
    'Mutation.createUpload': 'media { id }',
    'CreateUploadPayload.media': 'media { id }',
    'CreateUploadPayload.upload': 'upload { url }',
    'UploadRequest.method': 'upload { method }',
    'UploadRequest.url': 'upload { url }',
    'UploadRequest.headers': 'upload { headers { name } }',
    'UploadRequest.resumable': 'upload { resumable }',
    'UploadRequest.expiresAt': 'upload { expiresAt }',
    'UploadHeader.name': 'upload { headers { name } }',
    'UploadHeader.value': 'upload { headers { value } }',
  }),
  ...at(eachTheirOwn, openDirect, {
    'Mutation.openDirectConversation': 'conversation { id }',
    'OpenDirectConversationPayload.conversation': 'conversation { id }',
    'Conversation.peer': 'conversation { peer { id } }',
  }),
  ...at(writers, answerByForward, { 'Mutation.sendMessage': 'message { id }' }),
  ...at(whoOwnsIt, sendFile, { 'SendMessagePayload.message': 'message { id }' }),
  ...at(eachTheirOwn, sendToUser, { 'Mentions.userIds': 'message { mentions { userIds } }' }),
  ...at(eachTheirOwn, (selection) => () => `{ exportMyData { ${selection} } }`, {
    'MyData.chat': 'chat { pageInfo { hasNextPage } }',
  }),
  ...at(writers, startTyping, {
    'Mutation.startTyping': 'repeatAfterMs',
    'StartTypingPayload.repeatAfterMs': 'repeatAfterMs',
  }),
  ...at(writers, stopTyping, {
    'Mutation.stopTyping': 'conversationId',
    'StopTypingPayload.conversationId': 'conversationId',
  }),
  ...at(writers, saveDraft, {
    'Mutation.saveDraft': 'conversation { id }',
    'SaveDraftPayload.conversation': 'conversation { id }',
  }),
  ...at(members, conversation, {
    'Conversation.draft': 'draft { text }',
    'Draft.text': 'draft { text }',
    'Draft.updatedAt': 'draft { updatedAt }',
  }),
  // The owner sent the message.
  ...at(managers, editMessage, {
    'Mutation.editMessage': 'message { id }',
    'EditMessagePayload.message': 'message { id }',
  }),
  ...at(members, changed, { 'Message.editedAt': 'editedAt' }),
  ...at(managers, deleteMessage, {
    'Mutation.deleteMessage': 'message { id }',
    'DeleteMessagePayload.message': 'message { id }',
  }),
  ...at({ ...managers, admin: 'seen' }, versions, {
    'Query.messageVersions': 'edges { cursor }',
    'MessageVersionConnection.edges': 'edges { cursor }',
    'MessageVersionConnection.pageInfo': 'pageInfo { hasNextPage }',
    'MessageVersionEdge.cursor': 'edges { cursor }',
    'MessageVersionEdge.node': 'edges { node { version } }',
    'MessageVersion.version': 'edges { node { version } }',
    'MessageVersion.madeAt': 'edges { node { madeAt } }',
    'MessageVersion.text': 'edges { node { text } }',
  }),
  ...at({ ...managers, admin: 'seen' }, versionsOfFile, { 'MessageVersion.mediaIds': 'edges { node { mediaIds } }' }),
  ...at({ ...managers, admin: 'seen' }, versionsOfPlace, {
    'MessageVersion.content': 'edges { node { content } }',
    'MessageVersion.mentions': 'edges { node { mentions { everyone } } }',
  }),
  ...at(
    admins,
    mutation('reviewMessages', ({ groupId }) => `conversationId: "${groupId}" reason: "A report"`),
    {
      'Mutation.reviewMessages': 'conversationId',
      'ReviewMessagesPayload.conversationId': 'conversationId',
      'ReviewMessagesPayload.hasEarlier': 'hasEarlier',
    },
  ),
  ...at(
    admins,
    mutation('reviewMessages', ({ placeId }) => `messageId: "${placeId}" first: 1 reason: "A report"`),
    {
      'ReviewMessagesPayload.messages': 'messages { id }',
      'ReviewedMessage.id': 'messages { id }',
      'ReviewedMessage.sequence': 'messages { sequence }',
      'ReviewedMessage.senderId': 'messages { senderId }',
      'ReviewedMessage.sender': 'messages { sender { id } }',
      'ReviewedMessage.type': 'messages { type }',
      'ReviewedMessage.text': 'messages { text }',
      'ReviewedMessage.content': 'messages { content }',
      'ReviewedMessage.replyToId': 'messages { replyToId }',
      'ReviewedMessage.sentAt': 'messages { sentAt }',
      'ReviewedMessage.version': 'messages { version }',
    },
  ),
  ...at(
    admins,
    mutation('reviewMessages', ({ fileMessageId }) => `messageId: "${fileMessageId}" first: 1 reason: "A report"`),
    { 'ReviewedMessage.mediaIds': 'messages { mediaIds }' },
  ),
  // Nobody deleted it.
  ...at(
    { ...admins, admin: 'null' },
    mutation('reviewMessages', ({ placeId }) => `messageId: "${placeId}" first: 1 reason: "A report"`),
    {
      'ReviewedMessage.deletedAt': 'messages { deletedAt }',
      'ReviewedMessage.deletedById': 'messages { deletedById }',
    },
  ),
  // There is no such message, so that nothing is deleted here.
  ...at(
    { ...admins, admin: 'NOT_FOUND' },
    mutation('removeMessage', ({ groupId }) => `messageId: "${groupId}" reason: "Hate"`),
    { 'Mutation.removeMessage': 'messageId', 'RemoveMessagePayload.messageId': 'messageId' },
  ),
  ...at(admins, purgeMessage, {
    'Mutation.purgeMessage': 'messageId',
    'PurgeMessagePayload.messageId': 'messageId',
  }),
  ...at(members, changed, { 'Message.deletedAt': 'deletedAt', 'Message.deletedBy': 'deletedBy { displayName }' }),
  // The last ones: from then on nobody sees the messages.
  ...at(writers, deleteForMe, {
    'Mutation.deleteMessagesForMe': 'conversations { id }',
    'DeleteMessagesForMePayload.conversations': 'conversations { id }',
  }),
  ...at(writers, clearConversation, {
    'Mutation.clearConversation': 'conversation { id }',
    'ClearConversationPayload.conversation': 'conversation { id }',
  }),
  ...at(writers, deleteConversation, {
    'Mutation.deleteConversation': 'conversation { id }',
    'DeleteConversationPayload.conversation': 'conversation { id }',
  }),
]
