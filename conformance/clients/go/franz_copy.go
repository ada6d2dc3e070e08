// Copies one topic into another exactly once by franz-go: each transaction takes the records of a poll and commits their
// offsets with them; some are aborted on the way, and what they took is read again.
package main

import (
	"context"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// CopyResult is what a finished copy says about itself.
type CopyResult struct {
	Copied  int `json:"copied"`
	Aborted int `json:"aborted"`
}

func franzCopy(command *Command) (CopyResult, error) {
	var result CopyResult
	session, err := kgo.NewGroupTransactSession(
		kgo.SeedBrokers(command.Bootstrap),
		kgo.ClientID(command.ClientID),
		kgo.TransactionalID(command.Prefix),
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.ConsumerGroup(command.Group),
		kgo.ConsumeTopics(command.Topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.FetchMaxWait(200*time.Millisecond),
		kgo.RequireStableFetchOffsets(),
	)
	if err != nil {
		return result, err
	}
	defer session.Close()
	deadline, cancel := context.WithTimeout(context.Background(), time.Duration(command.TimeoutMs)*time.Millisecond)
	defer cancel()
	for ended := 1; result.Copied < command.Count; {
		fetches := session.PollRecords(deadline, command.PerTransaction)
		if err := fetches.Err(); err != nil {
			return result, franzError(err)
		}
		if fetches.NumRecords() == 0 {
			continue
		}
		if err := session.Begin(); err != nil {
			return result, franzError(err)
		}
		fetches.EachRecord(func(record *kgo.Record) {
			copied := &kgo.Record{Topic: command.Target, Partition: record.Partition, Key: record.Key, Value: record.Value}
			session.Produce(deadline, copied, nil)
		})
		outcome := kgo.TransactionEndTry(ended%command.AbortEvery != 0)
		committed, err := session.End(deadline, outcome)
		if err != nil {
			return result, franzError(err)
		}
		ended++
		if committed {
			result.Copied += fetches.NumRecords()
		} else {
			result.Aborted++
		}
	}
	return result, nil
}
