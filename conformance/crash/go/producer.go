package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	ticksPerSecond = 100
	// A broker that is away makes records pile up; beyond this many per producer, new ones wait.
	bufferedMax      = 20_000
	bufferedBytesMax = 32 << 20
)

type producer struct {
	options
	history    *history
	name       string
	idempotent bool
	client     *kgo.Client
	sequence   int64
	padding    string
}

func newProducer(o options, h *history, name string, idempotent bool) *producer {
	opts := []kgo.Opt{
		kgo.SeedBrokers(o.bootstrap), kgo.DefaultProduceTopic(o.topic),
		kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerLinger(2 * time.Millisecond),
		kgo.RetryBackoffFn(func(int) time.Duration { return 20 * time.Millisecond }),
		kgo.ProducerBatchCompression(kgo.NoCompression()), kgo.UnknownTopicRetries(-1),
		kgo.MaxBufferedRecords(bufferedMax), kgo.MaxBufferedBytes(bufferedBytesMax), kgo.MetadataMinAge(50 * time.Millisecond),
		kgo.DialTimeout(time.Second),
	}
	if !idempotent {
		opts = append(opts, kgo.DisableIdempotentWrite(), kgo.RecordRetries(0), kgo.RequestRetries(0))
	}
	client, err := kgo.NewClient(opts...)
	check(err)
	padding := strings.Repeat(".", o.valueBytes)
	return &producer{options: o, history: h, name: name, idempotent: idempotent, client: client, padding: padding}
}

func (p *producer) run(ctx context.Context) {
	tick := time.NewTicker(time.Second / ticksPerSecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for range p.rate / ticksPerSecond {
			if p.client.BufferedProduceRecords() < bufferedMax-1 {
				p.send()
			}
		}
	}
}

func (p *producer) send() {
	sequence := p.sequence
	p.sequence++
	partition := int32(sequence % int64(p.partitions))
	value := payload{p.topic, partition, p.name, sequence}.encode(p.padding)
	invoked := p.history.now()
	p.client.Produce(context.Background(), &kgo.Record{Partition: partition, Value: value},
		func(record *kgo.Record, err error) {
			s := send{Log: log{p.topic, p.topic, partition}, Producer: p.name, Sequences: []int64{sequence}}
			s.timed = timed{"send", p.name, invoked, p.history.now()}
			s.BaseOffset, s.Idempotent = -1, p.idempotent
			s.Outcome = p.outcome(err)
			if s.Outcome == "ok" {
				s.BaseOffset = record.Offset
			}
			p.history.add(s)
		})
}

// Only an error that rules out that anything was written is a failure; of all others nobody knows.
func (p *producer) outcome(err error) string {
	if err == nil {
		p.history.tally(func(c *count) { c.Acknowledged++; c.LastAckMs = wallMs() })
		return "ok"
	}
	name := "no answer"
	var coded *kerr.Error
	if errors.As(err, &coded) {
		name = coded.Message
	}
	p.history.tally(func(c *count) { c.Errors[name]++; c.Unanswered++ })
	if name == p.finalErrors || name == kerr.MessageTooLarge.Message || name == kerr.InvalidRecord.Message {
		return "failed"
	}
	return "indeterminate"
}

// Waits for the answers that are still to come; what gets none counts as indeterminate.
func (p *producer) finish() {
	ctx, cancel := context.WithTimeout(context.Background(), p.patience)
	defer cancel()
	if p.client.Flush(ctx) != nil {
		p.client.PurgeTopicsFromProducing(p.topic)
	}
	p.client.Close()
}
