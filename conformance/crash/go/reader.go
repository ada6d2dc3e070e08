package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
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

// The last word: each partition from its beginning to its end, when all is quiet. Where the broker says that it cannot
// give an offset, that is written down, and reading goes on behind it.
func readAll(o options, h *history) {
	ctx, cancel := context.WithTimeout(context.Background(), o.patience)
	defer cancel()
	asking, err := kgo.NewClient(kgo.SeedBrokers(o.bootstrap))
	check(err)
	defer asking.Close()
	id := topicID(ctx, asking, o.topic)
	for partition := range int32(o.partitions) {
		from, fromErr := listOffset(ctx, asking, o.topic, partition, -2)
		end, endErr := listOffset(ctx, asking, o.topic, partition, -1)
		if err := errors.Join(fromErr, endErr); err != nil {
			fmt.Fprintln(os.Stderr, "ListOffsets of", o.topic, partition, err)
			continue
		}
		at := log{o.topic, o.topic, partition}
		all := read{timed{"final-read", "reader", h.now(), 0}, at, from, from, []seenRecord{}}
		for all.Next < end && ctx.Err() == nil {
			if err := readOn(ctx, o, &all, end); err != nil && ctx.Err() == nil {
				fmt.Fprintf(os.Stderr, "%s-%d at %d: %v\n", o.topic, partition, all.Next, err)
				from := all.Next
				for all.Next++; all.Next < end && isDamaged(ctx, asking, id, at, all.Next); all.Next++ {
				}
				h.add(damage{timed{"damage", "reader", h.now(), h.now()}, at, from, all.Next})
			}
		}
		if all.Next < end {
			// Too slow is not the same as lost: without a last word the checker says that nobody looked.
			fmt.Fprintln(os.Stderr, "reading", o.topic, partition, "came to", all.Next, "of", end, "in", o.patience)
			continue
		}
		all.EndedMs = h.now()
		h.add(all)
	}
}

func isPassing(err error) bool {
	return kerr.IsRetriable(err) && !errors.Is(err, kerr.CorruptMessage)
}

// Whether the broker itself says so; one that hands out what is damaged leaves it to its clients to notice.
func isDamaged(ctx context.Context, client *kgo.Client, id [16]byte, at log, offset int64) bool {
	request := kmsg.NewPtrFetchRequest()
	request.MaxBytes, request.MaxWaitMillis = 1, 0
	asked := kmsg.NewFetchRequestTopicPartition()
	asked.Partition, asked.FetchOffset, asked.PartitionMaxBytes = at.Partition, offset, 1
	topic := kmsg.NewFetchRequestTopic()
	topic.Topic, topic.TopicID = at.Topic, id
	topic.Partitions = append(topic.Partitions, asked)
	request.Topics = append(request.Topics, topic)
	answer, err := request.RequestWith(ctx, client)
	return err == nil && len(answer.Topics) == 1 && len(answer.Topics[0].Partitions) == 1 &&
		answer.Topics[0].Partitions[0].ErrorCode == kerr.CorruptMessage.Code
}

func topicID(ctx context.Context, client *kgo.Client, topic string) [16]byte {
	request := kmsg.NewPtrMetadataRequest()
	asked := kmsg.NewMetadataRequestTopic()
	asked.Topic = &topic
	request.Topics = append(request.Topics, asked)
	answer, err := request.RequestWith(ctx, client)
	if err != nil || len(answer.Topics) == 0 {
		return [16]byte{}
	}
	return answer.Topics[0].TopicID
}

// Reads one partition up to its end, or up to the first error.
func readOn(ctx context.Context, o options, all *read, end int64) error {
	from := map[int32]kgo.Offset{all.Log.Partition: kgo.NewOffset().At(all.Next)}
	// Damage counts among the errors that may pass, which the client would keep to itself.
	client, err := kgo.NewClient(kgo.SeedBrokers(o.bootstrap), kgo.KeepRetryableFetchErrors(),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{o.topic: from}))
	check(err)
	defer client.Close()
	for all.Next < end && ctx.Err() == nil {
		fetches := client.PollFetches(ctx)
		// What came before the error is good.
		fetches.EachRecord(func(record *kgo.Record) {
			all.Records = append(all.Records, seenRecord{record.Offset, decodePayload(record.Value)})
			all.Next = record.Offset + 1
		})
		if err := fetches.Err(); err != nil && !isPassing(err) {
			return err
		}
	}
	return nil
}

// Where a partition begins (-2) or ends (-1).
func listOffset(ctx context.Context, client *kgo.Client, topic string, partition int32, which int64) (int64, error) {
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
			return answer.Topics[0].Partitions[0].Offset, nil
		}
		if err == nil {
			err = kerr.ErrorForCode(answer.Topics[0].Partitions[0].ErrorCode)
		}
		if ctx.Err() != nil {
			return 0, err
		}
		time.Sleep(20 * time.Millisecond)
	}
}
