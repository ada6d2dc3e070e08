package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kbin"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Every broker in question serves this version, and it is flexible.
const produceVersion = 9
const fetchVersion = 12

// A valid batch of records of one size, about as large as asked for.
func rawBatch(o options) ([]byte, int) {
	value := values(o.size)[0]
	var records []byte
	count := 0
	for len(records) < o.batch-o.size-100 || count == 0 {
		var record []byte
		record = append(record, 0)
		record = kbin.AppendVarlong(record, 0)
		record = kbin.AppendVarint(record, int32(count))
		record = kbin.AppendVarint(record, -1)
		record = kbin.AppendVarint(record, int32(len(value)))
		record = append(record, value...)
		record = kbin.AppendVarint(record, 0)
		records = kbin.AppendVarint(records, int32(len(record)))
		records = append(records, record...)
		count++
	}
	now := time.Now().UnixMilli()
	batch := kmsg.RecordBatch{
		Length: int32(49 + len(records)), PartitionLeaderEpoch: -1, Magic: 2, LastOffsetDelta: int32(count - 1),
		FirstTimestamp: now, MaxTimestamp: now, ProducerID: -1, ProducerEpoch: -1, FirstSequence: -1,
		NumRecords: int32(count), Records: records,
	}
	bytes := batch.AppendTo(nil)
	binary.BigEndian.PutUint32(bytes[17:], crc32.Checksum(bytes[21:], crc32.MakeTable(crc32.Castagnoli)))
	return bytes, count
}

func rawFrame(request kmsg.Request) []byte {
	return kmsg.NewRequestFormatter(kmsg.FormatterClientID("raw")).AppendRequest(nil, request, 1)
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

// A broker may answer CreateTopics before it leads the partitions, and requests that were built once cannot wait for
// it: a client that retries writes one record to each.
func warmUp(o options) error {
	client, err := kgo.NewClient(kgo.SeedBrokers(o.bootstrap), kgo.DefaultProduceTopic(o.topic),
		kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.UnknownTopicRetries(-1))
	if err != nil {
		return err
	}
	defer client.Close()
	for partition := range o.partitions {
		record := &kgo.Record{Partition: int32(partition), Value: []byte("warm-up")}
		if err := client.ProduceSync(context.Background(), record).FirstErr(); err != nil {
			return err
		}
	}
	return nil
}

func rawProduce(o options) (result, error) {
	if err := withTopic(o); err != nil {
		return result{}, err
	}
	batch, count := rawBatch(o)
	requests := max(1, o.records/count/o.connections)
	start := time.Now()
	err := onConnections(o, func(connection net.Conn, number int) error {
		request := kmsg.NewPtrProduceRequest()
		request.SetVersion(produceVersion)
		request.Acks = -1
		request.TimeoutMillis = 30_000
		topic := kmsg.NewProduceRequestTopic()
		topic.Topic = o.topic
		partition := kmsg.NewProduceRequestTopicPartition()
		partition.Partition, partition.Records = int32(number%o.partitions), batch
		topic.Partitions = append(topic.Partitions, partition)
		request.Topics = append(request.Topics, topic)
		return pipeline(connection, rawFrame(request), requests, o.inFlight)
	})
	var r result
	records := int64(requests) * int64(o.connections) * int64(count)
	r.rate(records, records*int64(o.size), time.Since(start))
	return r, err
}

// Keeps `inFlight` copies of one request on the way until `total` were answered without an error.
func pipeline(connection net.Conn, frame []byte, total, inFlight int) error {
	tokens := make(chan struct{}, inFlight)
	failed := make(chan error, 1)
	go func() {
		for range total {
			tokens <- struct{}{}
			if _, err := connection.Write(frame); err != nil {
				failed <- err
				return
			}
		}
	}()
	for range total {
		body, err := readFrame(connection, nil)
		if err != nil {
			return err
		}
		response := kmsg.NewPtrProduceResponse()
		response.SetVersion(produceVersion)
		if err := response.ReadFrom(body[5:]); err != nil {
			return err
		}
		if code := response.Topics[0].Partitions[0].ErrorCode; code != 0 {
			return fmt.Errorf("produce was refused with error %d", code)
		}
		<-tokens
	}
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}

func readFrame(connection net.Conn, into []byte) ([]byte, error) {
	var length [4]byte
	if _, err := io.ReadFull(connection, length[:]); err != nil {
		return nil, err
	}
	size := int(binary.BigEndian.Uint32(length[:]))
	if cap(into) < size {
		into = make([]byte, size)
	}
	into = into[:size]
	_, err := io.ReadFull(connection, into)
	return into, err
}

func rawConsume(o options) (result, error) {
	var lock sync.Mutex
	var records, bytes int64
	start := time.Now()
	err := onConnections(o, func(connection net.Conn, number int) error {
		count, size, err := drain(o, connection, int32(number%o.partitions))
		lock.Lock()
		records, bytes = records+count, bytes+size
		lock.Unlock()
		return err
	})
	var r result
	r.rate(records, bytes, time.Since(start))
	return r, err
}

// Reads one partition from its beginning to its end, looking at the headers of its batches only.
func drain(o options, connection net.Conn, number int32) (records, bytes int64, err error) {
	offset := int64(0)
	var buffer []byte
	for {
		request := kmsg.NewPtrFetchRequest()
		request.SetVersion(fetchVersion)
		request.MaxWaitMillis, request.MinBytes, request.MaxBytes = 500, 1, 8<<20
		request.SessionEpoch = -1
		topic := kmsg.NewFetchRequestTopic()
		topic.Topic = o.topic
		partition := kmsg.NewFetchRequestTopicPartition()
		partition.Partition, partition.FetchOffset, partition.PartitionMaxBytes = number, offset, 1<<20
		partition.CurrentLeaderEpoch, partition.LastFetchedEpoch = -1, -1
		topic.Partitions = append(topic.Partitions, partition)
		request.Topics = append(request.Topics, topic)
		if _, err := connection.Write(rawFrame(request)); err != nil {
			return records, bytes, err
		}
		if buffer, err = readFrame(connection, buffer); err != nil {
			return records, bytes, err
		}
		response := kmsg.NewPtrFetchResponse()
		response.SetVersion(fetchVersion)
		if err := response.ReadFrom(buffer[5:]); err != nil {
			return records, bytes, err
		}
		answer := response.Topics[0].Partitions[0]
		if answer.ErrorCode != 0 {
			return records, bytes, fmt.Errorf("fetch was refused with error %d", answer.ErrorCode)
		}
		for rest := answer.RecordBatches; len(rest) >= 61; {
			size := 12 + int(binary.BigEndian.Uint32(rest[8:]))
			if size > len(rest) {
				break
			}
			count := int64(binary.BigEndian.Uint32(rest[57:]))
			records += count
			bytes += count * int64(o.size)
			offset = int64(binary.BigEndian.Uint64(rest)) + int64(binary.BigEndian.Uint32(rest[23:])) + 1
			rest = rest[size:]
		}
		if offset >= answer.HighWatermark {
			return records, bytes, nil
		}
	}
}

func onConnections(o options, work func(net.Conn, int) error) error {
	var wait sync.WaitGroup
	failed := make(chan error, o.connections)
	for number := range o.connections {
		connection, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", o.bootstrap)
		if err != nil {
			return err
		}
		wait.Go(func() {
			defer connection.Close()
			if err := work(connection, number); err != nil {
				failed <- err
			}
		})
	}
	wait.Wait()
	close(failed)
	return <-failed
}
