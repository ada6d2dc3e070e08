package main

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Records that a producer may have buffered; what the figures of other brokers were taken with.
const bufferedMax = 100_000

func acksOf(o options) kgo.Opt {
	if o.acks == "1" {
		return kgo.RequiredAcks(kgo.LeaderAck())
	}
	return kgo.RequiredAcks(kgo.AllISRAcks())
}

func createTopic(o options, client *kgo.Client) error {
	request := kmsg.NewPtrCreateTopicsRequest()
	topic := kmsg.NewCreateTopicsRequestTopic()
	topic.Topic, topic.NumPartitions, topic.ReplicationFactor = o.topic, int32(o.partitions), 1
	request.Topics = append(request.Topics, topic)
	response, err := request.RequestWith(context.Background(), client)
	if err != nil {
		return err
	}
	err = kerr.ErrorForCode(response.Topics[0].ErrorCode)
	if err == kerr.TopicAlreadyExists {
		return nil
	}
	return err
}

// Values that do not compress, so that no layer below can cheat; a few of them, so that making them costs nothing.
func values(size int) [][]byte {
	list := make([][]byte, 64)
	source := rand.NewChaCha8([32]byte{1})
	for i := range list {
		list[i] = make([]byte, size)
		_, _ = source.Read(list[i])
	}
	return list
}

func produce(o options) (result, error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(o.bootstrap), kgo.DefaultProduceTopic(o.topic), acksOf(o),
		kgo.ProducerBatchCompression(kgo.NoCompression()), kgo.MaxBufferedRecords(bufferedMax),
		kgo.ProducerLinger(5*time.Millisecond), kgo.RecordPartitioner(kgo.RoundRobinPartitioner()))
	if err != nil {
		return result{}, err
	}
	defer client.Close()
	if err := createTopic(o, client); err != nil {
		return result{}, err
	}
	var failed atomic.Pointer[error]
	list := values(o.size)
	start := time.Now()
	for i := range o.records {
		client.Produce(context.Background(), &kgo.Record{Value: list[i%len(list)]}, func(_ *kgo.Record, err error) {
			if err != nil {
				failed.Store(&err)
			}
		})
	}
	if err := client.Flush(context.Background()); err != nil {
		return result{}, err
	}
	var r result
	r.rate(int64(o.records), int64(o.records)*int64(o.size), time.Since(start))
	if err := failed.Load(); err != nil {
		return r, *err
	}
	return r, nil
}

func consume(o options) (result, error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(o.bootstrap), kgo.ConsumeTopics(o.topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		return result{}, err
	}
	defer client.Close()
	var records, bytes int64
	start := time.Now()
	for records < int64(o.records) {
		fetches := client.PollFetches(context.Background())
		if err := fetches.Err(); err != nil {
			return result{}, err
		}
		fetches.EachRecord(func(record *kgo.Record) {
			records++
			bytes += int64(len(record.Value))
		})
	}
	var r result
	r.rate(records, bytes, time.Since(start))
	return r, nil
}

// One record at a time leaves at a fixed rate, without linger; late answers do not slow the schedule down.
func latency(o options) (result, error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(o.bootstrap), kgo.DefaultProduceTopic(o.topic), acksOf(o),
		kgo.ProducerBatchCompression(kgo.NoCompression()), kgo.ProducerLinger(0))
	if err != nil {
		return result{}, err
	}
	defer client.Close()
	if err := createTopic(o, client); err != nil {
		return result{}, err
	}
	list := values(o.size)
	total := o.rate * o.seconds
	took := make([]float64, 0, total)
	var lock sync.Mutex
	start := time.Now()
	for i := range total {
		due := start.Add(time.Duration(i) * time.Second / time.Duration(o.rate))
		if wait := time.Until(due); wait > 0 {
			time.Sleep(wait)
		}
		client.Produce(context.Background(), &kgo.Record{Value: list[i%len(list)]}, func(_ *kgo.Record, err error) {
			lock.Lock()
			took = append(took, float64(time.Since(due).Microseconds())/1000)
			lock.Unlock()
		})
	}
	if err := client.Flush(context.Background()); err != nil {
		return result{}, err
	}
	var r result
	r.rate(int64(total), int64(total)*int64(o.size), time.Since(start))
	slices.Sort(took)
	r.P50Ms, r.P99Ms, r.MaxMs = took[len(took)/2], took[len(took)*99/100], took[len(took)-1]
	return r, nil
}
