// Adapter for IBM/sarama.
package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/IBM/sarama"
)

type saramaClient struct{}

func saramaError(err error) error {
	var list sarama.ProducerErrors
	if errors.As(err, &list) && len(list) > 0 {
		err = list[0].Err
	}
	var broker sarama.KError
	if errors.As(err, &broker) {
		return &BrokerError{int(broker), broker.Error()}
	}
	return err
}

func saramaConfig(command *Command) *sarama.Config {
	codecs := map[string]sarama.CompressionCodec{
		"": sarama.CompressionNone, "none": sarama.CompressionNone, "gzip": sarama.CompressionGZIP,
		"snappy": sarama.CompressionSnappy, "lz4": sarama.CompressionLZ4, "zstd": sarama.CompressionZSTD,
	}
	config := sarama.NewConfig()
	config.ClientID = command.ClientID
	config.Version = sarama.MaxVersion
	config.Producer.Compression = codecs[command.Compression]
	config.Producer.Partitioner = sarama.NewManualPartitioner
	config.Producer.RequiredAcks = sarama.WaitForAll
	config.Producer.Return.Successes = true
	config.Producer.Idempotent = command.Idempotent
	// Client limits are raised, so that it is the broker that refuses.
	config.Producer.MaxMessageBytes = 16 << 20
	config.Consumer.MaxWaitTime = 200 * time.Millisecond
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	config.Consumer.Return.Errors = true
	if command.Idempotent {
		config.Net.MaxOpenRequests = 1
	}
	return config
}

func saramaBytes(bytes []byte) sarama.Encoder {
	if bytes == nil {
		return nil
	}
	return sarama.ByteEncoder(bytes)
}

func (saramaClient) Produce(command *Command) ([]int64, error) {
	producer, err := sarama.NewSyncProducer(strings.Split(command.Bootstrap, ","), saramaConfig(command))
	if err != nil {
		return nil, err
	}
	defer producer.Close()
	messages := make([]*sarama.ProducerMessage, len(command.Records))
	for i, record := range command.Records {
		message := &sarama.ProducerMessage{
			Topic: command.Topic, Partition: record.Partition,
			Key: saramaBytes(record.Key), Value: saramaBytes(record.Value),
		}
		if record.Timestamp != nil {
			message.Timestamp = time.UnixMilli(*record.Timestamp)
		}
		for _, header := range record.Headers {
			message.Headers = append(message.Headers, sarama.RecordHeader{Key: []byte(header.Name), Value: header.Value})
		}
		messages[i] = message
	}
	if err := producer.SendMessages(messages); err != nil {
		return nil, saramaError(err)
	}
	offsets := make([]int64, len(messages))
	for i, message := range messages {
		offsets[i] = message.Offset
	}
	return offsets, nil
}

func saramaRecord(message *sarama.ConsumerMessage) Record {
	timestamp := message.Timestamp.UnixMilli()
	headers := make([]Header, 0, len(message.Headers))
	for _, header := range message.Headers {
		headers = append(headers, Header{string(header.Key), header.Value})
	}
	return Record{message.Key, message.Value, headers, &timestamp, message.Partition, message.Offset}
}

func (saramaClient) Consume(command *Command) ([]Record, error) {
	client, err := sarama.NewClient(strings.Split(command.Bootstrap, ","), saramaConfig(command))
	if err != nil {
		return nil, err
	}
	defer client.Close()
	consumer, err := sarama.NewConsumerFromClient(client)
	if err != nil {
		return nil, err
	}
	defer consumer.Close()
	messages := make(chan *sarama.ConsumerMessage)
	failures := make(chan error, 1)
	finished := make(chan struct{})
	defer close(finished)
	for _, partition := range command.Partitions {
		offset := sarama.OffsetOldest
		if command.FromTimestamp != nil {
			if offset, err = client.GetOffset(command.Topic, partition, *command.FromTimestamp); err != nil {
				return nil, saramaError(err)
			}
		}
		source, err := consumer.ConsumePartition(command.Topic, partition, offset)
		if err != nil {
			return nil, saramaError(err)
		}
		defer source.AsyncClose()
		go forward(source, messages, failures, finished)
	}
	deadline := time.After(time.Duration(command.TimeoutMs) * time.Millisecond)
	var records []Record
	for len(records) < command.Count {
		select {
		case message := <-messages:
			records = append(records, saramaRecord(message))
		case err := <-failures:
			return nil, saramaError(err)
		case <-deadline:
			return records, nil
		}
	}
	return records, nil
}

func forward(
	source sarama.PartitionConsumer, messages chan<- *sarama.ConsumerMessage, failures chan<- error,
	finished <-chan struct{},
) {
	for {
		select {
		case message, open := <-source.Messages():
			if !open {
				return
			}
			select {
			case messages <- message:
			case <-finished:
				return
			}
		case err := <-source.Errors():
			if err != nil {
				select {
				case failures <- err:
				default:
				}
			}
		case <-finished:
			return
		}
	}
}

type saramaMember struct {
	session string
	topic   string
	group   sarama.ConsumerGroup
	stop    context.CancelFunc
	done    chan struct{}

	lock    sync.Mutex
	current sarama.ConsumerGroupSession
}

func (saramaClient) Join(command *Command) (Member, error) {
	config := saramaConfig(command)
	config.Consumer.Group.Session.Timeout = time.Duration(command.SessionTimeoutMs) * time.Millisecond
	config.Consumer.Group.Heartbeat.Interval = 500 * time.Millisecond
	config.Consumer.Group.InstanceId = command.InstanceID
	config.Consumer.Group.Rebalance.GroupStrategies = []sarama.BalanceStrategy{sarama.NewBalanceStrategyRange()}
	config.Consumer.Offsets.AutoCommit.Enable = false
	config.Metadata.RefreshFrequency = 2 * time.Second
	// A member that looks for its topic while that is deleted must not create it.
	config.Metadata.AllowAutoTopicCreation = false
	group, err := sarama.NewConsumerGroup(strings.Split(command.Bootstrap, ","), command.Group, config)
	if err != nil {
		return nil, err
	}
	running, stop := context.WithCancel(context.Background())
	member := &saramaMember{
		session: command.Session, topic: command.Topic, group: group, stop: stop, done: make(chan struct{}),
	}
	go member.run(running)
	go func() {
		for err := range group.Errors() {
			tellFailed(command.Session, err)
		}
	}()
	return member, nil
}

func (m *saramaMember) run(running context.Context) {
	defer close(m.done)
	for running.Err() == nil {
		if err := m.group.Consume(running, []string{m.topic}, m); err != nil && running.Err() == nil {
			tellFailed(m.session, err)
			time.Sleep(200 * time.Millisecond)
		}
	}
}

func (m *saramaMember) Setup(session sarama.ConsumerGroupSession) error {
	m.lock.Lock()
	defer m.lock.Unlock()
	m.current = session
	partitions := slices.Clone(session.Claims()[m.topic])
	slices.Sort(partitions)
	tellAssigned(m.session, partitions)
	return nil
}

func (m *saramaMember) Cleanup(sarama.ConsumerGroupSession) error {
	tellAssigned(m.session, nil)
	return nil
}

func (m *saramaMember) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for {
		select {
		case message, open := <-claim.Messages():
			if !open {
				return nil
			}
			tellRecords(m.session, []Record{saramaRecord(message)})
			session.MarkMessage(message, "")
		case <-session.Context().Done():
			return nil
		}
	}
}

func (m *saramaMember) Commit() error {
	m.lock.Lock()
	defer m.lock.Unlock()
	if m.current == nil {
		return errors.New("no session to commit in")
	}
	m.current.Commit()
	return nil
}

func (m *saramaMember) Leave() error {
	m.stop()
	<-m.done
	return m.group.Close()
}

func (saramaClient) Stream(command *Command, stop <-chan struct{}) StreamResult {
	result := StreamResult{Failures: []string{}}
	command.Idempotent = true
	config := saramaConfig(command)
	config.Producer.Retry.Max = 200
	config.Producer.Retry.Backoff = 50 * time.Millisecond
	config.Metadata.Retry.Max = 100
	config.Metadata.Retry.Backoff = 50 * time.Millisecond
	producer, err := sarama.NewAsyncProducer(strings.Split(command.Bootstrap, ","), config)
	if err != nil {
		result.Failures = append(result.Failures, err.Error())
		return result
	}
	counted := make(chan struct{})
	var waiting sync.WaitGroup
	go countResults(producer, &result, &waiting, counted)
	sent := 0
	for running := true; running; {
		select {
		case <-stop:
			running = false
		case <-time.After(time.Duration(command.IntervalMs) * time.Millisecond):
			value := sarama.ByteEncoder(fmt.Appendf(nil, "%s%d", command.Prefix, sent))
			waiting.Add(1)
			producer.Input() <- &sarama.ProducerMessage{Topic: command.Topic, Value: value}
			sent++
		}
	}
	// A producer that is closing retries nothing, so every result must be there before.
	waiting.Wait()
	producer.AsyncClose()
	<-counted
	result.Sent = sent
	return result
}

// countResults runs until both channels of a closing producer are drained.
func countResults(
	producer sarama.AsyncProducer, result *StreamResult, waiting *sync.WaitGroup, done chan<- struct{},
) {
	defer close(done)
	successes, failures := producer.Successes(), producer.Errors()
	for successes != nil || failures != nil {
		select {
		case _, open := <-successes:
			if !open {
				successes = nil
				continue
			}
			result.Acked++
			waiting.Done()
		case failed, open := <-failures:
			if !open {
				failures = nil
				continue
			}
			result.Failures = append(result.Failures, failed.Err.Error())
			waiting.Done()
		}
	}
}
