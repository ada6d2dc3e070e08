package main

import (
	"context"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// A member of a group that commits what it has read and asks now and then what the broker remembers of it.
func consumeInGroup(ctx context.Context, o options, h *history, group string) {
	client, err := kgo.NewClient(kgo.SeedBrokers(o.bootstrap), kgo.ConsumeTopics(o.topic), kgo.ConsumerGroup(group),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.DisableAutoCommit(),
		kgo.FetchMaxWait(200*time.Millisecond), kgo.SessionTimeout(10*time.Second),
		kgo.RetryBackoffFn(func(int) time.Duration { return 20 * time.Millisecond }), kgo.DialTimeout(time.Second))
	check(err)
	defer client.Close()
	next := make(map[int32]int64)
	for ctx.Err() == nil {
		fetches := client.PollFetches(ctx)
		fetches.EachPartition(func(p kgo.FetchTopicPartition) {
			if len(p.Records) > 0 {
				next[p.Partition] = p.Records[len(p.Records)-1].Offset + 1
			}
		})
		if ctx.Err() == nil && len(next) > 0 && fetches.NumRecords() > 0 {
			commitOffsets(ctx, client, o, h, group, next)
			askCommitted(ctx, client, o, h, group)
		}
	}
}

func commitOffsets(
	ctx context.Context, client *kgo.Client, o options, h *history, group string, next map[int32]int64,
) {
	offsets := make(map[int32]kgo.EpochOffset)
	for partition, offset := range next {
		offsets[partition] = kgo.EpochOffset{Epoch: -1, Offset: offset}
	}
	invoked := h.now()
	outcomes := make(map[int32]string)
	whole := map[string]map[int32]kgo.EpochOffset{o.topic: offsets}
	client.CommitOffsetsSync(ctx, whole, func(
		_ *kgo.Client, _ *kmsg.OffsetCommitRequest, answer *kmsg.OffsetCommitResponse, err error,
	) {
		if err != nil {
			return
		}
		for _, topic := range answer.Topics {
			for _, partition := range topic.Partitions {
				outcomes[partition.Partition] = outcomeOfCommit(kerr.ErrorForCode(partition.ErrorCode))
			}
		}
	})
	for partition, offset := range next {
		times := timed{"commit", group, invoked, h.now()}
		outcome, answered := outcomes[partition]
		if !answered {
			outcome = "indeterminate"
		}
		if outcome == "ok" {
			h.tally(func(c *count) { c.Commits++ })
		}
		h.add(commit{times, group, log{o.topic, o.topic, partition}, offset, outcome})
	}
}

// The client repeats a commit when its connection breaks, and tells the answer to the last attempt only: a refusal
// says nothing about the attempts before it.
func outcomeOfCommit(err error) string {
	if err == nil {
		return "ok"
	}
	return "indeterminate"
}

func askCommitted(ctx context.Context, client *kgo.Client, o options, h *history, group string) {
	request := kmsg.NewPtrOffsetFetchRequest()
	request.Group = group
	asked := kmsg.OffsetFetchRequestTopic{Topic: o.topic}
	for partition := range int32(o.partitions) {
		asked.Partitions = append(asked.Partitions, partition)
	}
	request.Topics = []kmsg.OffsetFetchRequestTopic{asked}
	invoked := h.now()
	answer, err := request.RequestWith(ctx, client)
	if err != nil || answer.ErrorCode != 0 {
		return
	}
	for _, topic := range answer.Topics {
		for _, partition := range topic.Partitions {
			if partition.ErrorCode == 0 {
				times := timed{"committed-offset", group, invoked, h.now()}
				h.add(commit{times, group, log{o.topic, o.topic, partition.Partition}, partition.Offset, ""})
			}
		}
	}
}
