package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kversion"
)

// Longer than a broker is away, so that an answer is missing only where there is none.
const endWithin = 20 * time.Second

// What became of a transaction: committed, aborted, or unknown.
type ended struct {
	Kind        string `json:"kind"`
	Transaction string `json:"transaction"`
	Outcome     string `json:"outcome"`
	Records     int    `json:"records"`
	Error       string `json:"error,omitempty"`
}

type copier struct {
	options
	// Tells this process's transactions from those of its predecessors.
	name      string
	history   *json.Encoder
	begun     int
	committed int
}

// Copies until it is told to stop, until `count` records are committed, or until somebody kills it. A session in which
// something failed for good is replaced by a new one of the same transactional id.
func copyRecords(o options) {
	file, err := os.OpenFile(o.history, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	check(err)
	c := &copier{options: o, name: fmt.Sprintf("%s-%08x", o.id, rand.Uint32()), history: json.NewEncoder(file)}
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		lines := bufio.NewScanner(os.Stdin)
		for lines.Scan() && lines.Text() != "stop" {
		}
		stop()
	}()
	for ctx.Err() == nil && !c.isDone() {
		if err := c.session(ctx); err != nil && ctx.Err() == nil {
			check(c.history.Encode(ended{Kind: "session", Error: err.Error()}))
			time.Sleep(20 * time.Millisecond)
		}
	}
	printLine(map[string]int{"committed": c.committed, "transactions": c.begun})
}

func (c *copier) isDone() bool { return c.count > 0 && c.committed >= c.count }

func (c *copier) session(ctx context.Context) error {
	opts := append(c.common(),
		kgo.TransactionalID(c.id), kgo.TransactionTimeout(c.timeout),
		kgo.ConsumerGroup(c.group), kgo.InstanceID(c.member), kgo.ConsumeTopics(c.source),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.FetchMaxWait(100*time.Millisecond), kgo.RequireStableFetchOffsets(),
		kgo.SessionTimeout(10*time.Second), kgo.HeartbeatInterval(500*time.Millisecond),
		kgo.ProducerBatchCompression(kgo.NoCompression()), kgo.ProducerLinger(0),
	)
	if c.oldProtocol {
		// The newest that knew nothing of a new epoch for each transaction.
		opts = append(opts, kgo.MaxVersions(kversion.V3_7_0()))
	}
	session, err := kgo.NewGroupTransactSession(opts...)
	if err != nil {
		return err
	}
	defer session.Close()
	for ctx.Err() == nil && !c.isDone() {
		fetches := session.PollRecords(ctx, c.perTransaction)
		if fetches.NumRecords() == 0 {
			continue
		}
		if err := c.transaction(session, fetches); err != nil {
			return err
		}
	}
	return nil
}

func (c *copier) transaction(session *kgo.GroupTransactSession, fetches kgo.Fetches) error {
	ctx, cancel := context.WithTimeout(context.Background(), endWithin)
	defer cancel()
	c.begun++
	id := fmt.Sprintf("%s-%d", c.name, c.begun)
	count := fetches.NumRecords()
	if err := session.Begin(); err != nil {
		return err
	}
	check(c.history.Encode(ended{Kind: "begin", Transaction: id, Records: count}))
	fetches.EachRecord(func(record *kgo.Record) {
		value := record.Value
		if !c.plain {
			value = copied{record.Offset, id, count}.encode(record.Value)
		}
		session.Produce(ctx, &kgo.Record{Topic: c.target, Partition: record.Partition, Value: value}, nil)
	})
	if c.ledger != "" {
		line := fmt.Appendf(nil, "%d %s %d %s", 0, id, count, "ledger")
		session.Produce(ctx, &kgo.Record{Topic: c.ledger, Value: line}, nil)
	}
	wanted := kgo.TransactionEndTry(c.abortEvery == 0 || c.begun%c.abortEvery != 0)
	committed, err := session.End(ctx, wanted)
	outcome := ended{Kind: "end", Transaction: id, Outcome: "unknown", Records: count}
	switch {
	case err != nil:
		outcome.Error = strings.ReplaceAll(err.Error(), "\n", " ")
	case committed:
		outcome.Outcome = "committed"
		c.committed += count
	default:
		outcome.Outcome = "aborted"
	}
	check(c.history.Encode(outcome))
	return err
}
