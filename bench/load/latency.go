package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// How long the last records may be on their way to the consumer.
const arriveTimeout = 30 * time.Second

// What one run of `latency` notes, in milliseconds: until acknowledged, and until a consumer had the record.
type stopwatch struct {
	lock     sync.Mutex
	start    time.Time
	interval time.Duration
	// Records that leave before anything is counted.
	lead    int
	acked   []float64
	arrived []float64
	// When the slowest of them was due: a slow begin is something else than a stall.
	slowestMs float64
	slowestAt time.Duration
	failed    error
}

// When the record of that number should have left; a schedule that falls behind counts as latency.
func (s *stopwatch) due(number int) time.Time {
	return s.start.Add(time.Duration(number) * s.interval)
}

// One record at a time leaves at a fixed rate, without linger; late answers do not slow the schedule down.
func latency(o options) (figures, error) {
	if err := withTopic(o); err != nil {
		return nil, err
	}
	closeIdle, err := openIdle(o)
	if err != nil {
		return nil, err
	}
	defer closeIdle()
	producer, err := kgo.NewClient(append(producerOptions(o), kgo.ProducerLinger(0))...)
	if err != nil {
		return nil, err
	}
	defer producer.Close()
	consumer, err := kgo.NewClient(kgo.SeedBrokers(o.bootstrap), kgo.ConsumeTopics(o.topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		return nil, err
	}
	defer consumer.Close()
	if err := awaitRecords(consumer, o.partitions); err != nil {
		return nil, err
	}
	total := o.rate * (o.lead + o.seconds)
	watch := &stopwatch{
		start: time.Now().Add(50 * time.Millisecond), interval: time.Second / time.Duration(o.rate), lead: o.rate * o.lead,
	}
	arrived := make(chan error, 1)
	go func() { arrived <- watch.follow(consumer, total) }()
	watch.send(producer, values(o), total)
	if err := producer.Flush(context.Background()); err != nil {
		return nil, err
	}
	elapsed := time.Since(watch.start)
	if err := <-arrived; err != nil {
		return nil, err
	}
	found := rate(int64(total), int64(total)*int64(o.size), elapsed)
	found.latencies("ack", watch.acked)
	found.latencies("endToEnd", watch.arrived)
	found["slowestAtSeconds"] = watch.slowestAt.Seconds()
	return found, watch.failed
}

// The records that made the partitions ready: when they are here, the consumer is at the end of each.
func awaitRecords(consumer *kgo.Client, count int) error {
	ctx, cancel := context.WithTimeout(context.Background(), arriveTimeout)
	defer cancel()
	for count > 0 {
		fetches := consumer.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			return err
		}
		count -= fetches.NumRecords()
	}
	return nil
}

func (s *stopwatch) send(producer *kgo.Client, list [][]byte, total int) {
	for number := range total {
		due := s.due(number)
		if wait := time.Until(due); wait > 0 {
			time.Sleep(wait)
		}
		record := &kgo.Record{
			Key: binary.BigEndian.AppendUint64(nil, uint64(number)), Value: list[number%len(list)],
		}
		producer.Produce(context.Background(), record, func(_ *kgo.Record, err error) {
			took := milliseconds(time.Since(due))
			s.lock.Lock()
			defer s.lock.Unlock()
			s.note(number, took)
			if err != nil {
				s.failed = err
			}
		})
	}
}

func (s *stopwatch) note(number int, took float64) {
	if number < s.lead {
		return
	}
	s.acked = append(s.acked, took)
	if took > s.slowestMs {
		s.slowestMs, s.slowestAt = took, time.Duration(number-s.lead)*s.interval
	}
}

func (s *stopwatch) follow(consumer *kgo.Client, total int) error {
	s.arrived = make([]float64, 0, total)
	ctx, cancel := context.WithDeadline(context.Background(), s.due(total).Add(arriveTimeout))
	defer cancel()
	for missing := total; missing > 0; {
		fetches := consumer.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			return fmt.Errorf("%d of %d records arrived: %w", total-missing, total, err)
		}
		missing -= fetches.NumRecords()
		now := time.Now()
		fetches.EachRecord(func(record *kgo.Record) {
			number := int(binary.BigEndian.Uint64(record.Key))
			if number >= s.lead {
				s.arrived = append(s.arrived, milliseconds(now.Sub(s.due(number))))
			}
		})
	}
	return nil
}

// Connections that have said one thing, so that the broker knows them, and then nothing.
func openIdle(o options) (func(), error) {
	var list []net.Conn
	closeAll := func() {
		for _, connection := range list {
			_ = connection.Close()
		}
	}
	for range o.idle {
		connection, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", o.bootstrap)
		if err != nil {
			closeAll()
			return nil, err
		}
		list = append(list, connection)
		if _, err := connection.Write(apiVersionsFrame()); err == nil {
			_, err = readFrame(connection, nil)
		}
		if err != nil {
			closeAll()
			return nil, err
		}
	}
	return closeAll, nil
}
