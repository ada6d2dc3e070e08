// Clients that copy a topic into another in transactions while terrible things happen to the broker, and what is needed
// to judge them: a writer of the source, a reader of everything, and a look for transactions that hang.
//
//	exactly-once fill|copy|follow|dump|checksum|settled|positions [flags]
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

type options struct {
	bootstrap      string
	source         string
	target         string
	ledger         string
	partitions     int
	count          int
	valueBytes     int
	group          string
	id             string
	member         string
	perTransaction int
	abortEvery     int
	oldProtocol    bool
	plain          bool
	timeout        time.Duration
	patience       time.Duration
	history        string
	committed      bool
}

var modes = map[string]func(options){
	"fill": fill, "copy": copyRecords, "follow": follow, "dump": dump, "checksum": checksum,
	"settled": settled, "positions": positions,
}

func main() {
	var o options
	if len(os.Args) < 2 || modes[os.Args[1]] == nil {
		check(fmt.Errorf("usage: exactly-once fill|copy|follow|dump|checksum|settled|positions [flags]"))
	}
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	flags.StringVar(&o.bootstrap, "bootstrap", "", "address of the broker")
	flags.StringVar(&o.source, "source", "source", "topic to copy from")
	flags.StringVar(&o.target, "target", "target", "topic to copy to")
	flags.StringVar(&o.ledger, "ledger", "", "topic of one partition with a line per transaction; none when empty")
	flags.IntVar(&o.partitions, "partitions", 3, "partitions of source and target")
	flags.IntVar(&o.count, "count", 0, "fill: records; copy: ends when so many are committed, 0 for never")
	flags.IntVar(&o.valueBytes, "value-bytes", 40, "fill: bytes of padding")
	flags.StringVar(&o.group, "group", "copiers", "group that keeps the positions")
	flags.StringVar(&o.id, "id", "copier", "transactional id")
	flags.StringVar(&o.member, "member", "copier", "instance id in the group")
	flags.IntVar(&o.perTransaction, "per-transaction", 20, "records of a poll")
	flags.IntVar(&o.abortEvery, "abort-every", 5, "every which transaction is aborted; 0 for none")
	flags.BoolVar(&o.oldProtocol, "old-protocol", false, "version 1 of transactions, as clients had it before KIP-890")
	flags.BoolVar(&o.plain, "plain", false, "copy: values as they are")
	flags.DurationVar(&o.timeout, "timeout", 5*time.Second, "transaction timeout")
	flags.DurationVar(&o.patience, "patience", time.Minute, "how long a reader, or a look for an end, may take")
	flags.StringVar(&o.history, "history", "", "copy, follow: file of what was tried and seen")
	flags.BoolVar(&o.committed, "committed", true, "follow, dump: committed records only")
	check(flags.Parse(os.Args[2:]))
	modes[os.Args[1]](o)
}

// What all clients share: short pauses, since the broker is away often.
func (o options) client(more ...kgo.Opt) *kgo.Client {
	client, err := kgo.NewClient(append(o.common(), more...)...)
	check(err)
	return client
}

func (o options) common() []kgo.Opt {
	return []kgo.Opt{
		kgo.SeedBrokers(o.bootstrap), kgo.DialTimeout(time.Second), kgo.MetadataMinAge(20 * time.Millisecond),
		kgo.RetryBackoffFn(func(int) time.Duration { return 20 * time.Millisecond }),
		kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.UnknownTopicRetries(-1),
	}
}

func printLine(value any) {
	check(json.NewEncoder(os.Stdout).Encode(value))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
