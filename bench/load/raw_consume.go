package main

import (
	"encoding/binary"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kmsg"
)

func rawConsume(o options) (figures, error) {
	var lock sync.Mutex
	var records, bytes int64
	start := time.Now()
	err := onConnections(o, o.connections*o.consumers, func(connection net.Conn, number int) error {
		// A reader gives up its own connection only after all of its partitions, so that none waits for another.
		reader := rawReader{o: o, connection: connection}
		for range o.passes {
			for _, partition := range partitionsOf(o, number%o.connections) {
				if err := reader.drain(partition); err != nil {
					return err
				}
			}
		}
		lock.Lock()
		defer lock.Unlock()
		records, bytes = records+reader.records, bytes+reader.bytes
		return nil
	})
	return rate(records, bytes, time.Since(start)), err
}

type rawReader struct {
	o          options
	connection net.Conn
	buffer     []byte
	records    int64
	bytes      int64
}

func fetchRequest(o options, partition int32, offset int64) []byte {
	request := kmsg.NewPtrFetchRequest()
	request.SetVersion(fetchVersion)
	request.MaxWaitMillis, request.MinBytes, request.MaxBytes = 500, 1, 8<<20
	request.SessionEpoch = -1
	topic := kmsg.NewFetchRequestTopic()
	topic.Topic = o.topic
	data := kmsg.NewFetchRequestTopicPartition()
	data.Partition, data.FetchOffset, data.PartitionMaxBytes = partition, offset, 1<<20
	data.CurrentLeaderEpoch, data.LastFetchedEpoch = -1, -1
	topic.Partitions = append(topic.Partitions, data)
	request.Topics = append(request.Topics, topic)
	return rawFrame(request)
}

// Reads one partition from its beginning to its end, looking at the headers of its batches only.
func (r *rawReader) drain(partition int32) error {
	offset := int64(0)
	for {
		if _, err := r.connection.Write(fetchRequest(r.o, partition, offset)); err != nil {
			return err
		}
		var err error
		if r.buffer, err = readFrame(r.connection, r.buffer); err != nil {
			return err
		}
		response := kmsg.NewPtrFetchResponse()
		response.SetVersion(fetchVersion)
		if err := response.ReadFrom(r.buffer[5:]); err != nil {
			return err
		}
		answer := response.Topics[0].Partitions[0]
		if answer.ErrorCode != 0 {
			return fmt.Errorf("fetch was refused with error %d", answer.ErrorCode)
		}
		if offset = r.count(answer.RecordBatches, offset); offset >= answer.HighWatermark {
			return nil
		}
	}
}

// Returns the offset behind the last whole batch.
func (r *rawReader) count(rest []byte, offset int64) int64 {
	for len(rest) >= 61 {
		size := 12 + int(binary.BigEndian.Uint32(rest[8:]))
		if size > len(rest) {
			break
		}
		records := int64(binary.BigEndian.Uint32(rest[57:]))
		r.records += records
		r.bytes += records * int64(r.o.size)
		offset = int64(binary.BigEndian.Uint64(rest)) + int64(binary.BigEndian.Uint32(rest[23:])) + 1
		rest = rest[size:]
	}
	return offset
}
