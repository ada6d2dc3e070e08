package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Reads along while things happen: whoever has seen a record may have acted on it, so that it has to stay.
func follow(ctx context.Context, o options, h *history) {
	client, err := kgo.NewClient(kgo.SeedBrokers(o.bootstrap), kgo.ConsumeTopics(o.topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.FetchMaxWait(200*time.Millisecond),
		kgo.RetryBackoffFn(func(int) time.Duration { return 20 * time.Millisecond }), kgo.DialTimeout(time.Second))
	check(err)
	defer client.Close()
	told := make(map[int32]int64)
	for ctx.Err() == nil {
		invoked := h.now()
		fetches := client.PollFetches(ctx)
		fetches.EachPartition(func(p kgo.FetchTopicPartition) {
			times := timed{"high-watermark", "follower", invoked, h.now()}
			at := log{o.topic, o.topic, p.Partition}
			if p.HighWatermark > told[p.Partition] {
				told[p.Partition] = p.HighWatermark
				h.add(bound{times, at, p.HighWatermark})
			}
			if len(p.Records) == 0 {
				return
			}
			times.Kind = "read"
			first, last := p.Records[0].Offset, p.Records[len(p.Records)-1].Offset
			h.tally(func(c *count) { c.Read += len(p.Records) })
			h.add(read{times, at, first, last + 1, seen(p.Records)})
		})
	}
}

func seen(records []*kgo.Record) []seenRecord {
	list := make([]seenRecord, len(records))
	for i, record := range records {
		list[i] = seenRecord{record.Offset, decodePayload(record.Value)}
	}
	return list
}

// The last word: each partition from its beginning to its end, when all is quiet.
func readAll(o options, h *history) {
	ctx, cancel := context.WithTimeout(context.Background(), o.patience)
	defer cancel()
	asking, err := kgo.NewClient(kgo.SeedBrokers(o.bootstrap))
	check(err)
	defer asking.Close()
	starts := make(map[int32]kgo.Offset)
	reads := make(map[int32]*read)
	ends := make(map[int32]int64)
	for partition := range int32(o.partitions) {
		from := listOffset(ctx, asking, o.topic, partition, -2)
		ends[partition] = listOffset(ctx, asking, o.topic, partition, -1)
		starts[partition] = kgo.NewOffset().At(from)
		times := timed{"final-read", "reader", h.now(), 0}
		reads[partition] = &read{times, log{o.topic, o.topic, partition}, from, from, []seenRecord{}}
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(o.bootstrap),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{o.topic: starts}))
	check(err)
	defer client.Close()
	for !complete(reads, ends) && ctx.Err() == nil {
		fetches := client.PollFetches(ctx)
		fetches.EachError(func(_ string, partition int32, err error) {
			fmt.Fprintln(os.Stderr, "reading", partition, err)
		})
		fetches.EachPartition(func(p kgo.FetchTopicPartition) {
			if len(p.Records) == 0 {
				return
			}
			one := reads[p.Partition]
			one.Records = append(one.Records, seen(p.Records)...)
			one.Next = p.Records[len(p.Records)-1].Offset + 1
		})
	}
	for _, one := range reads {
		one.EndedMs = h.now()
		h.add(*one)
	}
}

func complete(reads map[int32]*read, ends map[int32]int64) bool {
	for partition, end := range ends {
		if reads[partition].Next < end {
			return false
		}
	}
	return true
}

// Where a partition begins (-2) or ends (-1).
func listOffset(ctx context.Context, client *kgo.Client, topic string, partition int32, which int64) int64 {
	for {
		request := kmsg.NewPtrListOffsetsRequest()
		request.ReplicaID = -1
		asked := kmsg.NewListOffsetsRequestTopicPartition()
		asked.Partition, asked.Timestamp = partition, which
		request.Topics = []kmsg.ListOffsetsRequestTopic{{
			Topic: topic, Partitions: []kmsg.ListOffsetsRequestTopicPartition{asked},
		}}
		answer, err := request.RequestWith(ctx, client)
		if err == nil && len(answer.Topics) == 1 && answer.Topics[0].Partitions[0].ErrorCode == 0 {
			return answer.Topics[0].Partitions[0].Offset
		}
		if ctx.Err() != nil {
			check(fmt.Errorf("no answer to ListOffsets of %s-%d: %v", topic, partition, err))
		}
		time.Sleep(20 * time.Millisecond)
	}
}
