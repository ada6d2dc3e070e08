/** The requests that the client sends, by Kafka's names, with the argument lists that the library's encoders take. */
import type {
  addOffsetsToTxnV4,
  addPartitionsToTxnV5,
  consumerGroupDescribeV0,
  createPartitionsV3,
  createTopicsV7,
  deleteGroupsV2,
  deleteTopicsV6,
  describeConfigsV4,
  describeGroupsV5,
  endTxnV4,
  fetchV17,
  findCoordinatorV6,
  heartbeatV4,
  incrementalAlterConfigsV1,
  initProducerIdV5,
  joinGroupV9,
  leaveGroupV5,
  listGroupsV5,
  listOffsetsV9,
  metadataV12,
  offsetCommitV9,
  offsetDeleteV0,
  offsetFetchV9,
  produceV11,
  syncGroupV5,
  txnOffsetCommitV4
} from '@platformatic/kafka'

interface Api<Args extends readonly unknown[], Response> {
  readonly args: Args
  readonly response: Response
}

/** Older versions take the same arguments and answer in the same shape, except where a caller says otherwise. */
export interface Apis {
  Metadata: Api<metadataV12.MetadataRequest, metadataV12.MetadataResponse>
  FindCoordinator: Api<findCoordinatorV6.FindCoordinatorRequest, findCoordinatorV6.FindCoordinatorResponse>
  CreateTopics: Api<createTopicsV7.CreateTopicsRequest, createTopicsV7.CreateTopicsResponse>
  DeleteTopics: Api<deleteTopicsV6.DeleteTopicsRequest, deleteTopicsV6.DeleteTopicsResponse>
  CreatePartitions: Api<
    createPartitionsV3.CreatePartitionsRequest,
    createPartitionsV3.CreatePartitionsResponse
  >
  DescribeConfigs: Api<describeConfigsV4.DescribeConfigsRequest, describeConfigsV4.DescribeConfigsResponse>
  IncrementalAlterConfigs: Api<
    incrementalAlterConfigsV1.IncrementalAlterConfigsRequest,
    incrementalAlterConfigsV1.IncrementalAlterConfigsResponse
  >
  ListGroups: Api<listGroupsV5.ListGroupsRequest, listGroupsV5.ListGroupsResponse>
  DescribeGroups: Api<describeGroupsV5.DescribeGroupsRequest, describeGroupsV5.DescribeGroupsResponse>
  ConsumerGroupDescribe: Api<
    consumerGroupDescribeV0.ConsumerGroupDescribeRequest,
    consumerGroupDescribeV0.ConsumerGroupDescribeResponse
  >
  DeleteGroups: Api<deleteGroupsV2.DeleteGroupsRequest, deleteGroupsV2.DeleteGroupsResponse>
  OffsetFetch: Api<offsetFetchV9.OffsetFetchRequest, OffsetFetchResponse>
  OffsetCommit: Api<offsetCommitV9.OffsetCommitRequest, offsetCommitV9.OffsetCommitResponse>
  OffsetDelete: Api<offsetDeleteV0.OffsetDeleteRequest, offsetDeleteV0.OffsetDeleteResponse>
  ListOffsets: Api<listOffsetsV9.ListOffsetsRequest, listOffsetsV9.ListOffsetsResponse>
  Fetch: Api<fetchV17.FetchRequest, fetchV17.FetchResponse>
  InitProducerId: Api<initProducerIdV5.InitProducerIdRequest, initProducerIdV5.InitProducerIdResponse>
  Produce: Api<produceV11.ProduceRequest, boolean | produceV11.ProduceResponse>
  JoinGroup: Api<joinGroupV9.JoinGroupRequest, joinGroupV9.JoinGroupResponse>
  SyncGroup: Api<syncGroupV5.SyncGroupRequest, syncGroupV5.SyncGroupResponse>
  Heartbeat: Api<heartbeatV4.HeartbeatRequest, heartbeatV4.HeartbeatResponse>
  LeaveGroup: Api<leaveGroupV5.LeaveGroupRequest, leaveGroupV5.LeaveGroupResponse>
  AddPartitionsToTxn: Api<
    addPartitionsToTxnV5.AddPartitionsToTxnRequest,
    addPartitionsToTxnV5.AddPartitionsToTxnResponse
  >
  AddOffsetsToTxn: Api<addOffsetsToTxnV4.AddOffsetsToTxnRequest, addOffsetsToTxnV4.AddOffsetsToTxnResponse>
  TxnOffsetCommit: Api<txnOffsetCommitV4.TxnOffsetCommitRequest, txnOffsetCommitV4.TxnOffsetCommitResponse>
  EndTxn: Api<endTxnV4.EndTxnRequest, endTxnV4.EndTxnResponse>
}

export type ApiName = keyof Apis

/** Before version 8 there is one group per request, and its answer has no name. */
export type OffsetFetchResponse = Partial<offsetFetchV9.OffsetFetchResponse> &
  Partial<Pick<offsetFetchV9.OffsetFetchResponseGroup, 'topics' | 'errorCode'>>
