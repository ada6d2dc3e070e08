package main

import (
	"context"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

type place struct {
	topic     string
	partition int32
}

func (o options) topics() []string {
	if o.ledger == "" {
		return []string{o.target}
	}
	return []string{o.target, o.ledger}
}

// High watermarks.
func (o options) ends(ctx context.Context) (map[place]int64, error) {
	client := kadm.NewClient(o.client())
	defer client.Close()
	listed, err := client.ListEndOffsets(ctx, o.topics()...)
	if err == nil {
		err = listed.Error()
	}
	ends := make(map[place]int64)
	listed.Each(func(offset kadm.ListedOffset) { ends[place{offset.Topic, offset.Partition}] = offset.Offset })
	return ends, err
}

// Waits until no transaction hangs, and prints how long that took and where the group stands. What hangs after `patience`
// is an error.
func settled(o options) {
	begun := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), o.patience)
	defer cancel()
	client := kadm.NewClient(o.client(kgo.FetchIsolationLevel(kgo.ReadCommitted())))
	defer client.Close()
	var hanging string
	for {
		found, err := o.hanging(ctx, client)
		if err == nil && found == "" {
			break
		}
		if hanging = found; err != nil {
			hanging = err.Error()
		}
		if ctx.Err() != nil {
			check(fmt.Errorf("after %v: %s", o.patience, hanging))
		}
		time.Sleep(50 * time.Millisecond)
	}
	printLine(map[string]any{
		"ms": time.Since(begun).Milliseconds(), "hung": hanging != "", "offsets": o.groupOffsets(client),
	})
}

// A sentence about a transaction that is not over, empty when there is none.
func (o options) hanging(ctx context.Context, client *kadm.Client) (string, error) {
	listed, err := client.ListTransactions(ctx, nil, nil)
	if err != nil {
		return "", err
	}
	for _, one := range listed {
		if one.State == "Ongoing" || one.State == "PrepareCommit" || one.State == "PrepareAbort" {
			return fmt.Sprintf("%s is %s", one.TxnID, one.State), nil
		}
	}
	var set kadm.TopicsSet
	for partition := range int32(o.partitions) {
		set.Add(o.target, partition)
	}
	if o.ledger != "" {
		set.Add(o.ledger, 0)
	}
	described, err := client.DescribeProducers(ctx, set)
	if err != nil {
		return "", err
	}
	var open string
	described.EachProducer(func(producer kadm.DescribedProducer) {
		if producer.CurrentTxnStartOffset >= 0 {
			open = fmt.Sprintf("producer %d is open in %s-%d", producer.ProducerID, producer.Topic, producer.Partition)
		}
	})
	if open != "" {
		return open, nil
	}
	return o.unstable(ctx, client)
}

func (o options) unstable(ctx context.Context, client *kadm.Client) (string, error) {
	stable, err := client.ListCommittedOffsets(ctx, o.topics()...)
	if err != nil {
		return "", err
	}
	ends, err := o.ends(ctx)
	if err != nil {
		return "", err
	}
	behind := ""
	stable.Each(func(offset kadm.ListedOffset) {
		if end := ends[place{offset.Topic, offset.Partition}]; offset.Err != nil || offset.Offset != end {
			behind = fmt.Sprintf("%s-%d is stable up to %d of %d", offset.Topic, offset.Partition, offset.Offset, end)
		}
	})
	return behind, nil
}

// Prints where the group stands.
func positions(o options) {
	client := kadm.NewClient(o.client())
	defer client.Close()
	printLine(map[string]any{"offsets": o.groupOffsets(client)})
}

func (o options) groupOffsets(client *kadm.Client) map[int32]int64 {
	offsets := make(map[int32]int64)
	fetched, err := client.FetchOffsets(context.Background(), o.group)
	check(err)
	fetched.Each(func(offset kadm.OffsetResponse) {
		if offset.Topic == o.source {
			offsets[offset.Partition] = offset.At
		}
	})
	return offsets
}
