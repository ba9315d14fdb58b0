import { ConnectionHandler } from 'relay-runtime'

/** Adds a message to the list of its conversation, if that list is loaded and does not have it. */
export function addMessage(store, message) {
  const conversation = message?.getLinkedRecord('conversation')
  const list = conversation && ConnectionHandler.getConnection(conversation, 'Messages_messages')
  if (!list) return
  const has = list.getLinkedRecords('edges')?.some((edge) => edge.getLinkedRecord('node') === message)
  if (!has) ConnectionHandler.insertEdgeAfter(list, ConnectionHandler.createEdge(store, list, message, 'MessageEdge'))
}
