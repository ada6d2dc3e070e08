package main

import (
	"context"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// A broker with thousands of partitions may take long to answer.
const createTimeout = 5 * time.Minute

// A broker that takes no record for so long after a restart is not ready.
const readyTimeout = 2 * time.Minute

func createTopic(o options, client *kgo.Client) error {
	request := kmsg.NewPtrCreateTopicsRequest()
	request.TimeoutMillis = int32(createTimeout.Milliseconds())
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

// A broker may answer CreateTopics before it leads the partitions, and requests that were built once cannot wait for
// it: a client that retries writes one record to each.
func warmUp(o options) error {
	client, err := kgo.NewClient(kgo.SeedBrokers(o.bootstrap), kgo.DefaultProduceTopic(o.topic),
		kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.UnknownTopicRetries(-1), kgo.ProducerLinger(0))
	if err != nil {
		return err
	}
	defer client.Close()
	records := make([]*kgo.Record, o.partitions)
	for partition := range records {
		records[partition] = &kgo.Record{Partition: int32(partition), Value: []byte("warm-up")}
	}
	return client.ProduceSync(context.Background(), records...).FirstErr()
}

func withTopic(o options) error {
	client, err := kgo.NewClient(kgo.SeedBrokers(o.bootstrap))
	if err != nil {
		return err
	}
	defer client.Close()
	if err := createTopic(o, client); err != nil {
		return err
	}
	return warmUp(o)
}

// The options for each topic: one by its name, several by name and number.
func (o options) targets() []options {
	if o.topics == 1 {
		return []options{o}
	}
	list := make([]options, o.topics)
	for number := range list {
		list[number] = o
		list[number].topic = fmt.Sprintf("%s-%d", o.topic, number)
	}
	return list
}

// Makes many topics, one request after another.
func create(o options) (figures, error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(o.bootstrap), kgo.RequestTimeoutOverhead(createTimeout))
	if err != nil {
		return nil, err
	}
	defer client.Close()
	start := time.Now()
	for _, target := range o.targets() {
		if err := createTopic(target, client); err != nil {
			return nil, err
		}
	}
	return figures{"createSeconds": time.Since(start).Seconds()}, nil
}

// Writes one record to each partition of the topics that `create` made.
func touch(o options) (figures, error) {
	start := time.Now()
	for _, target := range o.targets() {
		if err := warmUp(target); err != nil {
			return nil, err
		}
	}
	return figures{"touchSeconds": time.Since(start).Seconds()}, nil
}

// How long until a record is acknowledged, for a broker that has just been started again.
func probe(o options) (figures, error) {
	start := time.Now()
	client, err := kgo.NewClient(kgo.SeedBrokers(o.bootstrap), kgo.UnknownTopicRetries(-1), kgo.ProducerLinger(0),
		kgo.MetadataMinAge(20*time.Millisecond), kgo.RecordDeliveryTimeout(readyTimeout),
		kgo.RetryBackoffFn(func(int) time.Duration { return 20 * time.Millisecond }))
	if err != nil {
		return nil, err
	}
	defer client.Close()
	record := &kgo.Record{Topic: o.topic, Value: []byte("probe")}
	if err := client.ProduceSync(context.Background(), record).FirstErr(); err != nil {
		return nil, err
	}
	return figures{"firstAckMs": milliseconds(time.Since(start))}, nil
}
