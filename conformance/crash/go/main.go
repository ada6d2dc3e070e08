// Writes to a broker that is killed again and again, notes what was acknowledged, and, told to stop, reads
// everything back and compares. The broker's word counts: what it acknowledged has to be there, once, at the
// offset that it named, in the order of its producer.
//
// Ends on a line "stop" on standard input. Prints one line of JSON.
package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"hash/crc32"
	"os"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// A record says where it belongs: producer, partition, sequence, then a checksum over all of it.
const valueBytes = 512

type acknowledged struct {
	partition int32
	offset    int64
}

type writer struct {
	number int
	client *kgo.Client
	lock   sync.Mutex
	acked  map[uint64]acknowledged
	sent   uint64
	failed int
}

type report struct {
	Sent         uint64 `json:"sent"`
	Acknowledged int    `json:"acknowledged"`
	Read         int    `json:"read"`
	Lost         int    `json:"lost"`
	Duplicated   int    `json:"duplicated"`
	Reordered    int    `json:"reordered"`
	Misplaced    int    `json:"misplaced"`
	Damaged      int    `json:"damaged"`
	Failed       int    `json:"failed"`
}

func main() {
	bootstrap := flag.String("bootstrap", "", "address of the broker")
	topic := flag.String("topic", "crash", "topic that exists")
	partitions := flag.Int("partitions", 4, "partitions of the topic")
	writers := flag.Int("writers", 4, "producers")
	rate := flag.Int("rate", 2000, "records per second and producer")
	flag.Parse()
	all := make([]*writer, *writers)
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for number := range all {
		all[number] = newWriter(number, *bootstrap, *topic)
		running.Go(func() { all[number].run(ctx, *partitions, *rate) })
	}
	fmt.Fprintln(os.Stderr, "writing")
	bufio.NewScanner(os.Stdin).Scan()
	stop()
	running.Wait()
	for _, w := range all {
		check(w.client.Flush(context.Background()))
		w.client.Close()
	}
	check(json.NewEncoder(os.Stdout).Encode(verify(all, *bootstrap, *topic)))
}

func newWriter(number int, bootstrap, topic string) *writer {
	client, err := kgo.NewClient(kgo.SeedBrokers(bootstrap), kgo.DefaultProduceTopic(topic),
		kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerLinger(2*time.Millisecond),
		kgo.RetryBackoffFn(func(int) time.Duration { return 20 * time.Millisecond }),
		kgo.ProducerBatchCompression(kgo.NoCompression()), kgo.UnknownTopicRetries(-1))
	check(err)
	return &writer{number: number, client: client, acked: make(map[uint64]acknowledged)}
}

func (w *writer) run(ctx context.Context, partitions, rate int) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for range rate / 100 {
			w.send(w.sent, int32(w.sent%uint64(partitions)))
			w.sent++
		}
	}
}

func (w *writer) send(sequence uint64, partition int32) {
	record := &kgo.Record{Partition: partition, Value: value(w.number, partition, sequence)}
	w.client.Produce(context.Background(), record, func(record *kgo.Record, err error) {
		w.lock.Lock()
		defer w.lock.Unlock()
		if err != nil {
			w.failed++
			return
		}
		w.acked[sequence] = acknowledged{record.Partition, record.Offset}
	})
}

func value(number int, partition int32, sequence uint64) []byte {
	bytes := make([]byte, valueBytes)
	binary.BigEndian.PutUint32(bytes[4:], uint32(number))
	binary.BigEndian.PutUint32(bytes[8:], uint32(partition))
	binary.BigEndian.PutUint64(bytes[12:], sequence)
	for at := 20; at < valueBytes; at++ {
		bytes[at] = byte(sequence + uint64(at))
	}
	binary.BigEndian.PutUint32(bytes, crc32.ChecksumIEEE(bytes[4:]))
	return bytes
}

func verify(all []*writer, bootstrap, topic string) report {
	var r report
	for _, w := range all {
		r.Sent += w.sent
		r.Acknowledged += len(w.acked)
		r.Failed += w.failed
	}
	seen := read(bootstrap, topic, &r)
	for _, w := range all {
		for sequence, acked := range w.acked {
			found, ok := seen[key{w.number, sequence}]
			if !ok {
				r.Lost++
			} else if found != acked {
				r.Misplaced++
			}
		}
	}
	return r
}

type key struct {
	writer   int
	sequence uint64
}

type lane struct {
	writer    int
	partition int32
}

// Reads every partition from its beginning to its end.
func read(bootstrap, topic string, r *report) map[key]acknowledged {
	client, err := kgo.NewClient(kgo.SeedBrokers(bootstrap), kgo.ConsumeTopics(topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	check(err)
	defer client.Close()
	seen := make(map[key]acknowledged)
	last := make(map[lane]uint64)
	for {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		fetches := client.PollFetches(ctx)
		cancel()
		if fetches.NumRecords() == 0 {
			return seen
		}
		fetches.EachRecord(func(record *kgo.Record) {
			r.Read++
			note(record, seen, last, r)
		})
	}
}

func note(record *kgo.Record, seen map[key]acknowledged, last map[lane]uint64, r *report) {
	bytes := record.Value
	if len(bytes) != valueBytes || binary.BigEndian.Uint32(bytes) != crc32.ChecksumIEEE(bytes[4:]) {
		r.Damaged++
		return
	}
	number, sequence := int(binary.BigEndian.Uint32(bytes[4:])), binary.BigEndian.Uint64(bytes[12:])
	if int32(binary.BigEndian.Uint32(bytes[8:])) != record.Partition {
		r.Misplaced++
	}
	if _, twice := seen[key{number, sequence}]; twice {
		r.Duplicated++
	}
	at := lane{number, record.Partition}
	if before, ok := last[at]; ok && sequence < before {
		r.Reordered++
	}
	last[at] = max(last[at], sequence)
	seen[key{number, sequence}] = acknowledged{record.Partition, record.Offset}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
