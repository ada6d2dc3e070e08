package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// Producers that write their share in transactions, one after another: begin, records to all partitions in turn, commit.
func transactions(o options) (figures, error) {
	if err := withTopic(o); err != nil {
		return nil, err
	}
	list := values(o)
	deadline := deadlineOf(o)
	var running sync.WaitGroup
	var records atomic.Int64
	var failed atomic.Pointer[error]
	took := make([][]float64, o.producers)
	begun := time.Now()
	for number := range o.producers {
		running.Go(func() {
			share := o.bytes / int64(o.size) / int64(o.producers)
			written, endMs, err := writeInTransactions(o, number, share, deadline, list)
			records.Add(written)
			took[number] = endMs
			if err != nil {
				failed.Store(&err)
			}
		})
	}
	running.Wait()
	elapsed := time.Since(begun)
	if err := failed.Load(); err != nil {
		return nil, *err
	}
	found := rate(records.Load(), records.Load()*int64(o.size), elapsed)
	var all []float64
	for _, some := range took {
		all = append(all, some...)
	}
	found["transactions"] = float64(len(all))
	found["transactionsPerSecond"] = float64(len(all)) / elapsed.Seconds()
	found.latencies("transaction", all)
	return found, nil
}

// Gives the records that are committed, and how long each transaction took.
func writeInTransactions(
	o options, number int, share int64, deadline time.Time, list [][]byte,
) (int64, []float64, error) {
	client, err := kgo.NewClient(append(producerOptions(o), kgo.MaxBufferedRecords(bufferedRecordsMax),
		kgo.ProducerLinger(5*time.Millisecond), kgo.RecordPartitioner(kgo.RoundRobinPartitioner()),
		kgo.TransactionalID(fmt.Sprintf("%s-%d", o.topic, number)))...)
	if err != nil {
		return 0, nil, err
	}
	defer client.Close()
	ctx := context.Background()
	var written int64
	var took []float64
	for written < share && time.Now().Before(deadline) {
		begun := time.Now()
		if err := client.BeginTransaction(); err != nil {
			return written, took, err
		}
		var failed atomic.Pointer[error]
		for i := range o.perTransaction {
			client.Produce(ctx, &kgo.Record{Value: list[i%len(list)]}, func(_ *kgo.Record, err error) {
				if err != nil {
					failed.Store(&err)
				}
			})
		}
		if err := client.Flush(ctx); err != nil {
			return written, took, err
		}
		if err := failed.Load(); err != nil {
			return written, took, *err
		}
		if err := client.EndTransaction(ctx, kgo.TryCommit); err != nil {
			return written, took, err
		}
		took = append(took, milliseconds(time.Since(begun)))
		written += int64(o.perTransaction)
	}
	return written, took, nil
}
