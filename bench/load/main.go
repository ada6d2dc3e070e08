// A load client for any broker of the Kafka protocol. Prints one JSON object per run.
//
// Two kinds: `produce` and `consume` use franz-go as a service would; `raw-produce` sends requests that were
// built once and `raw-consume` reads answers without decoding records, so that the broker is measured and not
// the client.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"time"
)

type options struct {
	bootstrap   string
	topic       string
	partitions  int
	size        int
	records     int
	bytes       int64
	acks        string
	connections int
	inFlight    int
	batch       int
	rate        int
	seconds     int
}

type result struct {
	Mode        string  `json:"mode"`
	Size        int     `json:"size"`
	Records     int64   `json:"records"`
	Seconds     float64 `json:"seconds"`
	RecordsPerS float64 `json:"recordsPerSecond"`
	MBPerS      float64 `json:"megabytesPerSecond"`
	P50Ms       float64 `json:"p50Ms,omitempty"`
	P99Ms       float64 `json:"p99Ms,omitempty"`
	MaxMs       float64 `json:"maxMs,omitempty"`
}

func (r *result) rate(records int64, bytes int64, elapsed time.Duration) {
	r.Records = records
	r.Seconds = elapsed.Seconds()
	r.RecordsPerS = float64(records) / r.Seconds
	r.MBPerS = float64(bytes) / 1e6 / r.Seconds
}

func main() {
	if len(os.Args) < 2 {
		fail(fmt.Errorf("usage: load produce|consume|latency|raw-produce|raw-consume [flags]"))
	}
	mode := os.Args[1]
	flags := flag.NewFlagSet(mode, flag.ExitOnError)
	var o options
	flags.StringVar(&o.bootstrap, "bootstrap", "127.0.0.1:9092", "address of a broker")
	flags.StringVar(&o.topic, "topic", "load", "topic; made when it is missing")
	flags.IntVar(&o.partitions, "partitions", 4, "partitions of a topic that is made")
	flags.IntVar(&o.size, "size", 1024, "bytes of a record's value")
	flags.IntVar(&o.records, "records", 1_000_000, "records to move")
	flags.StringVar(&o.acks, "acks", "all", "all or 1")
	flags.IntVar(&o.connections, "connections", 4, "raw modes: connections")
	flags.IntVar(&o.inFlight, "in-flight", 5, "raw modes: requests in flight per connection")
	flags.IntVar(&o.batch, "batch", 128*1024, "raw modes: bytes of a batch")
	flags.IntVar(&o.rate, "rate", 5000, "latency: records per second")
	flags.IntVar(&o.seconds, "seconds", 10, "latency: how long")
	if err := flags.Parse(os.Args[2:]); err != nil {
		fail(err)
	}
	modes := map[string]func(options) (result, error){
		"produce": produce, "consume": consume, "latency": latency,
		"raw-produce": rawProduce, "raw-consume": rawConsume,
	}
	run, ok := modes[mode]
	if !ok {
		fail(fmt.Errorf("there is no mode %q", mode))
	}
	r, err := run(o)
	if err != nil {
		fail(err)
	}
	r.Mode, r.Size = mode, o.size
	if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
