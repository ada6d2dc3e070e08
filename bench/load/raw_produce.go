package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// One answered request: when, and how long after it was due.
type answered struct {
	at     time.Time
	tookMs float64
}

func rawProduce(o options) (figures, error) {
	targets := o.targets()
	for _, target := range targets {
		if err := withTopic(target); err != nil {
			return nil, err
		}
	}
	batch, count := rawBatch(o)
	requests := max(1, int(o.bytes)/(count*o.size)/o.connections)
	var lock sync.Mutex
	var all []answered
	start := time.Now()
	err := onConnections(o, o.connections, func(connection net.Conn, number int) error {
		line := pipeline{o: o, connection: connection, requests: requests, start: start}
		line.pace(len(batch), number)
		var frames [][2][]byte
		for _, target := range targets {
			frames = append(frames, framesOf(target, batch, partitionsOf(target, number))...)
		}
		list, err := line.run(frames)
		lock.Lock()
		all = append(all, list...)
		lock.Unlock()
		return err
	})
	if err != nil {
		return nil, err
	}
	records := int64(len(all)) * int64(count)
	found := rate(records, records*int64(o.size), time.Since(start))
	found["requests"] = float64(len(all))
	took := make([]float64, len(all))
	for i := range all {
		took[i] = all[i].tookMs
	}
	found.latencies("request", took)
	return found, writeTrace(o, all)
}

func produceRequest(o options, batch []byte, partition int32) []byte {
	request := kmsg.NewPtrProduceRequest()
	request.SetVersion(produceVersion)
	request.Acks = -1
	if o.acks == "1" {
		request.Acks = 1
	}
	request.TimeoutMillis = 30_000
	topic := kmsg.NewProduceRequestTopic()
	topic.Topic = o.topic
	data := kmsg.NewProduceRequestTopicPartition()
	data.Partition, data.Records = partition, batch
	topic.Partitions = append(topic.Partitions, data)
	request.Topics = append(request.Topics, topic)
	return rawFrame(request)
}

// One frame per partition, as pieces for one vectored write: all share the bytes of the batch, and only the head with
// the number of the partition is their own.
func framesOf(o options, batch []byte, partitions []int32) [][2][]byte {
	const marker = 0x01020304
	frame, other := produceRequest(o, batch, 0), produceRequest(o, batch, marker)
	at := 0
	for frame[at] == other[at] {
		at++
	}
	list := make([][2][]byte, len(partitions))
	for i, partition := range partitions {
		head := append([]byte(nil), frame[:at+4]...)
		binary.BigEndian.PutUint32(head[at:], uint32(partition))
		list[i] = [2][]byte{head, frame[at+4:]}
	}
	return list
}

// One connection with several requests on the way, until all were answered without an error.
type pipeline struct {
	o          options
	connection net.Conn
	requests   int
	start      time.Time
	// Between two requests; zero is as fast as it goes.
	interval time.Duration
	offset   time.Duration
}

func (p *pipeline) pace(batchBytes, number int) {
	if p.o.megabytes > 0 {
		perSecond := p.o.megabytes * 1e6 / float64(p.o.connections) / float64(batchBytes)
		p.interval = time.Duration(float64(time.Second) / perSecond)
		p.offset = p.interval * time.Duration(number) / time.Duration(p.o.connections)
	}
}

func (p *pipeline) run(frames [][2][]byte) ([]answered, error) {
	sent := make(chan time.Time, p.o.inFlight)
	failed := make(chan error, 1)
	go func() {
		defer close(sent)
		if err := p.send(frames, sent); err != nil {
			failed <- err
		}
	}()
	list := make([]answered, 0, p.requests)
	var buffer []byte
	for due := range sent {
		var err error
		if buffer, err = readFrame(p.connection, buffer); err != nil {
			return list, err
		}
		if err := refusal(buffer[5:]); err != nil {
			return list, err
		}
		now := time.Now()
		list = append(list, answered{now, milliseconds(now.Sub(due))})
	}
	select {
	case err := <-failed:
		return list, err
	default:
		return list, nil
	}
}

// A request that is late because the ones before it were slow counts from when it was due.
func (p *pipeline) send(frames [][2][]byte, sent chan<- time.Time) error {
	deadline := deadlineOf(p.o)
	for number := range p.requests {
		due := time.Now()
		if p.interval > 0 {
			due = p.start.Add(p.offset + time.Duration(number)*p.interval)
			time.Sleep(time.Until(due))
		}
		if due.After(deadline) || time.Now().After(deadline) {
			return nil
		}
		sent <- due
		pieces := frames[number%len(frames)]
		buffers := net.Buffers{pieces[0], pieces[1]}
		if _, err := buffers.WriteTo(p.connection); err != nil {
			return err
		}
	}
	return nil
}

func refusal(body []byte) error {
	response := kmsg.NewPtrProduceResponse()
	response.SetVersion(produceVersion)
	if err := response.ReadFrom(body); err != nil {
		return err
	}
	if code := response.Topics[0].Partitions[0].ErrorCode; code != 0 {
		return fmt.Errorf("produce was refused with error %d", code)
	}
	return nil
}

// One line per request: milliseconds since 1970 when it was answered, and what it took.
func writeTrace(o options, all []answered) error {
	if o.trace == "" {
		return nil
	}
	file, err := os.Create(o.trace)
	if err != nil {
		return err
	}
	defer file.Close()
	buffered := bufio.NewWriter(file)
	for _, one := range all {
		_, _ = fmt.Fprintf(buffered, "%d %.3f\n", one.at.UnixMilli(), one.tookMs)
	}
	return buffered.Flush()
}
