/** The meaning of each metric, for the line `# HELP` of `/metrics`. A test checks that none is missing. */
export const descriptions: Readonly<Record<string, string>> = {
  chat_disappeared_total: 'Messages that were deleted because their time was over.',
  chat_scheduled_refused_total: 'Scheduled messages that could not be sent, by code.',
  chat_scheduled_sent_total: 'Scheduled messages that were sent.',
  chat_search_lag_seconds:
    'Age of the oldest event that the index of the search lacks; NaN in processes that do not fill it.',
  chat_typing_total:
    'Calls of startTyping and stopTyping, by outcome: told, nobody to tell, throttled, ended by a message meanwhile, or lost.',
  delivery_backlog_events:
    'Events of which some recipient was neither reached nor pushed, across all processes; at most 10,000 per shard are counted.',
  delivery_duplicates_dropped_total: 'Events that the queue delivered again after they were done.',
  delivery_held_up_seconds_total:
    'Seconds for which a transaction that stayed open on the PostgreSQL server held delivery up, counted after the first five.',
  delivery_holes_filled_total: 'Events that the queue did not deliver, and that were read from the event log.',
  delivery_lag_seconds: 'Age of the oldest event of the backlog, across all processes.',
  delivery_parked_events: 'Events that were set aside because they cannot be delivered, in delivery.parked.',
  delivery_devices_total:
    'Devices to which events were to be delivered: each ends in one of reached, pushes, pushes_refused and pushes_withheld.',
  delivery_parked_pushes: 'Pushes that were set aside because the provider refuses them, in delivery.parked_pushes.',
  delivery_parked_trimmed_total:
    'Parked events that this process deleted, because they were older than 30 days or more than 100,000.',
  delivery_parked_total: 'Events that this process set aside because they cannot be delivered.',
  delivery_publish_to_deliver_seconds: 'Time from the append of an event until each recipient was reached or pushed.',
  delivery_pushes_total: 'Decisions to push, by reason.',
  delivery_pushes_ended_total:
    'How decided pushes ended: sent, withdrawn (a shown one was taken back), dead_token (the device lost its target), parked, outdated (read or deleted meanwhile) or coalesced (a later one of the conversation was sent).',
  delivery_pushes_refused_total: 'Devices whose users want no push for an event, by rule.',
  delivery_pushes_withheld_total:
    'Devices that get no push for an event by the rule of its kind, because they signed out meanwhile, or because they show nothing to take away.',
  delivery_reached_total: 'Devices that a stream reached in time.',
  delivery_relayed_total: 'Events that the queue has confirmed.',
  delivery_repeated_pushes_dropped_total: 'Repeated push decisions for a message and device that already had one.',
  delivery_stage_seconds:
    'Time of an event in each stage: until the relay read it from the log, until a consumer took it, until every recipient was reached or pushed to.',
  delivery_unrelayed_events: 'Events that the relay has not published yet; at most 10,000 are counted.',
  gateway_closed_sockets_total: 'Sockets that were closed, by close code.',
  gateway_document_bytes: 'Estimated memory of parsed documents and everything compiled from them.',
  gateway_documents_evicted_total: 'Documents that were dropped from the cache to make room.',
  gateway_documents_refused_total: 'Requests whose document was refused before validation, by code.',
  gateway_event_retries_total: 'Retries of events that could not be completed because a part of the system was down.',
  gateway_event_seconds: 'Time to complete an event from other subgraphs.',
  gateway_events_total: 'Events that subgraphs sent, once per shared stream.',
  gateway_executions_total: 'Completions of events from other subgraphs; clients with the same response share one.',
  gateway_frames_total: 'Events that were written to clients.',
  gateway_lost_events_total:
    'Events that could not be completed in time: their streams were ended, and clients resume before them.',
  gateway_operations: 'Running queries and mutations.',
  gateway_operations_total: 'Queries and mutations, by transport.',
  gateway_readers: 'Open subscriptions of clients.',
  gateway_refused_total: 'Connections, bodies and answers that were refused, by the limit per address or user.',
  gateway_request_seconds: 'Time of an HTTP request; a stream counts until its end.',
  gateway_requests_total: 'HTTP requests, by status.',
  gateway_resubscriptions_total: 'Streams to a subgraph that were opened again after a break.',
  gateway_frame_floods_total: 'Sockets that were closed because their client sent too many frames.',
  gateway_slow_consumers_total: 'Clients that were disconnected because they read too slowly.',
  gateway_sockets: 'Open WebSockets of clients.',
  gateway_streams: 'Open subscriptions to subgraphs; clients with the same subscription share one.',
  users_otp_refused_total: 'One-time passwords that were refused because of a limit, by limit.',
  users_otp_sent_total: 'One-time passwords that were handed to the carrier.',
  users_presence_changes_total: 'Changes of presence that were told to subscriptions; one user may have many watchers.',
  users_presence_subscriptions: 'Open subscriptions to presence, in the users role.',
}
