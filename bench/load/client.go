package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// What a producer may have buffered: records as the figures of other brokers were taken with, bytes so that large
// records do not turn into gigabytes.
const bufferedRecordsMax = 100_000
const bufferedBytesMax = 128 << 20

func producerOptions(o options) []kgo.Opt {
	list := []kgo.Opt{kgo.SeedBrokers(o.bootstrap), kgo.DefaultProduceTopic(o.topic)}
	if o.acks == "1" {
		list = append(list, kgo.RequiredAcks(kgo.LeaderAck()))
	}
	if o.acks == "1" || !o.idempotent {
		list = append(list, kgo.DisableIdempotentWrite())
	}
	codec := kgo.NoCompression()
	if o.compression == "zstd" {
		codec = kgo.ZstdCompression()
	}
	return append(list, kgo.ProducerBatchCompression(codec))
}

// A few values, so that making them costs nothing. Random ones do not compress, so that no layer below can cheat.
func values(o options) [][]byte {
	list := make([][]byte, 64)
	chacha := rand.NewChaCha8([32]byte{1})
	source := rand.New(chacha)
	for i := range list {
		list[i] = make([]byte, 0, o.size+64)
		for o.values == "text" && len(list[i]) < o.size {
			list[i] = fmt.Appendf(list[i], `{"order":%d,"item":"coffee","size":"large","cents":%d},`,
				source.IntN(1_000_000), source.IntN(2_000))
		}
		list[i] = list[i][:o.size]
		if o.values != "text" {
			_, _ = chacha.Read(list[i])
		}
	}
	return list
}

func newProducer(o options) (*kgo.Client, error) {
	return kgo.NewClient(append(producerOptions(o), kgo.MaxBufferedRecords(bufferedRecordsMax),
		kgo.MaxBufferedBytes(bufferedBytesMax), kgo.ProducerLinger(5*time.Millisecond),
		kgo.RecordPartitioner(kgo.RoundRobinPartitioner()))...)
}

func produce(o options) (figures, error) {
	if err := withTopic(o); err != nil {
		return nil, err
	}
	return produceAll(o)
}

// All producers at once; each sends its share. The topic is there.
func produceAll(o options) (figures, error) {
	clients := make([]*kgo.Client, o.producers)
	for i := range clients {
		client, err := newProducer(o)
		if err != nil {
			return nil, err
		}
		defer client.Close()
		clients[i] = client
	}
	list := values(o)
	share := o.bytes / int64(o.size) / int64(o.producers)
	var sent atomic.Int64
	var failed atomic.Pointer[error]
	var wait sync.WaitGroup
	start := time.Now()
	for _, client := range clients {
		wait.Go(func() { sent.Add(produceShare(o, client, list, share, &failed)) })
	}
	wait.Wait()
	found := rate(sent.Load(), sent.Load()*int64(o.size), time.Since(start))
	if err := failed.Load(); err != nil {
		return nil, *err
	}
	return found, nil
}

// Returns how many records were acknowledged or refused when it was over.
func produceShare(o options, client *kgo.Client, list [][]byte, share int64, failed *atomic.Pointer[error]) int64 {
	deadline := deadlineOf(o)
	done := func(_ *kgo.Record, err error) {
		if err != nil {
			failed.Store(&err)
		}
	}
	sent := int64(0)
	for ; sent < share; sent++ {
		if sent%256 == 0 && (failed.Load() != nil || time.Now().After(deadline)) {
			break
		}
		client.Produce(context.Background(), &kgo.Record{Value: list[sent%int64(len(list))]}, done)
	}
	if err := client.Flush(context.Background()); err != nil {
		failed.Store(&err)
	}
	return sent
}

func deadlineOf(o options) time.Time {
	if o.secondsMax <= 0 {
		return time.Now().Add(24 * time.Hour)
	}
	return time.Now().Add(time.Duration(o.secondsMax * float64(time.Second)))
}

func consume(o options) (figures, error) {
	start := time.Now()
	records, bytes, err := consumeAll(o)
	if err != nil {
		return nil, err
	}
	return rate(records, bytes, time.Since(start)), nil
}

// All consumers at once; each reads the whole topic.
func consumeAll(o options) (records, bytes int64, err error) {
	var wait sync.WaitGroup
	var lock sync.Mutex
	for range o.consumers {
		wait.Go(func() {
			count, size, failure := consumeOne(o)
			lock.Lock()
			defer lock.Unlock()
			records, bytes = records+count, bytes+size
			if failure != nil {
				err = failure
			}
		})
	}
	wait.Wait()
	return records, bytes, err
}

// The single record that made a partition ready is not of the asked size, and does not count.
func consumeOne(o options) (records, bytes int64, err error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(o.bootstrap), kgo.ConsumeTopics(o.topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		return 0, 0, err
	}
	defer client.Close()
	for records < o.bytes/int64(o.size) {
		fetches := client.PollFetches(context.Background())
		if err := fetches.Err(); err != nil {
			return records, bytes, err
		}
		fetches.EachRecord(func(record *kgo.Record) {
			if len(record.Value) == o.size {
				records++
				bytes += int64(o.size)
			}
		})
	}
	return records, bytes, nil
}

// Producers and consumers at once: the topic is written and followed until all was read.
func mixed(o options) (figures, error) {
	if err := withTopic(o); err != nil {
		return nil, err
	}
	start := time.Now()
	read := make(chan error, 1)
	go func() {
		_, _, err := consumeAll(o)
		read <- err
	}()
	found, err := produceAll(o)
	if err != nil {
		return nil, err
	}
	if err := <-read; err != nil {
		return nil, err
	}
	found["followedMegabytesPerSecond"] = found["bytes"] * float64(o.consumers) / 1e6 / time.Since(start).Seconds()
	return found, nil
}
