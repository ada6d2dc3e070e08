// One sentence or two in English per error code, for whoever meets it at night: what it means, what to look at.
import type { ErrorName } from './error-codes.ts'

export const errorTextsEn: Readonly<Record<ErrorName, string>> = {
  UNKNOWN_SERVER_ERROR: 'The broker ran into something it did not expect; its log has the cause.',
  NONE: 'All went well.',
  OFFSET_OUT_OF_RANGE:
    'The offset lies before the start or beyond the end of the partition; look at retention and at auto.offset.reset.',
  CORRUPT_MESSAGE:
    'A record batch does not match its checksum or cannot be taken apart; it was damaged on the way or on disk.',
  UNKNOWN_TOPIC_OR_PARTITION:
    'This broker has no such topic or partition; check the name, and whether topics are created automatically.',
  INVALID_FETCH_SIZE: 'The fetch asks for a size that makes no sense.',
  LEADER_NOT_AVAILABLE: 'The partition has no leader at the moment; one is being elected.',
  NOT_LEADER_OR_FOLLOWER:
    'Another broker leads this partition; the client refreshes its metadata and asks there.',
  REQUEST_TIMED_OUT:
    'The broker did not finish within the time that the request allows; the work may still have been done.',
  BROKER_NOT_AVAILABLE: 'No broker could take the request.',
  REPLICA_NOT_AVAILABLE:
    'A replica of the partition could not be reached; for producing and fetching this is a passing state.',
  MESSAGE_TOO_LARGE:
    'The record batch is larger than max.message.bytes of the topic; send smaller batches or raise the limit.',
  STALE_CONTROLLER_EPOCH: 'The request comes from a controller that has been replaced.',
  OFFSET_METADATA_TOO_LARGE: 'The text committed with an offset is longer than offset.metadata.max.bytes.',
  NETWORK_EXCEPTION:
    'The connection broke before the answer arrived; whether the request took effect is unknown.',
  COORDINATOR_LOAD_IN_PROGRESS:
    'The coordinator is still reading its state after a start or a move; try again shortly.',
  COORDINATOR_NOT_AVAILABLE: 'No broker coordinates this group or transaction at the moment.',
  NOT_COORDINATOR: 'Another broker coordinates this group or transaction; the client looks it up again.',
  INVALID_TOPIC_EXCEPTION: 'The topic name is not allowed, or the topic is reserved for the broker itself.',
  RECORD_LIST_TOO_LARGE: 'The batch does not fit into one segment; it is larger than segment.bytes.',
  NOT_ENOUGH_REPLICAS: 'Fewer replicas are in sync than min.insync.replicas demands; nothing was written.',
  NOT_ENOUGH_REPLICAS_AFTER_APPEND:
    'The record was written, but on fewer replicas than min.insync.replicas demands; a retry may duplicate it.',
  INVALID_REQUIRED_ACKS: 'acks has to be 0, 1 or -1 (all).',
  ILLEGAL_GENERATION:
    'The member speaks of a generation that the group has left behind; it has to join again.',
  INCONSISTENT_GROUP_PROTOCOL: 'The member shares no assignor or protocol type with the others of the group.',
  INVALID_GROUP_ID: 'The group id is empty or of a form that this operation does not take.',
  UNKNOWN_MEMBER_ID:
    'The coordinator does not know this member, mostly because its session ran out; it has to join again.',
  INVALID_SESSION_TIMEOUT:
    'The session timeout lies outside group.min.session.timeout.ms and group.max.session.timeout.ms.',
  REBALANCE_IN_PROGRESS: 'The group is assigning partitions anew; the member joins again and gets its share.',
  INVALID_COMMIT_OFFSET_SIZE: 'The offset commit does not fit into a record of the offsets topic.',
  TOPIC_AUTHORIZATION_FAILED: 'The user may not do this with the topic; an ACL or another rule forbids it.',
  GROUP_AUTHORIZATION_FAILED: 'The user may not use this consumer group.',
  CLUSTER_AUTHORIZATION_FAILED: 'The user may not do this on the cluster.',
  INVALID_TIMESTAMP:
    "A record's timestamp is outside what the topic allows; check the producer's clock and message.timestamp.after.max.ms.",
  UNSUPPORTED_SASL_MECHANISM: 'The broker does not offer the SASL mechanism that the client asked for.',
  ILLEGAL_SASL_STATE: 'The request does not fit the present step of the SASL login.',
  UNSUPPORTED_VERSION: 'The broker does not speak this version of the API; ApiVersions tells which it does.',
  TOPIC_ALREADY_EXISTS: 'There is a topic of this name already.',
  INVALID_PARTITIONS: 'The number of partitions is not allowed; it is at least 1 and never shrinks.',
  INVALID_REPLICATION_FACTOR: 'The replication factor is below 1 or above the number of brokers.',
  INVALID_REPLICA_ASSIGNMENT:
    'The replicas given for a partition are incomplete, repeated or unknown brokers.',
  INVALID_CONFIG: 'A configuration name or value is not valid; the message says which.',
  NOT_CONTROLLER: 'Another broker is the controller; the client finds it and asks there.',
  INVALID_REQUEST:
    'The request contradicts itself or breaks the protocol; often a client that does not fit the broker.',
  UNSUPPORTED_FOR_MESSAGE_FORMAT: 'The record format of the log cannot express what was asked for.',
  POLICY_VIOLATION: 'A policy that the operator has set up refuses the request.',
  OUT_OF_ORDER_SEQUENCE_NUMBER:
    'A batch of this producer is missing before this one; accepting it would leave a gap.',
  DUPLICATE_SEQUENCE_NUMBER: 'The batch was written before; nothing was lost and nothing was written twice.',
  INVALID_PRODUCER_EPOCH: 'A newer incarnation of this producer exists; this one has to stop or begin anew.',
  INVALID_TXN_STATE: 'The transaction is not in a state in which this step is possible.',
  INVALID_PRODUCER_ID_MAPPING: 'The transactional id belongs to another producer id now, or has expired.',
  INVALID_TRANSACTION_TIMEOUT: 'The transaction timeout is longer than transaction.max.timeout.ms allows.',
  CONCURRENT_TRANSACTIONS:
    'The last transaction of this producer is still being completed; try again shortly.',
  TRANSACTION_COORDINATOR_FENCED: 'The coordinator that sent the marker has been replaced.',
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'The user may not use this transactional id.',
  SECURITY_DISABLED: 'The broker runs without authorization, so there are no ACLs to read or change.',
  OPERATION_NOT_ATTEMPTED: 'Another part of the same request failed, so this one was not tried.',
  KAFKA_STORAGE_ERROR: 'The broker could not read or write its disk; see its log and the free space.',
  LOG_DIR_NOT_FOUND: 'The broker has no such data folder.',
  SASL_AUTHENTICATION_FAILED: 'The login was refused; check user, password and mechanism.',
  UNKNOWN_PRODUCER_ID:
    'The broker no longer remembers this producer, mostly because its records were deleted by retention.',
  REASSIGNMENT_IN_PROGRESS: 'A reassignment of the partition is already under way.',
  DELEGATION_TOKEN_AUTH_DISABLED: 'Delegation tokens are not switched on.',
  DELEGATION_TOKEN_NOT_FOUND: 'The broker does not know this delegation token.',
  DELEGATION_TOKEN_OWNER_MISMATCH: 'Only the owner or a named renewer may do this with the token.',
  DELEGATION_TOKEN_REQUEST_NOT_ALLOWED:
    'Delegation tokens are handed out on authenticated connections only, and not to those that used one.',
  DELEGATION_TOKEN_AUTHORIZATION_FAILED: 'The user may not use this delegation token.',
  DELEGATION_TOKEN_EXPIRED: 'The delegation token has run out; fetch a new one.',
  INVALID_PRINCIPAL_TYPE: 'The kind of principal is not supported.',
  NON_EMPTY_GROUP: 'The group still has members; stop its consumers first.',
  GROUP_ID_NOT_FOUND: 'There is no such group.',
  FETCH_SESSION_ID_NOT_FOUND: 'The broker has dropped this fetch session; the client opens a new one.',
  INVALID_FETCH_SESSION_EPOCH:
    'A request of this fetch session was lost or repeated; the client opens a new session.',
  LISTENER_NOT_FOUND: 'The leader has no listener of the name over which the client came.',
  TOPIC_DELETION_DISABLED: 'delete.topic.enable is switched off.',
  FENCED_LEADER_EPOCH: 'The client knows an older leader; it refreshes its metadata.',
  UNKNOWN_LEADER_EPOCH: 'The client knows a newer leader than this broker does; the broker has to catch up.',
  UNSUPPORTED_COMPRESSION_TYPE: 'The batch is compressed with a codec that the other side does not know.',
  STALE_BROKER_EPOCH: 'The broker has registered again since; this request comes from its earlier life.',
  OFFSET_NOT_AVAILABLE: 'A new leader does not know its high watermark yet; try again shortly.',
  MEMBER_ID_REQUIRED: 'The member joins once more with the id that comes with this answer.',
  PREFERRED_LEADER_NOT_AVAILABLE: 'The preferred leader of the partition is down or not in sync.',
  GROUP_MAX_SIZE_REACHED: 'The group has as many members as group.max.size allows.',
  FENCED_INSTANCE_ID:
    'Another consumer with the same group.instance.id has taken over; two processes share one id.',
  ELIGIBLE_LEADERS_NOT_AVAILABLE: 'None of the replicas that may lead the partition is alive.',
  ELECTION_NOT_NEEDED: 'The partition already has the leader that the election would give.',
  NO_REASSIGNMENT_IN_PROGRESS: 'There is no reassignment of the partition to cancel.',
  GROUP_SUBSCRIBED_TO_TOPIC:
    'The group reads this topic right now; stop its consumers before deleting the offsets.',
  INVALID_RECORD:
    'The broker refuses the records: they break a rule of the format or of the topic, such as a missing key.',
  UNSTABLE_OFFSET_COMMIT:
    'A transaction with offsets of this partition is still open; try again when it has ended.',
  THROTTLING_QUOTA_EXCEEDED: 'The client is over its quota; it waits for the time given and tries again.',
  PRODUCER_FENCED: 'Another producer with the same transactional id has taken over; this one has to stop.',
  RESOURCE_NOT_FOUND: 'The request names something that does not exist.',
  DUPLICATE_RESOURCE: 'The request names the same thing twice.',
  UNACCEPTABLE_CREDENTIAL: 'The password or key does not meet the rules for credentials.',
  INCONSISTENT_VOTER_SET: 'Sender and receiver disagree about who votes in the controller quorum.',
  INVALID_UPDATE_VERSION: 'The feature version asked for is not a version that can be set.',
  FEATURE_UPDATE_FAILED: 'The broker could not change a finalized feature; its log has the cause.',
  PRINCIPAL_DESERIALIZATION_FAILURE:
    'A forwarded request carries a user that the controller cannot read; the brokers are set up differently.',
  SNAPSHOT_NOT_FOUND: 'The snapshot asked for is gone or was never made.',
  POSITION_OUT_OF_RANGE: 'The position lies outside the snapshot.',
  UNKNOWN_TOPIC_ID: 'No topic has this id; it was deleted, or deleted and created again under its name.',
  DUPLICATE_BROKER_REGISTRATION: 'Another running broker has the same node id.',
  BROKER_ID_NOT_REGISTERED: 'No broker has registered with this id.',
  INCONSISTENT_TOPIC_ID: 'The topic has another id than the request says; it was created again.',
  INCONSISTENT_CLUSTER_ID: 'The request is meant for another cluster.',
  TRANSACTIONAL_ID_NOT_FOUND: 'No producer has used this transactional id, or it has expired.',
  FETCH_SESSION_TOPIC_ID_ERROR:
    'The fetch session began with names and goes on with ids, or the other way round; the client opens a new one.',
  INELIGIBLE_REPLICA: 'One of the replicas may not be in sync at the moment.',
  NEW_LEADER_ELECTED: 'The change took effect, and it gave the partition another leader.',
  OFFSET_MOVED_TO_TIERED_STORAGE: 'The offset has left the local disk and lies in remote storage.',
  FENCED_MEMBER_EPOCH: 'The member was fenced by the group; it gives up its partitions and joins again.',
  UNRELEASED_INSTANCE_ID:
    'A member with this group.instance.id is still in the group and has to leave first.',
  UNSUPPORTED_ASSIGNOR: 'The group does not offer the assignor that the member asks for.',
  STALE_MEMBER_EPOCH: "The member's epoch is out of date; it tries again after its next heartbeat.",
  MISMATCHED_ENDPOINT_TYPE:
    'The request went to a controller and belongs to a broker, or the other way round.',
  UNSUPPORTED_ENDPOINT_TYPE: 'This kind of endpoint is not known.',
  UNKNOWN_CONTROLLER_ID: 'There is no controller with this id.',
  UNKNOWN_SUBSCRIPTION_ID: "The client's telemetry subscription is out of date; it fetches the present one.",
  TELEMETRY_TOO_LARGE: 'The client pushed more telemetry at once than telemetry.max.bytes allows.',
  INVALID_REGISTRATION: "The controller refuses the broker's registration; its log says why.",
  TRANSACTION_ABORTABLE: 'The transaction has failed, but the producer may abort it and go on.',
  INVALID_RECORD_STATE: 'The record is no longer held by this consumer, so it cannot be acknowledged.',
  SHARE_SESSION_NOT_FOUND: 'The broker has dropped this share session; the client opens a new one.',
  INVALID_SHARE_SESSION_EPOCH:
    'A request of this share session was lost or repeated; the client opens a new session.',
  FENCED_STATE_EPOCH: 'The state of the share group has moved on under a newer epoch.',
  INVALID_VOTER_KEY: 'The vote names another voter key than this replica has.',
  DUPLICATE_VOTER: 'The voter is in the controller quorum already.',
  VOTER_NOT_FOUND: 'The voter is not in the controller quorum.',
  INVALID_REGULAR_EXPRESSION: 'The pattern of topics is not a valid regular expression.',
  REBOOTSTRAP_REQUIRED:
    "The client's picture of the cluster is too old; it begins again at its bootstrap servers.",
  STREAMS_INVALID_TOPOLOGY: 'The topology that the Streams application sent is not valid.',
  STREAMS_INVALID_TOPOLOGY_EPOCH:
    'The epoch of the Streams topology is not one that can follow the present one.',
  STREAMS_TOPOLOGY_FENCED:
    'The group has moved to a newer Streams topology; this application is out of date.',
  SHARE_SESSION_LIMIT_REACHED: 'The broker holds as many share sessions as it may; try again later.'
}
