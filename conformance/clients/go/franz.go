// Adapter for twmb/franz-go.
package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

type franz struct{}

func franzError(err error) error {
	var broker *kerr.Error
	if errors.As(err, &broker) {
		return &BrokerError{int(broker.Code), err.Error()}
	}
	return err
}

func franzProducer(command *Command, more ...kgo.Opt) (*kgo.Client, error) {
	codecs := map[string]kgo.CompressionCodec{
		"": kgo.NoCompression(), "none": kgo.NoCompression(), "gzip": kgo.GzipCompression(),
		"snappy": kgo.SnappyCompression(), "lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression(),
	}
	options := []kgo.Opt{
		kgo.SeedBrokers(command.Bootstrap),
		kgo.ClientID(command.ClientID),
		kgo.ProducerBatchCompression(codecs[command.Compression]),
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.AllowAutoTopicCreation(),
		// Client limits are raised, so that it is the broker that refuses.
		kgo.ProducerBatchMaxBytes(16 << 20),
		kgo.BrokerMaxWriteBytes(32 << 20),
	}
	if !command.Idempotent {
		options = append(options, kgo.DisableIdempotentWrite())
	}
	return kgo.NewClient(append(options, more...)...)
}

func (franz) Produce(command *Command) ([]int64, error) {
	producer, err := franzProducer(command)
	if err != nil {
		return nil, err
	}
	defer producer.Close()
	records := make([]*kgo.Record, len(command.Records))
	for i, record := range command.Records {
		records[i] = &kgo.Record{Topic: command.Topic, Partition: record.Partition, Key: record.Key, Value: record.Value}
		if record.Timestamp != nil {
			records[i].Timestamp = time.UnixMilli(*record.Timestamp)
		}
		for _, header := range record.Headers {
			records[i].Headers = append(records[i].Headers, kgo.RecordHeader{Key: header.Name, Value: header.Value})
		}
	}
	if err := producer.ProduceSync(context.Background(), records...).FirstErr(); err != nil {
		return nil, franzError(err)
	}
	offsets := make([]int64, len(records))
	for i, record := range records {
		offsets[i] = record.Offset
	}
	return offsets, nil
}

func franzRecord(record *kgo.Record) Record {
	timestamp := record.Timestamp.UnixMilli()
	headers := make([]Header, 0, len(record.Headers))
	for _, header := range record.Headers {
		headers = append(headers, Header{header.Key, header.Value})
	}
	return Record{record.Key, record.Value, headers, &timestamp, record.Partition, record.Offset}
}

func (franz) Consume(command *Command) ([]Record, error) {
	start := kgo.NewOffset().AtStart()
	if command.FromTimestamp != nil {
		start = kgo.NewOffset().AfterMilli(*command.FromTimestamp)
	}
	partitions := map[int32]kgo.Offset{}
	for _, partition := range command.Partitions {
		partitions[partition] = start
	}
	consumer, err := kgo.NewClient(
		kgo.SeedBrokers(command.Bootstrap),
		kgo.ClientID(command.ClientID),
		kgo.FetchMaxWait(200*time.Millisecond),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{command.Topic: partitions}),
	)
	if err != nil {
		return nil, err
	}
	defer consumer.Close()
	deadline, cancel := context.WithTimeout(context.Background(), time.Duration(command.TimeoutMs)*time.Millisecond)
	defer cancel()
	var records []Record
	for len(records) < command.Count && deadline.Err() == nil {
		fetches := consumer.PollFetches(deadline)
		if err := fetches.Err(); err != nil && deadline.Err() == nil {
			return nil, franzError(err)
		}
		fetches.EachRecord(func(record *kgo.Record) { records = append(records, franzRecord(record)) })
	}
	return records, nil
}

type franzMember struct {
	session string
	client  *kgo.Client
	static  bool
	stop    context.CancelFunc
	done    chan struct{}

	lock     sync.Mutex
	assigned []int32
}

func (m *franzMember) change(partitions []int32, added bool) {
	m.lock.Lock()
	defer m.lock.Unlock()
	for _, partition := range partitions {
		m.assigned = slices.DeleteFunc(m.assigned, func(held int32) bool { return held == partition })
		if added {
			m.assigned = append(m.assigned, partition)
		}
	}
	slices.Sort(m.assigned)
	tellAssigned(m.session, m.assigned)
}

func (franz) Join(command *Command) (Member, error) {
	polling, stop := context.WithCancel(context.Background())
	member := &franzMember{session: command.Session, static: command.InstanceID != "", stop: stop, done: make(chan struct{})}
	changed := func(added bool) func(context.Context, *kgo.Client, map[string][]int32) {
		return func(_ context.Context, _ *kgo.Client, topics map[string][]int32) {
			member.change(topics[command.Topic], added)
		}
	}
	options := []kgo.Opt{
		kgo.SeedBrokers(command.Bootstrap),
		kgo.ClientID(command.ClientID),
		kgo.ConsumerGroup(command.Group),
		kgo.ConsumeTopics(command.Topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.SessionTimeout(time.Duration(command.SessionTimeoutMs) * time.Millisecond),
		kgo.HeartbeatInterval(500 * time.Millisecond),
		kgo.FetchMaxWait(200 * time.Millisecond),
		kgo.MetadataMinAge(time.Second),
		kgo.MetadataMaxAge(2 * time.Second),
		kgo.DisableAutoCommit(),
		kgo.OnPartitionsAssigned(changed(true)),
		kgo.OnPartitionsRevoked(changed(false)),
		kgo.OnPartitionsLost(changed(false)),
	}
	if command.InstanceID != "" {
		options = append(options, kgo.InstanceID(command.InstanceID))
	}
	balancer := kgo.RangeBalancer()
	if command.Cooperative {
		balancer = kgo.CooperativeStickyBalancer()
	}
	client, err := kgo.NewClient(append(options, kgo.Balancers(balancer))...)
	if err != nil {
		return nil, err
	}
	member.client = client
	go member.poll(polling)
	return member, nil
}

func (m *franzMember) poll(polling context.Context) {
	defer close(m.done)
	for polling.Err() == nil {
		fetches := m.client.PollFetches(polling)
		for _, failed := range fetches.Errors() {
			if polling.Err() == nil {
				tellFailed(m.session, fmt.Errorf("partition %d: %w", failed.Partition, failed.Err))
			}
		}
		var records []Record
		fetches.EachRecord(func(record *kgo.Record) { records = append(records, franzRecord(record)) })
		if len(records) > 0 {
			tellRecords(m.session, records)
		}
	}
}

func (m *franzMember) Commit() error {
	return franzError(m.client.CommitUncommittedOffsets(context.Background()))
}

func (m *franzMember) Leave() error {
	m.stop()
	<-m.done
	m.client.Close()
	return nil
}

func (franz) Stream(command *Command, stop <-chan struct{}) StreamResult {
	result := StreamResult{Failures: []string{}}
	command.Idempotent = true
	backoff := func(int) time.Duration { return 50 * time.Millisecond }
	producer, err := franzProducer(command, kgo.RetryBackoffFn(backoff), kgo.ProducerLinger(0))
	if err != nil {
		result.Failures = append(result.Failures, err.Error())
		return result
	}
	defer producer.Close()
	var lock sync.Mutex
	for {
		select {
		case <-stop:
			if err := producer.Flush(context.Background()); err != nil {
				result.Failures = append(result.Failures, err.Error())
			}
			return result
		case <-time.After(time.Duration(command.IntervalMs) * time.Millisecond):
		}
		value := fmt.Appendf(nil, "%s%d", command.Prefix, result.Sent)
		result.Sent++
		producer.Produce(context.Background(), &kgo.Record{Topic: command.Topic, Value: value}, func(_ *kgo.Record, err error) {
			lock.Lock()
			defer lock.Unlock()
			if err != nil {
				result.Failures = append(result.Failures, err.Error())
				return
			}
			result.Acked++
		})
	}
}
