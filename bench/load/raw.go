package main

import (
	"context"
	"encoding/binary"
	"hash/crc32"
	"io"
	"net"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kbin"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Every broker in question serves these versions, and they are flexible.
const produceVersion = 9
const fetchVersion = 12

// A valid batch of records of one size, about as large as asked for.
func rawBatch(o options) ([]byte, int) {
	value := values(o)[0]
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

func apiVersionsFrame() []byte {
	request := kmsg.NewPtrApiVersionsRequest()
	request.SetVersion(0)
	return rawFrame(request)
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

// The partitions that one of the connections is for: all of them are spread over the connections.
func partitionsOf(o options, connection int) []int32 {
	var list []int32
	for partition := connection % o.partitions; partition < o.partitions; partition += o.connections {
		list = append(list, int32(partition))
	}
	return list
}

func onConnections(o options, count int, work func(net.Conn, int) error) error {
	var wait sync.WaitGroup
	failed := make(chan error, count)
	for number := range count {
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
