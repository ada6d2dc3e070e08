package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

type seen struct {
	Topic       string `json:"topic"`
	Partition   int32  `json:"partition"`
	Offset      int64  `json:"offset"`
	Source      int64  `json:"source"`
	Transaction string `json:"transaction"`
	Count       int    `json:"count"`
}

func (o options) reader() *kgo.Client {
	isolation := kgo.ReadUncommitted()
	if o.committed {
		isolation = kgo.ReadCommitted()
	}
	places := map[string]map[int32]kgo.Offset{o.target: {}}
	for partition := range int32(o.partitions) {
		places[o.target][partition] = kgo.NewOffset().AtStart()
	}
	if o.ledger != "" {
		places[o.ledger] = map[int32]kgo.Offset{0: kgo.NewOffset().AtStart()}
	}
	return o.client(kgo.ConsumePartitions(places), kgo.FetchIsolationLevel(isolation),
		kgo.FetchMaxWait(100*time.Millisecond), kgo.KeepControlRecords())
}

func seenOf(record *kgo.Record) seen {
	value, err := decodeCopied(record.Value)
	check(err)
	return seen{record.Topic, record.Partition, record.Offset, value.offset, value.transaction, value.count}
}

// Reads along, and writes down what it is given, until standard input ends.
func follow(o options) {
	file, err := os.Create(o.history)
	check(err)
	buffer := bufio.NewWriter(file)
	lines := json.NewEncoder(buffer)
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		for input := bufio.NewScanner(os.Stdin); input.Scan(); {
		}
		stop()
	}()
	client := o.reader()
	defer client.Close()
	count := 0
	for ctx.Err() == nil {
		client.PollFetches(ctx).EachRecord(func(record *kgo.Record) {
			if !record.Attrs.IsControl() {
				check(lines.Encode(seenOf(record)))
				count++
			}
		})
	}
	check(buffer.Flush())
	printLine(map[string]int{"seen": count})
}

// Prints everything that a reader from the beginning is given, one line each.
func dump(o options) {
	ctx, cancel := context.WithTimeout(context.Background(), o.patience)
	defer cancel()
	ends, err := o.ends(ctx)
	check(err)
	buffer := bufio.NewWriter(os.Stdout)
	lines := json.NewEncoder(buffer)
	client := o.reader()
	defer client.Close()
	missing := 0
	for _, end := range ends {
		if end > 0 {
			missing++
		}
	}
	for missing > 0 {
		fetches := client.PollFetches(ctx)
		if ctx.Err() != nil {
			check(fmt.Errorf("not everything could be read within %v: %d partitions are missing", o.patience, missing))
		}
		fetches.EachRecord(func(record *kgo.Record) {
			// The last one is the marker of a transaction, which this client is given, too.
			if record.Offset == ends[place{record.Topic, record.Partition}]-1 {
				missing--
			}
			if !record.Attrs.IsControl() {
				check(lines.Encode(seenOf(record)))
			}
		})
	}
	check(buffer.Flush())
}
