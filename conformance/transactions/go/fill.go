package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// Writes the source, round robin, and ends when everything is acknowledged.
func fill(o options) {
	client := o.client(kgo.DefaultProduceTopic(o.source), kgo.ProducerLinger(5*time.Millisecond),
		kgo.ProducerBatchCompression(kgo.NoCompression()))
	defer client.Close()
	padding := strings.Repeat(".", o.valueBytes)
	var failed error
	var once sync.Once
	for number := range o.count {
		value := fmt.Appendf(nil, "%d %s", number, padding)
		record := &kgo.Record{Partition: int32(number % o.partitions), Value: value}
		client.Produce(context.Background(), record, func(_ *kgo.Record, err error) {
			if err != nil {
				once.Do(func() { failed = err })
			}
		})
	}
	check(client.Flush(context.Background()))
	check(failed)
	printLine(map[string]int{"filled": o.count})
}
