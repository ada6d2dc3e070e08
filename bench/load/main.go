// A load client for any broker of the Kafka protocol. Prints one JSON object per run: names and numbers.
//
// Two kinds of modes: `produce`, `consume`, `mixed`, `latency` and `group` use franz-go as a service would;
// `raw-produce` sends requests that were built once and `raw-consume` reads answers without decoding records, so
// that the broker is measured and not the client. `disk` writes to a file without any broker: what the disk can do.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"
)

type options struct {
	bootstrap   string
	topic       string
	partitions  int
	topics      int
	size        int
	bytes       int64
	secondsMax  float64
	acks        string
	idempotent  bool
	compression string
	values      string
	producers   int
	consumers   int
	passes      int
	connections int
	inFlight    int
	batch       int
	megabytes   float64
	trace       string
	rate        int
	seconds     int
	lead        int
	idle        int
	members     int
	// Records.
	perTransaction int
	file           string
	method         string
}

// Names are those of the results: units last, `megabytesPerSecond`.
type figures map[string]float64

func rate(records int64, bytes int64, elapsed time.Duration) figures {
	seconds := elapsed.Seconds()
	return figures{
		"records": float64(records), "bytes": float64(bytes), "seconds": seconds,
		"recordsPerSecond": float64(records) / seconds, "megabytesPerSecond": float64(bytes) / 1e6 / seconds,
	}
}

// Adds percentiles under a prefix, `ack` gives `ackP50Ms`. The list is sorted in place.
func (f figures) latencies(prefix string, tookMs []float64) {
	if len(tookMs) == 0 {
		return
	}
	slices.Sort(tookMs)
	at := func(share float64) float64 { return tookMs[min(len(tookMs)-1, int(share*float64(len(tookMs))))] }
	f[prefix+"P50Ms"], f[prefix+"P99Ms"], f[prefix+"P999Ms"] = at(0.5), at(0.99), at(0.999)
	f[prefix+"MaxMs"] = tookMs[len(tookMs)-1]
}

// User and system time of this process.
func cpuSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
}

func milliseconds(took time.Duration) float64 {
	return float64(took.Microseconds()) / 1000
}

var modes = map[string]func(options) (figures, error){
	"produce": produce, "consume": consume, "mixed": mixed, "latency": latency, "group": group,
	"transactions": transactions,
	"create":       create, "touch": touch, "probe": probe,
	"raw-produce": rawProduce, "raw-consume": rawConsume, "disk": disk,
}

func flagsOf(o *options, mode string) *flag.FlagSet {
	flags := flag.NewFlagSet(mode, flag.ExitOnError)
	flags.StringVar(&o.bootstrap, "bootstrap", "127.0.0.1:9092", "address of a broker")
	flags.StringVar(&o.topic, "topic", "load", "topic; made when it is missing")
	flags.IntVar(&o.partitions, "partitions", 4, "partitions of a topic")
	flags.IntVar(&o.topics, "topics", 1, "create, touch, raw-produce: how many; several are named by the topic and a number")
	flags.IntVar(&o.size, "size", 1024, "bytes of a record's value")
	flags.Int64Var(&o.bytes, "bytes", 1_000_000_000, "bytes of values to move, to each consumer")
	flags.Float64Var(&o.secondsMax, "seconds-max", 0, "produce modes: stop after this time, whatever was sent")
	flags.StringVar(&o.acks, "acks", "all", "all or 1")
	flags.BoolVar(&o.idempotent, "idempotent", true, "produce: with a producer id and sequences")
	flags.StringVar(&o.compression, "compression", "none", "produce: none or zstd")
	flags.StringVar(&o.values, "values", "random", "produce: random, or text that compresses")
	flags.IntVar(&o.producers, "producers", 1, "produce: clients that share the bytes")
	flags.IntVar(&o.consumers, "consumers", 1, "consume modes: readers that each read everything")
	flags.IntVar(&o.passes, "passes", 1, "raw-consume: how often everything is read")
	flags.IntVar(&o.connections, "connections", 4, "raw modes: connections (per consumer)")
	flags.IntVar(&o.inFlight, "in-flight", 5, "raw-produce: requests in flight per connection")
	flags.IntVar(&o.batch, "batch", 128*1024, "raw-produce: bytes of a batch; disk: bytes of a write")
	flags.Float64Var(&o.megabytes, "megabytes-per-second", 0, "raw-produce: a fixed rate; 0 is as fast as it goes")
	flags.StringVar(&o.trace, "trace", "", "raw-produce: a file for one line per request, its end and what it took")
	flags.IntVar(&o.rate, "rate", 5000, "latency: records per second")
	flags.IntVar(&o.seconds, "seconds", 10, "latency: how long")
	flags.IntVar(&o.lead, "lead", 0, "latency: seconds at that rate before anything is counted")
	flags.IntVar(&o.idle, "idle", 0, "latency: connections that are open besides and do nothing")
	flags.IntVar(&o.members, "members", 16, "group: how many")
	flags.IntVar(&o.perTransaction, "per-transaction", 100, "transactions: records of each")
	flags.StringVar(&o.file, "file", "", "disk: the file")
	flags.StringVar(&o.method, "method", "append-fdatasync", "disk: append-fdatasync or recycled-dsync")
	return flags
}

func main() {
	names := strings.Join(slices.Sorted(maps.Keys(modes)), "|")
	if len(os.Args) < 2 {
		fail(fmt.Errorf("usage: load %s [flags]", names))
	}
	run, ok := modes[os.Args[1]]
	if !ok {
		fail(fmt.Errorf("there is no mode %q; the modes are %s", os.Args[1], names))
	}
	var o options
	if err := flagsOf(&o, os.Args[1]).Parse(os.Args[2:]); err != nil {
		fail(err)
	}
	found, err := run(o)
	if err != nil {
		fail(err)
	}
	found["clientCpuSeconds"] = cpuSeconds()
	if err := json.NewEncoder(os.Stdout).Encode(found); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
